package indicator_test

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/jobs"
	"yigai/internal/reporting"
)

// TestEventsReachTheValues runs the queue: changed facts and a new definition have their values computed.
func TestEventsReachTheValues(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "plain", "num")
	registry := jobs.NewRegistry()
	c.Service.Jobs(registry)
	run, err := jobs.Run(ctx, c.DB, registry, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := run.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	c.Fact("2026-06", "num", "A", "3")
	c.Tx(func(tx pgx.Tx) error {
		return jobs.Enqueue(ctx, tx, reporting.FactsChanged{County: c.County.ID, Months: []string{"2026-06"}, Institutions: []int64{c.At("A").ID}})
	})
	await(t, func() bool { return say(t, c, "plain", c.County.Code, "2026-06") == "3/-=3.00 1 of 1" })
	define(t, c, "later", "10*num")
	await(t, func() bool { return say(t, c, "later", "A", "2026-06") == "30/-=30.00 1 of 1" })
	c.Fact("2026-06", "num", "A", "4")
	if err := c.Service.Ask(ctx, manager(c), indicatortest.Month(t, "2026-06")); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool { return say(t, c, "plain", "A", "2026-06") == "4/-=4.00 1 of 1" })
	c.Exec("UPDATE indicator SET enabled = true WHERE county_id = $1 AND slug = 'bed_occupancy'")
	c.Open("2026-07")
	await(t, func() bool { return say(t, c, "bed_occupancy", c.County.Code, "2026-07") == "-/-=missing 0 of 3" })
}

// await gives the queue time; how long it takes is measured elsewhere.
func await(t *testing.T, done func() bool) {
	t.Helper()
	for range 600 {
		if done() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the queue did not do it in half a minute")
}

func TestNightlyCoversTheLastYear(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "plain", "num", func(d *indicator.Draft) { d.From = indicatortest.Month(t, "2020-01") })
	for _, m := range []string{"2025-07", "2025-08", "2026-08"} {
		c.Fact(m, "num", "A", "1")
	}
	if err := c.Service.Nightly(ctx, time.Date(2026, 8, 3, 2, 10, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	expect(t, c, "plain", "A", "2025-07", "none")
	expect(t, c, "plain", "A", "2025-08", "1/-=1.00 1 of 1")
	expect(t, c, "plain", "A", "2026-08", "1/-=1.00 1 of 1")
}
