package indicator_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/jobs"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/pg"
	"yigai/internal/reporting"
)

// TestEventsReachTheValues runs the queue: changed facts and a new definition have their values computed.
func TestEventsReachTheValues(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "plain", "num")
	worker(t, c)
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

// lockFamily is the lock of a county's computations, as another worker would hold it.
const lockFamily = 0x696e6469

// waiting counts the requests that nobody has computed yet.
func waiting(t *testing.T, c *indicatortest.County) (n int) {
	t.Helper()
	if err := c.DB.QueryRow(ctx, "SELECT count(*) FROM indicator_request WHERE county_id = $1", c.County.ID).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// worker runs the queue until the test ends.
func worker(t *testing.T, c *indicatortest.County) {
	t.Helper()
	registry := jobs.NewRegistry()
	c.Service.Jobs(registry)
	jobs.On(registry, time.Minute, func(context.Context, indicator.Computed) error { return nil }) // later rooms listen
	run, err := jobs.Run(ctx, c.DB, registry, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := run.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// accept stores a figure and announces it in one transaction, as an acceptance does.
func accept(t *testing.T, c *indicatortest.County, month, code, value string) {
	t.Helper()
	err := pg.Tx(ctx, c.DB, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO fact (county_id, period, element_id, institution_id, state, value, by_name)
			SELECT $1, $2, id, $3, 'value', $4::text::numeric, '录入员' FROM element WHERE county_id = $1 AND slug = 'num'`,
			c.County.ID, indicatortest.Month(t, month), c.At(code).ID, value)
		if err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, reporting.FactsChanged{County: c.County.ID, Months: []string{month}, Institutions: []int64{c.At(code).ID}})
	})
	if err != nil {
		t.Error(err)
	}
}

// TestAcceptancesAtTheSameTime runs acceptances against the queue, some while others are being computed.
func TestAcceptancesAtTheSameTime(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "plain", "num")
	define(t, c, "step", "num-pp(num)")
	const clinics = 20
	for n := range clinics {
		c.Institution(fmt.Sprint("V", n), "village_clinic", "B")
	}
	worker(t, c)
	var wait sync.WaitGroup
	for n := range clinics {
		wait.Go(func() {
			accept(t, c, "2026-06", fmt.Sprint("V", n), "1")
			accept(t, c, "2026-07", fmt.Sprint("V", n), "3")
		})
	}
	wait.Wait()
	await(t, func() bool { return queued(t, c) == 0 && waiting(t, c) == 0 })
	for _, place := range []string{"B", c.County.Code} {
		expect(t, c, "plain", place, "2026-06", "20/-=20.00 20 of 20")
		expect(t, c, "plain", place, "2026-07", "60/-=60.00 20 of 20")
		expect(t, c, "step", place, "2026-07", "40/-=40.00 20 of 20")
	}
	expect(t, c, "step", "V7", "2026-07", "2/-=2.00 1 of 1")
}

// queued counts the jobs that are not done.
func queued(t *testing.T, c *indicatortest.County) (n int) {
	t.Helper()
	if err := c.DB.QueryRow(ctx, "SELECT count(*) FROM river_job WHERE finalized_at IS NULL").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestAKilledWorkerLosesNothing: another worker holds the county, takes over what is asked meanwhile, and dies.
func TestAKilledWorkerLosesNothing(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "plain", "num")
	other, err := c.DB.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Exec(ctx, "SELECT pg_advisory_xact_lock($1, $2)", lockFamily, c.County.ID); err != nil {
		t.Fatal(err)
	}
	worker(t, c)
	accept(t, c, "2026-06", "A", "3")
	accept(t, c, "2026-06", "B", "4")
	await(t, func() bool { return queued(t, c) == 0 })
	expect(t, c, "plain", c.County.Code, "2026-06", "none")
	if _, err := other.Exec(ctx, "DELETE FROM indicator_request"); err != nil { // it takes them, and dies before it is done
		t.Fatal(err)
	}
	if _, err := c.DB.Exec(ctx, "SELECT pg_terminate_backend($1)", other.Conn().PgConn().PID()); err != nil {
		t.Fatal(err)
	}
	_ = other.Rollback(ctx) // the connection is gone
	if n := waiting(t, c); n < 2 {
		t.Fatalf("%d requests are left of the dead worker", n)
	}
	if err := c.Service.LeftOver(ctx, orgtest.Now()); err != nil {
		t.Fatal(err)
	}
	expect(t, c, "plain", c.County.Code, "2026-06", "7/-=7.00 2 of 2")
	expect(t, c, "plain", "A", "2026-06", "3/-=3.00 1 of 1")
	if n := waiting(t, c); n != 0 {
		t.Errorf("%d requests are still there", n)
	}
}

// TestAMonthThatFailsStaysAskedFor and keeps no other from being computed.
func TestAMonthThatFailsStaysAskedFor(t *testing.T) {
	t.Parallel()
	c := bare(t)
	was := define(t, c, "plain", "num")
	c.Fact("2026-06", "num", "A", "1")
	c.Fact("2026-07", "num", "A", "2")
	c.Exec("INSERT INTO indicator_version (county_id, indicator_id, version, effective_from, formula) VALUES ($1, $2, 2, '2026-07-01', 'num+')",
		was.ID)
	if _, err := c.Service.Compute(ctx, c.County.ID, monthsOf(t, []string{"2026-06", "2026-07"}), nil); err == nil {
		t.Error("a formula that cannot be read is passed over in silence")
	}
	expect(t, c, "plain", "A", "2026-06", "1/-=1.00 1 of 1")
	if n := waiting(t, c); n != 1 {
		t.Errorf("%d months are asked for", n)
	}
	c.Exec("UPDATE indicator_version SET formula = '10*num' WHERE county_id = $1 AND version = 2 AND indicator_id = $2", was.ID)
	if err := c.Service.LeftOver(ctx, orgtest.Now()); err != nil {
		t.Fatal(err)
	}
	expect(t, c, "plain", "A", "2026-07", "20/-=20.00 1 of 1")
}

// TestATreeThatChangesIsComputedAtOnce: sums follow an institution that moves, and debts end with one that closes.
func TestATreeThatChangesIsComputedAtOnce(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "plain", "num")
	define(t, c, "growth", "num-py(num)")
	c.Fact("2025-06", "num", "A1", "5")
	c.Fact("2026-06", "num", "A1", "7")
	c.Fact("2025-06", "num", "C", "4")
	compute(t, c, "2025-06", "2026-06")
	expect(t, c, "plain", "A", "2026-06", "7/-=7.00 1 of 1")
	expect(t, c, "growth", c.County.Code, "2026-06", "2/-=2.00 1 of 1")
	worker(t, c)
	tree := org.New(c.DB, orgtest.Now)
	who := c.Who(c.County.Code, org.ActionView, org.ActionManage)
	clinic, err := tree.Get(ctx, who, c.At("A1").ID)
	if err != nil {
		t.Fatal(err)
	}
	moved := org.DraftOf(clinic)
	moved.Parent = "B"
	if _, err := tree.Edit(ctx, who, clinic.ID, clinic.Version, moved); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool { return say(t, c, "plain", "B", "2026-06") == "7/-=7.00 1 of 1" })
	await(t, func() bool { return queued(t, c) == 0 && waiting(t, c) == 0 })
	expect(t, c, "plain", "A", "2026-06", "none")
	expect(t, c, "plain", "B", "2025-06", "5/-=5.00 1 of 1")
	closing, err := tree.Get(ctx, who, c.At("C").ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tree.Close(ctx, who, closing.ID, closing.Version, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), "并入"); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool { return say(t, c, "growth", c.County.Code, "2026-06") == "-2/-=-2.00 1 of 1" })
}
