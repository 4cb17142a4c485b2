package analysis_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"yigai/internal/actor"
	"yigai/internal/analysis"
	"yigai/internal/fault"
	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/org/orgtest"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// place is a small county: a hospital, two townships and a clinic, with a flow, a stock and a figure that does not add up.
type place struct {
	*indicatortest.County
	t   *testing.T
	svc *analysis.Service
	who actor.Actor
}

func newPlace(t *testing.T) *place {
	t.Helper()
	c := prepared.New(t)
	p := &place{County: c, t: t, svc: analysis.New(c.DB, c.DB, orgtest.Now, period.China())}
	p.who = p.as(c.County.Code)
	return p
}

var prepared = indicatortest.Prepare(func(c *indicatortest.County) {
	c.Institution("H1", "county_hospital", "")
	c.Institution("T1", "township_hospital", "")
	c.Institution("T2", "township_hospital", "")
	c.Institution("V1", "village_clinic", "T1")
	c.Element("alpha", "flow", "sum")
	c.Element("beta", "stock", "sum")
	c.Element("gamma", "flow", "none")
})

// as is somebody at an institution with every permission of this room.
func (p *place) as(code string) actor.Actor {
	return p.Who(code, reporting.ActionView, indicator.ActionView, analysis.ActionView, analysis.ActionKeep, analysis.ActionShare, analysis.ActionExport)
}

// facts loads figures, one "month element institution value" a line; "empty" was asked and left empty.
func (p *place) facts(lines string) {
	p.t.Helper()
	for _, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		f := strings.Fields(line)
		if f[3] == "empty" {
			f[3] = ""
		}
		p.Fact(f[0], f[1], f[2], f[3])
	}
}

func query(t *testing.T, text string) analysis.Query {
	t.Helper()
	values, err := url.ParseQuery(text)
	if err != nil {
		t.Fatal(err)
	}
	q, err := analysis.Parse(values)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return q
}

func (p *place) open(text string) analysis.Table {
	p.t.Helper()
	table, _, err := p.svc.Open(p.t.Context(), p.who, query(p.t, text))
	if err != nil {
		p.t.Fatalf("%s: %v", text, err)
	}
	return table
}

// shown writes a table as lines of text: heads, then figures; – missing, × not applicable, ? cannot be computed, * partial.
func shown(t analysis.Table) []string {
	var out []string
	for _, r := range t.Rows {
		said := slices.Clone(r.Heads)
		for _, c := range r.Cells {
			said = append(said, cell(c))
		}
		out = append(out, strings.Join(said, " | "))
	}
	return out
}

func cell(c analysis.Cell) string {
	text := map[analysis.State]string{analysis.Unasked: "", analysis.Missing: "–", analysis.NotApplicable: "×", analysis.None: "?"}[c.State]
	if c.State == analysis.Number {
		text = c.Value.Round(c.Places).String()
	}
	if c.Partial() {
		text += "*"
	}
	return text
}

// reads compares a table with the expected lines.
func (p *place) reads(text string, want ...string) analysis.Table {
	p.t.Helper()
	table := p.open(text)
	if got := shown(table); !slices.Equal(got, want) {
		p.t.Errorf("%s\n got %s\nwant %s", text, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
	return table
}

func heads(t analysis.Table) string {
	var out []string
	for _, c := range t.Columns {
		out = append(out, c.Full()+"("+c.Unit+")")
	}
	return strings.Join(out, " | ")
}

// refused returns the fields of an Invalid fault.
func refused(t *testing.T, err error) []string {
	t.Helper()
	if !fault.IsInvalid(err) {
		t.Fatalf("got %v, want a refusal", err)
	}
	var fields []string
	for _, problem := range fault.Problems(err) {
		fields = append(fields, problem.Field)
	}
	return fields
}
