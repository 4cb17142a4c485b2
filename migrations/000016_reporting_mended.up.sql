-- Which proxy report holds an institution's figures of a month: the one in which the first of them was typed, or which
-- was handed in with it on its list. An institution that moves afterwards stays there, and no second report gets it.
CREATE TABLE report_subject (
    county_id  int NOT NULL,
    form_id    int NOT NULL,
    period     date NOT NULL,
    subject_id bigint NOT NULL,
    report_id  bigint NOT NULL,
    PRIMARY KEY (county_id, form_id, period, subject_id),
    FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id),
    FOREIGN KEY (county_id, subject_id) REFERENCES institution (county_id, id)
);
CREATE INDEX report_subject_report ON report_subject (county_id, report_id, subject_id);

-- Where two reports have figures of one institution, the accepted ones count.
INSERT INTO report_subject (county_id, form_id, period, subject_id, report_id)
SELECT DISTINCT ON (r.county_id, r.form_id, r.period, c.subject_id) r.county_id, r.form_id, r.period, c.subject_id, r.id
FROM report r
JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id AND cardinality(f.subject_kinds) > 0
JOIN cell c ON c.county_id = r.county_id AND c.report_id = r.id
LEFT JOIN fact t ON t.county_id = r.county_id AND t.period = r.period AND t.element_id = c.element_id
     AND t.institution_id = c.subject_id AND t.report_id = r.id
ORDER BY r.county_id, r.form_id, r.period, c.subject_id, t.report_id IS NULL, r.state <> 'accepted', r.id;

-- The institutions of every proxy report: those it holds, and of those below the reporter the ones that none holds.
CREATE VIEW proxy_subject AS
SELECT county_id, report_id, form_id, period, subject_id FROM report_subject
UNION ALL
SELECT r.county_id, r.id, r.form_id, r.period, s.id
FROM report r
JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id AND cardinality(f.subject_kinds) > 0
JOIN institution s ON s.county_id = r.county_id AND s.parent_id = r.institution_id AND s.kind = ANY (f.subject_kinds)
     AND (s.opened_on IS NULL OR s.opened_on < r.period + interval '1 month')
     AND (s.closed_on IS NULL OR s.closed_on > r.period)
WHERE NOT EXISTS (SELECT FROM report_subject h WHERE h.county_id = r.county_id AND h.form_id = r.form_id
                  AND h.period = r.period AND h.subject_id = s.id);

-- What indicators count as due, in four ways: a report of an institution's own, what a proxy report holds, what nobody
-- holds yet, and loaded facts. An institution closed before the month owes nothing that it did not begin; one with
-- open institutions below it cannot be closed, so that proxy reports need no such condition.
CREATE OR REPLACE VIEW reporting_due AS
SELECT r.county_id, r.period, i.element_id, r.institution_id, r.id AS report_id
FROM report r
JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id AND cardinality(f.subject_kinds) = 0
JOIN form_item i ON i.county_id = r.county_id AND i.form_id = r.form_id AND i.version = r.form_version
WHERE NOT (r.state = 'not_started' AND EXISTS (SELECT FROM institution o WHERE o.county_id = r.county_id
           AND o.id = r.institution_id AND o.closed_on <= r.period))
UNION ALL
SELECT r.county_id, r.period, i.element_id, s.subject_id, r.id
FROM report r
JOIN report_subject s ON s.county_id = r.county_id AND s.report_id = r.id AND s.form_id = r.form_id AND s.period = r.period
JOIN form_item i ON i.county_id = r.county_id AND i.form_id = r.form_id AND i.version = r.form_version
UNION ALL
SELECT r.county_id, r.period, i.element_id, s.id, r.id
FROM report r
JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id AND cardinality(f.subject_kinds) > 0
JOIN form_item i ON i.county_id = r.county_id AND i.form_id = r.form_id AND i.version = r.form_version
JOIN institution s ON s.county_id = r.county_id AND s.parent_id = r.institution_id AND s.kind = ANY (f.subject_kinds)
     AND (s.opened_on IS NULL OR s.opened_on < r.period + interval '1 month')
     AND (s.closed_on IS NULL OR s.closed_on > r.period)
WHERE NOT EXISTS (SELECT FROM report_subject h WHERE h.county_id = r.county_id AND h.form_id = r.form_id
                  AND h.period = r.period AND h.subject_id = s.id)
UNION ALL
SELECT county_id, period, element_id, institution_id, NULL::bigint FROM fact WHERE report_id IS NULL;

-- Sums over the institutions below as they stood when the report was handed in. Who reviews, signs or prints the report
-- afterwards sees these, whatever becomes of the proxy report: {"of": 12, "sums": [{"window", "element", "total", "n"}]}.
ALTER TABLE report_snapshot ADD COLUMN below jsonb;

ALTER TABLE report
    ADD COLUMN saved_at timestamptz,                    -- when a figure, a comment or an explanation was stored last
    ADD COLUMN checked  boolean NOT NULL DEFAULT true;  -- false: history taken as it was, nobody counted its findings
UPDATE report r SET saved_at = greatest(
    (SELECT max(c.at) FROM cell c WHERE c.county_id = r.county_id AND c.report_id = r.id),
    (SELECT max(x.at) FROM explanation x WHERE x.county_id = r.county_id AND x.report_id = r.id));

-- Moves on with every change; an edit says which one it was made upon, so that nobody's change is lost unseen.
ALTER TABLE element ADD COLUMN revision int NOT NULL DEFAULT 1;
ALTER TABLE form ADD COLUMN revision int NOT NULL DEFAULT 1;

-- A change is a change of a cell that is there, and a cell refers to everything else.
ALTER TABLE cell_change
    DROP CONSTRAINT cell_change_county_id_report_id_fkey,
    ADD CONSTRAINT cell_change_cell_fkey FOREIGN KEY (county_id, report_id, subject_id, element_id) REFERENCES cell;
-- A remark may be about a figure that was never typed.
ALTER TABLE cell_remark
    ADD CONSTRAINT cell_remark_subject_fkey FOREIGN KEY (county_id, subject_id) REFERENCES institution (county_id, id),
    ADD CONSTRAINT cell_remark_element_fkey FOREIGN KEY (county_id, element_id) REFERENCES element (county_id, id);
ALTER TABLE explanation
    ADD CONSTRAINT explanation_subject_fkey FOREIGN KEY (county_id, subject_id) REFERENCES institution (county_id, id);
