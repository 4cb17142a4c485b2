package reporting_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"yigai/internal/fault"
	"yigai/internal/org/orgtest"
	"yigai/internal/pg"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

// A stock that is still empty is offered from last month; only who takes it has filled the cell, and it stays marked
// until it says something else.
func TestStocksAreOfferedFromLastMonth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reportingtest.Accepted(t, w.db, reportingtest.System(t, w.db, w.county.ID), w.hospital.Code, "2026-06",
		map[string]string{"beds_actual": "50", "visits_total": "5000"})
	sheet := w.open(t, w.clerk)
	if offer := sheet.Offers[w.key("beds_actual")]; offer.String() != "50" || len(sheet.Offers) != 1 {
		t.Fatalf("offered are %v, want the beds alone", sheet.Offers)
	}
	if sheet.Report.Filled != 0 || sheet.Cells[w.key("beds_actual")].Version != 0 {
		t.Error("an offer counts as filled")
	}
	out, err := w.svc.SaveCells(t.Context(), w.clerk, w.report.ID, []reporting.Edit{
		{SubjectID: w.hospital.ID, Element: "beds_actual", Typed: "50", Carried: true},
		{SubjectID: w.hospital.ID, Element: "visits_total", Typed: "5000", Carried: true}})
	if err != nil {
		t.Fatal(err)
	}
	if out.Report.Filled != 2 || out.Saved[0].Cell.Origin != reporting.Carried || out.Saved[1].Cell.Origin != reporting.Typed {
		t.Errorf("%d filled, origins are %q and %q", out.Report.Filled, out.Saved[0].Cell.Origin, out.Saved[1].Cell.Origin)
	}
	if sheet = w.open(t, w.clerk); sheet.Cells[w.key("beds_actual")].Origin != reporting.Carried || len(sheet.Offers) != 0 {
		t.Errorf("read back is %+v, offered %v", sheet.Cells[w.key("beds_actual")], sheet.Offers)
	}
	if saved, _ := w.save(t, "beds_actual", "52", 1); saved.Cell.Origin != reporting.Typed {
		t.Errorf("a changed figure is still %q", saved.Cell.Origin)
	}
	h, err := w.svc.CellHistory(t.Context(), w.clerk, w.report.ID, w.key("beds_actual"))
	if err != nil || len(h.Changes) != 2 || h.Changes[1].OriginTitle() != "沿用上月" || h.Changes[0].OriginTitle() != "填写" {
		t.Errorf("history is %+v (%v)", h.Changes, err)
	}
}

// A figure that a register knows stands in its cell and follows the register; another one needs a reason.
func TestAFigureFollowsItsSource(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clinics := w.key("village_clinics")
	sheet := w.open(t, w.clerk)
	if c := sheet.Cells[clinics]; c.String() != "2" || c.Origin != reporting.FromSource || sheet.Sources[clinics].Title != "机构名录" {
		t.Fatalf("the cell says %+v from %+v", c, sheet.Sources[clinics])
	}
	orgtest.Below(t, w.db, w.county, w.hospital.Code, "village_clinic", "南街卫生室")
	if c := w.open(t, w.clerk).Cells[clinics]; c.String() != "3" {
		t.Errorf("after a third clinic the cell says %s", c)
	}
	saved, out := w.save(t, "village_clinics", "4", 0)
	if out.Report.Filled != 1 {
		t.Errorf("%d cells are filled, want the one that was typed", out.Report.Filled)
	}
	found := sourceFinding(out.Findings)
	if saved.Cell.Origin != reporting.Typed || found == nil || !found.Unexplained() || !strings.Contains(found.Message, "机构名录是 3,这里是 4") {
		t.Fatalf("saved %+v, found %+v", saved.Cell, out.Findings)
	}
	w.enter(t, plausible)
	if err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); !fault.IsInvalid(err) {
		t.Errorf("handed in without a reason: %v", err)
	}
	x := reporting.Explaining{Key: found.Key, SubjectID: w.hospital.ID, Text: "北街卫生室 7 月底开业,名录还没有登记"}
	if out, err := w.svc.Explain(t.Context(), w.clerk, w.report.ID, x); err != nil || sourceFinding(out.Findings).Unexplained() {
		t.Fatalf("explain: %v", err)
	}
	if err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); err != nil {
		t.Fatal(err)
	}
	if seen := sourceFinding(w.open(t, w.reviewer).Findings); seen == nil || seen.Explanation == nil || seen.Explanation.By != "王芳" {
		t.Errorf("the reviewer sees %+v", seen)
	}
}

// What a cell takes from its source is stored as it is handed in, and stands whatever the source says afterwards.
func TestHandingInStoresWhatTheSourceSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	saved, _ := w.save(t, "village_clinics", "9", 0)
	if saved, _ = w.save(t, "village_clinics", "", saved.Cell.Version); saved.Cell.String() != "2" || saved.Cell.Origin != reporting.FromSource {
		t.Fatalf("an emptied cell says %+v, want its source's figure again", saved.Cell)
	}
	orgtest.Below(t, w.db, w.county, w.hospital.Code, "village_clinic", "南街卫生室")
	w.accepted(t)
	if got := w.fact(t, w.hospital.ID, "village_clinics", july); got != "3" {
		t.Errorf("the fact is %s", got)
	}
	h, err := w.svc.CellHistory(context.Background(), w.clerk, w.report.ID, w.key("village_clinics"))
	if err != nil || len(h.Changes) != 3 || h.Changes[0].OriginTitle() != "自动取数" || h.Changes[0].Old.String() != "2" {
		t.Errorf("history is %+v (%v)", h.Changes, err)
	}
	orgtest.Below(t, w.db, w.county, w.hospital.Code, "village_clinic", "北街卫生室")
	if c := w.open(t, w.clerk).Cells[w.key("village_clinics")]; c.String() != "3" {
		t.Errorf("an accepted figure moved to %s", c)
	}
}

// What was emptied by a workbook or put back by undoing an import follows its source again, and can be handed in at once.
func TestAnEmptyCellFollowsHoweverItBecameEmpty(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clinics := w.key("village_clinics")
	saved, _ := w.save(t, "village_clinics", "9", 0)
	former := reporting.Former{Report: w.report.ID, Subject: w.hospital.ID, Element: "village_clinics", Version: saved.Cell.Version}
	if err := pg.Tx(t.Context(), w.db, func(tx pgx.Tx) error {
		return w.svc.PutBack(t.Context(), tx, w.clerk, orgtest.Now(), []reporting.Former{former})
	}); err != nil {
		t.Fatal(err)
	}
	if c := w.open(t, w.clerk).Cells[clinics]; c.String() != "2" || c.Origin != reporting.FromSource {
		t.Errorf("put back, the cell says %+v", c)
	}
	w.enter(t, plausible)
	fill := reporting.Fill{Report: w.report.ID, Responsible: "李院长", Edits: []reporting.Edit{{SubjectID: w.hospital.ID, Element: "village_clinics", Typed: "", Version: w.open(t, w.clerk).Cells[clinics].Version}}}
	done, err := w.svc.ApplyFills(t.Context(), w.clerk, reporting.Filling{Fills: []reporting.Fill{fill}, Submit: true})
	if err != nil || len(done) != 1 || !done[0].Handed {
		t.Fatalf("%+v, %v", done, err)
	}
}

// A county may take an element from what the clinics report; the cell says how many of them have.
func TestProxyReportsAreASource(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.db.Exec(t.Context(), `WITH moved AS (UPDATE reporting_catalogue SET stamp = DEFAULT WHERE county_id = $1)
		INSERT INTO derivation (county_id, element_id, source, expression)
		SELECT $1, id, 'proxy_source', 'visits_village_proxy - visits_village_tcm' FROM element WHERE county_id = $1 AND slug = 'visits_clinic_proxy'`, w.county.ID)
	if err != nil {
		t.Fatal(err)
	}
	k := w.key("visits_clinic_proxy")
	if c := w.open(t, w.clerk).Cells[k]; c.Version != 0 || c.String() != "" {
		t.Errorf("before any clinic reported the cell says %+v", c)
	}
	r := w.find(t, "clinic_monthly", july)
	if _, err := w.svc.SaveCells(t.Context(), w.clerk, r.ID, []reporting.Edit{
		{SubjectID: w.clinics[0].ID, Element: "visits_village_proxy", Typed: "300"},
		{SubjectID: w.clinics[0].ID, Element: "visits_village_tcm", Typed: "20"}}); err != nil {
		t.Fatal(err)
	}
	sheet := w.open(t, w.clerk)
	if c, s := sheet.Cells[k], sheet.Sources[k]; c.String() != "280" || s.Filled != 1 || s.Expected != 2 || !strings.HasPrefix(s.Link, "/reporting/") {
		t.Errorf("the cell says %s from %+v", c, s)
	}
}

func sourceFinding(list []reporting.Finding) *reporting.Finding {
	for i := range list {
		if list[i].Code == reporting.CodeSource {
			return &list[i]
		}
	}
	return nil
}

// What a cell takes from a source is changed in versions: it holds from its month on, and open reports follow at once.
func TestADerivationIsChangedFromAMonthOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted(t)
	of := func(slug string) reporting.Derivation {
		return reporting.Derivation{Element: reporting.Element{Slug: slug}, Source: "institution_source", Expression: "village_clinics", From: reportingtest.Month(t, july), Enabled: true, Reason: "核对过"}
	}
	for name, x := range map[string]struct {
		change      func(*reporting.Derivation)
		field, says string
	}{
		"unknown element": {func(d *reporting.Derivation) { d.Element.Slug = "nothing" }, "element", "没有编码为“nothing”的数据项"},
		"the calendar":    {func(d *reporting.Derivation) { d.Element.Slug = "calendar_days" }, "element", "按日历算出"},
		"already there":   {func(d *reporting.Derivation) { d.Element.Slug = "village_clinics" }, "element", "已有自动取数"},
		"no source":       {func(d *reporting.Derivation) { d.Source = "cell" }, "source", "请选择来源"},
		"another figure":  {func(d *reporting.Derivation) { d.Expression = "beds" }, "expression", "第 1 个字符:“机构名录”里没有“beds”"},
		"another month":   {func(d *reporting.Derivation) { d.Expression = "pp(village_clinics)" }, "expression", "只看本单位当月"},
		"a condition":     {func(d *reporting.Derivation) { d.Expression = "village_clinics>1" }, "expression", "应算出一个数"},
		"syntax":          {func(d *reporting.Derivation) { d.Expression = "village_clinics +" }, "expression", "个字符"},
		"the past":        {func(d *reporting.Derivation) { d.From = d.From.Add(-3) }, "from", "最早从"},
		"no reason":       {func(d *reporting.Derivation) { d.Reason = " " }, "reason", "请写明原因"},
	} {
		d := of("staff_total")
		x.change(&d)
		_, err := w.svc.SaveDerivation(t.Context(), w.chief, d)
		said := false
		for _, p := range fault.Problems(err) {
			said = said || p.Field == x.field && strings.Contains(p.Message, x.says)
		}
		if !said {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.svc.SaveDerivation(t.Context(), w.clerk, of("staff_total")); !fault.IsForbidden(err) {
		t.Errorf("a clerk: %v", err)
	}
	d := of("village_clinics")
	d.Version, d.Expression = 1, "village_clinics + 1"
	d, err := w.svc.SaveDerivation(t.Context(), w.chief, d)
	if err != nil || d.Version != 2 || d.Touched != 1 {
		t.Fatalf("changed: %+v %v", d, err)
	}
	if s := w.open(t, w.clerk).Sources[w.key("village_clinics")]; s.Value.Decimal.String() != "3" {
		t.Errorf("the source says %+v", s)
	}
	if _, err := w.svc.SaveDerivation(t.Context(), w.chief, of("village_clinics")); !fault.IsInvalid(err) {
		t.Errorf("upon an older one: %v", err)
	}
	d.Enabled, d.From, d.Reason = false, d.From.Next(), "不再取数"
	if d, err = w.svc.SaveDerivation(t.Context(), w.chief, d); err != nil || d.Touched != 0 {
		t.Fatalf("switched off from August: %+v %v", d, err)
	}
	if _, there := w.open(t, w.clerk).Sources[w.key("village_clinics")]; !there {
		t.Error("July has no source any more")
	}
	list, err := w.svc.Derivations(t.Context(), w.clerk)
	if err != nil || len(list) < 1 || list[0].Version != 3 || list[0].Element.NameZH == "" {
		t.Errorf("the list is %+v %v", list, err)
	}
}
