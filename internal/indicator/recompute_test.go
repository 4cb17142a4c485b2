package indicator_test

import (
	"sync"
	"testing"
	"time"

	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/org/orgtest"
	"yigai/internal/period"
)

func TestRecomputeReachesMonthsThatLookBack(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "plain", "num")
	define(t, c, "step", "num-pp(num)")
	define(t, c, "year", "ytd(num)")
	define(t, c, "growth", "num-py(num)")
	define(t, c, "growth_year", "num-py(ytd(num))")
	months := []string{"2025-01", "2025-02", "2025-03", "2026-01", "2026-02"}
	for _, m := range months {
		c.Fact(m, "num", "A", "10")
	}
	compute(t, c, months...)
	c.Fact("2025-01", "num", "A", "11")
	a := []int64{c.At("A").ID}
	if _, err := c.Service.Recompute(ctx, c.County.ID, monthsOf(t, []string{"2025-01"}), a); err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{"A", c.County.Code} {
		expect(t, c, "plain", place, "2025-01", "11/-=11.00 1 of 1")
		expect(t, c, "step", place, "2025-02", "-1/-=-1.00 1 of 1")
		expect(t, c, "year", place, "2025-03", "31/-=31.00 1 of 1")
		expect(t, c, "growth", place, "2026-01", "-1/-=-1.00 1 of 1")
		expect(t, c, "growth_year", place, "2026-02", "-11/-=-11.00 1 of 1")
	}
}

func TestRecomputeTouchesOnlyTheInstitutionAndThoseAbove(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "plain", "num")
	c.Fact("2026-01", "num", "A", "1")
	c.Fact("2026-01", "num", "A1", "1")
	c.Fact("2026-01", "num", "B", "1")
	compute(t, c, "2026-01")
	for _, code := range []string{"A1", "B"} {
		c.Fact("2026-01", "num", code, "5")
	}
	if _, err := c.Service.Compute(ctx, c.County.ID, monthsOf(t, []string{"2026-01"}), []int64{c.At("A1").ID}); err != nil {
		t.Fatal(err)
	}
	expect(t, c, "plain", "A1", "2026-01", "5/-=5.00 1 of 1")
	expect(t, c, "plain", "A", "2026-01", "6/-=6.00 2 of 2")
	expect(t, c, "plain", "B", "2026-01", "1/-=1.00 1 of 1")
	expect(t, c, "plain", c.County.Code, "2026-01", "11/-=11.00 3 of 3")
}

func TestComputeTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "rate", "num/den")
	c.Fact("2026-01", "num", "A", "1")
	c.Fact("2026-01", "den", "A", "3")
	compute(t, c, "2026-01")
	later := indicator.New(c.DB, func() time.Time { return orgtest.Now().Add(time.Hour) }, period.China())
	if _, err := later.Compute(ctx, c.County.ID, monthsOf(t, []string{"2026-01"}), nil); err != nil {
		t.Fatal(err)
	}
	page, err := later.Values(ctx, manager(c), indicator.ValueFilter{Indicator: "rate"})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range page.Items {
		if !v.ComputedAt.Equal(orgtest.Now()) {
			t.Errorf("the value of %s was written again at %s", v.InstitutionCode, v.ComputedAt)
		}
	}
	if e := explain(t, c, "rate", "A", "2026-01"); len(e.Corrections) != 0 {
		t.Errorf("an unchanged value has %d corrections", len(e.Corrections))
	}
}

func explain(t *testing.T, c *indicatortest.County, slug, institution, month string) indicator.Explained {
	t.Helper()
	e, err := c.Service.Explain(ctx, manager(c), slug, institution, indicatortest.Month(t, month), 1)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestACorrectedValueKeepsTheOldOne(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "plain", "num")
	c.Fact("2026-01", "num", "A", "1")
	compute(t, c, "2026-01")
	c.Fact("2026-01", "num", "A", "2")
	compute(t, c, "2026-01")
	old := explain(t, c, "plain", "A", "2026-01").Corrections
	if len(old) != 1 || old[0].Value.String() != "1" || old[0].Version != 1 {
		t.Errorf("the earlier value is kept as %+v", old)
	}
}

func TestAnotherFormulaIsNoCorrection(t *testing.T) {
	t.Parallel()
	c := bare(t)
	was := define(t, c, "plain", "num")
	c.Fact("2026-01", "num", "A", "1")
	compute(t, c, "2026-01")
	d := indicator.DraftOf(was)
	d.Formula = "100*num"
	if _, err := c.Service.Edit(ctx, manager(c), d); err != nil {
		t.Fatal(err)
	}
	compute(t, c, "2026-01")
	c.Fact("2026-01", "num", "A", "2")
	compute(t, c, "2026-01")
	e := explain(t, c, "plain", "A", "2026-01")
	if len(e.Corrections) != 2 || e.Corrected() != 1 || !e.Corrections[1].Restated() || e.Corrections[1].NewVersion != 2 {
		t.Errorf("%d corrections of %+v", e.Corrected(), e.Corrections)
	}
}

func TestAValueGoesWithItsFigures(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "plain", "num")
	c.Fact("2026-01", "num", "A", "1")
	c.Fact("2026-01", "num", "B", "1")
	compute(t, c, "2026-01")
	c.Forget("2026-01", "num", "A")
	if _, err := c.Service.Compute(ctx, c.County.ID, monthsOf(t, []string{"2026-01"}), []int64{c.At("A").ID}); err != nil {
		t.Fatal(err)
	}
	expect(t, c, "plain", "A", "2026-01", "none")
	expect(t, c, "plain", "B", "2026-01", "1/-=1.00 1 of 1")
	expect(t, c, "plain", c.County.Code, "2026-01", "1/-=1.00 1 of 1")
}

func TestConcurrentComputationsAgree(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "rate", "num/den")
	for _, code := range []string{"A", "B", "C"} {
		c.Fact("2026-01", "num", code, "1")
		c.Fact("2026-01", "den", code, "2")
	}
	var wait sync.WaitGroup
	failed := make(chan error, 8)
	months, only := monthsOf(t, []string{"2026-01"}), []int64{c.At("B").ID}
	for n := range 8 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			institutions := only
			if n%2 == 0 {
				institutions = nil
			}
			if _, err := c.Service.Compute(ctx, c.County.ID, months, institutions); err != nil {
				failed <- err
			}
		}()
	}
	wait.Wait()
	close(failed)
	for err := range failed {
		t.Error(err)
	}
	expect(t, c, "rate", c.County.Code, "2026-01", "3/6=0.50 3 of 3")
}

func TestDisablingDropsTheValues(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "plain", "num")
	c.Fact("2026-01", "num", "A", "1")
	compute(t, c, "2026-01")
	if _, err := c.Service.Enable(ctx, manager(c), "plain", false); err != nil {
		t.Fatal(err)
	}
	compute(t, c, "2026-01")
	expect(t, c, "plain", "A", "2026-01", "none")
}
