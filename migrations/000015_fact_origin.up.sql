-- Where a fact comes from: who entered, submitted and accepted the figure that it is, not what a later correction of the
-- report says. A cell that was typed into since the acceptance answers from its history, an earlier submission from its
-- snapshot; as expressions of single columns these cost nothing where they are not asked for.
CREATE OR REPLACE VIEW indicator_fact_origin AS
SELECT f.county_id, f.period, f.element_id, f.institution_id, f.state, f.value, f.comment, f.by_name, f.at, f.report_id,
       r.form_id, r.form_version, o.title AS form_title, r.institution_id AS reporter_id,
       CASE WHEN c.at <= f.at THEN c.by_name ELSE
           (SELECT h.by_name FROM cell_change h WHERE h.county_id = f.county_id AND h.report_id = f.report_id
            AND h.subject_id = f.institution_id AND h.element_id = f.element_id AND h.at <= f.at ORDER BY h.id DESC LIMIT 1) END AS entered_name,
       CASE WHEN c.at <= f.at THEN c.at ELSE
           (SELECT h.at FROM cell_change h WHERE h.county_id = f.county_id AND h.report_id = f.report_id
            AND h.subject_id = f.institution_id AND h.element_id = f.element_id AND h.at <= f.at ORDER BY h.id DESC LIMIT 1) END AS entered_at,
       CASE WHEN f.submission = r.submission THEN r.submitted_name ELSE
           (SELECT s.by_name FROM report_snapshot s WHERE s.county_id = f.county_id AND s.report_id = f.report_id
            AND s.submission = f.submission AND NOT s.accepted) END AS submitted_name,
       CASE WHEN f.submission = r.submission THEN r.submitted_at ELSE
           (SELECT s.at FROM report_snapshot s WHERE s.county_id = f.county_id AND s.report_id = f.report_id
            AND s.submission = f.submission AND NOT s.accepted) END AS submitted_at,
       CASE WHEN f.report_id IS NOT NULL THEN f.by_name END AS reviewed_name,
       CASE WHEN f.report_id IS NOT NULL THEN f.at END AS reviewed_at
FROM fact f
LEFT JOIN report r ON r.county_id = f.county_id AND r.id = f.report_id
LEFT JOIN form o ON o.county_id = r.county_id AND o.id = r.form_id
LEFT JOIN cell c ON c.county_id = f.county_id AND c.report_id = f.report_id AND c.subject_id = f.institution_id
     AND c.element_id = f.element_id;
