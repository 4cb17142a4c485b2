-- Data exchange: what was imported, by whom and from which file, and what each import changed.
CREATE TABLE exchange_import (
    county_id      int NOT NULL REFERENCES county,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    source         text NOT NULL CHECK (source IN ('api', 'page', 'command')),
    format         text NOT NULL CHECK (format IN ('json', 'table', 'dhis2', 'dhis2-csv', 'dxf', 'adx')),
    file_name      text NOT NULL DEFAULT '',
    sha256         bytea NOT NULL CHECK (length(sha256) = 32),
    bytes          bigint NOT NULL,
    mode           text NOT NULL CHECK (mode IN ('everything', 'new', 'old')),
    accepted       boolean NOT NULL,                  -- taken as history, without review
    stored         boolean NOT NULL,                  -- false: refused as a whole
    imported       int NOT NULL,
    updated        int NOT NULL,
    deleted        int NOT NULL,                      -- of the updated
    unchanged      int NOT NULL,
    ignored        int NOT NULL,                      -- refused rows and those that the mode leaves out
    loose          int NOT NULL,                      -- figures on no form, which count at once
    conflicts      jsonb NOT NULL DEFAULT '[]',       -- the first ones
    conflict_count int NOT NULL,
    started_at     timestamptz NOT NULL,
    took_ms        int NOT NULL,
    account_id     bigint,
    by_name        text NOT NULL,
    undone_at      timestamptz,
    undone_name    text NOT NULL DEFAULT '',
    PRIMARY KEY (county_id, id)
);
CREATE INDEX exchange_import_file ON exchange_import (county_id, sha256);

-- A figure that an import changed. version is the cell's afterwards; none for a figure that stands in no report.
CREATE TABLE exchange_change (
    county_id      int NOT NULL,
    import_id      bigint NOT NULL,
    period         date NOT NULL,
    institution_id bigint NOT NULL,
    element_id     int NOT NULL,
    report_id      bigint,
    old_state      text NOT NULL CHECK (old_state IN ('empty', 'value', 'na')),
    old_value      numeric(24, 6),
    old_comment    text NOT NULL,
    new_state      text NOT NULL CHECK (new_state IN ('empty', 'value', 'na')),
    new_value      numeric(24, 6),
    version        int,
    PRIMARY KEY (county_id, import_id, period, institution_id, element_id),
    FOREIGN KEY (county_id, import_id) REFERENCES exchange_import (county_id, id),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id),
    FOREIGN KEY (county_id, element_id) REFERENCES element (county_id, id),
    FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id)
);

-- Undoing an import is a change of its own kind.
ALTER TABLE cell_change DROP CONSTRAINT cell_change_origin_check;
ALTER TABLE cell_change ADD CONSTRAINT cell_change_origin_check CHECK (origin IN ('typed', 'imported', 'api', 'demo', 'undo'));

-- Files for other systems leave as JSON and XML too.
ALTER TABLE export_log DROP CONSTRAINT export_log_format_check;
ALTER TABLE export_log ADD CONSTRAINT export_log_format_check CHECK (format IN ('xlsx', 'csv', 'docx', 'json', 'xml'));
