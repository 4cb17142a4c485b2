DROP VIEW indicator_fact_origin;
DROP TABLE indicator_run, indicator_correction, indicator_value, indicator_target, indicator_version, indicator;
