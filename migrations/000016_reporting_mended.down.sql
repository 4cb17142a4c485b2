ALTER TABLE explanation DROP CONSTRAINT explanation_subject_fkey;
ALTER TABLE cell_remark DROP CONSTRAINT cell_remark_subject_fkey, DROP CONSTRAINT cell_remark_element_fkey;
ALTER TABLE cell_change
    DROP CONSTRAINT cell_change_cell_fkey,
    ADD CONSTRAINT cell_change_county_id_report_id_fkey FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id);
ALTER TABLE form DROP COLUMN revision;
ALTER TABLE element DROP COLUMN revision;
ALTER TABLE report DROP COLUMN saved_at, DROP COLUMN checked;
ALTER TABLE report_snapshot DROP COLUMN below;

CREATE OR REPLACE VIEW reporting_due AS
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
     AND (s.closed_on IS NULL OR s.closed_on > r.period)
UNION ALL
SELECT county_id, period, element_id, institution_id, NULL::bigint FROM fact WHERE report_id IS NULL;

DROP VIEW proxy_subject;
DROP TABLE report_subject;
