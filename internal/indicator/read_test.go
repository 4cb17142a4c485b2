package indicator_test

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"

	"yigai/internal/fault"
	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/jobs"
	"yigai/internal/preset"
)

// shown is a county with a rate of four institutions in two months: A 50, A1 25, B 20, C owes.
func shown(t *testing.T) *indicatortest.County {
	t.Helper()
	c := bare(t)
	define(t, c, "rate", "100*num/den")
	define(t, c, "whole", "num", func(d *indicator.Draft) { d.Level = preset.LevelCounty })
	for _, target := range []indicator.Target{{Operator: ">=", Value: decimal.NewFromInt(30), From: indicatortest.Month(t, "2024-01")}} {
		if _, err := c.Service.AddTarget(ctx, manager(c), "rate", target); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range []string{"2026-05", "2026-06"} {
		for code, figures := range map[string][2]string{"A": {"3", "4"}, "A1": {"1", "4"}, "B": {"1", "5"}, "C": {"", "9"}} {
			c.Fact(m, "num", code, figures[0])
			c.Fact(m, "den", code, figures[1])
		}
	}
	compute(t, c, "2026-05", "2026-06")
	return c
}

func TestValuesInScope(t *testing.T) {
	t.Parallel()
	c := shown(t)
	t.Run("pages go on where they ended", func(t *testing.T) {
		seen, cursor := 0, ""
		for {
			page, err := c.Service.Values(ctx, manager(c), indicator.ValueFilter{Limit: 3, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			seen += len(page.Items)
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if seen != 12 {
			t.Errorf("%d values over all pages, want 12", seen)
		}
	})
	t.Run("somebody sees their own subtree", func(t *testing.T) {
		page, err := c.Service.Values(ctx, c.Who("A", indicator.ActionView), indicator.ValueFilter{Indicator: "rate"})
		if err != nil || len(page.Items) != 4 {
			t.Errorf("%d values, want those of A and A1 in two months: %v", len(page.Items), err)
		}
	})
	t.Run("descendants are asked for", func(t *testing.T) {
		for _, x := range []struct {
			descendants bool
			want        int
		}{{false, 2}, {true, 4}} {
			page, err := c.Service.Values(ctx, manager(c), indicator.ValueFilter{Institution: "A", Descendants: x.descendants})
			if err != nil || len(page.Items) != x.want {
				t.Errorf("descendants %v: %d values, want %d: %v", x.descendants, len(page.Items), x.want, err)
			}
		}
	})
	t.Run("a foreign institution is not found", func(t *testing.T) {
		_, err := c.Service.Values(ctx, c.Who("A", indicator.ActionView), indicator.ValueFilter{Institution: "B"})
		if !fault.IsNotFound(err) {
			t.Error(err)
		}
	})
	t.Run("nonsense is refused", func(t *testing.T) {
		for _, f := range []indicator.ValueFilter{{Cursor: "§"}, {From: indicatortest.Month(t, "2026-05"), To: indicatortest.Month(t, "2026-04")}} {
			if _, err := c.Service.Values(ctx, manager(c), f); !fault.IsInvalid(err) {
				t.Errorf("%+v: %v", f, err)
			}
		}
		if _, err := c.Service.Values(ctx, manager(c), indicator.ValueFilter{Indicator: "nobody"}); !fault.IsNotFound(err) {
			t.Error(err)
		}
	})
}

func TestBoard(t *testing.T) {
	t.Parallel()
	c := shown(t)
	m := indicatortest.Month(t, "2026-06")
	b, err := c.Service.Board(ctx, manager(c), indicator.Query{Tab: "township", Order: "rate"})
	if err != nil {
		t.Fatal(err)
	}
	if b.Query.Month != m || b.Focus.Code != c.County.Code || len(b.Rows) != 1 || len(b.Institutions) != 3 {
		t.Fatalf("month %s, focus %s, %d rows, %d institutions", b.Query.Month, b.Focus.Code, len(b.Rows), len(b.Institutions))
	}
	order := ""
	for n, p := range b.Institutions {
		order += p.Code + ":" + b.Rows[0].Cells[n].Status() + " "
	}
	if order != "A:met B:not_met C:not_known " {
		t.Errorf("the best do not come first: %s", order)
	}
	if trend := b.Rows[0].Trend; len(trend) != indicator.TrendMonths || trend[22] == nil || trend[23] == nil || trend[21] != nil {
		t.Errorf("the trend is %v", trend)
	}
	t.Run("the county's own tab has the county's indicators", func(t *testing.T) {
		b, err := c.Service.Board(ctx, manager(c), indicator.Query{Month: m, Tab: "county"})
		if err != nil || len(b.Rows) != 2 || b.Rows[0].LastMonth() == nil {
			t.Errorf("%d rows: %v", len(b.Rows), err)
		}
	})
	t.Run("somebody else's institutions are not on it", func(t *testing.T) {
		b, err := c.Service.Board(ctx, c.Who("A", indicator.ActionView), indicator.Query{Month: m, Tab: "township"})
		if err != nil || len(b.Institutions) != 0 || b.Focus.Code != "A" || len(b.Rows) != 1 {
			t.Errorf("%d institutions beside %s, %d rows: %v", len(b.Institutions), b.Focus.Code, len(b.Rows), err)
		}
		if len(b.Tabs) != 2 || b.Tabs[1].Name != "clinic" || b.Query.Tab != "county" {
			t.Errorf("the tabs are %v, %s is open", b.Tabs, b.Query.Tab)
		}
	})
	t.Run("at most twenty institutions stand on a page", func(t *testing.T) {
		for n := range 35 {
			c.Institution(fmt.Sprintf("X%02d", n), "village_clinic", "B")
		}
		b, err := c.Service.Board(ctx, manager(c), indicator.Query{Month: m, Tab: "clinic", Page: 2})
		if err != nil || b.Pages != 2 || len(b.Institutions) != 16 || b.Total != 36 {
			t.Errorf("page %d of %d has %d of %d: %v", b.Query.Page, b.Pages, len(b.Institutions), b.Total, err)
		}
	})
}

func TestDetailRanks(t *testing.T) {
	t.Parallel()
	c := shown(t)
	d, err := c.Service.Detail(ctx, manager(c), "rate", indicatortest.Month(t, "2026-06"), "")
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, r := range d.Ranking {
		got += fmt.Sprintf("%d %s ", r.Rank, r.Place.Code)
	}
	if d.Tab != "township" || got != "1 A 2 B 0 C " {
		t.Errorf("ranking of %s: %s", d.Tab, got)
	}
	if d.FocusNow.Status() != indicator.NotKnown || // C gave its denominator only
		len(d.Trend) != indicator.TrendMonths || len(d.YearAgo) != indicator.TrendMonths {
		t.Errorf("the county is %s with %d and %d months", d.FocusNow.Status(), len(d.Trend), len(d.YearAgo))
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	c := shown(t)
	e := explain(t, c, "rate", c.County.Code, "2026-06")
	if e.Text != "num ÷ den × 100" || e.Version.Number != 1 || len(e.Facts) != 8 || e.Factor.String() != "100" {
		t.Errorf("%s, version %d, %d facts, factor %s", e.Text, e.Version.Number, len(e.Facts), e.Factor)
	}
	worked := e.Worked(func(in indicator.Input) string { return in.Value.Decimal.String() })
	if worked != "5 ÷ 22 × 100" {
		t.Errorf("worked out as %s", worked)
	}
	if len(e.Missing) != 1 || e.Missing[0].Code != "C" || fmt.Sprint(e.Missing[0].Elements) != "[num]" {
		t.Errorf("missing are %+v", e.Missing)
	}
	t.Run("a foreign institution is not found", func(t *testing.T) {
		_, err := c.Service.Explain(ctx, c.Who("A", indicator.ActionView), "rate", "B", indicatortest.Month(t, "2026-06"), 1)
		if !fault.IsNotFound(err) {
			t.Error(err)
		}
	})
	t.Run("nothing due is not found", func(t *testing.T) {
		_, err := c.Service.Explain(ctx, manager(c), "whole", "B", indicatortest.Month(t, "2026-06"), 1)
		if !fault.IsNotFound(err) {
			t.Error(err)
		}
	})
}

func TestHeadlines(t *testing.T) {
	t.Parallel()
	c := shown(t)
	for _, m := range []string{"2026-05", "2026-06"} { // C is missing above and below, and the others together are red
		c.Fact(m, "num", "A", "2")
		c.Fact(m, "num", "B", "0")
		c.Fact(m, "den", "C", "")
	}
	compute(t, c, "2026-05", "2026-06")
	red, err := c.Service.Headlines(ctx, manager(c), 8, 6)
	if err != nil || len(red.Items) != 1 || red.Items[0].Indicator.Slug != "rate" || red.Place.Code != c.County.Code {
		t.Errorf("red is %+v: %v", red, err)
	}
	own, err := c.Service.Headlines(ctx, c.Who("A", indicator.ActionView), 8, 6)
	if err != nil || len(own.Items) != 1 || own.Place.Code != "A" || own.Items[0].Now.Status() != indicator.Met {
		t.Errorf("own is %+v: %v", own, err)
	}
	if _, err := c.Service.Headlines(ctx, c.Who("A"), 8, 6); !fault.IsForbidden(err) {
		t.Errorf("without the permission: %v", err)
	}
	t.Run("while this month is not accepted the one before is shown", func(t *testing.T) {
		c.Fact("2026-06", "num", "A", "")
		c.Fact("2026-06", "num", "A1", "")
		compute(t, c, "2026-06")
		own, err := c.Service.Headlines(ctx, c.Who("A", indicator.ActionView), 8, 6)
		if err != nil || own.Month != indicatortest.Month(t, "2026-05") || own.Later != indicatortest.Month(t, "2026-06") || len(own.Items) != 1 {
			t.Errorf("%s shows %+v: %v", own.Month, own.Items, err)
		}
	})
	t.Run("where nothing was ever accepted nothing is judged", func(t *testing.T) {
		own, err := c.Service.Headlines(ctx, c.Who("C", indicator.ActionView), 8, 6)
		if err != nil || !own.Asked || own.Judged || len(own.Items) != 0 {
			t.Errorf("shows %+v: %v", own, err)
		}
	})
}

func TestPreviewStoresNothing(t *testing.T) {
	t.Parallel()
	c := shown(t)
	values, err := c.Service.Preview(ctx, manager(c), indicator.Draft{Formula: "1000*num/den"}, indicatortest.Month(t, "2026-06"))
	if err != nil || len(values) != 5 || values[0].InstitutionCode != c.County.Code || values[0].Value.Decimal.StringFixed(2) != "227.27" {
		t.Errorf("the preview is %+v: %v", values, err)
	}
	expect(t, c, "rate", c.County.Code, "2026-06", "5/22=22.73 3 of 4")
}

func TestAskingEnqueuesAComputation(t *testing.T) {
	t.Parallel()
	c := shown(t)
	c.Service.Jobs(jobs.NewRegistry())
	if err := c.Service.Ask(ctx, manager(c), indicatortest.Month(t, "2026-06")); err != nil {
		t.Fatal(err)
	}
	var n int
	err := c.DB.QueryRow(ctx, "SELECT count(*) FROM river_job WHERE kind = 'indicator.computation_asked'").Scan(&n)
	if err != nil || n != 1 {
		t.Errorf("%d jobs: %v", n, err)
	}
}
