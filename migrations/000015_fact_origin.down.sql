-- Nothing depends on who is named where a fact comes from.
CREATE OR REPLACE VIEW indicator_fact_origin AS
SELECT f.county_id, f.period, f.element_id, f.institution_id, f.state, f.value, f.comment, f.by_name, f.at, f.report_id,
       r.form_id, r.form_version, o.title AS form_title, r.institution_id AS reporter_id,
       c.by_name AS entered_name, c.at AS entered_at, r.submitted_name, r.submitted_at, r.reviewed_name, r.reviewed_at
FROM fact f
LEFT JOIN report r ON r.county_id = f.county_id AND r.id = f.report_id
LEFT JOIN form o ON o.county_id = r.county_id AND o.id = r.form_id
LEFT JOIN cell c ON c.county_id = f.county_id AND c.report_id = f.report_id AND c.subject_id = f.institution_id
     AND c.element_id = f.element_id;
