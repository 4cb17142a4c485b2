package indicator_test

import (
	"testing"
	"time"

	"yigai/internal/fault"
	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
)

func TestAnEditUponWhatSomebodyChangedIsRefused(t *testing.T) {
	t.Parallel()
	c := bare(t)
	opened := indicator.DraftOf(define(t, c, "rate", "num/den"))
	first := opened
	first.Formula, first.Note = "100*num/den", "先改的"
	made, err := c.Service.Edit(ctx, manager(c), first)
	if err != nil {
		t.Fatal(err)
	}
	second := opened
	second.NameZH = "后改的"
	if _, err := c.Service.Edit(ctx, manager(c), second); !fault.IsConflict(err) {
		t.Errorf("an edit of what was there before: %v", err)
	}
	if _, err := c.Service.Edit(ctx, manager(c), first); err != nil {
		t.Errorf("what already stands, sent again: %v", err)
	}
	second = indicator.DraftOf(made)
	second.NameZH = "后改的"
	after, err := c.Service.Edit(ctx, manager(c), second)
	if err != nil || after.Latest().Formula != "100*num/den" || after.Note != "先改的" || after.NameZH != "后改的" {
		t.Errorf("after both edits it is %+v, %v", after, err)
	}
}

// TestSwitchingOffKeepsAChangeThatIsJustBeingMade: the definition is read when it is the switch's turn, not before.
func TestSwitchingOffKeepsAChangeThatIsJustBeingMade(t *testing.T) {
	t.Parallel()
	c := bare(t)
	rate := define(t, c, "rate", "num/den")
	other, err := c.DB.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{"UPDATE indicator SET note = '改了公式', revision = revision + 1 WHERE county_id = $1 AND id = $2",
		"INSERT INTO indicator_version (county_id, indicator_id, version, effective_from, formula) VALUES ($1, $2, 2, '2024-01-01', '100*num/den')"} {
		if _, err := other.Exec(ctx, sql, c.County.ID, rate.ID); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan error, 1)
	go func() { done <- second(c.Service.Enable(ctx, manager(c), "rate", false)) }()
	waitForALock(t, c)
	if err := other.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	is, err := c.Service.Get(ctx, manager(c), "rate")
	if err != nil || is.Enabled || is.Latest().Formula != "100*num/den" || is.Note != "改了公式" {
		t.Errorf("the indicator is %+v, %v", is, err)
	}
}

// waitForALock returns when a statement waits for another transaction.
func waitForALock(t *testing.T, c *indicatortest.County) {
	t.Helper()
	for range 600 {
		var waits bool
		err := c.DB.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database())").Scan(&waits)
		if err != nil {
			t.Fatal(err)
		}
		if waits {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("nobody waits")
}
