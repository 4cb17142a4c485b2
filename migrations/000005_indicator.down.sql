DROP TABLE indicator_run, indicator_value, indicator_target, indicator_version, indicator;
