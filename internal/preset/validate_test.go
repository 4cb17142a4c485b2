package preset

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

func TestValidateRefuses(t *testing.T) {
	t.Parallel()
	faults := map[string]struct {
		spoil func(*Pack)
		want  string
	}{
		"an element listed twice":               {func(p *Pack) { p.Elements = append(p.Elements, p.Elements[5]) }, "listed twice"},
		"an element without a definition":       {func(p *Pack) { p.Elements[5].Definition = "" }, "definition, source and mark"},
		"money that is not in yuan":             {func(p *Pack) { p.Elements[5].Money = true }, "money is in 元"},
		"a name too long for a table head":      {func(p *Pack) { p.Elements[5].NameZH = strings.Repeat("长", 41) }, "1 to 40 characters"},
		"an unknown kind of element":            {func(p *Pack) { p.Elements[5].Kind = "sum" }, "unknown kind"},
		"a slug of the formula language":        {func(p *Pack) { p.Elements = append(p.Elements, reserved(p.Elements[5])) }, "word of the formula language"},
		"an element two forms collect":          {func(p *Pack) { p.Forms[1].FillsKinds = []string{"township_hospital"} }, "recorded at township_hospital by"},
		"a row number used twice":               {func(p *Pack) { p.Forms[0].Sections[0].Rows[1].No = p.Forms[0].Sections[0].Rows[0].No }, "missing or taken"},
		"a row for an unknown element":          {func(p *Pack) { p.Forms[0].Sections[0].Rows[0].Element = "visits" }, "no element visits"},
		"a derived row fed from elsewhere":      {func(p *Pack) { derived(p).Derived = "c_resident_pop" }, "not entered where"},
		"a sum over children that is a formula": {func(p *Pack) { below(p).Derived += "*2" }, "names one element"},
		"a form nobody fills":                   {func(p *Pack) { p.Forms[0].FillsKinds = nil }, "nobody fills it"},
		"a deadline on the 31st":                {func(p *Pack) { p.Forms[0].Due.Day = 31 }, "deadline"},
		"a check listed twice":                  {func(p *Pack) { p.Checks = append(p.Checks, p.Checks[0]) }, "listed twice"},
		"a check that is a number":              {func(p *Pack) { p.Checks[0].Condition = "visits_total" }, "not a condition"},
		"a check of an unknown element":         {func(p *Pack) { p.Checks[0].Condition = "visits>0" }, "no element visits"},
		"a check for an unknown form":           {func(p *Pack) { p.Checks[0].Forms = []string{"yearly"} }, "no form yearly"},
		"a message naming an unknown element":   {func(p *Pack) { p.Checks[0].MessageZH = "{visits}" }, "no element visits"},
		"a structural check that does not say":  {func(p *Pack) { p.Checks[0].Condition = "" }, "says what enforces it"},
		"an indicator listed twice":             {func(p *Pack) { p.Indicators = append(p.Indicators, p.Indicators[0]) }, "listed twice"},
		"an indicator that does not parse":      {func(p *Pack) { p.Indicators[0].Formula = "1+" }, "formula \"1+\""},
		"an indicator over an unknown group":    {func(p *Pack) { p.Indicators[0].Formula = "visits_total@clinics" }, "no group clinics"},
		"an indicator that is a condition":      {func(p *Pack) { p.Indicators[0].Formula = "visits_total>0" }, "is a number"},
		"a target without its source":           {func(p *Pack) { p.Indicators[0].Target.Source = "" }, "names its source"},
		"a target with a bound it does not use": {func(p *Pack) { p.Indicators[0].Target.Max = decimal.NewNullDecimal(decimal.Zero) }, "upper bound"},
		"an official target that is not there":  {func(p *Pack) { p.Indicators[0].Target = Target{Official: true} }, "no target to be official"},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pack := mustLoad(t)
			fault.spoil(pack)
			err := pack.validate()
			if err == nil || !strings.Contains(err.Error(), fault.want) {
				t.Errorf("error is %v, want one with %q", err, fault.want)
			}
		})
	}
}

func reserved(e Element) Element {
	e.Slug = "min"
	return e
}

// derived is the first row a form derives from its own entries.
func derived(p *Pack) *Row {
	return firstRow(p, func(r Row) bool { return r.Derived != "" && r.Over == "" })
}

// below is the first row a form takes from the institutions below.
func below(p *Pack) *Row {
	return firstRow(p, func(r Row) bool { return r.Over == SubjectChildren })
}

func firstRow(p *Pack, is func(Row) bool) *Row {
	for _, f := range p.Forms {
		for _, s := range f.Sections {
			for i := range s.Rows {
				if is(s.Rows[i]) {
					return &s.Rows[i]
				}
			}
		}
	}
	return nil
}

func TestTableReading(t *testing.T) {
	t.Parallel()
	t.Run("another header is refused", func(t *testing.T) {
		t.Parallel()
		if _, err := readRows("groups.csv", []string{"slug", "kinds"}); err == nil || !strings.Contains(err.Error(), "the header must be slug,kinds") {
			t.Errorf("error is %v", err)
		}
	})
	t.Run("a cell that cannot be read is named with its line", func(t *testing.T) {
		t.Parallel()
		r := newRow("x.csv", 7, []string{"decimals", "money", "value"}, []string{"two", "yes", "1,5"})
		r.number("decimals")
		r.flag("money")
		r.decimal("value")
		if len(r.problems) != 3 || !strings.Contains(r.problems[1].Error(), "x.csv line 7, money: must be 0 or 1") {
			t.Errorf("problems are %v", r.problems)
		}
	})
}
