ALTER TABLE notice_setting DROP COLUMN returned_after;
