package exchange_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"yigai/internal/exchange"
	"yigai/internal/fault"
	"yigai/internal/reporting"
)

func TestAnImportIsKeptWithWhatItChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.load(t, w.clerk, w.visits("5400", "60"), exchange.Options{Name: `C:\报表\7月.csv`})
	d, err := w.svc.Get(t.Context(), w.clerk, first.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	if d.Name != "7月.csv" || d.By != "王芳" || d.Imported != 2 || len(d.Changes) != 2 || d.Format != exchange.Table || d.SHA256 != read(t, w.visits("5400", "60")).SHA256 {
		t.Errorf("kept: %+v", d)
	}
	second := w.load(t, w.clerk, w.visits("5500", "60"), exchange.Options{})
	if d, err = w.svc.Get(t.Context(), w.clerk, second.ID, ""); err != nil || len(d.Changes) != 1 || d.Unchanged != 1 {
		t.Fatalf("second: %+v, %v", d, err)
	}
	if c := d.Changes[0]; c.Old.String() != "5400" || c.New.String() != "5500" || c.Slug != "visits_total" || c.Report == 0 {
		t.Errorf("changed: %+v", c)
	}
	t.Run("the same file again is told", func(t *testing.T) {
		again := w.load(t, w.clerk, w.visits("5500", "60"), exchange.Options{DryRun: true})
		if again.Same == nil || again.Same.ID != second.ID || again.ID != 0 {
			t.Errorf("same: %+v", again.Same)
		}
	})
	t.Run("others see it only with the whole county", func(t *testing.T) {
		stranger := w.clerk
		stranger.AccountID++
		if _, err := w.svc.Get(t.Context(), stranger, second.ID, ""); !fault.IsNotFound(err) {
			t.Errorf("a colleague sees it: %v", err)
		}
		if list, _, err := w.svc.Imports(t.Context(), stranger, exchange.Filter{}); err != nil || len(list) != 0 {
			t.Errorf("a colleague lists %d, %v", len(list), err)
		}
		if list, _, err := w.svc.Imports(t.Context(), w.chief, exchange.Filter{Text: "7月", Source: exchange.Page, State: "stored"}); err != nil || len(list) != 1 {
			t.Errorf("the bureau lists %d, %v", len(list), err)
		}
	})
}

func TestARefusedImportIsKeptAndStoresNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bad := w.visits("5400", "6O") + w.other.Code + ",visits_total,2026-07,1\n"
	done, err := w.svc.Import(t.Context(), w.clerk, read(t, bad), exchange.Options{Source: exchange.API})
	if !fault.IsInvalid(err) || len(done.Conflicts) != 2 || done.ID == 0 {
		t.Fatalf("%+v, %v", done, err)
	}
	d, err := w.svc.Get(t.Context(), w.clerk, done.ID, "")
	if err != nil || d.Stored || d.ConflictCount != 2 || d.Conflicts[0].Value != "6O" || d.Conflicts[0].Row != 3 {
		t.Errorf("kept: %+v, %v", d, err)
	}
	if got := w.cell(t, "visits_total").Version; got != 0 {
		t.Errorf("a cell was written: version %d", got)
	}
	partly := w.load(t, w.clerk, bad, exchange.Options{Partial: true})
	if partly.Imported != 1 || partly.Ignored != 2 {
		t.Errorf("partly: %+v", partly.Loaded)
	}
}

func TestADryRunKeepsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	done := w.load(t, w.clerk, w.visits("5400", "60"), exchange.Options{DryRun: true, Partial: true})
	if done.Imported != 2 || len(done.Changes) != 2 || done.ID != 0 {
		t.Errorf("dry run: %+v", done)
	}
	if list, _, err := w.svc.Imports(t.Context(), w.chief, exchange.Filter{}); err != nil || len(list) != 0 {
		t.Errorf("%d imports, %v", len(list), err)
	}
}

func TestModes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.load(t, w.clerk, w.visits("5400", ""), exchange.Options{})
	cases := []struct {
		only reporting.Only
		want string
	}{{reporting.NewFigures, "0 1 0 1"}, {reporting.OldFigures, "0 1 0 1"}, {reporting.Everything, "0 2 0 0"}}
	for _, c := range cases {
		got := w.load(t, w.clerk, w.visits("5500", "61"), exchange.Options{Only: c.only, DryRun: true})
		if said := fmt.Sprint(got.Imported, got.Updated, got.Unchanged, got.Skipped); said != c.want {
			t.Errorf("%s: %s, want %s", exchange.ModeTitle(c.only), said, c.want)
		}
	}
	gone := w.load(t, w.clerk, w.visits("", ""), exchange.Options{})
	if gone.Updated != 1 || gone.Deleted != 1 {
		t.Errorf("emptied: %+v", gone.Loaded)
	}
}

func TestCodesOfOtherSystemsOnlyOrOursOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := func(element string) string {
		return fmt.Sprintf(`{"dataValues":[{"dataElement":%q,"period":"202605","orgUnit":%q,"value":"7"}]}`, element, w.hospital.Code)
	}
	for _, c := range []struct {
		element string
		by      reporting.Scheme
		ok      bool
	}{{"mri_exams", reporting.OwnCode, true}, {"mri_exams", reporting.OtherCode, false}, {"f7n9E0hX8qk", reporting.OtherCode, true}, {"f7n9E0hX8qk", reporting.OwnCode, false}} {
		done, err := w.svc.Import(t.Context(), w.chief, read(t, file(c.element)), exchange.Options{Source: exchange.API, Elements: c.by, DryRun: true})
		if (err == nil) != c.ok || len(done.Conflicts) > 0 == c.ok {
			t.Errorf("%s by %d: %v", c.element, c.by, err)
		}
	}
}

func TestUndo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.load(t, w.clerk, w.visits("5400", "60"), exchange.Options{})
	wrong := w.load(t, w.clerk, w.visits("54000", "不适用"), exchange.Options{Name: "错.csv"})
	if err := w.svc.Undo(t.Context(), w.clerk, wrong.ID); err != nil {
		t.Fatal(err)
	}
	if a, b := w.cell(t, "visits_total"), w.cell(t, "visits_home"); a.String() != "5400" || b.String() != "60" || a.Version != 3 {
		t.Errorf("after undo %s (version %d) and %s", a, a.Version, b)
	}
	h, err := w.reports.CellHistory(t.Context(), w.clerk, w.sheet(t).Report.ID, reporting.CellKey{SubjectID: w.hospital.ID, Element: "visits_total"})
	if err != nil || len(h.Changes) != 3 || h.Changes[0].OriginTitle() != "撤销导入" || h.Changes[1].New.String() != "54000" {
		t.Errorf("history: %+v, %v", h.Changes, err)
	}
	if err := w.svc.Undo(t.Context(), w.clerk, wrong.ID); !fault.IsConflict(err) {
		t.Errorf("a second time: %v", err)
	}
	var audited int
	if err := w.db.QueryRow(t.Context(), `SELECT count(*) FROM audit_entry WHERE action = 'exchange.undo' AND object_id = $1`, fmt.Sprint(wrong.ID)).Scan(&audited); err != nil || audited != 1 {
		t.Errorf("%d audit entries, %v", audited, err)
	}
}

func TestUndoIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refused := func(t *testing.T, id int64, why string) {
		t.Helper()
		err := w.svc.Undo(t.Context(), w.chief, id)
		if !fault.IsConflict(err) || !strings.Contains(err.Error(), why) {
			t.Errorf("undone or refused otherwise: %v", err)
		}
	}
	first := w.load(t, w.clerk, w.visits("5400", "60"), exchange.Options{})
	edit := reporting.Edit{SubjectID: w.hospital.ID, Element: "visits_total", Typed: "5401", Version: 1}
	if _, err := w.reports.SaveCell(t.Context(), w.clerk, w.sheet(t).Report.ID, edit); err != nil {
		t.Fatal(err)
	}
	refused(t, first.ID, "改过")
	if got := w.cell(t, "visits_home"); got.String() != "60" || got.Version != 1 {
		t.Errorf("the other cell became %s, version %d", got, got.Version)
	}
	second := w.load(t, w.clerk, w.visits("5402", "60"), exchange.Options{})
	if _, err := w.db.Exec(t.Context(), `UPDATE report SET state = 'submitted', submitted_at = now() WHERE id = $1`, w.sheet(t).Report.ID); err != nil {
		t.Fatal(err)
	}
	refused(t, second.ID, "已上报")
	if _, err := w.db.Exec(t.Context(), `UPDATE report SET state = 'returned', submitted_at = $2 WHERE id = $1`, w.sheet(t).Report.ID, w.now.AddDate(1, 0, 0)); err != nil {
		t.Fatal(err)
	}
	refused(t, second.ID, "上报过")
	history := w.load(t, w.chief, "institution,element,period,value\n"+w.hospital.Code+",mri_exams,2026-03,31\n", exchange.Options{Accepted: true})
	refused(t, history.ID, "历史数据")
	loose := w.load(t, w.chief, "institution,element,period,value\n"+w.hospital.Code+",mri_exams,2026-04,31\n", exchange.Options{})
	refused(t, loose.ID, "不在任何报表里")
	same := w.load(t, w.chief, "institution,element,period,value\n"+w.hospital.Code+",mri_exams,2026-04,31\n", exchange.Options{})
	refused(t, same.ID, "没有改动")
	if err := w.svc.Undo(t.Context(), w.clerk, history.ID); !fault.IsNotFound(err) {
		t.Errorf("somebody else's: %v", err)
	}
	viewer := w.chief
	viewer.Actions = nil
	if err := w.svc.Undo(t.Context(), viewer, history.ID); !fault.IsForbidden(err) {
		t.Errorf("without the permission: %v", errors.Unwrap(err))
	}
}
