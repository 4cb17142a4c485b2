-- Whose account signed a statement: it may be another person's than the responsible one whose name is printed.
ALTER TABLE report_signature
    ADD COLUMN by_name     text NOT NULL DEFAULT '',
    ADD COLUMN by_username text NOT NULL DEFAULT '';
