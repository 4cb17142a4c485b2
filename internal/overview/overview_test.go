package overview_test

import (
	"slices"
	"testing"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/org/orgtest"
	"yigai/internal/overview"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// prepared is a county with three townships; a month is open.
var prepared = indicatortest.Prepare(func(c *indicatortest.County) {
	for _, code := range []string{"T1", "T2", "T3"} {
		c.Institution(code, "township_hospital", "")
	}
	c.Open("2026-07")
})

func newCounty(t *testing.T) (*indicatortest.County, *overview.Service) {
	t.Helper()
	c := prepared.New(t)
	return c, overview.New(c.DB, orgtest.Now, period.China())
}

var everything = []string{indicator.ActionView, reporting.ActionView, overview.ActionArrange, audit.ActionExport}

func TestTownshipsStandInAGridUntilTheCountyPlacesThem(t *testing.T) {
	t.Parallel()
	c, svc := newCounty(t)
	who, ctx := c.Who(c.County.Code, everything...), t.Context()
	before, err := svc.Stamp(ctx, who)
	if err != nil {
		t.Fatal(err)
	}
	v, err := svc.Show(ctx, who, indicatortest.Month(t, "2026-07"), "")
	if err != nil || len(v.Tiles) != 3 || v.Tiles[0].Row != 1 || v.Tiles[2].Column == v.Tiles[0].Column && v.Tiles[2].Row == 1 {
		t.Fatalf("the grid is %+v, %v", v.Tiles, err)
	}
	t3 := c.At("T3").ID
	if err := svc.PlaceTiles(ctx, who, seen(t, svc, who).Tiles, []overview.Site{{ID: t3, Row: 2, Column: 4}}); err != nil {
		t.Fatal(err)
	}
	v, err = svc.Show(ctx, who, v.Month, "")
	if err != nil || v.Tiles[0].Place.ID != t3 || v.Tiles[0].Column != 4 || v.Tiles[1].Row != 3 {
		t.Errorf("placed, the grid is %+v, %v", v.Tiles, err)
	}
	if after, err := svc.Stamp(ctx, who); err != nil || after == before {
		t.Errorf("the stamp stays %q, %v", after, err)
	}
}

func TestWrongPlacesAreRefused(t *testing.T) {
	t.Parallel()
	c, svc := newCounty(t)
	who, t1, t2 := c.Who(c.County.Code, everything...), c.At("T1").ID, c.At("T2").ID
	for name, placed := range map[string][]overview.Site{
		"off the grid":     {{ID: t1, Row: 1, Column: overview.MaxColumn + 1}},
		"one on the other": {{ID: t1, Row: 1, Column: 1}, {ID: t2, Row: 1, Column: 1}},
	} {
		if err := svc.PlaceTiles(t.Context(), who, seen(t, svc, who).Tiles, placed); !fault.IsInvalid(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := svc.PlaceTiles(t.Context(), who, seen(t, svc, who).Tiles, []overview.Site{{ID: c.Root.ID, Row: 1, Column: 1}}); !fault.IsNotFound(err) {
		t.Errorf("the county itself on the grid: %v", err)
	}
}

func TestTheCountyChoosesItsKeyIndicators(t *testing.T) {
	t.Parallel()
	c, svc := newCounty(t)
	who, ctx := c.Who(c.County.Code, everything...), t.Context()
	chosen := []string{"outp_avg_cost", "bed_occupancy"}
	if err := svc.ChooseIndicators(ctx, who, seen(t, svc, who).Indicators, chosen); err != nil {
		t.Fatal(err)
	}
	if a, err := svc.Arrangement(ctx, who); err != nil || !slices.Equal(a.Slugs, chosen) || len(a.Sites) != 3 {
		t.Errorf("chosen are %v of %d sites, %v", a.Slugs, len(a.Sites), err)
	}
	if v, err := svc.Show(ctx, who, period.Month{}, ""); err != nil || v.By.Slug != chosen[0] {
		t.Errorf("townships are ranked by %s, %v", v.By.Slug, err)
	}
	for name, slugs := range map[string][]string{"twice": {"bed_occupancy", "bed_occupancy"}, "unknown": {"nothing_such"}} {
		if err := svc.ChooseIndicators(ctx, who, seen(t, svc, who).Indicators, slugs); !fault.IsInvalid(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// seen is what somebody is shown before they change it.
func seen(t *testing.T, svc *overview.Service, who actor.Actor) overview.Stamps {
	t.Helper()
	a, err := svc.Arrangement(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	return a.Seen
}

func TestNobodyOverwritesAnArrangementUnseen(t *testing.T) {
	t.Parallel()
	c, svc := newCounty(t)
	who, ctx := c.Who(c.County.Code, everything...), t.Context()
	t1, t2 := c.At("T1").ID, c.At("T2").ID
	shown := seen(t, svc, who)
	if err := svc.PlaceTiles(ctx, who, shown.Tiles, []overview.Site{{ID: t1, Row: 1, Column: 2}}); err != nil {
		t.Fatal(err)
	}
	if err := svc.PlaceTiles(ctx, who, shown.Tiles, []overview.Site{{ID: t2, Row: 1, Column: 3}}); !fault.IsConflict(err) {
		t.Errorf("places over unseen ones: %v", err)
	}
	if err := svc.ChooseIndicators(ctx, who, shown.Indicators, []string{"bed_occupancy"}); err != nil {
		t.Errorf("places do not concern the indicators: %v", err)
	}
	if err := svc.ChooseIndicators(ctx, who, shown.Indicators, nil); !fault.IsConflict(err) {
		t.Errorf("indicators over unseen ones: %v", err)
	}
	t.Run("and one that has closed keeps its place until it is taken", func(t *testing.T) {
		if _, err := c.DB.Exec(ctx, `UPDATE institution SET closed_on = '2026-07-31' WHERE id = $1`, t1); err != nil {
			t.Fatal(err)
		}
		for _, column := range []int{3, 2} {
			want := column - 1 // the place of the closed one is at 2
			if err := svc.PlaceTiles(ctx, who, seen(t, svc, who).Tiles, []overview.Site{{ID: t2, Row: 1, Column: column}}); err != nil {
				t.Fatal(err)
			}
			var n int
			if err := c.DB.QueryRow(ctx, `SELECT count(*) FROM overview_tile`).Scan(&n); err != nil || n != want {
				t.Errorf("at column %d there are %d places, want %d, %v", column, n, want, err)
			}
		}
	})
}

func TestEverybodySeesTheirScope(t *testing.T) {
	t.Parallel()
	c, svc := newCounty(t)
	month := indicatortest.Month(t, "2026-07")
	clerk := c.Who("T1", everything...)
	v, err := svc.Show(t.Context(), clerk, month, "")
	if err != nil || len(v.Tiles) != 1 || v.Tiles[0].Place.ID != c.At("T1").ID || v.Own != c.At("T1").ID {
		t.Errorf("a township sees %+v, %v", v.Tiles, err)
	}
	for who, want := range map[string]int{c.County.Code: 3, "T1": 1} {
		tallies, err := svc.Completeness(t.Context(), c.Who(who, everything...), month)
		n := slices.IndexFunc(tallies, func(t overview.Tally) bool { return t.Slug == "township_monthly" })
		if err != nil || n < 0 || tallies[n].Due() != want || tallies[n].States[reporting.NotStarted] != want || tallies[n].Received() != 0 {
			t.Errorf("%s is owed %+v, %v", who, tallies, err)
		}
	}
	if err := svc.ChooseIndicators(t.Context(), clerk, "", nil); !fault.IsForbidden(err) {
		t.Errorf("a township arranges the county's screen: %v", err)
	}
	if _, err := svc.Show(t.Context(), c.Who("T1"), month, ""); !fault.IsForbidden(err) {
		t.Errorf("without the permission: %v", err)
	}
}

// A report that only the first of two levels has passed has come like the others.
func TestEveryStateCounts(t *testing.T) {
	t.Parallel()
	c, svc := newCounty(t)
	month, who := indicatortest.Month(t, "2026-07"), c.Who(c.County.Code, everything...)
	for _, state := range reporting.States {
		came := !state.Editable()
		_, err := c.DB.Exec(t.Context(), `UPDATE report SET state = $1, received_at = CASE WHEN $2 THEN due_at END
			WHERE form_id = (SELECT id FROM form WHERE county_id = report.county_id AND slug = 'township_monthly')
			  AND institution_id = $3 AND period = $4`, state, came, c.At("T1").ID, month)
		if err != nil {
			t.Fatal(err)
		}
		tallies, err := svc.Completeness(t.Context(), who, month)
		n := slices.IndexFunc(tallies, func(t overview.Tally) bool { return t.Slug == "township_monthly" })
		if err != nil || n < 0 || tallies[n].Due() != 3 || tallies[n].States[state] == 0 || (tallies[n].Received() == 1) != came {
			t.Errorf("%s: %+v, %v", state, tallies, err)
		}
	}
}

func TestAFileIsLoggedBeforeItLeaves(t *testing.T) {
	t.Parallel()
	c, svc := newCounty(t)
	month := indicatortest.Month(t, "2026-07")
	f, err := svc.Export(t.Context(), c.Who(c.County.Code, everything...), month, "")
	if err != nil || f.Name != "县域总览_2026-07.xlsx" || len(f.Body) == 0 {
		t.Fatalf("%s with %d bytes, %v", f.Name, len(f.Body), err)
	}
	var logged int
	if err := c.DB.QueryRow(t.Context(), "SELECT count(*) FROM export_log WHERE county_id = $1 AND kind = 'overview' AND bytes = $2", c.County.ID, len(f.Body)).Scan(&logged); err != nil || logged != 1 {
		t.Errorf("%d lines in the log, %v", logged, err)
	}
	if _, err := svc.Export(t.Context(), c.Who(c.County.Code, indicator.ActionView), month, ""); !fault.IsForbidden(err) {
		t.Errorf("without the permission: %v", err)
	}
}

func TestTheDefaultsAreIndicatorsOfThePreset(t *testing.T) {
	t.Parallel()
	c, svc := newCounty(t)
	a, err := svc.Arrangement(t.Context(), c.Who(c.County.Code, everything...))
	if err != nil || len(overview.Defaults()) != overview.MaxIndicators {
		t.Fatalf("%d defaults, %v", len(overview.Defaults()), err)
	}
	for _, d := range overview.Defaults() {
		if d.Reason == "" || d.Source == "" || !slices.ContainsFunc(a.Choices, func(i indicator.Indicator) bool { return i.Slug == d.Slug }) {
			t.Errorf("%+v is not an indicator with a reason and a source", d)
		}
	}
}
