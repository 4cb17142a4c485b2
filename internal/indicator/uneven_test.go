package indicator_test

import (
	"testing"

	"github.com/shopspring/decimal"

	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
)

// Posted doctors are reported by the townships, the county's population by the county: while a township is missing, the
// quotient is too small. It says "n of N" and is held against no target until everybody has reported.
func TestAQuotientThatLacksMembersOnOneSide(t *testing.T) {
	t.Parallel()
	c := bare(t)
	root := c.County.Code
	for slug, text := range map[string]string{"per_head": "10000*num/stk", "share": "100*num/den", "total": "num", "growth": "100*(num-py(num))/py(num)"} {
		define(t, c, slug, text)
		_, err := c.Service.AddTarget(ctx, manager(c), slug, indicator.Target{Operator: ">=", Value: decimal.NewFromInt(2), From: indicatortest.Month(t, "2026-01")})
		if err != nil {
			t.Fatal(err)
		}
	}
	c.Fact("2026-06", "stk", root, "100000")
	for code, den := range map[string]string{"A": "20", "B": "40"} {
		c.Fact("2025-06", "num", code, "10")
		c.Fact("2026-06", "den", code, den)
	}
	c.Fact("2026-06", "num", "A", "15")
	c.Fact("2026-06", "num", "B", "") // owes the numerator of all, and has given the denominator of one
	c.Fact("2026-06", "num", "C", "") // owes both
	c.Fact("2026-06", "den", "C", "")
	status := func(slug, want, status string) {
		t.Helper()
		expect(t, c, slug, root, "2026-06", want)
		if got := explain(t, c, slug, root, "2026-06").Judged.Status(); got != status {
			t.Errorf("%s of the county is %q, want %q", slug, got, status)
		}
	}
	compute(t, c, "2026-06")
	status("per_head", "15/100000=1.50 2 of 4", indicator.NotKnown)
	status("share", "15/60=25.00 1 of 3", indicator.NotKnown)
	status("total", "15/-=15.00 1 of 3", indicator.Met)
	status("growth", "5/10=50.00 1 of 3", indicator.Met)
	c.Fact("2026-06", "num", "B", "9")
	compute(t, c, "2026-06")
	status("per_head", "24/100000=2.40 3 of 4", indicator.NotKnown)
	status("share", "24/60=40.00 2 of 3", indicator.Met) // C is missing above and below
	c.Fact("2026-06", "num", "C", "0")
	compute(t, c, "2026-06")
	status("per_head", "24/100000=2.40 4 of 4", indicator.Met)
}
