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
	between(t, c, "60", "85")
	for code, value := range map[string]string{"A": "61", "B": "99", "C": "84"} {
		c.Fact("2026-06", "num", code, value)
	}
	compute(t, c, "2026-06")
	if got := ranks(t, c); got["A"] != 1 || got["C"] != 1 || got["B"] != 3 {
		t.Errorf("ranks are %v", got)
	}
}

// While a clinic of A owes the numerator, nobody knows how far A is from the band.
func TestAnUnevenValueHasNoPlaceInABand(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "band", "100*num/stk", func(d *indicator.Draft) { d.Direction = preset.Range })
	between(t, c, "60", "85")
	for code, value := range map[string]string{"A": "70", "A1": "", "B": "99", "C": "84"} {
		c.Fact("2026-06", "num", code, value)
	}
	for _, code := range []string{"A", "B", "C"} {
		c.Fact("2026-06", "stk", code, "100")
	}
	compute(t, c, "2026-06")
	if got := ranks(t, c); got["C"] != 1 || got["B"] != 2 || got["A"] != 0 {
		t.Errorf("ranks are %v", got)
	}
	c.Fact("2026-06", "num", "A1", "5")
	compute(t, c, "2026-06")
	if got := ranks(t, c); got["C"] != 1 || got["A"] != 1 || got["B"] != 3 {
		t.Errorf("once everybody has reported ranks are %v", got)
	}
}

func between(t *testing.T, c *indicatortest.County, least, most string) {
	t.Helper()
	band := indicator.Target{Operator: "between", Value: decimal.RequireFromString(least), Max: decimal.NewNullDecimal(decimal.RequireFromString(most)),
		From: indicatortest.Month(t, "2026-01")}
	if _, err := c.Service.AddTarget(ctx, manager(c), "band", band); err != nil {
		t.Fatal(err)
	}
}

// ranks are the places of the townships by code.
func ranks(t *testing.T, c *indicatortest.County) map[string]int {
	t.Helper()
	d, err := c.Service.Detail(ctx, manager(c), "band", indicatortest.Month(t, "2026-06"), "township")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, r := range d.Ranking {
		got[r.Place.Code] = r.Rank
	}
	return got
}
