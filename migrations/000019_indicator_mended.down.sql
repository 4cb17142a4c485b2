ALTER TABLE indicator DROP COLUMN revision;
