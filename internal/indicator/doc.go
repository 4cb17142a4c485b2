// Package indicator turns accepted figures into indicators: versioned formulas, targets, computed values, and the
// way from a value back to the cells it came from.
//
// Words: an indicator is a formula over data elements with a meaning and a direction; a version is its formula from
// a month on (in force is the highest version that has begun); a target is what a value should reach, for one kind of
// institution or for all; a value is the outcome for an institution and month, or the reason why there is none.
//
// The value of an institution is the formula over sums: each element is summed over the institution and everything
// below it (only institutions of the group where the formula says element@group), then divided, Σ ÷ Σ. The county's
// root carries the county's value. An institution that declares a figure "not applicable" leaves all sums of that
// indicator; one that owes a figure makes the sum partial, "reporting n of N", and stands out of the other months that
// the formula holds this one against. Elements of the calendar are the same for everybody. An indicator of level county
// has a value at the root only; the others wherever a figure is due.
//
// Tables: indicator, indicator_version, indicator_target, indicator_value, indicator_correction, indicator_run,
// indicator_request.
// Reads: the views reporting_fact and reporting_due, the table element, institution_public.
// Everybody with indicator.view sees what lies in their scope; indicator.manage defines indicators and targets;
// indicator.compute asks for a recomputation. Jobs recompute after every acceptance, when the tree or a definition changes,
// and every night.
package indicator
