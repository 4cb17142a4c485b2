package demo

import (
	"testing"

	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/preset"
)

// formFor is the form that asks a kind of institution.
func formFor(s size) string {
	switch {
	case s.grassroots():
		return formTownship
	case s.kind == kindHospital || s.kind == kindMCH:
		return formHospital
	case s.kind == org.KindVillageClinic:
		return formClinic
	case s.code == insurer:
		return formInsurance
	}
	return ""
}

func TestPlainFiguresPassEveryCheckForYears(t *testing.T) {
	t.Parallel()
	pack, err := preset.Load("kailu_2024")
	if err != nil {
		t.Fatal(err)
	}
	c := checker{pack: pack, world: world24(t)}
	clinics := 0
	for _, s := range c.world.sizes {
		slug := formFor(s)
		if slug == formClinic {
			clinics++
		}
		if slug != "" && clinics%20 < 2 { // every clinic is drawn alike
			c.check(t, s, slug)
		}
	}
}

// world24 is a world whose open month lies far ahead, so that no trouble falls into the months looked at.
func world24(t *testing.T) *world {
	t.Helper()
	w, err := newWorld(period.NewMonth(2099, 1))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

type checker struct {
	pack  *preset.Pack
	world *world
}

func (c checker) check(t *testing.T, s size, slug string) {
	t.Helper()
	form, _ := c.pack.Form(slug)
	rules := c.rules(t, form)
	for m := period.NewMonth(2024, 1); m.Year() < 2031; m = m.Next() {
		c.complete(t, s, form, m)
		for _, rule := range rules {
			if holds, known := formula.Holds(rule, c.env(s, m)); known && !holds {
				t.Errorf("%s %s: %s %s", s.code, m, rule, basis(rule, c.env(s, m)))
			}
		}
	}
}

func (c checker) rules(t *testing.T, form preset.Form) []*formula.Expr {
	t.Helper()
	checks, err := c.pack.ChecksFor(form)
	if err != nil {
		t.Fatal(err)
	}
	var all []*formula.Expr
	for _, one := range checks {
		rule, err := formula.Parse(one.Condition)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rule)
	}
	return all
}

// complete looks that every required row has a figure and that no figure is negative.
func (c checker) complete(t *testing.T, s size, form preset.Form, m period.Month) {
	t.Helper()
	f := c.world.figures(s.code, m)
	for _, section := range form.Sections {
		for _, row := range section.Rows {
			v, there := f[row.Element]
			if row.Required && !there || v < 0 && v != na {
				t.Errorf("%s %s: %s is %d (%v)", s.code, m, row.Element, v, there)
			}
		}
	}
}

func (c checker) env(s size, m period.Month) formula.Env {
	return func(ref formula.Ref) formula.Value {
		at := m
		switch ref.Window {
		case formula.Prev:
			at = m.Prev()
		case formula.PrevYear:
			at = m.SameLastYear()
		}
		switch ref.Slug {
		case "calendar_days":
			return formula.Number(decimal.NewFromInt(int64(at.Days())))
		case "months_elapsed":
			return formula.Number(decimal.NewFromInt(int64(at.Month())))
		}
		v, there := c.world.figures(s.code, at)[ref.Slug]
		e, _ := c.pack.Element(ref.Slug)
		switch {
		case !there || at.Year() < 2024:
			return formula.Absent(formula.Missing)
		case v == na:
			return formula.Absent(formula.NotApplicable)
		}
		return formula.Number(decimal.New(v, -int32(e.Decimals)))
	}
}

func basis(expr *formula.Expr, env formula.Env) string {
	text := ""
	for _, ref := range expr.Refs() {
		text += " " + ref.String() + "=" + env(ref).Decimal.String()
	}
	return text
}
