package indicator_test

import (
	"fmt"
	"strings"
	"testing"

	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/org/orgtest"
)

// TestAnIndicatorBackInUseHasAllItsValuesAgain, also those of years that the nightly duty never looks at.
func TestAnIndicatorBackInUseHasAllItsValuesAgain(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "plain", "num", func(d *indicator.Draft) { d.From = indicatortest.Month(t, "2010-01") })
	months := []string{"2011-03", "2019-12", "2026-06"}
	for _, m := range months {
		c.Fact(m, "num", "A", "2")
	}
	compute(t, c, months...)
	worker(t, c)
	for _, used := range []bool{false, true} {
		if _, err := c.Service.Enable(ctx, manager(c), "plain", used); err != nil {
			t.Fatal(err)
		}
		await(t, func() bool { return queued(t, c) == 0 && waiting(t, c) == 0 })
		want := "none"
		if used {
			want = "2/-=2.00 1 of 1"
		}
		for _, m := range months {
			expect(t, c, "plain", c.County.Code, m, want)
		}
	}
}

// TestOneCountyThatFailsKeepsBackNoOther: the nightly duty computes the counties behind it and says what failed.
func TestOneCountyThatFailsKeepsBackNoOther(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "plain", "num")
	c.Fact("2026-06", "num", "A", "1")
	broken, _ := orgtest.CountyAt(t, c.DB, "110101", "坏县")
	for _, sql := range []string{
		"INSERT INTO indicator (county_id, slug, name_zh, direction) VALUES ($1, 'odd', '怪', 'up')",
		"INSERT INTO indicator_version (county_id, indicator_id, version, effective_from, formula) SELECT county_id, id, 1, '2020-01-01', 'num+' FROM indicator WHERE county_id = $1",
		"INSERT INTO element (county_id, slug, name_zh, kind) VALUES ($1, 'num', '数', 'flow')",
		"INSERT INTO fact (county_id, period, element_id, institution_id, state) SELECT e.county_id, '2026-06-01', e.id, i.id, 'empty' FROM element e JOIN institution i USING (county_id) WHERE e.county_id = $1",
	} {
		if _, err := c.DB.Exec(ctx, sql, broken.ID); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	if err := c.Service.Nightly(ctx, orgtest.Now()); err == nil || !strings.Contains(err.Error(), "110101") {
		t.Errorf("the broken county is passed over: %v", err)
	}
	expect(t, c, "plain", "A", "2026-06", "1/-=1.00 1 of 1")
}

// TestWhoAsksForAComputationStandsInTheTrail: it takes the worker's time and may change published figures.
func TestWhoAsksForAComputationStandsInTheTrail(t *testing.T) {
	t.Parallel()
	c := bare(t)
	if err := c.Service.Ask(ctx, manager(c), indicatortest.Month(t, "2026-06")); err != nil {
		t.Fatal(err)
	}
	var n int
	err := c.DB.QueryRow(ctx, `SELECT count(*) FROM audit_entry WHERE county_id = $1 AND action = $2 AND object_kind = 'month'
		AND object_id = '2026-06' AND object_name = '2026年6月'`, c.County.ID, indicator.ActionCompute).Scan(&n)
	if err != nil || n != 1 {
		t.Errorf("%d entries, %v", n, err)
	}
}

// TestManyAcceptancesAtOnceAreOneComputation: what was accepted while a month is computed is computed together, however
// many reports it were.
func TestManyAcceptancesAtOnceAreOneComputation(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "plain", "num")
	const clinics = 30
	for n := range clinics {
		c.Institution(fmt.Sprint("V", n), "village_clinic", "B")
	}
	for _, sql := range []string{"DELETE FROM river_job", // what making the county itself asks for
		"INSERT INTO job_schedule (name, last_slot) VALUES ('indicator.nightly', now() + interval '1 day')",
		"CREATE TABLE computation (n bigint GENERATED ALWAYS AS IDENTITY, period date)",
		"CREATE FUNCTION computed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO computation (period) VALUES (NEW.period); RETURN NULL; END'",
		"CREATE TRIGGER computed AFTER INSERT OR UPDATE ON indicator_run FOR EACH ROW EXECUTE FUNCTION computed()"} {
		if _, err := c.DB.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	busy, err := c.DB.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := busy.Exec(ctx, "SELECT pg_advisory_xact_lock($1, $2)", lockFamily, c.County.ID); err != nil {
		t.Fatal(err)
	}
	worker(t, c)
	for n := range clinics {
		accept(t, c, "2026-06", fmt.Sprint("V", n), "1")
	}
	await(t, func() bool { return queued(t, c) == 0 })
	if err := busy.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	if err := c.Service.LeftOver(ctx, orgtest.Now()); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := c.DB.QueryRow(ctx, "SELECT count(*) FROM computation").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d computations for %d acceptances, %v", n, clinics, err)
	}
	expect(t, c, "plain", c.County.Code, "2026-06", "30/-=30.00 30 of 30")
}
