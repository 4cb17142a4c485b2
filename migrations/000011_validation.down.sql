DROP TABLE IF EXISTS follow_up, validation_result, validation_run, change_limit, figure_range, outlier_setting;
ALTER TABLE check_rule DROP COLUMN IF EXISTS reason, DROP COLUMN IF EXISTS by_name, DROP COLUMN IF EXISTS at;
