// Package reporting is the monthly reporting of institutions: what is asked (elements, forms, checks), the reports
// of each month with their cells, submission and review, and the accepted figures (facts) that indicators read.
//
// Words: an element is a number that somebody enters; a form arranges elements, versioned by month; a report is one
// form × institution × month; a cell is one figure of a report about one subject, the institution itself or, in proxy
// entry, one of those below it. A check finds errors, which block submission, and warnings, which need an explanation.
// A fact is an accepted or loaded figure.
//
// A report goes not_started → draft → submitted → accepted, or submitted → checked → accepted where the form has two
// levels of review by two people; a reviewer returns it (with a reason) and it is edited again; an accepted report is locked until somebody with the permission reopens it, and its facts stand until the
// next acceptance replaces them. Whoever submitted a report, entered a figure of it or explained a finding does not
// accept it.
//
// A proxy report is about the institutions it holds (report_subject): those of which a figure was typed in it, or that
// it was handed in with, wherever they stand now; and about those below the reporter that no report holds. A report
// that was handed in shows the sums over the institutions below that it was handed in with (report_snapshot.below).
//
// Every write to a report locks its row first, so that no figure slips in behind a submission. What was typed is kept
// cell by cell in cell_change, which only grows; everything else is in the audit trail too.
//
// Tables: element, form, form_assignment, form_version, form_item, check_rule, reporting_catalogue, calendar_day, extension, report,
// report_signature, review_desk, review_mark, correction,
// report_event, cell, cell_change, cell_remark, remark_resolution, remark_read, explanation, report_snapshot, report_subject,
// fact. Views for later rooms: reporting_fact, reporting_due, proxy_subject.
package reporting
