package report_test

import (
	"testing"

	"yigai/internal/report/reporttest"
)

// West has begun its report; when it has not, and was closed before the month, it owes none.
func TestAClosedUnitIsNotCountedAmongThoseThatOwe(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	c.Exec("UPDATE institution SET closed_on = '2026-07-01' WHERE county_id = $1 AND id = $2", c.West.ID)
	for state, due := range map[string]int{"draft": 2, "not_started": 1} {
		c.Exec("UPDATE report SET state = $3 WHERE county_id = $1 AND institution_id = $2", c.West.ID, state)
		if o, err := c.Service.Overview(t.Context(), c.Auditor()); err != nil || o.Due != due {
			t.Errorf("with a report %s %d are due, want %d (%v)", state, o.Due, due, err)
		}
	}
}
