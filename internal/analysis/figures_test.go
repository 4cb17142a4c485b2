package analysis_test

import (
	"testing"

	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/period"
)

const townships = "&kind=township_hospital"

func TestFlowsAddUpAndStocksAreThoseOfTheLastMonth(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.facts(`
		2026-05 alpha T1 10
		2026-06 alpha T1 20
		2026-07 alpha T1 0
		2026-05 alpha T2 5
		2026-06 alpha T2 empty
		2026-07 alpha T2 na
		2026-05 beta T1 3
		2026-06 beta T1 4
		2026-07 beta T1 6
		2026-06 beta T2 1`)
	p.reads("item=e:alpha&when=range&from=2026-05&to=2026-07&grain=half"+townships,
		"机构T1 | 30 | 0", "机构T2 | 5* | ×", "合计 | 35* | 0")
	p.reads("item=e:beta&when=range&from=2026-05&to=2026-07&grain=half"+townships,
		"机构T1 | 4 | 6", "机构T2 | 1 | ", "合计 | 5 | 6")
	p.reads("item=e:alpha&when=range&from=2026-05&to=2026-07"+townships,
		"机构T1 | 10 | 20 | 0", "机构T2 | 5 | – | ×", "合计 | 15 | 20* | 0")
	total := p.open("item=e:alpha&when=range&from=2026-06&to=2026-06" + townships).Rows[2].Cells[0]
	if total.Given != 1 || total.Due != 2 || total.Of != "家" {
		t.Errorf("the sum counts %d of %d %s, want 1 of 2 家", total.Given, total.Due, total.Of)
	}
}

func TestWhatDoesNotAddUpIsNotAdded(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.facts("2026-06 gamma T1 1\n2026-07 gamma T1 2\n2026-07 gamma T2 3")
	p.reads("item=e:gamma"+townships, "机构T1 | 2", "机构T2 | 3", "合计 | ?")
	p.reads("item=e:gamma&when=range&from=2026-06&to=2026-07&grain=year&unit=T1", "机构T1 | ?")
}

func TestAComparisonHoldsTheSameMembersOnBothSides(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.facts("2025-07 alpha T1 50\n2026-07 alpha T1 60\n2025-07 alpha T2 100\n2026-07 alpha T2 empty\n2026-06 alpha T1 48")
	p.reads("item=e:alpha&m=yoy&m=pop"+townships, "机构T1 | 20 | 25", "机构T2 | – | –", "合计 | 20* | 25*")

	p.Institution("T3", "township_hospital", "")
	p.Exec("UPDATE institution SET opened_on = '2026-01-10' WHERE county_id = $1 AND code = 'T3'")
	p.facts("2026-07 alpha T3 15")
	p.reads("item=e:alpha&m=yoy"+townships, "机构T1 | 20", "机构T2 | –", "机构T3 | ?", "合计 | 50*")

	p.Exec("UPDATE institution SET closed_on = '2026-06-30' WHERE county_id = $1 AND code = 'T2'")
	p.reads("item=e:alpha&m=yoy&when=range&from=2026-06&to=2026-07&grain=year"+townships, "机构T1 | 20", "机构T2 | –", "机构T3 | ?", "合计 | -50*")

	p.facts("2025-07 beta T1 0\n2026-07 beta T1 4")
	p.reads("item=e:beta&m=yoy&unit=T1", "机构T1 | ?")
}

func TestSharesAndRanks(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.facts("2026-07 alpha T1 10\n2026-07 alpha T2 10\n2026-07 alpha H1 30")
	p.reads("item=e:alpha&m=value&m=share&m=rank&sub=kind&kind=county_hospital&kind=township_hospital",
		"机构H1 | 30 | 60 | 1", "县级医院小计 | 30 | 60 | 1", "机构T1 | 10 | 20 | 2", "机构T2 | 10 | 20 | 2", "乡镇卫生院小计 | 20 | 40 | 2", "合计 | 50 | 100 | ")
	p.reads("item=e:alpha&m=ytd&by=kind&total=0&kind=county_hospital&kind=township_hospital", "县级医院 | 30*", "乡镇卫生院 | 20*")
}

// beds loads opened and occupied bed days and computes the month.
func (p *place) beds(month string, places map[string][2]string) {
	p.t.Helper()
	for code, days := range places {
		p.Fact(month, "bed_days_open", code, days[0])
		p.Fact(month, "bed_days_occupied", code, days[1])
	}
	if _, err := p.Service.Compute(p.t.Context(), p.County.County.ID, []period.Month{indicatortest.Month(p.t, month)}, nil); err != nil {
		p.t.Fatal(err)
	}
}

func TestIndicatorsAreQuotientsOfSums(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.beds("2026-06", map[string][2]string{"T1": {"100", "40"}, "T2": {"300", "240"}})
	p.beds("2026-07", map[string][2]string{"T1": {"100", "50"}, "T2": {"300", "270"}})
	p.beds("2025-07", map[string][2]string{"T1": {"100", "45"}, "T2": {"100", "65"}})
	p.reads("item=i:bed_occupancy&m=value&m=yoy"+townships, "机构T1 | 50 | 5", "机构T2 | 90 | 25", "合计 | 80 | 25")
	p.reads("item=i:bed_occupancy&when=range&from=2026-06&to=2026-07&grain=year"+townships, "机构T1 | 45", "机构T2 | 85", "合计 | 75")
	p.reads("item=i:bed_occupancy&m=share&m=rank"+townships, "机构T1 | ? | 2", "机构T2 | ? | 1", "合计 | ? | ")
	county := p.reads("item=i:bed_occupancy&item=e:bed_days_open&kind=county", p.Root.Name+" | 80 | 400")
	if county.Rows[0].Cells[0].Origin.Code != p.Root.Code || county.Rows[0].Cells[1].Origin.Drill == nil {
		t.Errorf("the county's figures lead to %+v and %+v", county.Rows[0].Cells[0].Origin, county.Rows[0].Cells[1].Origin)
	}
	if got, want := heads(county), "病床使用率 2026年7月(%) | 实际开放总床日数 2026年7月(床日)"; got != want {
		t.Errorf("heads %s, want %s", got, want)
	}
}

func TestMonthsOfDifferentFormulasAreNotMixed(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.beds("2026-06", map[string][2]string{"T1": {"100", "40"}})
	manager := p.Who(p.County.County.Code, indicator.ActionManage, indicator.ActionView)
	i, err := p.Service.Get(t.Context(), manager, "bed_occupancy")
	if err != nil {
		t.Fatal(err)
	}
	d := indicator.DraftOf(i)
	d.Formula, d.Numerator, d.Denominator, d.Factor, d.From = "50*bed_days_occupied/bed_days_open", "", "", "", indicatortest.Month(t, "2026-07")
	if _, err := p.Service.Edit(t.Context(), manager, d); err != nil {
		t.Fatal(err)
	}
	p.beds("2026-07", map[string][2]string{"T1": {"100", "40"}})
	p.reads("item=i:bed_occupancy&when=range&from=2026-06&to=2026-07&unit=T1", "机构T1 | 40 | 20")
	p.reads("item=i:bed_occupancy&when=range&from=2026-06&to=2026-07&grain=year&unit=T1", "机构T1 | ?")
}

func TestWhatStandsBelowCountsWhenAskedFor(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.facts("2026-07 alpha T1 10\n2026-07 alpha V1 3\n2026-07 alpha T2 5")
	p.reads("item=e:alpha"+townships, "机构T1 | 10", "机构T2 | 5", "合计 | 15")
	p.reads("item=e:alpha&deep=1"+townships, "机构T1 | 13", "机构T2 | 5", "合计 | 18")
	p.reads("item=e:alpha&deep=1&kind=township_hospital&kind=village_clinic", "机构T1 | 13", "机构T2 | 5", "机构V1 | 3", "合计 | 18")
	p.reads("item=e:alpha&under=T1", "机构V1 | 3")
	p.reads("item=e:alpha&level=2&hide=1", "机构T1 | 10", "机构T2 | 5", "合计 | 15")
	p.reads("item=e:alpha&group=grassroots&by=parent&total=0", p.Root.ShortName+" | 15", "机构T1 | 3")
}
