DROP TABLE extension;
ALTER TABLE report
    DROP CONSTRAINT report_extension_without_grace,
    DROP CONSTRAINT report_grace_after_due,
    DROP COLUMN extended,
    DROP COLUMN grace_until;
ALTER TABLE form DROP COLUMN grace_days;
DROP TABLE calendar_day;
