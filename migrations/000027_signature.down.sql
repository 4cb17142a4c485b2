ALTER TABLE report_signature
    DROP COLUMN by_name,
    DROP COLUMN by_username;
