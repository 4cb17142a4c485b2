package formula_test

import (
	"testing"

	"yigai/internal/formula"
)

func TestSpreadsheet(t *testing.T) {
	t.Parallel()
	address := func(r formula.Ref) (string, bool) {
		at, ok := map[string]string{"a": "E7", "b": "E8"}[r.Slug]
		return at, ok && r.Window == formula.This
	}
	for source, want := range map[string]string{
		"a + b":       `IF(COUNT(E7,E8)<2,"",IFERROR((E7+E8),""))`,
		"100 * a / b": `IF(COUNT(E7,E8)<2,"",IFERROR(((100*E7)/E8),""))`,
		"-a - b * 2":  `IF(COUNT(E7,E8)<2,"",IFERROR(((-E7)-(E8*2)),""))`,
		"a + c":       "", // no address
		"a - pp(a)":   "",
		"min(a, b)":   "", // a spreadsheet passes over what is missing
		"1 + 2":       "",
	} {
		expr, err := formula.Parse(source)
		if err != nil {
			t.Fatalf("parse %q: %v", source, err)
		}
		if got, ok := expr.Spreadsheet(address); got != want || ok != (want != "") {
			t.Errorf("%s is %q, %v; want %q", source, got, ok, want)
		}
	}
}
