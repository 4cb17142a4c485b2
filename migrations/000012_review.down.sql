ALTER TABLE indicator_correction DROP COLUMN inputs;
DROP TABLE correction, report_signature, review_mark, review_desk;
-- A first check is undone: the report waits for review.
UPDATE report SET state = 'submitted' WHERE state = 'checked';
ALTER TABLE report
    DROP CONSTRAINT report_state_check,
    ADD CONSTRAINT report_state_check CHECK (state IN ('not_started', 'draft', 'submitted', 'returned', 'accepted')),
    DROP COLUMN checked_by, DROP COLUMN checked_name, DROP COLUMN checked_at, DROP COLUMN returned_from;
ALTER TABLE form DROP COLUMN two_level, DROP COLUMN review_days;
