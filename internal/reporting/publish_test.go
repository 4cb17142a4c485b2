package reporting_test

import (
	"testing"

	"yigai/internal/fault"
	"yigai/internal/preset"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

func newForm() preset.Form {
	return preset.Form{Slug: "tcm_monthly", Title: "中医药月报", Version: 1, EffectiveFrom: "2026-01", Layout: preset.LayoutRows,
		Assign: preset.AssignKind, FillsKinds: []string{"township_hospital"}, Subject: preset.SubjectSelf,
		Due: preset.Due{Day: 8, NextMonths: 1, WorkingDay: true},
		Sections: []preset.Section{{Title: "服务", Rows: []preset.Row{{No: "1", Element: "acupuncture_visits", Required: true},
			{No: "2", Derived: "acupuncture_visits / calendar_days", Name: "日均", Decimals: 1}}}}}
}

func TestPublishForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.svc.PublishForm(t.Context(), w.chief, newForm()); !fault.IsInvalid(err) {
		t.Fatalf("with an unknown element: %v", err)
	}
	if _, _, err := w.svc.CreateElement(t.Context(), w.chief, reporting.Element{Slug: "acupuncture_visits", NameZH: "针灸人次", Kind: preset.Flow}); err != nil {
		t.Fatal(err)
	}
	if created, err := w.svc.PublishForm(t.Context(), w.chief, newForm()); err != nil || !created {
		t.Fatalf("publish: %v %v", created, err)
	}
	if created, err := w.svc.PublishForm(t.Context(), w.chief, newForm()); err != nil || created {
		t.Errorf("the same again: %v %v", created, err)
	}
	other := newForm()
	other.Note = "改"
	if _, err := w.svc.PublishForm(t.Context(), w.chief, other); !fault.IsConflict(err) {
		t.Errorf("the version with another content: %v", err)
	}
	other.Version = 2
	if _, err := w.svc.PublishForm(t.Context(), w.chief, other); !fault.IsInvalid(err) {
		t.Errorf("a new version from the same month: %v", err)
	}
	other.EffectiveFrom = "2026-08"
	if created, err := w.svc.PublishForm(t.Context(), w.chief, other); err != nil || !created {
		t.Errorf("a new version: %v %v", created, err)
	}
	if _, err := w.svc.PublishForm(t.Context(), w.clerk, newForm()); !fault.IsForbidden(err) {
		t.Errorf("without the permission: %v", err)
	}
	for month, version := range map[string]int{july: 1, "2026-08": 2} {
		reportingtest.OpenMonth(t, w.db, w.county.ID, month)
		if r := w.find(t, "tcm_monthly", month); r.FormVersion != version {
			t.Errorf("%s opens with version %d, want %d", month, r.FormVersion, version)
		}
	}
}

func TestPublishFormSaysEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bad := preset.Form{Slug: "X", EffectiveFrom: "soon", FillsKinds: []string{"shop"}, Subject: "others",
		Sections: []preset.Section{{Rows: []preset.Row{{}, {Element: "calendar_days"}, {Derived: "visits_total +", Name: "x"}, {Derived: "nothing"}}}}}
	_, err := w.svc.PublishForm(t.Context(), w.chief, bad)
	if n := len(fault.Problems(err)); n < 10 {
		t.Errorf("%d problems: %v", n, err)
	}
	twice := newForm()
	twice.Sections[0].Rows = []preset.Row{{No: "1", Element: "visits_total"}}
	if _, err := w.svc.PublishForm(t.Context(), w.chief, twice); !fault.IsInvalid(err) {
		t.Errorf("an element that another form asks for: %v", err)
	}
}

func TestEditForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	day, off := 29, false
	if err := w.svc.EditForm(t.Context(), w.chief, "clinic_monthly", reporting.FormChange{DueDay: &day}); !fault.IsInvalid(err) {
		t.Errorf("due on the 29th: %v", err)
	}
	day = 10
	if err := w.svc.EditForm(t.Context(), w.chief, "clinic_monthly", reporting.FormChange{DueDay: &day, WorkingDay: &off}); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.EditForm(t.Context(), w.chief, "township_monthly", reporting.FormChange{Enabled: &off}); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.EditForm(t.Context(), w.chief, "none", reporting.FormChange{}); !fault.IsNotFound(err) {
		t.Errorf("a form that is not there: %v", err)
	}
	if n, err := w.svc.OpenMonth(t.Context(), w.chief, reportingtest.Month(t, "2026-06")); err != nil || n != 1 {
		t.Errorf("opened %d, %v; want only the form still asked", n, err)
	}
	if due := w.find(t, "clinic_monthly", "2026-06").DueAt; due.UTC().Format("01-02 15:04") != "07-10 15:59" {
		t.Errorf("due at %s", due)
	}
}
