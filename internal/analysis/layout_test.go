package analysis_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"yigai/internal/actor"
	"yigai/internal/analysis"
	"yigai/internal/fault"
)

func (p *place) twoMonths() {
	p.facts(`
		2026-06 alpha T1 10
		2026-07 alpha T1 11
		2026-06 alpha T2 30
		2026-07 alpha T2 5
		2026-07 beta T1 7`)
}

const bothMonths = "&when=range&from=2026-06&to=2026-07&kind=township_hospital"

func TestDimensionsStandWhereTheyAreWanted(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.twoMonths()
	table := p.reads("item=e:alpha&item=e:beta&total=0"+bothMonths, "机构T1 | 10 | 11 |  | 7", "机构T2 | 30 | 5 |  | ")
	if got, want := heads(table), "alpha 2026年6月(个) | alpha 2026年7月(个) | beta 2026年6月(个) | beta 2026年7月(个)"; got != want {
		t.Errorf("heads %s, want %s", got, want)
	}
	if want := []analysis.Group{{Label: "alpha", Span: 2}, {Label: "beta", Span: 2}}; !slices.Equal(table.Groups, want) {
		t.Errorf("merged heads %v, want %v", table.Groups, want)
	}
	table = p.reads("item=e:alpha&item=e:beta&total=0&outer=1&m=value&m=rank"+bothMonths, "机构T1 | 10 | 2 |  |  | 11 | 1 | 7 | 1", "机构T2 | 30 | 1 |  |  | 5 | 2 |  | ")
	if got, want := table.Columns[1].Full(), "2026年6月 · alpha 排名"; got != want {
		t.Errorf("head %s, want %s", got, want)
	}
	p.reads("item=e:alpha&item=e:beta&at_item=rows&at_period=columns"+bothMonths, "机构T1 | alpha | 个 | 10 | 11", "机构T1 | beta | 个 |  | 7",
		"机构T2 | alpha | 个 | 30 | 5", "机构T2 | beta | 个 |  | ", "合计 | alpha | 个 | 40 | 16", "合计 | beta | 个 |  | 7")
	table = p.reads("item=e:alpha&item=e:beta&at_unit=columns&at_period=rows&at_item=page&page=e:beta"+bothMonths, "2026年6月 |  |  | ", "2026年7月 | 7 |  | 7")
	if table.Page != "e:beta" || len(table.Pages) != 2 || heads(table) != "机构T1(个) | 机构T2(个) | 合计(个)" {
		t.Errorf("page %s of %v under %s", table.Page, table.Pages, heads(table))
	}
	p.reads("item=e:alpha&at_period=page&page=2026-06"+bothMonths, "机构T1 | 10", "机构T2 | 30", "合计 | 40")
	p.reads("item=e:alpha&at_unit=page&at_period=rows&page=T2"+bothMonths, "2026年6月 | 30", "2026年7月 | 5")
}

func TestRowsAreSortedCutAndHidden(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.twoMonths()
	p.reads("item=e:alpha&sort=1"+bothMonths, "机构T1 | 10 | 11", "机构T2 | 30 | 5", "合计 | 40 | 16")
	p.reads("item=e:alpha&sort=-1"+bothMonths, "机构T2 | 30 | 5", "机构T1 | 10 | 11", "合计 | 40 | 16")
	p.reads("item=e:alpha&sort=-2&top=1"+bothMonths, "机构T1 | 10 | 11", "合计 | 40 | 16")
	p.reads("item=e:alpha&sort=99"+bothMonths, "机构T1 | 10 | 11", "机构T2 | 30 | 5", "合计 | 40 | 16")
	p.reads("item=e:alpha&hide=1&sub=township&when=last&kind=township_hospital&kind=county_hospital&sort=-1",
		"机构T1 | 11", "机构T2 | 5", "县直(不在乡镇)小计 | 16", "合计 | 16")
	p.reads("item=e:beta&hide=1&when=last&kind=township_hospital&kind=county_hospital", "机构T1 | 7", "合计 | 7")
}

func TestAnAddressShowsEveryReaderTheirOwnScope(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.twoMonths()
	p.facts("2026-07 alpha V1 2")
	p.who = p.as("T1")
	p.reads("item=e:alpha&m=value&m=share", "机构T1 | 11 | 84.62", "机构V1 | 2 | 15.38", "合计 | 13 | 100")
	table := p.open("item=e:alpha&unit=T1&unit=T2")
	if table.Units != 1 || len(table.Notes) != 1 || !strings.Contains(table.Notes[0], "1 个选定的单位") {
		t.Errorf("%d units, notes %v", table.Units, table.Notes)
	}
	p.who = p.Who("T1", analysis.ActionView)
	if table = p.open("item=e:alpha"); len(table.Items) != 0 || !strings.Contains(strings.Join(table.Notes, ""), "alpha") {
		t.Errorf("without reporting.view the table shows %v", shown(table))
	}
	_, _, err := p.svc.Open(t.Context(), actor.Actor{CountyID: p.who.CountyID}, analysis.Blank())
	if !fault.IsForbidden(err) {
		t.Errorf("without permission: %v", err)
	}
}

func TestFiguresLeadToWhereTheyComeFrom(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.Open("2026-07")
	table := p.open("item=e:bed_days_open&kind=township_hospital")
	if o := table.Rows[0].Cells[0].Origin; o.Report == 0 || o.InstitutionID != p.At("T1").ID || o.Slug != "bed_days_open" {
		t.Errorf("an owed figure leads to %+v", o)
	}
	p.twoMonths()
	table = p.open("item=e:alpha&sub=kind&grain=year" + bothMonths)
	for _, row := range table.Rows {
		q := row.Cells[0].Origin.Drill
		if q == nil {
			t.Fatalf("%v leads nowhere", row.Heads)
		}
		drilled := p.open(q.String())
		if last := drilled.Rows[len(drilled.Rows)-1]; drilled.Units > 1 && cell(last.Cells[0]) != "40" || len(last.Cells) != 2 {
			t.Errorf("%v leads to %v", row.Heads, shown(drilled))
		}
	}
	if c := p.open("item=e:beta&unit=T1&when=last").Rows[0].Cells[0]; c.Note == "" || c.Origin.Drill != nil {
		t.Errorf("a loaded figure says %q and leads to %+v", c.Note, c.Origin)
	}
}

func TestATableIsBounded(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	var items strings.Builder
	_, o, err := p.svc.Open(t.Context(), p.who, analysis.Blank())
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range o.Items[:analysis.MaxItems] {
		items.WriteString("&item=" + i.Key)
	}
	q := query(t, "m=value&m=yoy&m=pop&m=share&m=rank&m=ytd&when=range&from=2021-08&to=2026-07"+items.String())
	_, _, err = p.svc.Open(t.Context(), p.who, q)
	refused(t, err)
	if said := err.Error(); !strings.Contains(said, "72000") || !strings.Contains(said, "50000") {
		t.Errorf("the refusal says %s", said)
	}
	q.Place[analysis.DimItem] = analysis.Pages
	if _, _, err = p.svc.Open(t.Context(), p.who, q); err != nil {
		t.Errorf("one page of it: %v", err)
	}
}

func TestAQueryIsItsAddress(t *testing.T) {
	t.Parallel()
	if got := analysis.Blank().String(); got != "" {
		t.Errorf("the usual query is %q", got)
	}
	text := "at_item=rows&at_period=page&by=kind&deep=1&from=2025-01&grain=quarter&group=grassroots&hide=1&item=e%3Aa&item=i%3Ab&kind=cdc&level=3&m=yoy" +
		"&outer=1&page=2025Q1&sort=-2&to=2025-12&top=5&total=0&township=150523100&under=x&unit=T1&when=range"
	if got := query(t, text).String(); got != text {
		t.Errorf("read back as\n%s, want\n%s", got, text)
	}
}

func TestWhatIsNotOfferedIsRefused(t *testing.T) {
	t.Parallel()
	for text, field := range map[string]string{
		"kind=spaceship": "kind", "item=drop%20table": "item", "m=median": "m", "by=colour": "by", "sub=x": "sub", "group=x": "group", "when=never": "when",
		"when=range&from=2026-13&to=2026-07": "from", "when=range&from=2026-08&to=2026-07": "to", "when=range&from=2021-07&to=2026-07": "to",
		"grain=day": "grain", "at_unit=page&at_item=page": "at_period", "at_unit=columns": "at_unit", "sort=first": "sort", "top=-1": "top",
		"township=%00": "township", "level=99": "level",
	} {
		values, err := url.ParseQuery(text)
		if err != nil {
			t.Fatal(err)
		}
		q, err := analysis.Parse(values)
		if got := refused(t, err); !slices.Equal(got, []string{field}) {
			t.Errorf("%s is refused at %v, want %s", text, got, field)
		}
		if _, err := analysis.Parse(q.Values()); err != nil {
			t.Errorf("what is left of %s is refused too: %v", text, err)
		}
	}
}
