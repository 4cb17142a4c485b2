-- Monthly reporting: elements, forms, reports, cells, and the accepted facts that indicators read.
CREATE TABLE element (
    county_id   int NOT NULL REFERENCES county,
    id          int GENERATED ALWAYS AS IDENTITY,
    slug        text NOT NULL CHECK (slug ~ '^[a-z][a-z0-9_]{0,62}$'),
    name_zh     text NOT NULL CHECK (name_zh <> ''),
    unit        text NOT NULL DEFAULT '',
    kind        text NOT NULL CHECK (kind IN ('flow', 'stock', 'cumulative', 'calendar')),
    decimals    smallint NOT NULL DEFAULT 0 CHECK (decimals BETWEEN 0 AND 6),
    money       boolean NOT NULL DEFAULT false,
    negative    boolean NOT NULL DEFAULT false,
    aggregation text NOT NULL DEFAULT 'sum' CHECK (aggregation IN ('sum', 'max', 'none')),
    code        text,
    definition  text NOT NULL DEFAULT '',
    source      text NOT NULL DEFAULT '',
    PRIMARY KEY (county_id, id),
    CONSTRAINT element_slug_unique UNIQUE (county_id, slug)
);
CREATE UNIQUE INDEX element_code_unique ON element (county_id, code) WHERE code IS NOT NULL;

CREATE TABLE form (
    county_id     int NOT NULL REFERENCES county,
    id            int GENERATED ALWAYS AS IDENTITY,
    slug          text NOT NULL CHECK (slug ~ '^[a-z][a-z0-9_]{0,62}$'),
    title         text NOT NULL CHECK (title <> ''),
    kinds         text[] NOT NULL,                    -- kinds of institution that fill it
    subject_kinds text[] NOT NULL DEFAULT '{}',       -- proxy entry: kinds of the children it is filled for; empty = itself
    due_day       smallint NOT NULL DEFAULT 5 CHECK (due_day BETWEEN 1 AND 28),
    due_months    smallint NOT NULL DEFAULT 1 CHECK (due_months BETWEEN 0 AND 12),
    working_day   boolean NOT NULL DEFAULT true,      -- a rest day moves the deadline to the next working day
    assigned      text NOT NULL DEFAULT 'kind' CHECK (assigned IN ('kind', 'chosen')),
    position      int NOT NULL DEFAULT 0,
    enabled       boolean NOT NULL DEFAULT true,
    PRIMARY KEY (county_id, id),
    CONSTRAINT form_slug_unique UNIQUE (county_id, slug)
);
-- Who fills a form that is not owed by every institution of its kinds.
CREATE TABLE form_assignment (
    county_id      int NOT NULL REFERENCES county,
    form_id        int NOT NULL,
    institution_id bigint NOT NULL,
    PRIMARY KEY (county_id, form_id, institution_id),
    FOREIGN KEY (county_id, form_id) REFERENCES form (county_id, id),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id)
);
CREATE TABLE form_version (
    county_id      int NOT NULL REFERENCES county,
    form_id        int NOT NULL,
    version        int NOT NULL,
    effective_from date NOT NULL CHECK (extract(day FROM effective_from) = 1),
    layout         jsonb NOT NULL,
    PRIMARY KEY (county_id, form_id, version),
    CONSTRAINT form_version_from_unique UNIQUE (county_id, form_id, effective_from),
    FOREIGN KEY (county_id, form_id) REFERENCES form (county_id, id)
);
CREATE TABLE form_item (
    county_id  int NOT NULL REFERENCES county,
    form_id    int NOT NULL,
    version    int NOT NULL,
    element_id int NOT NULL,
    position   int NOT NULL,
    required   boolean NOT NULL DEFAULT true,
    PRIMARY KEY (county_id, form_id, version, element_id),
    FOREIGN KEY (county_id, form_id, version) REFERENCES form_version (county_id, form_id, version),
    FOREIGN KEY (county_id, element_id) REFERENCES element (county_id, id)
);
CREATE INDEX form_item_element ON form_item (county_id, element_id);

CREATE TABLE check_rule (
    county_id      int NOT NULL REFERENCES county,
    id             int GENERATED ALWAYS AS IDENTITY,
    code           text NOT NULL,
    version        int NOT NULL DEFAULT 1,
    level          text NOT NULL CHECK (level IN ('error', 'warning')),
    expression     text NOT NULL,
    elements       text[] NOT NULL DEFAULT '{}',      -- marked cells, the first one carries the finding
    forms          text[] NOT NULL DEFAULT '{}',      -- empty = wherever its elements are
    message        text NOT NULL,
    source         text NOT NULL DEFAULT '',
    effective_from date NOT NULL,
    enabled        boolean NOT NULL DEFAULT true,
    PRIMARY KEY (county_id, id),
    CONSTRAINT check_rule_code_unique UNIQUE (county_id, code, version)
);

CREATE TABLE report (
    county_id          int NOT NULL REFERENCES county,
    id                 bigint GENERATED ALWAYS AS IDENTITY,
    form_id            int NOT NULL,
    form_version       int NOT NULL,
    institution_id     bigint NOT NULL,
    period             date NOT NULL CHECK (extract(day FROM period) = 1),
    state              text NOT NULL DEFAULT 'not_started'
                       CHECK (state IN ('not_started', 'draft', 'submitted', 'returned', 'accepted')),
    due_at             timestamptz NOT NULL,
    submission         int NOT NULL DEFAULT 0,        -- number of the last submission
    filled             int NOT NULL DEFAULT 0,
    fillable           int NOT NULL DEFAULT 0,
    errors             int NOT NULL DEFAULT 0,
    warnings           int NOT NULL DEFAULT 0,
    unexplained        int NOT NULL DEFAULT 0,
    responsible_person text NOT NULL DEFAULT '',
    submitted_by       bigint,
    submitted_name     text NOT NULL DEFAULT '',
    submitted_at       timestamptz,
    reviewed_by        bigint,
    reviewed_name      text NOT NULL DEFAULT '',
    reviewed_at        timestamptz,
    reason             text NOT NULL DEFAULT '',      -- of the last return or reopening
    version            int NOT NULL DEFAULT 1,
    updated_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (county_id, id),
    CONSTRAINT report_once UNIQUE (county_id, form_id, institution_id, period),
    FOREIGN KEY (county_id, form_id, form_version) REFERENCES form_version (county_id, form_id, version),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id)
);
CREATE INDEX report_period ON report (county_id, period, state, institution_id);
CREATE INDEX report_institution ON report (county_id, institution_id, period DESC);

CREATE TABLE report_event (
    county_id  int NOT NULL REFERENCES county,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    report_id  bigint NOT NULL,
    from_state text NOT NULL,
    to_state   text NOT NULL,
    reason     text NOT NULL DEFAULT '',
    by_id      bigint,
    by_name    text NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id)
);
CREATE INDEX report_event_report ON report_event (county_id, report_id, id);

-- One figure of a report. No row = never touched; state tells empty, a value (zero included) and not applicable apart.
CREATE TABLE cell (
    county_id  int NOT NULL REFERENCES county,
    report_id  bigint NOT NULL,
    subject_id bigint NOT NULL,                       -- the institution the figure is about
    element_id int NOT NULL,
    state      text NOT NULL CHECK (state IN ('empty', 'value', 'na')),
    value      numeric(24, 6),
    comment    text NOT NULL DEFAULT '',
    version    int NOT NULL DEFAULT 1,
    by_id      bigint,
    by_name    text NOT NULL DEFAULT '',
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (county_id, report_id, subject_id, element_id),
    CONSTRAINT cell_value_iff_state CHECK ((state = 'value') = (value IS NOT NULL)),
    FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id),
    FOREIGN KEY (county_id, subject_id) REFERENCES institution (county_id, id),
    FOREIGN KEY (county_id, element_id) REFERENCES element (county_id, id)
);
CREATE TABLE cell_change (
    county_id  int NOT NULL REFERENCES county,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    report_id  bigint NOT NULL,
    subject_id bigint NOT NULL,
    element_id int NOT NULL,
    old_state  text NOT NULL,
    old_value  numeric(24, 6),
    new_state  text NOT NULL,
    new_value  numeric(24, 6),
    origin     text NOT NULL CHECK (origin IN ('typed', 'imported', 'api', 'demo')),
    by_id      bigint,
    by_name    text NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id)
);
CREATE INDEX cell_change_cell ON cell_change (county_id, report_id, subject_id, element_id, id DESC);

-- Remarks of the reviewer (or the clerk's answer) on one cell.
CREATE TABLE cell_remark (
    county_id  int NOT NULL REFERENCES county,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    report_id  bigint NOT NULL,
    subject_id bigint NOT NULL,
    element_id int NOT NULL,
    submission int NOT NULL,
    text       text NOT NULL CHECK (text <> ''),
    by_id      bigint,
    by_name    text NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id)
);
CREATE INDEX cell_remark_report ON cell_remark (county_id, report_id, id);

-- Why a warning is right as it stands. Bound to the figures it explains: other figures ask again.
CREATE TABLE explanation (
    county_id  int NOT NULL REFERENCES county,
    report_id  bigint NOT NULL,
    rule_code  text NOT NULL,
    subject_id bigint NOT NULL,
    figures    text NOT NULL,
    text       text NOT NULL CHECK (text <> ''),
    by_id      bigint,
    by_name    text NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (county_id, report_id, rule_code, subject_id),
    FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id)
);

-- What was submitted or accepted, as it stood: for differences and for reproducing old figures.
CREATE TABLE report_snapshot (
    county_id  int NOT NULL REFERENCES county,
    report_id  bigint NOT NULL,
    submission int NOT NULL,
    accepted   boolean NOT NULL,
    cells      jsonb NOT NULL,                        -- [{subject, element, state, value}]
    by_name    text NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (county_id, report_id, submission, accepted),
    FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id)
);

-- Facts: accepted figures, and figures loaded for elements that are on no form.
CREATE TABLE fact (
    county_id      int NOT NULL REFERENCES county,
    period         date NOT NULL CHECK (extract(day FROM period) = 1),
    element_id     int NOT NULL,
    institution_id bigint NOT NULL,
    state          text NOT NULL CHECK (state IN ('empty', 'value', 'na')),
    value          numeric(24, 6),
    comment        text NOT NULL DEFAULT '',
    report_id      bigint,                            -- NULL for loaded facts
    submission     int,
    by_name        text NOT NULL DEFAULT '',
    at             timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (county_id, period, element_id, institution_id),
    CONSTRAINT fact_value_iff_state CHECK ((state = 'value') = (value IS NOT NULL)),
    FOREIGN KEY (county_id, element_id) REFERENCES element (county_id, id),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id),
    FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id)
);
CREATE INDEX fact_institution ON fact (county_id, institution_id, element_id, period);
CREATE INDEX fact_report ON fact (county_id, report_id);

-- What indicators read: every fact there is, and which figures are due.
CREATE VIEW reporting_fact AS
SELECT county_id, period, element_id, institution_id, state, value, report_id, submission, by_name, at FROM fact;

-- A figure is due where a report's form asks for it (for the report's own institution); a loaded fact is its own due.
-- Proxy forms owe one figure for each open institution of the asked kinds below the reporter.
CREATE VIEW reporting_due AS
SELECT r.county_id, r.period, i.element_id, r.institution_id, r.id AS report_id
FROM report r
JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id AND cardinality(f.subject_kinds) = 0
JOIN form_item i ON i.county_id = r.county_id AND i.form_id = r.form_id AND i.version = r.form_version
UNION ALL
SELECT r.county_id, r.period, i.element_id, s.id, r.id
FROM report r
JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id AND cardinality(f.subject_kinds) > 0
JOIN form_item i ON i.county_id = r.county_id AND i.form_id = r.form_id AND i.version = r.form_version
JOIN institution s ON s.county_id = r.county_id AND s.parent_id = r.institution_id AND s.kind = ANY (f.subject_kinds)
     AND (s.opened_on IS NULL OR s.opened_on < r.period + interval '1 month')
     AND (s.closed_on IS NULL OR s.closed_on >= r.period)
UNION ALL
SELECT county_id, period, element_id, institution_id, NULL::bigint FROM fact WHERE report_id IS NULL;
