-- Which policy documents a county follows, in which order, from a month on. Rows are added, never changed: in force is
-- the latest month that has begun, of several for one month the latest row.
CREATE TABLE policy_order (
    county_id      int NOT NULL REFERENCES county,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    effective_from date NOT NULL CHECK (extract(day FROM effective_from) = 1),
    presets        text[] NOT NULL CHECK (cardinality(presets) > 0),
    reason         text NOT NULL CHECK (reason <> ''),
    by_id          bigint,
    by_name        text NOT NULL,
    at             timestamptz NOT NULL,
    PRIMARY KEY (county_id, id)
);

-- The county's own numbers: for everybody, a kind of institution or one institution. A row is ended and followed by
-- another, its number is never changed. The standards themselves are part of the program.
CREATE TABLE policy_override (
    county_id      int NOT NULL REFERENCES county,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    matter         text NOT NULL,
    code           text NOT NULL,
    kind           text NOT NULL DEFAULT '',
    institution_id bigint,
    operator       text NOT NULL CHECK (operator IN ('>=', '<=', '=', 'between')),
    value          numeric NOT NULL,
    value_max      numeric,
    effective_from date NOT NULL CHECK (extract(day FROM effective_from) = 1),
    effective_to   date CHECK (extract(day FROM effective_to) = 1),  -- first month it no longer holds
    reason         text NOT NULL CHECK (reason <> ''),
    by_id          bigint,
    by_name        text NOT NULL,
    at             timestamptz NOT NULL,
    ended_reason   text NOT NULL DEFAULT '',
    ended_by       text NOT NULL DEFAULT '',
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id),
    CONSTRAINT policy_override_band CHECK ((operator = 'between') = (value_max IS NOT NULL)),
    CONSTRAINT policy_override_dates CHECK (effective_to >= effective_from),
    CONSTRAINT policy_override_once EXCLUDE USING gist (county_id WITH =, matter WITH =, kind WITH =,
        coalesce(institution_id, 0) WITH =, daterange(effective_from, effective_to, '[)') WITH &&)
);
