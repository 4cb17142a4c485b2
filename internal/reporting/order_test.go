package reporting_test

import (
	"fmt"
	"slices"
	"testing"

	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

// Reports are listed in the order of the institutions' codes, whenever these were made, and page by page the same.
func TestReportsAreListedByCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	want := []string{w.hospital.Code}
	for n := 11; n > 0; n-- {
		i := orgtest.Create(t, w.db, w.county, org.Draft{Code: fmt.Sprintf("A-%02d", n), Name: fmt.Sprintf("第%d卫生院", n),
			Kind: org.KindTownshipHospital, Parent: w.county.Code})
		want = append(want, i.Code)
	}
	slices.Sort(want)
	august := reportingtest.Month(t, "2026-08")
	reportingtest.OpenMonth(t, w.db, w.county.ID, august.String())
	var listed []string
	for f := (reporting.Filter{Month: august, Form: "township_monthly", Limit: 5}); ; {
		p, err := w.svc.List(t.Context(), w.reviewer, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Reports {
			listed = append(listed, r.InstitutionCode)
		}
		if f.Cursor = p.Next; f.Cursor == "" {
			break
		}
	}
	if !slices.Equal(listed, want) {
		t.Errorf("listed %v, want %v", listed, want)
	}
	g, err := w.svc.Grid(t.Context(), w.reviewer, august, "township_monthly", nil)
	if err != nil {
		t.Fatal(err)
	}
	inGrid := make([]string, len(g.Rows))
	for i, row := range g.Rows {
		inGrid[i] = row.Report.InstitutionCode
	}
	b, err := w.svc.Board(t.Context(), w.reviewer, august)
	if err != nil {
		t.Fatal(err)
	}
	onBoard := make([]string, len(b.Rows))
	for i, row := range b.Rows {
		onBoard[i] = row.InstitutionCode
	}
	if !slices.Equal(inGrid, want) || !slices.Equal(onBoard, want) {
		t.Errorf("the grid shows %v, the board %v", inGrid, onBoard)
	}
}
