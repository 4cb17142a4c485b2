package reporting_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"yigai/internal/fault"
	"yigai/internal/number"
	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
)

func (w *world) save(t *testing.T, slug, typed string, version int) (reporting.Saved, reporting.Outcome) {
	t.Helper()
	out, err := w.svc.SaveCell(t.Context(), w.clerk, w.report.ID,
		reporting.Edit{SubjectID: w.hospital.ID, Element: slug, Typed: typed, Version: version})
	if err != nil {
		t.Fatalf("save %s: %v", slug, err)
	}
	return out.Saved[0], out
}

func TestEmptyZeroAndNotApplicable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, tc := range []struct {
		typed  string
		state  number.State
		filled int
	}{{"0", number.Given, 1}, {"不适用", number.NotApplicable, 1}, {"", number.Empty, 0}, {"–", number.Empty, 0}, {"7", number.Given, 1}} {
		sheet := w.open(t, w.clerk)
		saved, out := w.save(t, "deaths", tc.typed, sheet.Cells[w.key("deaths")].Version)
		if saved.Cell.State != tc.state || out.Report.Filled != tc.filled {
			t.Errorf("%q is %v with %d filled, want %v with %d", tc.typed, saved.Cell.State, out.Report.Filled, tc.state, tc.filled)
		}
		if got := w.open(t, w.clerk).Cells[w.key("deaths")]; got.State != tc.state || got.By != "王芳" {
			t.Errorf("%q is read back as %+v", tc.typed, got)
		}
	}
}

func TestSaveRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for slug, typed := range map[string]string{"visits_total": "12a", "discharges": "1.5", "income_outp": "1.234", "beds_actual": "-1"} {
		saved, out := w.save(t, slug, typed, 0)
		if saved.Problem == "" || out.Report.State != reporting.NotStarted {
			t.Errorf("%s=%s: problem %q, report %s", slug, typed, saved.Problem, out.Report.State)
		}
	}
	if saved, _ := w.save(t, "c_ins_fund_all", "1", 0); saved.Problem == "" {
		t.Error("a cell that is not on the form was saved")
	}
	comment := strings.Repeat("长", 501)
	out, err := w.svc.SaveCell(t.Context(), w.clerk, w.report.ID, reporting.Edit{SubjectID: w.hospital.ID, Element: "deaths", Comment: &comment})
	if err != nil || out.Saved[0].Problem == "" {
		t.Errorf("a comment of 501 characters: %v %+v", err, out.Saved)
	}
	if n := w.count(t, "SELECT count(*) FROM cell"); n != 0 {
		t.Errorf("%d cells were stored", n)
	}
}

func TestStaleSaveShowsTheOthersValue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, _ := w.save(t, "visits_total", "5400", 0)
	if first.Cell.Version != 1 {
		t.Fatalf("first version is %d", first.Cell.Version)
	}
	colleague := orgtest.Actor(w.county, w.hospital, reporting.ActionView, reporting.ActionEnter)
	colleague.Name = "赵敏"
	out, err := w.svc.SaveCell(t.Context(), colleague, w.report.ID,
		reporting.Edit{SubjectID: w.hospital.ID, Element: "visits_total", Typed: "5300", Version: 0})
	if err != nil {
		t.Fatal(err)
	}
	if c := out.Saved[0].Conflict; c == nil || c.String() != "5400" || c.By != "王芳" {
		t.Fatalf("conflict is %+v, want 5400 by 王芳", c)
	}
	if got := w.open(t, w.clerk).Cells[w.key("visits_total")]; got.String() != "5400" {
		t.Errorf("the stale write went through: %s", got)
	}
	if again, _ := w.save(t, "visits_total", "5,400", 0); again.Conflict != nil || again.Cell.Version != 1 {
		t.Errorf("saying what is stored is no conflict, got %+v", again)
	}
	_, err = w.svc.SaveSheet(t.Context(), colleague, w.report.ID, []reporting.Edit{
		{SubjectID: w.hospital.ID, Element: "visits_total", Typed: "5300"},
		{SubjectID: w.hospital.ID, Element: "deaths", Typed: "x"},
		{SubjectID: w.hospital.ID, Element: "discharges", Typed: "3"},
	})
	problems := fault.Problems(err)
	if len(problems) != 2 || problems[0].Field != w.key("visits_total").Field() || !strings.Contains(problems[0].Message, "王芳") {
		t.Errorf("whole form: %v", problems)
	}
	if got := w.open(t, w.clerk).Cells[w.key("discharges")]; got.Version != 0 {
		t.Error("a refused form stored one of its cells")
	}
}

func TestOneCellTwiceInOneForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := reporting.Edit{SubjectID: w.hospital.ID, Element: "deaths", Typed: "1"}
	if _, err := w.svc.SaveSheet(t.Context(), w.clerk, w.report.ID, []reporting.Edit{e, e}); !fault.IsInvalid(err) {
		t.Errorf("got %v, want a problem", err)
	}
}

// Twenty clerks save the same cell from the same version: one wins, nobody's figure is lost in silence.
func TestTwentySaveOneCell(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var won, lost atomic.Int32
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			out, err := w.svc.SaveCell(t.Context(), w.clerk, w.report.ID,
				reporting.Edit{SubjectID: w.hospital.ID, Element: "visits_total", Typed: fmt.Sprint(1000 + i)})
			switch {
			case err != nil:
				t.Errorf("save: %v", err)
			case out.Saved[0].Conflict == nil:
				won.Add(1)
			default:
				lost.Add(1)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 || lost.Load() != 19 {
		t.Errorf("%d won and %d were told, want 1 and 19", won.Load(), lost.Load())
	}
	if n := w.count(t, "SELECT count(*) FROM cell_change"); n != 1 {
		t.Errorf("%d changes in the trail, want 1", n)
	}
}

// Twenty clerks save twenty cells at once: all are there, and the count on the report is right.
func TestTwentySaveTwentyCells(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rows := w.open(t, w.clerk).Layout.Entered()[:20]
	var all sync.WaitGroup
	for _, row := range rows {
		all.Go(func() {
			_, err := w.svc.SaveCell(t.Context(), w.clerk, w.report.ID, reporting.Edit{SubjectID: w.hospital.ID, Element: row.Key, Typed: "1"})
			if err != nil {
				t.Errorf("save %s: %v", row.Key, err)
			}
		})
	}
	all.Wait()
	if sheet := w.open(t, w.clerk); sheet.Report.Filled != 20 || len(sheet.Cells) != 21 {
		t.Errorf("%d counted, %d on the screen, want 20 and the one from its source", sheet.Report.Filled, len(sheet.Cells))
	}
}

// While a report is being submitted, saves either come before (and are in the snapshot) or are refused.
func TestNoSaveSlipsInBehindSubmission(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enter(t, plausible)
	var all sync.WaitGroup
	all.Go(func() {
		if err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); err != nil {
			t.Errorf("submit: %v", err)
		}
	})
	for i := range 10 {
		all.Go(func() {
			e := reporting.Edit{SubjectID: w.hospital.ID, Element: "remote_dx", Typed: fmt.Sprint(31 + i), Version: 1}
			if _, err := w.svc.SaveCell(t.Context(), w.clerk, w.report.ID, e); err != nil && !fault.IsConflict(err) {
				t.Errorf("save: %v", err)
			}
		})
	}
	all.Wait()
	if n := w.count(t, `SELECT count(*) FROM report_snapshot s, jsonb_to_recordset(s.cells) AS x(subject bigint, element int, value text)
		JOIN cell c ON c.subject_id = x.subject AND c.element_id = x.element WHERE c.value IS DISTINCT FROM x.value::numeric`); n != 0 {
		t.Errorf("%d cells differ from what was submitted", n)
	}
}

func TestCommentAndHistory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.save(t, "visits_total", "5400", 0)
	comment := "含体检 200 人次"
	out, err := w.svc.SaveCell(t.Context(), w.clerk, w.report.ID,
		reporting.Edit{SubjectID: w.hospital.ID, Element: "visits_total", Typed: "5600", Comment: &comment, Version: 1})
	if err != nil || out.Saved[0].Cell.Comment != comment {
		t.Fatalf("comment: %v %+v", err, out.Saved)
	}
	if saved, _ := w.save(t, "visits_total", "5700", 2); saved.Cell.Comment != comment {
		t.Error("saving the figure alone lost the comment")
	}
	h, err := w.svc.CellHistory(t.Context(), w.reviewer, w.report.ID, w.key("visits_total"))
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Months) != 12 || h.Months[11].Cell.String() != "5700" || h.Months[10].Cell.State != number.Empty {
		t.Errorf("months are %v", h.Months)
	}
	if len(h.Changes) != 3 || h.Changes[0].Old.String() != "5600" || h.Changes[0].New.String() != "5700" || h.Changes[0].By != "王芳" {
		t.Errorf("changes are %+v", h.Changes)
	}
	if h.Changes[2].Old.State != number.Empty {
		t.Errorf("the first change comes from %v, want empty", h.Changes[2].Old)
	}
}

func TestExactDecimals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.save(t, "income_outp", "999999999999999.99", 0)
	w.save(t, "income_inp", "0.01", 0)
	sheet := w.open(t, w.clerk)
	if got := sheet.Cells[w.key("income_outp")].String(); got != "999999999999999.99" {
		t.Errorf("stored as %s", got)
	}
	if got := sheet.Cells[w.key("income_inp")].String(); got != "0.01" {
		t.Errorf("stored as %s", got)
	}
}

func TestEntryPermissionsAndScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := orgtest.Institution(t, w.db, w.county, "township_hospital", "东风镇卫生院")
	foreign, foreignRoot := orgtest.County(t, w.db)
	edit := reporting.Edit{SubjectID: w.hospital.ID, Element: "deaths", Typed: "1"}
	if _, err := w.svc.SaveCell(t.Context(), w.reviewer, w.report.ID, edit); !fault.IsForbidden(err) {
		t.Errorf("without the permission: %v", err)
	}
	neighbour := orgtest.Actor(w.county, other, reporting.ActionView, reporting.ActionEnter, reporting.ActionSubmit)
	stranger := orgtest.Actor(foreign, foreignRoot, reporting.ActionView, reporting.ActionEnter, reporting.ActionReview)
	if _, err := w.svc.SaveCell(t.Context(), neighbour, w.report.ID, edit); !fault.IsNotFound(err) {
		t.Errorf("from the next township: %v", err)
	}
	for name, who := range map[string]func() error{
		"open":   func() error { _, err := w.svc.Open(t.Context(), stranger, w.report.ID); return err },
		"save":   func() error { _, err := w.svc.SaveCell(t.Context(), stranger, w.report.ID, edit); return err },
		"return": func() error { return w.svc.Return(t.Context(), stranger, w.seen(0), "x", nil) },
		"accept": func() error { return w.svc.Accept(t.Context(), stranger, w.seen(0)) },
		"submit": func() error { return w.svc.Submit(t.Context(), neighbour, w.report.ID, "x") },
		"changes": func() error {
			_, err := w.svc.CellHistory(t.Context(), neighbour, w.report.ID, w.key("deaths"))
			return err
		},
	} {
		if err := who(); !fault.IsNotFound(err) {
			t.Errorf("%s from outside: %v", name, err)
		}
	}
	if _, err := w.svc.SaveCell(t.Context(), w.clerk, w.report.ID,
		reporting.Edit{SubjectID: other.ID, Element: "deaths", Typed: "1"}); err != nil {
		t.Fatal(err)
	}
	if n := w.count(t, "SELECT count(*) FROM cell"); n != 0 {
		t.Errorf("a figure about another institution was stored")
	}
}

func TestProxyEntry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.find(t, "clinic_monthly", july)
	east, west := w.clinics[0].ID, w.clinics[1].ID
	out, err := w.svc.SaveCells(t.Context(), w.clerk, r.ID, []reporting.Edit{
		{SubjectID: east, Element: "visits_village_proxy", Typed: "300"},
		{SubjectID: west, Element: "visits_village_proxy", Typed: "20"},
		{SubjectID: west, Element: "visits_village_tcm", Typed: "21"},
		{SubjectID: w.hospital.ID, Element: "visits_village_tcm", Typed: "1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if total := out.Totals["visits_village_proxy"]; total.Value.String() != "320" || total.Filled != 2 || total.Of != 2 {
		t.Errorf("total is %+v", total)
	}
	if out.Saved[3].Problem == "" {
		t.Error("the hospital is no subject of its proxy form")
	}
	if out.Report.Errors != 1 || out.Findings[0].SubjectID != west || out.Findings[0].Subject != "西街卫生室" {
		t.Errorf("findings are %+v", out.Findings)
	}
	if out.Report.Fillable != 20 || out.Report.Filled != 3 {
		t.Errorf("filled %d of %d, want 3 of 20", out.Report.Filled, out.Report.Fillable)
	}
	sheet := w.open(t, w.clerk)
	for _, row := range sheet.Layout.DerivedRows() {
		if d := sheet.Derived[w.key(row.Key)]; row.No == "4.1" && (d.Value.Decimal.String() != "320" || d.Reporting != 2 || d.Expected != 2) {
			t.Errorf("the hospital's own form shows %+v", d)
		}
	}
}
