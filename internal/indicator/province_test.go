package indicator_test

import (
	"encoding/csv"
	"os"
	"testing"

	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
)

// TestProvinces adds up the printed figures of thirty provinces (Ministry of Health, January 2011, ten thousand visits).
// As binary floating point several of these sums end in …999.
func TestProvinces(t *testing.T) {
	t.Parallel()
	c := bare(t)
	since := func(d *indicator.Draft) { d.From = indicatortest.Month(t, "2011-01") }
	for n, slug := range []string{"visits_a", "visits_b", "visits_c", "out_a", "out_b", "out_c"} {
		c.Element(slug, "flow", "sum")
		define(t, c, "total_"+slug, slug, since)
		loadProvinces(t, c, slug, n+1)
	}
	define(t, c, "share", "100*visits_b/(visits_a+visits_b)", since)
	compute(t, c, "2011-01")
	root := c.County.Code
	c.Fact("2011-01", "visits_a", root, "15482.6") // the printed total of the first column
	compute(t, c, "2011-01")
	expect(t, c, "total_visits_a", root, "2011-01", "15235.3/-=15235.30 30 of 30")
	expect(t, c, "total_visits_b", root, "2011-01", "6604.8/-=6604.80 28 of 30")
	expect(t, c, "total_visits_c", root, "2011-01", "3808.8/-=3808.80 29 of 30")
	expect(t, c, "share", root, "2011-01", "6604.8/21840.1=30.24 28 of 30")
	expect(t, c, "share", "P0", "2011-01", "-/-=missing 0 of 1")
	expect(t, c, "share", "P1", "2011-01", "48/409.8=11.71 1 of 1")
	in := explain(t, c, "total_visits_a", root, "2011-01").Inputs[0]
	if in.Control.Decimal.String() != "15482.6" || in.Value.Decimal.String() != "15235.3" || in.Difference().String() != "247.3" {
		t.Errorf("the printed total is %s, the members' sum %s, the difference %s", in.Control.Decimal, in.Value.Decimal, in.Difference())
	}
	if in := explain(t, c, "share", root, "2011-01").Inputs; in[0].Control.Valid {
		t.Error("a column without a printed total has one")
	}
}

// loadProvinces loads one column of the file; "–" was asked and not reported.
func loadProvinces(t *testing.T, c *indicatortest.County, slug string, column int) {
	t.Helper()
	f, err := os.Open("testdata/provinces.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for n, row := range rows[2:] {
		code := "P" + string("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[n])
		if column == 1 {
			c.Institution(code, "county_hospital", "")
		}
		value := row[column]
		if value == "–" {
			value = ""
		}
		c.Fact("2011-01", slug, code, value)
	}
}
