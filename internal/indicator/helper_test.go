package indicator_test

import (
	"context"
	"fmt"
	"testing"

	"yigai/internal/actor"
	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/period"
	"yigai/internal/preset"
)

var ctx = context.Background()

// define makes an indicator with a formula in force since 2024-01.
func define(t *testing.T, c *indicatortest.County, slug, formula string, change ...func(*indicator.Draft)) indicator.Indicator {
	t.Helper()
	d := indicator.Draft{Slug: slug, NameZH: slug, Formula: formula, Decimals: 2, Unit: "%", Direction: preset.Up,
		From: indicatortest.Month(t, "2024-01")}
	for _, f := range change {
		f(&d)
	}
	i, err := c.Service.Create(ctx, manager(c), d)
	if err != nil {
		t.Fatalf("define %s: %v", slug, err)
	}
	return i
}

func manager(c *indicatortest.County) actor.Actor {
	return c.Who(c.County.Code, indicator.ActionView, indicator.ActionManage, indicator.ActionCompute)
}

// compute computes whole months.
func compute(t *testing.T, c *indicatortest.County, months ...string) indicator.Run {
	t.Helper()
	run, err := c.Service.Compute(ctx, c.County.ID, monthsOf(t, months), nil)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func monthsOf(t *testing.T, texts []string) []period.Month {
	t.Helper()
	var months []period.Month
	for _, text := range texts {
		months = append(months, indicatortest.Month(t, text))
	}
	return months
}

// say is a value in one line: num/den=value or reason, reporting of expected, version. "none" where there is no row.
func say(t *testing.T, c *indicatortest.County, slug, institution, month string) string {
	t.Helper()
	m := indicatortest.Month(t, month)
	page, err := c.Service.Values(ctx, manager(c), indicator.ValueFilter{Indicator: slug, Institution: institution, From: m, To: m})
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Items) == 0 {
		return "none"
	}
	v := page.Items[0]
	num, den, value := "-", "-", string(v.Reason)
	if v.Numerator.Valid {
		num = v.Numerator.Decimal.String()
	}
	if v.Denominator.Valid {
		den = v.Denominator.Decimal.String()
	}
	if v.Value.Valid {
		value = v.Display()
	}
	return fmt.Sprintf("%s/%s=%s %d of %d", num, den, value, v.Reporting, v.Expected)
}

func expect(t *testing.T, c *indicatortest.County, slug, institution, month, want string) {
	t.Helper()
	if got := say(t, c, slug, institution, month); got != want {
		t.Errorf("%s of %s in %s is %q, want %q", slug, institution, month, got, want)
	}
}

// bare is a county without the preset's indicators, with elements num and den and three township hospitals, a clinic
// below the first.
func bare(t *testing.T) *indicatortest.County {
	t.Helper()
	return prepared.New(t)
}

var prepared = indicatortest.Prepare(func(c *indicatortest.County) {
	c.Exec("UPDATE indicator SET enabled = false WHERE county_id = $1")
	c.Element("num", "flow", "sum")
	c.Element("den", "flow", "sum")
	c.Element("stk", "stock", "sum")
	for _, code := range []string{"A", "B", "C"} {
		c.Institution(code, "township_hospital", "")
	}
	c.Institution("A1", "village_clinic", "A")
})
