package analysis_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yigai/internal/analysis"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/sheet"
)

func (p *place) audited(action string) (n int) {
	p.t.Helper()
	err := p.DB.QueryRow(p.t.Context(), "SELECT count(*) FROM audit_entry WHERE action = $1", action).Scan(&n)
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

func TestAViewIsKeptChangedAndRemoved(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v, err := p.svc.Keep(t.Context(), p.who, analysis.ViewDraft{Name: " 门诊 ", Query: "item=e:alpha&nonsense=1"})
	if err != nil || v.Name != "门诊" || v.Query != "item=e%3Aalpha" {
		t.Fatalf("kept %+v, %v", v, err)
	}
	if _, err := p.svc.Keep(t.Context(), p.who, analysis.ViewDraft{Name: "门诊", Query: "item=e:beta"}); !slices.Equal(refused(t, err), []string{"name"}) {
		t.Errorf("the same name again: %v", err)
	}
	changed, err := p.svc.Change(t.Context(), p.who, v.ID, v.Version, analysis.ViewDraft{Name: "门急诊", Query: "item=e:beta", Shared: true})
	if err != nil || changed.Version != 2 || !changed.Shared {
		t.Fatalf("changed %+v, %v", changed, err)
	}
	if _, err := p.svc.Change(t.Context(), p.who, v.ID, v.Version, analysis.ViewDraft{Name: "x", Query: "item=e:beta"}); !fault.IsConflict(err) {
		t.Errorf("a stale change: %v", err)
	}
	if found, err := p.svc.View(t.Context(), p.who, v.ID); err != nil || found.Name != "门急诊" || found.Query != "item=e%3Abeta" {
		t.Errorf("found %+v, %v", found, err)
	}
	if _, err := p.svc.Remove(t.Context(), p.who, v.ID); err != nil {
		t.Error(err)
	}
	if _, err := p.svc.View(t.Context(), p.who, v.ID); !fault.IsNotFound(err) {
		t.Errorf("a removed view: %v", err)
	}
	for _, action := range []string{"analysis.create", "analysis.edit", "analysis.remove"} {
		if n := p.audited(action); n != 1 {
			t.Errorf("%d entries of %s, want 1", n, action)
		}
	}
}

func TestAViewThatCannotBeMeantIsRefused(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for field, d := range map[string]analysis.ViewDraft{
		"name":  {Name: " ", Query: "item=e:alpha"},
		"item":  {Name: "空", Query: "kind=cdc"},
		"by":    {Name: "错", Query: "item=e:alpha&by=x"},
		"query": {Name: "乱", Query: "%zz"},
	} {
		if _, err := p.svc.Keep(t.Context(), p.who, d); !slices.Equal(refused(t, err), []string{field}) {
			t.Errorf("%+v: %v, want a problem of %s", d, err, field)
		}
	}
	long := analysis.ViewDraft{Name: strings.Repeat("长", 41), Query: "item=e:alpha"}
	if _, err := p.svc.Keep(t.Context(), p.who, long); !fault.IsInvalid(err) {
		t.Errorf("a name of 41 characters: %v", err)
	}
}

func TestWhoMayKeepShareAndChange(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	clerk := p.Who("T1", analysis.ActionView, analysis.ActionKeep)
	reader := p.Who("T1", analysis.ActionView)
	draft := analysis.ViewDraft{Name: "我的", Query: "item=e:alpha"}
	own, err := p.svc.Keep(t.Context(), clerk, draft)
	if err != nil {
		t.Fatal(err)
	}
	shared, err := p.svc.Keep(t.Context(), p.who, analysis.ViewDraft{Name: "全县", Query: "item=e:alpha", Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.svc.Keep(t.Context(), reader, draft); !fault.IsForbidden(err) {
		t.Errorf("a reader keeps a view: %v", err)
	}
	if _, err := p.svc.Keep(t.Context(), clerk, analysis.ViewDraft{Name: "给大家", Query: "item=e:alpha", Shared: true}); !fault.IsForbidden(err) {
		t.Errorf("a clerk shares a view: %v", err)
	}
	if _, err := p.svc.View(t.Context(), reader, own.ID); !fault.IsNotFound(err) {
		t.Errorf("another's own view: %v, want not found", err)
	}
	if found, err := p.svc.Views(t.Context(), reader); err != nil || len(found) != 1 || found[0].ID != shared.ID {
		t.Errorf("a reader sees %+v, %v", found, err)
	}
	if _, err := p.svc.Change(t.Context(), clerk, shared.ID, 1, draft); !fault.IsForbidden(err) {
		t.Errorf("a clerk changes a shared view: %v", err)
	}
	if _, err := p.svc.Remove(t.Context(), clerk, shared.ID); !fault.IsForbidden(err) {
		t.Errorf("a clerk removes a shared view: %v", err)
	}
	if _, err := p.svc.Remove(t.Context(), p.who, own.ID); !fault.IsNotFound(err) {
		t.Errorf("removing another's own view: %v, want not found", err)
	}
}

func TestOnlyItsOwnerTakesASharedViewBack(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	draft := analysis.ViewDraft{Name: "全县", Query: "item=e:alpha", Shared: true}
	owner, editor := p.who, p.as(p.County.County.Code)
	v, err := p.svc.Keep(t.Context(), owner, draft)
	if err != nil {
		t.Fatal(err)
	}
	if v, err = p.svc.Change(t.Context(), editor, v.ID, v.Version, analysis.ViewDraft{Name: "全县门诊", Query: draft.Query, Shared: true}); err != nil {
		t.Fatalf("another editor changes it: %v", err)
	}
	draft.Shared = false
	if _, err := p.svc.Change(t.Context(), editor, v.ID, v.Version, draft); !slices.Equal(refused(t, err), []string{"shared"}) {
		t.Errorf("another editor takes it back: %v", err)
	}
	if _, err := p.svc.Change(t.Context(), owner, v.ID, v.Version, draft); err != nil {
		t.Errorf("its owner takes it back: %v", err)
	}
	var id int64
	if err := p.DB.QueryRow(t.Context(), `INSERT INTO analysis_view (county_id, name, query, shared, owner_name, updated_at)
		VALUES ($1, '自带', 'item=e%3Aalpha', true, '', now()) RETURNING id`, p.County.County.ID).Scan(&id); err != nil {
		t.Fatal(err)
	}
	if _, err := p.svc.Change(t.Context(), editor, id, 1, draft); !slices.Equal(refused(t, err), []string{"shared"}) {
		t.Errorf("the program's own taken back: %v", err)
	}
}

func TestAWorkbookHoldsNumbersHeadsAndADescription(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.twoMonths()
	p.facts("2026-06 alpha H1 na\n2026-07 alpha H1 empty")
	q := query(t, "item=e:alpha&item=e:beta&when=range&from=2026-06&to=2026-07&kind=township_hospital&kind=county_hospital")
	f, err := p.svc.Export(t.Context(), p.who, q, sheet.XLSX)
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.svc.Export(t.Context(), p.who, q, sheet.XLSX)
	if err != nil || !bytes.Equal(f.Body, again.Body) {
		t.Errorf("the same table gives other bytes (%v)", err)
	}
	if n := p.audited(audit.ActionExport); n != 2 {
		t.Errorf("%d exports in the trail, want 2", n)
	}
	var lines int
	if err := p.DB.QueryRow(t.Context(), "SELECT count(*) FROM export_log WHERE county_id = $1 AND kind = 'analysis' AND encode(sha256, 'hex') = $2",
		p.County.County.ID, f.SHA256).Scan(&lines); err != nil || lines != 2 {
		t.Errorf("%d lines in the export log (%v), want 2", lines, err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(f.Body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	for at, want := range map[string]string{"B3": "alpha", "B4": "2026年6月(个)", "A5": "机构H1", "B5": "不适用", "C5": "–", "B6": "10", "E6": "7", "A8": "合计", "B8": "40"} {
		if got, err := book.GetCellValue("自定义表", at, excelize.Options{RawCellValue: true}); err != nil || got != want {
			t.Errorf("%s holds %q (%v), want %q", at, got, err, want)
		}
	}
	if kind, err := book.GetCellType("自定义表", "B6"); err != nil || kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("a figure is stored as %v (%v)", kind, err)
	}
	if panes, err := book.GetPanes("自定义表"); err != nil || panes.XSplit != 1 || panes.YSplit != 4 {
		t.Errorf("panes %+v (%v)", panes, err)
	}
	if names := book.GetDefinedName(); len(names) != 1 || names[0].RefersTo != "'自定义表'!$A$4:$E$8" {
		t.Errorf("the filter is %+v", names)
	}
	about, err := book.GetRows("说明")
	if err != nil || !strings.Contains(about[1][1], "乡镇卫生院、县级医院,共 3 家") {
		t.Errorf("the description says %v (%v)", about, err)
	}
}

func TestACSVHoldsOneLineOfHeads(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.twoMonths()
	f, err := p.svc.Export(t.Context(), p.who, query(t, "item=e:alpha&m=value&m=yoy&unit=T1"), sheet.CSV)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(f.Body), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 2 || strings.Join(rows[0], "|") != "单位|alpha · 2026年7月 数值（个）|alpha · 2026年7月 同比（%）" || strings.Join(rows[1], "|") != "机构T1|11|" {
		t.Errorf("rows %q (%v)", rows, err)
	}
	if !strings.HasSuffix(f.Name, "alpha_2026年7月.csv") {
		t.Errorf("the file is called %s", f.Name)
	}
	if _, err := p.svc.Export(t.Context(), p.who, query(t, "item=e:alpha&unit=T1"), "pdf"); !slices.Equal(refused(t, err), []string{"format"}) {
		t.Errorf("a pdf: %v", err)
	}
	if _, err := p.svc.Export(t.Context(), p.who, analysis.Blank(), sheet.CSV); !slices.Equal(refused(t, err), []string{"item"}) {
		t.Errorf("an empty table: %v", err)
	}
	if _, err := p.svc.Export(t.Context(), p.Who("T1", analysis.ActionView), analysis.Blank(), sheet.CSV); !fault.IsForbidden(err) {
		t.Errorf("without permission: %v", err)
	}
}
