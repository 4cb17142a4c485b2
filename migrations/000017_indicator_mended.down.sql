DROP VIEW audit_person, reporting_stamp, institution_stamp, indicator_value_public, indicator_target_public, indicator_version_public,
    indicator_public, report_public, form_item_public, form_public, element_public, division_public;
ALTER TABLE indicator DROP COLUMN revision;
