-- Saved views of the ad-hoc table: a query under a name, for oneself or for the readers of the county.
CREATE TABLE analysis_view (
    county_id  int NOT NULL REFERENCES county,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    name       text NOT NULL CHECK (name <> ''),
    query      text NOT NULL CHECK (length(query) <= 8000),  -- as in the address; read again through the whitelist each time
    shared     boolean NOT NULL DEFAULT false,
    owner_id   bigint,                                       -- NULL: made by the program
    owner_name text NOT NULL,
    version    int NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (county_id, id),
    CONSTRAINT analysis_view_owner CHECK (shared OR owner_id IS NOT NULL)
);
CREATE UNIQUE INDEX analysis_view_name ON analysis_view (county_id, COALESCE(owner_id, 0), name);
CREATE INDEX analysis_view_shared ON analysis_view (county_id, name) WHERE shared;
