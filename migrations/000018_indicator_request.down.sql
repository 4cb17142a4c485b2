DROP TABLE indicator_request;
ALTER TABLE indicator_value DROP COLUMN uneven;
