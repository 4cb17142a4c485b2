DROP VIEW reporting_due, reporting_fact;
DROP TABLE fact, report_snapshot, explanation, cell_remark, cell_change, cell, report_event, report, reporting_catalogue, check_rule,
    form_item, form_version, form_assignment, form, element;
