package preset

import (
	"encoding/csv"
	"maps"
	"os"
	"testing"

	"github.com/shopspring/decimal"

	"yigai/internal/formula"
)

// institution is one body of the sample county: its kind and its figures of
// July and of last July.
type institution struct {
	kind              string
	figures, lastYear map[string]decimal.Decimal
}

// county is the sample county. T1 carries the figures of one township hospital;
// with the clinic below it, a second township hospital, the county hospital and
// the insurance bureau the figures add up to the county's.
type county map[string]institution

func loadSample(t *testing.T) county {
	t.Helper()
	c := county{}
	for code, kind := range map[string]string{
		"T1": "township_hospital", "V1": "village_clinic", "T2": "township_hospital", "H1": "county_hospital", "M1": "partner",
	} {
		c[code] = institution{kind, map[string]decimal.Decimal{}, map[string]decimal.Decimal{}}
	}
	for _, line := range readSample(t)[1:] {
		c[line[0]].figures[line[1]] = decimal.RequireFromString(line[2])
	}
	c["T1"].lastYear["visits_outp_emerg"] = decimal.RequireFromString("4720")
	return c
}

func readSample(t *testing.T) [][]string {
	t.Helper()
	f, err := os.Open("testdata/sample.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// july is what the calendar says about July 2026.
var july = map[string]decimal.Decimal{
	"workdays": decimal.NewFromInt(23), "calendar_days": decimal.NewFromInt(31), "months_elapsed": decimal.NewFromInt(7),
}

// env answers a formula with the sum over the institutions named.
func (c county) env(p *Pack, codes ...string) formula.Env {
	return func(ref formula.Ref) formula.Value {
		if d, ok := july[ref.Slug]; ok {
			return formula.Number(d)
		}
		sum, known := decimal.Zero, false
		for _, code := range codes {
			d, ok := c[code].read(p, ref)
			sum, known = sum.Add(d), known || ok
		}
		if !known {
			return formula.Absent(formula.Missing)
		}
		return formula.Number(sum)
	}
}

func (i institution) read(p *Pack, ref formula.Ref) (decimal.Decimal, bool) {
	if g, _ := p.Group(ref.Group); ref.Group != "" && !contains(g.Kinds, i.kind) {
		return decimal.Zero, false
	}
	figures := i.figures
	if ref.Window == formula.PrevYear {
		figures = i.lastYear
	} else if ref.Window != formula.This {
		figures = nil
	}
	d, ok := figures[ref.Slug]
	return d, ok
}

func contains(list []string, s string) bool {
	_, ok := find(list, func(x string) bool { return x == s })
	return ok
}

// report is T1's monthly report: its own figures and those of its clinics.
func (c county) report() map[string]decimal.Decimal {
	figures := maps.Clone(c["T1"].figures)
	maps.Copy(figures, c["V1"].figures)
	return figures
}

func mustLoad(t *testing.T, names ...string) *Pack {
	t.Helper()
	pack, err := Load(names...)
	if err != nil {
		t.Fatal(err)
	}
	return pack
}
