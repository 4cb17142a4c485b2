-- Moves on with every change of a definition; an edit says which one it was made upon, so that nobody's change is lost unseen.
ALTER TABLE indicator ADD COLUMN revision int NOT NULL DEFAULT 1;

-- What later rooms read set-wise: a room reads no table of another, so that its owner may change it. PostgreSQL reads
-- through these views as if they were not there.
CREATE VIEW division_public AS SELECT county_id, code, name, level, parent_code FROM division;
CREATE VIEW element_public AS SELECT county_id, id, slug, name_zh, unit, kind, decimals, aggregation FROM element;
CREATE VIEW form_public AS SELECT county_id, id, slug, title, position, enabled FROM form;
CREATE VIEW form_item_public AS SELECT county_id, form_id, version, element_id, position FROM form_item;
CREATE VIEW report_public AS
SELECT county_id, id, form_id, form_version, institution_id, period, state, due_at, grace_until, submission, filled, fillable,
       responsible_person, submitted_name, submitted_at, received_at, reviewed_name, reviewed_at, reason
FROM report;
CREATE VIEW indicator_public AS SELECT county_id, id, slug, name_zh, unit, decimals, topic, enabled, position FROM indicator;
CREATE VIEW indicator_version_public AS SELECT county_id, indicator_id, version, effective_from, formula FROM indicator_version;
CREATE VIEW indicator_target_public AS
SELECT county_id, indicator_id, kind, operator, value, value_max, effective_from, effective_to FROM indicator_target;
CREATE VIEW indicator_value_public AS
SELECT county_id, period, indicator_id, institution_id, version, numerator, denominator, value, reason, reporting, expected, computed_at
FROM indicator_value;

-- Change as soon as anything of theirs is committed: the transactions that wrote the rows there are, and a number drawn
-- with every change.
CREATE VIEW institution_stamp AS
SELECT county_id, concat(count(*), '/', sum(xmin::text::bigint)) AS stamp FROM institution GROUP BY county_id;
CREATE VIEW reporting_stamp AS SELECT county_id, stamp FROM reporting_catalogue;

-- What the trail calls the person behind an account number. The trail belongs to the kernel and is read by every room;
-- the rooms before the accounts do not know where names are kept.
CREATE VIEW audit_person AS SELECT county_id, id AS account_id, username, name FROM account;
