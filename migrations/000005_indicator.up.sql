-- Indicators: versioned definitions, targets and computed values.
CREATE TABLE indicator (
    county_id  int NOT NULL REFERENCES county,
    id         int GENERATED ALWAYS AS IDENTITY,
    slug       text NOT NULL CHECK (slug ~ '^[a-z][a-z0-9_]{0,62}$'),
    name_zh    text NOT NULL CHECK (name_zh <> ''),
    unit       text NOT NULL DEFAULT '',
    decimals   smallint NOT NULL DEFAULT 2 CHECK (decimals BETWEEN 0 AND 6),
    direction  text NOT NULL CHECK (direction IN ('up', 'down', 'range', 'watch')),
    level      text NOT NULL DEFAULT 'both' CHECK (level IN ('county', 'body', 'both')),
    topic      text NOT NULL DEFAULT '',
    definition text NOT NULL DEFAULT '',
    source     text NOT NULL DEFAULT '',
    note       text NOT NULL DEFAULT '',
    official   boolean NOT NULL DEFAULT false,        -- the formula stands in an official text
    enabled    boolean NOT NULL DEFAULT true,
    position   int NOT NULL DEFAULT 0,
    PRIMARY KEY (county_id, id),
    CONSTRAINT indicator_slug_unique UNIQUE (county_id, slug)
);
-- In force in a month is the highest version whose effective_from is not later: a correction may name the same month.
CREATE TABLE indicator_version (
    county_id      int NOT NULL,
    indicator_id   int NOT NULL,
    version        int NOT NULL,
    effective_from date NOT NULL CHECK (extract(day FROM effective_from) = 1),
    formula        text NOT NULL,
    by_name        text NOT NULL DEFAULT '',
    at             timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (county_id, indicator_id, version),
    FOREIGN KEY (county_id, indicator_id) REFERENCES indicator (county_id, id)
);
CREATE TABLE indicator_target (
    county_id      int NOT NULL,
    id             int GENERATED ALWAYS AS IDENTITY,
    indicator_id   int NOT NULL,
    kind           text NOT NULL DEFAULT '',          -- kind of institution it is for; '' = all
    operator       text NOT NULL CHECK (operator IN ('>=', '>', '<=', '<', '=', 'between')),
    value          numeric NOT NULL,
    value_max      numeric,
    effective_from date NOT NULL CHECK (extract(day FROM effective_from) = 1),
    effective_to   date CHECK (extract(day FROM effective_to) = 1),  -- first month it no longer holds
    source         text NOT NULL DEFAULT '',
    official       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (county_id, id),
    CONSTRAINT indicator_target_band CHECK ((operator = 'between') = (value_max IS NOT NULL)),
    CONSTRAINT indicator_target_once EXCLUDE USING gist (county_id WITH =, indicator_id WITH =, kind WITH =,
        daterange(effective_from, effective_to, '[)') WITH &&),
    FOREIGN KEY (county_id, indicator_id) REFERENCES indicator (county_id, id)
);
CREATE TABLE indicator_value (
    county_id      int NOT NULL,
    period         date NOT NULL CHECK (extract(day FROM period) = 1),
    indicator_id   int NOT NULL,
    institution_id bigint NOT NULL,
    version        int NOT NULL,
    numerator      numeric,
    denominator    numeric,
    value          numeric,
    reason         text NOT NULL DEFAULT '',          -- why there is no value: missing, zero_denominator, not_applicable …
    reporting      int NOT NULL,
    expected       int NOT NULL,
    inputs         jsonb NOT NULL,                    -- {"bed_days_open": "1550", "py(visits_total)": null, "ytd(deaths)#months": "6"}
    missing        bigint[] NOT NULL DEFAULT '{}',    -- institutions that owe at least one input
    computed_at    timestamptz NOT NULL,
    PRIMARY KEY (county_id, period, indicator_id, institution_id),
    CONSTRAINT indicator_value_or_reason CHECK ((value IS NULL) = (reason <> '')),
    FOREIGN KEY (county_id, indicator_id, version) REFERENCES indicator_version (county_id, indicator_id, version),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id)
);
-- One range for a trend, and one for each institution of a board.
CREATE INDEX indicator_value_trend ON indicator_value (county_id, institution_id, period, indicator_id);

-- A complete value that later figures or a later formula replaced: the old figure stays.
CREATE TABLE indicator_correction (
    county_id      int NOT NULL,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    period         date NOT NULL,
    indicator_id   int NOT NULL,
    institution_id bigint NOT NULL,
    version        int NOT NULL,
    numerator      numeric,
    denominator    numeric,
    value          numeric NOT NULL,
    computed_at    timestamptz NOT NULL,
    replaced_at    timestamptz NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, indicator_id, version) REFERENCES indicator_version (county_id, indicator_id, version),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id)
);
CREATE INDEX indicator_correction_value ON indicator_correction (county_id, indicator_id, institution_id, period);

-- When a month was last computed, how much and how long, and on how many of the due reports.
CREATE TABLE indicator_run (
    county_id   int NOT NULL REFERENCES county,
    period      date NOT NULL,
    computed_at timestamptz NOT NULL,
    value_count int NOT NULL,
    millis      int NOT NULL,
    accepted    int NOT NULL,
    due         int NOT NULL,
    PRIMARY KEY (county_id, period)
);

-- Where a fact comes from: the form row, who entered, submitted and accepted it, and when.
CREATE VIEW indicator_fact_origin AS
SELECT f.county_id, f.period, f.element_id, f.institution_id, f.state, f.value, f.comment, f.by_name, f.at, f.report_id,
       r.form_id, r.form_version, o.title AS form_title, r.institution_id AS reporter_id,
       c.by_name AS entered_name, c.at AS entered_at, r.submitted_name, r.submitted_at, r.reviewed_name, r.reviewed_at
FROM fact f
LEFT JOIN report r ON r.county_id = f.county_id AND r.id = f.report_id
LEFT JOIN form o ON o.county_id = r.county_id AND o.id = r.form_id
LEFT JOIN cell c ON c.county_id = f.county_id AND c.report_id = f.report_id AND c.subject_id = f.institution_id
     AND c.element_id = f.element_id;
