package analysis_test

import (
	"strings"
	"testing"
)

func TestAPrintedTotalIsNotAddedToItsOwnParts(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.facts("2026-07 alpha T1 10\n2026-07 alpha T2 20\n2025-07 alpha T1 5\n2025-07 alpha T2 15")
	p.Fact("2026-07", "alpha", p.Root.Code, "31")
	p.Fact("2026-06", "alpha", p.Root.Code, "29")
	county := p.reads("item=e:alpha&kind=county", p.Root.ShortName+" | 30").Rows[0].Cells[0]
	if county.Given != 2 || county.Due != 2 || !strings.Contains(county.Note, "只作核对") {
		t.Errorf("the county's sum counts %d of %d and says %q", county.Given, county.Due, county.Note)
	}
	p.reads("item=e:alpha&kind=county&m=yoy", p.Root.ShortName+" | 50")
	p.reads("item=e:alpha&deep=1&by=all&total=0&kind=county&kind=township_hospital", "合计 | 30")
	p.reads("item=e:alpha&when=range&from=2026-06&to=2026-06&kind=county", p.Root.ShortName+" | 29")

	p.Institution("B1", "bureau", "")
	p.Institution("T3", "township_hospital", "B1")
	p.facts("2026-07 alpha B1 8\n2026-07 alpha T3 7")
	p.reads("item=e:alpha&under="+p.Root.Code+"&kind=bureau", "机构B1 | 8")
	p.reads("item=e:alpha&kind=bureau&kind=township_hospital", "机构B1 | 8", "机构T1 | 10", "机构T2 | 20", "机构T3 | 7", "合计 | 37")
}
