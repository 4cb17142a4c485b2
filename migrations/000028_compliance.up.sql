-- What the bureau states of a standard where nothing measures it. It holds for the institution and everything below it,
-- until a later row replaces it.
CREATE TABLE compliance_declaration (
    county_id      int NOT NULL,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    matter         text NOT NULL,
    code           text NOT NULL,
    institution_id bigint NOT NULL,
    effective_from date NOT NULL CHECK (extract(day FROM effective_from) = 1),
    value          numeric,
    met            boolean,
    evidence_on    date NOT NULL,
    note           text NOT NULL CHECK (note <> ''),
    by_id          bigint,
    by_name        text NOT NULL,
    at             timestamptz NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id),
    CONSTRAINT compliance_declaration_one CHECK ((value IS NULL) <> (met IS NULL))
);
CREATE INDEX compliance_declaration_latest ON compliance_declaration (county_id, matter, institution_id, effective_from DESC, id DESC);

-- The results of a month with the number that held then. Standards measured once in the county are at its root.
CREATE TABLE compliance_result (
    county_id      int NOT NULL,
    period         date NOT NULL CHECK (extract(day FROM period) = 1),
    code           text NOT NULL,
    institution_id bigint NOT NULL,
    subject_kind   text NOT NULL CHECK (subject_kind IN ('county', 'hospital', 'township', 'clinic', 'staff')),
    basis          text NOT NULL,                     -- the standard that gave the number
    operator       text NOT NULL,
    standard       numeric,
    standard_max   numeric,
    unit           text NOT NULL,
    state          text NOT NULL,                     -- document, overridden, blank, undated
    phase          text NOT NULL,                     -- in_force, coming, ended
    result         text NOT NULL CHECK (result IN ('met', 'not_met', 'not_known')),
    value          numeric,
    declared       boolean,                           -- a yes or no instead of a value
    how            text NOT NULL DEFAULT '',          -- register, formula, declared; '' nothing
    gap            numeric,
    note           text NOT NULL DEFAULT '',
    PRIMARY KEY (county_id, period, code, institution_id),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id)
);
-- Since when a subject stands as it does.
CREATE INDEX compliance_result_trend ON compliance_result (county_id, institution_id, code, period);

CREATE TABLE compliance_run (
    county_id    int NOT NULL REFERENCES county,
    period       date NOT NULL CHECK (extract(day FROM period) = 1),
    evaluated_at timestamptz NOT NULL,
    results      int NOT NULL,
    PRIMARY KEY (county_id, period)
);

-- Facts for indicators and scoring: of each standard 1 or 0 where it is known, and how many an institution meets.
CREATE VIEW compliance_facts AS
SELECT county_id, institution_id, 'standard_' || code AS element, period AS period_month, (result = 'met')::int::numeric AS value
FROM compliance_result WHERE result <> 'not_known'
UNION ALL
SELECT r.county_id, r.institution_id, c.element, r.period, c.value
FROM (SELECT county_id, institution_id, period, count(*) FILTER (WHERE result = 'met') AS met,
             count(*) FILTER (WHERE result = 'not_met') AS not_met, count(*) AS asked
      FROM compliance_result GROUP BY county_id, institution_id, period) r
CROSS JOIN LATERAL (VALUES ('standards_met', r.met::numeric), ('standards_not_met', r.not_met::numeric),
    ('standards_not_known', (r.asked - r.met - r.not_met)::numeric)) AS c (element, value);
