package indicator_test

import (
	"testing"

	"yigai/internal/indicator/indicatortest"
)

func TestComparisonWithTheSameMembers(t *testing.T) {
	t.Parallel()
	c := bare(t)
	root := c.County.Code
	define(t, c, "growth", "100*(num-py(num))/py(num)")
	define(t, c, "pace", "100*ytd(num)/py(ytd(num))")
	define(t, c, "step", "100*num/pp(num)")
	define(t, c, "before", "py(num)")
	define(t, c, "density", "num/py(den)")
	for code, n := range map[string]string{"A": "100", "B": "200", "C": "300"} {
		c.Fact("2025-07", "num", code, n)
		c.Fact("2026-06", "num", code, n)
		c.Fact("2025-07", "den", code, n)
	}
	c.Fact("2026-07", "num", "A", "110")
	c.Fact("2026-07", "num", "B", "") // owes it
	compute(t, c, "2026-07")
	t.Run("who has nothing of this month stands out of the other time", func(t *testing.T) {
		expect(t, c, "growth", root, "2026-07", "10/100=10.00 1 of 2")
		expect(t, c, "step", root, "2026-07", "110/100=110.00 1 of 2")
		expect(t, c, "pace", root, "2026-07", "210/100=210.00 1 of 2")
		expect(t, c, "growth", "B", "2026-07", "-/-=missing 0 of 1")
	})
	t.Run("a formula of one time alone sums everybody", func(t *testing.T) {
		expect(t, c, "before", root, "2026-07", "600/-=600.00 3 of 3")
	})
	t.Run("a figure that is asked at another time only is kept unless something is owed", func(t *testing.T) {
		expect(t, c, "density", root, "2026-07", "110/400=0.28 1 of 2")
	})
	t.Run("the facts shown are those that were summed", func(t *testing.T) {
		e, err := c.Service.Explain(ctx, manager(c), "growth", root, indicatortest.Month(t, "2026-07"), 1)
		if err != nil {
			t.Fatal(err)
		}
		if !e.Compares() || e.Inputs[0].Compared || !e.Inputs[1].Compared {
			t.Errorf("inputs are %+v", e.Inputs)
		}
		var last []string
		for _, f := range e.Facts {
			if f.Input == 1 {
				last = append(last, f.InstitutionCode)
			}
		}
		if len(last) != 1 || last[0] != "A" {
			t.Errorf("last year's facts are of %v", last)
		}
	})
	t.Run("who closed stays: others took over its work", func(t *testing.T) {
		c.Exec("UPDATE institution SET closed_on = '2026-07-01' WHERE county_id = $1 AND code = 'C'")
		compute(t, c, "2026-07")
		expect(t, c, "growth", root, "2026-07", "-290/400=-72.50 1 of 2")
		c.Exec("UPDATE institution SET closed_on = '2026-07-02' WHERE county_id = $1 AND code = 'C'")
		compute(t, c, "2026-07")
		expect(t, c, "growth", root, "2026-07", "10/100=10.00 1 of 2")
	})
	t.Run("once everybody reported the whole county is compared", func(t *testing.T) {
		c.Fact("2026-07", "num", "B", "200")
		c.Fact("2026-07", "num", "C", "260")
		compute(t, c, "2026-07")
		expect(t, c, "growth", root, "2026-07", "-30/600=-5.00 3 of 3")
	})
}
