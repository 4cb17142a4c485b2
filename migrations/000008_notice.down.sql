DROP TABLE circular_counter;
DROP TABLE circular;
DROP FUNCTION circular_refuse_change();
DROP TABLE notice_setting;
DROP TABLE outbox;
DROP TABLE message_address;
DROP TABLE message_preference;
DROP TABLE message;
DROP VIEW account_reach;
ALTER TABLE export_log
    DROP CONSTRAINT export_log_format_check,
    ADD CONSTRAINT export_log_format_check CHECK (format IN ('xlsx', 'csv'));
