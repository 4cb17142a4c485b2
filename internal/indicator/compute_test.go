package indicator_test

import (
	"fmt"
	"testing"

	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/period"
	"yigai/internal/preset"
)

func TestSumsOverInstitutions(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "rate", "100*num/den")
	root := c.County.Code
	for code, figures := range map[string][2]string{"A": {"1", "3"}, "A1": {"2", "4"}, "B": {"0", "5"}} {
		c.Fact("2026-01", "num", code, figures[0])
		c.Fact("2026-01", "den", code, figures[1])
	}
	compute(t, c, "2026-01")
	expect(t, c, "rate", "A1", "2026-01", "2/4=50.00 1 of 1")
	expect(t, c, "rate", "A", "2026-01", "3/7=42.86 2 of 2")
	expect(t, c, "rate", "B", "2026-01", "0/5=0.00 1 of 1")
	expect(t, c, "rate", root, "2026-01", "3/12=25.00 3 of 3")
	expect(t, c, "rate", "C", "2026-01", "none")
}

func TestEmptyZeroAndNotApplicable(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "rate", "num/den")
	root := c.County.Code
	for code, figures := range map[string][2]string{"A": {"1", "3"}, "B": {"", "5"}, "C": {"na", "7"}, "A1": {"1", "0"}} {
		c.Fact("2026-01", "num", code, figures[0])
		c.Fact("2026-01", "den", code, figures[1])
	}
	compute(t, c, "2026-01")
	t.Run("a zero denominator keeps both parts", func(t *testing.T) {
		expect(t, c, "rate", "A1", "2026-01", "1/0=zero_denominator 1 of 1")
	})
	t.Run("an empty figure is missing", func(t *testing.T) {
		expect(t, c, "rate", "B", "2026-01", "-/5=missing 0 of 1")
	})
	t.Run("not applicable leaves the sums and the count", func(t *testing.T) {
		expect(t, c, "rate", "C", "2026-01", "-/-=not_applicable 0 of 0")
		expect(t, c, "rate", root, "2026-01", "2/8=0.25 2 of 3")
	})
}

func TestNobodyReported(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "rate", "num/den")
	for _, code := range []string{"A", "B"} {
		c.Fact("2026-01", "num", code, "")
		c.Fact("2026-01", "den", code, "")
	}
	compute(t, c, "2026-01")
	expect(t, c, "rate", c.County.Code, "2026-01", "-/-=missing 0 of 2")
}

func TestDueByForms(t *testing.T) {
	t.Parallel()
	c := bare(t)
	c.Open("2026-06")
	c.Exec("UPDATE indicator SET enabled = true WHERE county_id = $1 AND slug = 'bed_occupancy'")
	c.Fact("2026-06", "bed_days_open", "A", "100")
	c.Fact("2026-06", "bed_days_occupied", "A", "50")
	c.Fact("2026-06", "bed_days_open", "B", "100")
	compute(t, c, "2026-06")
	expect(t, c, "bed_occupancy", "A", "2026-06", "50/100=50.00 1 of 1")
	expect(t, c, "bed_occupancy", "B", "2026-06", "-/100=missing 0 of 1")
	expect(t, c, "bed_occupancy", "C", "2026-06", "-/-=missing 0 of 1")
	expect(t, c, "bed_occupancy", "A1", "2026-06", "none")
	expect(t, c, "bed_occupancy", c.County.Code, "2026-06", "50/200=25.00 1 of 3")
}

func TestGroups(t *testing.T) {
	t.Parallel()
	c := bare(t)
	c.Institution("H", "county_hospital", "")
	define(t, c, "share", "100*num@grassroots/num")
	define(t, c, "level", "num@township_level")
	for code, n := range map[string]string{"A": "10", "A1": "5", "H": "45"} {
		c.Fact("2026-01", "num", code, n)
	}
	compute(t, c, "2026-01")
	expect(t, c, "share", c.County.Code, "2026-01", "15/60=25.00 3 of 3")
	expect(t, c, "share", "A", "2026-01", "15/15=100.00 2 of 2")
	t.Run("nobody of the group below is not applicable", func(t *testing.T) {
		expect(t, c, "share", "H", "2026-01", "-/45=not_applicable 1 of 1")
	})
	t.Run("only the group counts", func(t *testing.T) {
		expect(t, c, "level", c.County.Code, "2026-01", "10/-=10.00 1 of 1")
		expect(t, c, "level", "A1", "2026-01", "none")
	})
}

func TestWindows(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "growth", "100*(num-py(num))/py(num)")
	define(t, c, "step", "num-pp(num)")
	define(t, c, "year", "ytd(num)")
	define(t, c, "years", "py(ytd(num))+0*num")
	define(t, c, "stock", "ytd(stk)")
	for month, n := range map[string]string{"2025-01": "1", "2025-02": "2", "2025-03": "4", "2026-01": "10", "2026-03": "5"} {
		c.Fact(month, "num", "A", n)
		c.Fact(month, "stk", "A", n)
	}
	c.Fact("2026-02", "num", "A", "20")
	c.Fact("2026-04", "num", "A", "")
	compute(t, c, "2026-01", "2026-03", "2026-04")
	expect(t, c, "growth", "A", "2026-03", "1/4=25.00 1 of 1")
	expect(t, c, "step", "A", "2026-03", "-15/-=-15.00 1 of 1")
	expect(t, c, "step", "A", "2026-01", "-/-=missing 1 of 1")
	expect(t, c, "year", "A", "2026-03", "35/-=35.00 1 of 1")
	expect(t, c, "years", "A", "2026-03", "7/-=7.00 1 of 1")
	expect(t, c, "stock", "A", "2026-03", "5/-=5.00 1 of 1")
	t.Run("a year to date needs this month's figure", func(t *testing.T) {
		expect(t, c, "year", "A", "2026-04", "-/-=missing 0 of 1")
	})
	t.Run("it says how many months were reported", func(t *testing.T) {
		c.Forget("2026-02", "num", "A")
		compute(t, c, "2026-03")
		e, err := c.Service.Explain(ctx, manager(c), "year", "A", indicatortest.Month(t, "2026-03"), 1)
		if err != nil {
			t.Fatal(err)
		}
		if e.Inputs[0].Reported != 2 || len(e.Inputs[0].Months) != 3 || len(e.Facts) != 2 {
			t.Errorf("the sum says %d of %d months from %d facts", e.Inputs[0].Reported, len(e.Inputs[0].Months), len(e.Facts))
		}
	})
}

func TestCalendar(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "daily", "num/workdays")
	define(t, c, "yearly", "ytd(num)/ytd(workdays)")
	define(t, c, "monthly", "num/months_elapsed")
	c.Fact("2026-07", "num", "A", "46")
	c.Fact("2026-07", "num", "B", "46")
	compute(t, c, "2026-07")
	expect(t, c, "daily", "A", "2026-07", "46/23=2.00 1 of 1")
	t.Run("a day is not counted once for every institution", func(t *testing.T) {
		expect(t, c, "daily", c.County.Code, "2026-07", "92/23=4.00 2 of 2")
	})
	expect(t, c, "monthly", "A", "2026-07", "46/7=6.57 1 of 1")
	days := 0
	for _, m := range indicatortest.Month(t, "2026-07").YearToDate() {
		days += period.China().WorkingDays(m)
	}
	expect(t, c, "yearly", "A", "2026-07", fmt.Sprintf("46/%d=%.2f 1 of 1", days, 46/float64(days)))
}

func TestAggregation(t *testing.T) {
	t.Parallel()
	c := bare(t)
	c.Element("peak", "stock", "max")
	c.Element("mean", "stock", "none")
	define(t, c, "top", "peak")
	define(t, c, "average", "mean")
	for code, n := range map[string]string{"A": "3", "A1": "9", "B": "-4"} {
		c.Fact("2026-01", "peak", code, n)
		c.Fact("2026-01", "mean", code, n)
	}
	compute(t, c, "2026-01")
	expect(t, c, "top", "A", "2026-01", "9/-=9.00 2 of 2")
	expect(t, c, "top", "B", "2026-01", "-4/-=-4.00 1 of 1")
	expect(t, c, "top", c.County.Code, "2026-01", "9/-=9.00 3 of 3")
	expect(t, c, "average", "A", "2026-01", "3/-=3.00 1 of 1")
	expect(t, c, "average", c.County.Code, "2026-01", "none")
}

func TestLevelCounty(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "whole", "num", func(d *indicator.Draft) { d.Level = preset.LevelCounty })
	c.Fact("2026-01", "num", "A", "3")
	compute(t, c, "2026-01")
	expect(t, c, "whole", c.County.Code, "2026-01", "3/-=3.00 1 of 1")
	expect(t, c, "whole", "A", "2026-01", "none")
}

func TestVersions(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "rate", "num/den", func(d *indicator.Draft) { d.From = indicatortest.Month(t, "2026-02") })
	for _, m := range []string{"2026-01", "2026-02", "2026-03"} {
		c.Fact(m, "num", "A", "1")
		c.Fact(m, "den", "A", "4")
	}
	edit := func(formula, from string) {
		t.Helper()
		i, err := c.Service.Get(ctx, manager(c), "rate")
		if err != nil {
			t.Fatal(err)
		}
		d := indicator.DraftOf(i)
		d.Formula, d.From = formula, indicatortest.Month(t, from)
		if _, err := c.Service.Edit(ctx, manager(c), d); err != nil {
			t.Fatal(err)
		}
		compute(t, c, "2026-01", "2026-02", "2026-03")
	}
	edit("100*num/den", "2026-03")
	expect(t, c, "rate", "A", "2026-01", "none")
	expect(t, c, "rate", "A", "2026-02", "1/4=0.25 1 of 1")
	expect(t, c, "rate", "A", "2026-03", "1/4=25.00 1 of 1")
	t.Run("the highest version that has begun is in force", func(t *testing.T) {
		edit("1000*num/den", "2026-01")
		expect(t, c, "rate", "A", "2026-01", "1/4=250.00 1 of 1")
		expect(t, c, "rate", "A", "2026-03", "1/4=250.00 1 of 1")
	})
}
