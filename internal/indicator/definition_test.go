package indicator_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/preset"
)

func TestPresetInstallsOnce(t *testing.T) {
	t.Parallel()
	c := indicatortest.New(t)
	pack, err := preset.Load()
	if err != nil {
		t.Fatal(err)
	}
	c.Tx(func(tx pgx.Tx) error {
		return indicator.InstallPreset(ctx, tx, actor.System(c.County.ID, c.Root.Path, indicator.ActionManage), pack)
	})
	all, err := c.Service.Indicators(ctx, manager(c), indicator.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	enabled := 0
	for _, i := range all {
		if i.Enabled {
			enabled++
		}
		if len(i.Versions) != 1 {
			t.Errorf("%s has %d versions", i.Slug, len(i.Versions))
		}
	}
	if len(all) != 43 || enabled != 30 {
		t.Errorf("%d indicators, %d of them in use; want 43 and 30", len(all), enabled)
	}
	target, ok := all[10].Target("township_hospital", indicatortest.Month(t, "2026-07"))
	if all[10].Slug != "bed_occupancy" || !ok || target.String() != "60–85" || target.Official {
		t.Errorf("target of %s is %s, official %v", all[10].Slug, target, target.Official)
	}
}

func TestEveryPresetInstalls(t *testing.T) {
	t.Parallel()
	c := indicatortest.New(t, preset.Names()...)
	all, err := c.Service.Indicators(ctx, manager(c), indicator.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		if strings.HasSuffix(i.Latest().Formula, "/1") {
			t.Errorf("%s is divided by 1: %s", i.Slug, i.Latest().Formula)
		}
	}
	texts, err := c.Service.Texts(ctx, manager(c), all...)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		if text := texts[i.ID][1]; text == "" || strings.Contains(text, "_") {
			t.Errorf("%s is shown as %q", i.Slug, text)
		}
	}
}

func TestDraftsAreChecked(t *testing.T) {
	t.Parallel()
	c := bare(t)
	good := indicator.Draft{Slug: "new", NameZH: "新指标", Formula: "num/den", Decimals: 2, Direction: preset.Up,
		From: indicatortest.Month(t, "2026-01")}
	for name, x := range map[string]struct {
		change func(*indicator.Draft)
		field  string
	}{
		"a slug with capitals":          {func(d *indicator.Draft) { d.Slug = "Neu" }, "slug"},
		"no name":                       {func(d *indicator.Draft) { d.NameZH = " " }, "name_zh"},
		"seven decimals":                {func(d *indicator.Draft) { d.Decimals = 7 }, "decimals"},
		"an unknown direction":          {func(d *indicator.Draft) { d.Direction = "sideways" }, "direction"},
		"an unknown level":              {func(d *indicator.Draft) { d.Level = "moon" }, "level"},
		"no month":                      {func(d *indicator.Draft) { d.From = indicatortest.Month(t, "2026-01").Add(-99999) }, "effective_from"},
		"no formula":                    {func(d *indicator.Draft) { d.Formula = "" }, "formula"},
		"formula and numerator":         {func(d *indicator.Draft) { d.Numerator = "num" }, "formula"},
		"a condition":                   {func(d *indicator.Draft) { d.Formula = "num>den" }, "formula"},
		"only numbers":                  {func(d *indicator.Draft) { d.Formula = "1+1" }, "formula"},
		"a division by zero":            {func(d *indicator.Draft) { d.Formula = "100*num/0" }, "formula"},
		"a denominator that cancels":    {func(d *indicator.Draft) { d.Formula = "num+num/(den-den)" }, "formula"},
		"a denominator of zero alone":   {func(d *indicator.Draft) { d.Formula, d.Numerator, d.Denominator = "", "num", "0" }, "formula"},
		"a numerator with a mistake":    {func(d *indicator.Draft) { d.Formula, d.Numerator = "", "num+" }, "numerator"},
		"a denominator nobody knows":    {func(d *indicator.Draft) { d.Formula, d.Numerator, d.Denominator = "", "num", "nil" }, "denominator"},
		"a factor of zero":              {func(d *indicator.Draft) { d.Formula, d.Numerator, d.Factor = "", "num", "0" }, "factor"},
		"a null character in its notes": {func(d *indicator.Draft) { d.Note = "a\x00b" }, "note"},
	} {
		t.Run(name, func(t *testing.T) {
			d := good
			x.change(&d)
			_, err := c.Service.Create(ctx, manager(c), d)
			problems := fault.Problems(err)
			if len(problems) == 0 || problems[0].Field != x.field {
				t.Errorf("the answer is %v, want a problem of %s", err, x.field)
			}
		})
	}
}

func TestADenominatorThatMayBeZeroIsAllowed(t *testing.T) {
	t.Parallel()
	c := bare(t)
	for slug, text := range map[string]string{"growth": "100*(num-den)/(den-1)", "over": "num/max(den-100,0)", "by": "num/if(num>den,1,0)", "scale": "num/10000"} {
		define(t, c, slug, text)
	}
}

func TestAFormulaErrorSaysWhere(t *testing.T) {
	t.Parallel()
	c := bare(t)
	for text, want := range map[string]int{"100*num/": 9, "num+nobody": 5, "num@nowhere": 1} {
		_, err := c.Service.Check(ctx, manager(c), indicator.Draft{Formula: text})
		var wrong *indicator.FormulaError
		if !errors.As(err, &wrong) || wrong.Pos != want || wrong.Field != "formula" {
			t.Errorf("%q: %v, want position %d", text, err, want)
		}
	}
	shown, err := c.Service.Check(ctx, manager(c), indicator.Draft{Formula: "100 * num / den"})
	if err != nil || shown.Text != "num ÷ den × 100" {
		t.Errorf("shown as %q: %v", shown.Text, err)
	}
}

func TestNumeratorAndDenominator(t *testing.T) {
	t.Parallel()
	c := bare(t)
	quotient := func(slug, num, den, factor string) string {
		t.Helper()
		i := define(t, c, slug, "", func(d *indicator.Draft) { d.Numerator, d.Denominator, d.Factor = num, den, factor })
		return i.Latest().Formula
	}
	for _, x := range [][5]string{{"a", "num", "den", "100", "100*num/den"}, {"b", "num+den", "den", "", "(num+den)/den"},
		{"c", "num", "1", "", "num"}, {"d", "num", "", "10000", "10000*num"}} {
		if got := quotient("q"+x[0], x[1], x[2], x[3]); got != x[4] {
			t.Errorf("%s × %s ÷ %s is stored as %s, want %s", x[3], x[1], x[2], got, x[4])
		}
	}
}

func TestEnsure(t *testing.T) {
	t.Parallel()
	c := bare(t)
	d := indicator.DraftOf(define(t, c, "rate", "100*num/den"))
	d.Formula, d.Numerator, d.Denominator, d.Factor = "", "num", "den", "100"
	if _, created, err := c.Service.Ensure(ctx, manager(c), d); err != nil || created {
		t.Errorf("the same again: created %v, %v", created, err)
	}
	d.Factor = "1000"
	if _, _, err := c.Service.Ensure(ctx, manager(c), d); !fault.IsConflict(err) {
		t.Errorf("another definition of the same slug: %v", err)
	}
	if _, err := c.Service.Create(ctx, manager(c), indicator.DraftOf(define(t, c, "other", "num"))); !fault.IsConflict(err) {
		t.Errorf("creating twice: %v", err)
	}
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	c := bare(t)
	i := define(t, c, "rate", "num")
	nobody, reader := c.Who("A"), c.Who("A", indicator.ActionView)
	m := indicatortest.Month(t, "2026-01")
	for name, err := range map[string]error{
		"list":     second(c.Service.Indicators(ctx, nobody, indicator.Filter{})),
		"values":   second(c.Service.Values(ctx, nobody, indicator.ValueFilter{})),
		"board":    second(c.Service.Board(ctx, nobody, indicator.Query{})),
		"detail":   second(c.Service.Detail(ctx, nobody, "rate", m, "")),
		"explain":  second(c.Service.Explain(ctx, nobody, "rate", "A", m, 1)),
		"create":   second(c.Service.Create(ctx, reader, indicator.DraftOf(i))),
		"edit":     second(c.Service.Edit(ctx, reader, indicator.DraftOf(i))),
		"target":   second(c.Service.AddTarget(ctx, reader, "rate", indicator.Target{})),
		"check":    second(c.Service.Check(ctx, reader, indicator.Draft{})),
		"preview":  second(c.Service.Preview(ctx, reader, indicator.Draft{}, m)),
		"computed": c.Service.Ask(ctx, reader, m),
	} {
		if !fault.IsForbidden(err) {
			t.Errorf("%s without the permission: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestTargets(t *testing.T) {
	t.Parallel()
	c := bare(t)
	define(t, c, "rate", "num")
	add := func(kind, op, value, max, from string) (indicator.Indicator, error) {
		target := indicator.Target{Kind: kind, Operator: op, Value: decimal.RequireFromString(value), From: indicatortest.Month(t, from)}
		if max != "" {
			target.Max = decimal.NewNullDecimal(decimal.RequireFromString(max))
		}
		return c.Service.AddTarget(ctx, manager(c), "rate", target)
	}
	i, err := add("", ">=", "60", "", "2026-01")
	if err == nil {
		i, err = add("township_hospital", "between", "60", "85", "2026-01")
	}
	if err == nil {
		i, err = add("", ">=", "70", "", "2026-06")
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range [][3]string{{"", "2026-05", "≥60"}, {"", "2026-06", "≥70"}, {"village_clinic", "2026-06", "≥70"}, {"township_hospital", "2026-06", "60–85"}} {
		if target, ok := i.Target(x[0], indicatortest.Month(t, x[1])); !ok || target.String() != x[2] {
			t.Errorf("target of %q in %s is %s", x[0], x[1], target)
		}
	}
	if _, err := add("", "between", "5", "4", "2026-07"); !fault.IsInvalid(err) {
		t.Errorf("a band upside down: %v", err)
	}
	t.Run("a target can end", func(t *testing.T) {
		open := i.Targets[0]
		ended, err := c.Service.EndTarget(ctx, manager(c), "rate", open.ID, indicatortest.Month(t, "2026-09"))
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := ended.Target("", indicatortest.Month(t, "2026-09")); ok {
			t.Error("it still holds")
		}
	})
}
func TestAnEditLeavesThePastAlone(t *testing.T) {
	t.Parallel()
	c := bare(t)
	was := define(t, c, "rate", "num/den")
	for _, m := range []string{"2026-05", "2026-06"} {
		c.Fact(m, "num", "A", "1")
		c.Fact(m, "den", "A", "4")
	}
	compute(t, c, "2026-05", "2026-06")
	rewrites := func(formula, from string, want int) {
		t.Helper()
		d := indicator.DraftOf(was)
		d.Formula, d.From = formula, indicatortest.Month(t, from)
		if n, err := c.Service.Rewrites(ctx, manager(c), d); err != nil || n != want {
			t.Errorf("%s from %s rewrites %d months, %v; want %d", formula, from, n, err, want)
		}
	}
	rewrites("100*num/den", "2026-05", 2)
	rewrites("100*num/den", "2026-06", 1)
	rewrites("100*num/den", "2026-08", 0)
	rewrites("num/den", "2026-06", 0)
	d := indicator.DraftOf(was)
	d.NameZH, d.From = "改名", indicatortest.Month(t, "2026-08")
	if made, err := c.Service.Edit(ctx, manager(c), d); err != nil || len(made.Versions) != 1 || made.NameZH != "改名" {
		t.Errorf("another name makes %d versions, %v", len(made.Versions), err)
	}
	if next, err := c.Service.NextMonth(ctx, manager(c)); err != nil || next.String() != "2026-08" {
		t.Errorf("the next month is %s, %v", next, err)
	}
}
