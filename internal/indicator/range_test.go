package indicator_test

import (
	"testing"

	"github.com/shopspring/decimal"

	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/preset"
)

// Of an indicator that should lie in a band, who is in it ranks first, however high; the others by how far they are off.
func TestRankingOfABand(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "band", "num", func(d *indicator.Draft) { d.Direction = preset.Range })
	band := indicator.Target{Operator: "between", Value: decimal.NewFromInt(60), Max: decimal.NewNullDecimal(decimal.NewFromInt(85)),
		From: indicatortest.Month(t, "2026-01")}
	if _, err := c.Service.AddTarget(ctx, manager(c), "band", band); err != nil {
		t.Fatal(err)
	}
	for code, value := range map[string]string{"A": "61", "B": "99", "C": "84"} {
		c.Fact("2026-06", "num", code, value)
	}
	compute(t, c, "2026-06")
	d, err := c.Service.Detail(ctx, manager(c), "band", indicatortest.Month(t, "2026-06"), "township")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, r := range d.Ranking {
		got[r.Place.Code] = r.Rank
	}
	if got["A"] != 1 || got["C"] != 1 || got["B"] != 3 {
		t.Errorf("ranks are %v", got)
	}
}
