-- Entry that helps: how a cell got its figure, where figures can be taken from, and who else has a form open.

-- Carried from last month and not changed since, taken from a source and following it, or somebody's own (typed,
-- imported, sent).
ALTER TABLE cell ADD COLUMN origin text NOT NULL DEFAULT 'typed'
    CONSTRAINT cell_origin_known CHECK (origin IN ('typed', 'carried', 'derived'));
ALTER TABLE cell_change DROP CONSTRAINT cell_change_origin_check;
ALTER TABLE cell_change ADD CONSTRAINT cell_change_origin_check
    CHECK (origin IN ('typed', 'imported', 'api', 'demo', 'undo', 'carried', 'derived'));

-- What cells can take their figures from: views with the columns of proxy_source. A later room adds its own view and a
-- row here in its own migration.
CREATE TABLE figure_source (
    name  text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_]{0,62}$'), -- of the view
    title text NOT NULL CHECK (title <> '')                         -- as a clerk knows it
);
-- Which elements of a county take their figure from a source; presets bring them.
CREATE TABLE derivation (
    county_id  int NOT NULL,
    element_id int NOT NULL,
    source     text NOT NULL REFERENCES figure_source,
    expression text NOT NULL CHECK (expression <> ''), -- over the source's figures
    note       text NOT NULL DEFAULT '',
    enabled    boolean NOT NULL DEFAULT true,
    PRIMARY KEY (county_id, element_id),
    FOREIGN KEY (county_id, element_id) REFERENCES element (county_id, id)
);

-- What the institutions below report by proxy, summed for the one that reports it: as it stands, whatever its state.
CREATE VIEW proxy_source AS
SELECT r.county_id, r.period, r.institution_id, e.slug AS figure, sum(c.value) AS value,
       count(*) FILTER (WHERE c.state <> 'empty') AS filled,
       (SELECT count(*) FROM proxy_subject s WHERE s.county_id = r.county_id AND s.report_id = r.id) AS expected,
       '/reporting/' || r.id AS link
FROM report r
JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id AND cardinality(f.subject_kinds) > 0
JOIN cell c ON c.county_id = r.county_id AND c.report_id = r.id
JOIN element e ON e.county_id = c.county_id AND e.id = c.element_id
GROUP BY r.county_id, r.period, r.institution_id, r.id, e.slug;

-- What the register of institutions knows of a month: the clinics that were open below an institution.
CREATE VIEW institution_source AS
SELECT r.county_id, r.period, r.institution_id, 'village_clinics'::text AS figure, n.clinics::numeric AS value,
       1::bigint AS filled, 1::bigint AS expected, '/institutions/' || r.institution_id AS link
FROM (SELECT DISTINCT county_id, period, institution_id FROM report) r
CROSS JOIN LATERAL (
    SELECT count(*) AS clinics FROM institution i
    WHERE i.county_id = r.county_id AND i.parent_id = r.institution_id AND i.kind = 'village_clinic'
      AND (i.opened_on IS NULL OR i.opened_on < r.period + interval '1 month')
      AND (i.closed_on IS NULL OR i.closed_on > r.period)) n;

INSERT INTO figure_source (name, title) VALUES ('proxy_source', '代报表'), ('institution_source', '机构名录');

-- Who has a form open right now. Lost in a crash and written every few seconds, so it costs no write-ahead log.
CREATE UNLOGGED TABLE report_presence (
    county_id  int NOT NULL,
    report_id  bigint NOT NULL,
    account_id bigint NOT NULL,
    name       text NOT NULL,
    seen_at    timestamptz NOT NULL,
    PRIMARY KEY (county_id, report_id, account_id),
    FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id)
);
CREATE INDEX report_presence_seen ON report_presence (seen_at);
