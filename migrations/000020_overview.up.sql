-- What a county changed about its overview: the key indicators in their order, and where the township institutions stand
-- on the tile grid. Without rows the preset's indicators and the order of the division codes hold.
CREATE TABLE overview_indicator (
    county_id    int NOT NULL,
    position     smallint NOT NULL CHECK (position BETWEEN 1 AND 8),
    indicator_id int NOT NULL,
    PRIMARY KEY (county_id, position),
    CONSTRAINT overview_indicator_once UNIQUE (county_id, indicator_id),
    FOREIGN KEY (county_id, indicator_id) REFERENCES indicator (county_id, id)
);
CREATE TABLE overview_tile (
    county_id      int NOT NULL,
    institution_id bigint NOT NULL,
    tile_row       smallint NOT NULL CHECK (tile_row BETWEEN 1 AND 20),
    tile_column    smallint NOT NULL CHECK (tile_column BETWEEN 1 AND 12),
    PRIMARY KEY (county_id, institution_id),
    CONSTRAINT overview_tile_taken UNIQUE (county_id, tile_row, tile_column),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id)
);
