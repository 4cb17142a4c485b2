package reporting_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org/orgtest"
	"yigai/internal/pgtest"
	"yigai/internal/preset"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

func row(n int, institution, element, month, value string) reporting.ValueRow {
	return reporting.ValueRow{Row: n, Institution: institution, Element: element, Period: month, Value: &value}
}

func (w *world) load(t *testing.T, who actor.Actor, o reporting.LoadOptions, rows ...reporting.ValueRow) (reporting.Loaded, error) {
	t.Helper()
	loaded, err := w.svc.LoadValues(t.Context(), who, rows, o)
	if err != nil && !fault.IsFault(err) {
		t.Fatalf("load: %v", err)
	}
	return loaded, err
}

func TestLoadIntoDraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rows := []reporting.ValueRow{row(1, w.hospital.Code, "visits_total", july, "5,400"), row(2, w.hospital.Code, "visits_outp_emerg", "2026年7月", "5410"),
		row(3, w.clinics[0].Code, "visits_village_proxy", july, "0"), row(4, w.hospital.Code, "deaths", july, "—")}
	loaded, err := w.load(t, w.clerk, reporting.LoadOptions{}, rows...)
	if err != nil || loaded.Imported != 4 {
		t.Fatalf("loaded %+v, %v", loaded, err)
	}
	s := w.open(t, w.clerk)
	if s.Report.State != reporting.Draft || s.Report.Filled != 2 || s.Report.Errors != 1 || s.Cells[w.key("visits_total")].String() != "5400" {
		t.Errorf("the report is %+v", s.Report)
	}
	before := w.count(t, "SELECT count(*) FROM river_job WHERE kind = 'reporting.month_opened'")
	if _, err := w.load(t, w.clerk, reporting.LoadOptions{}, row(1, w.hospital.Code, "visits_total", "2026-06", "5")); err != nil {
		t.Fatal(err)
	}
	if n := w.count(t, "SELECT count(*) FROM river_job WHERE kind = 'reporting.month_opened' AND args->>'month' = '2026-06'"); before != 1 || n != 1 {
		t.Errorf("%d months opened before the load, %d by it", before, n)
	}
	if proxy := w.find(t, "clinic_monthly", july); proxy.State != reporting.Draft || proxy.Filled != 1 {
		t.Errorf("the proxy report is %+v", proxy)
	}
	if n := w.count(t, "SELECT count(*) FROM fact"); n != 0 {
		t.Errorf("%d facts from a draft", n)
	}
	if loaded, err = w.load(t, w.clerk, reporting.LoadOptions{}, rows...); err != nil || loaded.Unchanged != 4 || loaded.Imported+loaded.Updated != 0 {
		t.Errorf("the same again: %+v, %v", loaded, err)
	}
	rows[0] = row(1, w.hospital.Code, "visits_total", july, "5411")
	if loaded, err = w.load(t, w.clerk, reporting.LoadOptions{}, rows...); err != nil || loaded.Updated != 1 || loaded.Unchanged != 3 {
		t.Errorf("one other: %+v, %v", loaded, err)
	}
	if r := w.open(t, w.clerk).Report; r.Errors != 0 {
		t.Errorf("%d errors after the correction", r.Errors)
	}
	h, err := w.svc.CellHistory(t.Context(), w.clerk, w.report.ID, w.key("visits_total"))
	if err != nil || len(h.Changes) != 2 || h.Changes[0].OriginTitle() != "导入" {
		t.Errorf("history is %+v, %v", h.Changes, err)
	}
}

func TestLoadAcceptedHistory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rows := []reporting.ValueRow{row(1, w.hospital.Code, "bed_days_open", "2025-07", "1550"), row(2, w.hospital.Code, "bed_days_occupied", "2025-07", "0"),
		row(3, w.hospital.Code, "deaths", "2025-07", ""), row(4, w.clinics[1].Code, "visits_village_proxy", "2025-07", "77"),
		row(5, w.root.Code, "c_ins_fund_all", "2025-07", "1000.50")}
	if _, err := w.load(t, w.clerk, reporting.LoadOptions{Accepted: true}, rows...); !fault.IsForbidden(err) {
		t.Fatalf("history without the permission: %v", err)
	}
	loaded, err := w.load(t, w.chief, reporting.LoadOptions{Accepted: true}, rows...)
	if err != nil || loaded.Imported != 5 {
		t.Fatalf("loaded %+v, %v", loaded, err)
	}
	r := w.find(t, "township_monthly", "2025-07")
	if r.State != reporting.Accepted || r.Submission != 1 || r.Late(orgtest.Now()) {
		t.Errorf("the report is %+v", r)
	}
	for _, f := range []struct {
		institution int64
		slug, want  string
	}{{w.hospital.ID, "bed_days_open", "1550"}, {w.hospital.ID, "bed_days_occupied", "0"}, {w.hospital.ID, "deaths", "空"},
		{w.clinics[1].ID, "visits_village_proxy", "77"}, {w.root.ID, "c_ins_fund_all", "1000.5"}} {
		if got := w.fact(t, f.institution, f.slug, "2025-07"); got != f.want {
			t.Errorf("fact %s is %q, want %q", f.slug, got, f.want)
		}
	}
	events := w.count(t, "SELECT count(*) FROM river_job WHERE kind = 'reporting.facts_changed'")
	if loaded, err = w.load(t, w.chief, reporting.LoadOptions{Accepted: true}, rows...); err != nil || loaded.Unchanged != 5 {
		t.Errorf("the same again: %+v, %v", loaded, err)
	}
	if n := w.count(t, `SELECT count(*) FROM river_job WHERE kind = 'reporting.facts_changed' AND args->'institutions' = 'null'`); n != 1 {
		t.Error("opened reports ask for more than was loaded, but only the loaded institutions are computed")
	}
	if n := w.count(t, "SELECT count(*) FROM river_job WHERE kind = 'reporting.facts_changed'"); events != 1 || n != 1 {
		t.Errorf("%d events, then %d; want 1 and no more", events, n)
	}
	rows[1] = row(2, w.hospital.Code, "bed_days_occupied", "2025-07", "1007")
	if loaded, err = w.load(t, w.chief, reporting.LoadOptions{Accepted: true}, rows...); err != nil || loaded.Updated != 1 {
		t.Errorf("a correction: %+v, %v", loaded, err)
	}
	if got := w.fact(t, w.hospital.ID, "bed_days_occupied", "2025-07"); got != "1007" {
		t.Errorf("the corrected fact is %s", got)
	}
	if n := w.count(t, "SELECT count(*) FROM report_snapshot WHERE accepted AND report_id = $1", r.ID); n != 2 {
		t.Errorf("%d snapshots, want both", n)
	}
	last := w.open(t, w.clerk)
	if got := last.LastYear[w.key("bed_days_open")]; got.String() != "1550" {
		t.Errorf("last year beside this July is %v", got)
	}
	w.submitted(t)
	if _, err := w.load(t, w.chief, reporting.LoadOptions{Accepted: true}, row(1, w.hospital.Code, "deaths", july, "2")); !fault.IsInvalid(err) {
		t.Errorf("a load over a report under review: %v", err)
	}
}

func TestLoadRefusesRowByRow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := row(1, w.hospital.Code, "visits_total", "2026-06", "5400")
	rows := []reporting.ValueRow{good,
		row(2, w.hospital.Code, "visits_total", "2026-06", "5400"),
		row(3, w.hospital.Code, "visits_totl", "2026-06", "1"),
		row(4, "NOWHERE", "visits_total", "2026-06", "1"),
		row(5, w.hospital.Code, "visits_total", "2026-13", "1"),
		row(6, w.hospital.Code, "visits_total", "2027-01", "1"),
		row(7, w.hospital.Code, "discharges", "2026-06", "12a"),
		row(8, w.hospital.Code, "calendar_days", "2026-06", "30"),
	}
	fields := []string{"", "element", "institution", "period", "period", "value", "element"}
	loaded, err := w.load(t, w.chief, reporting.LoadOptions{Accepted: true}, rows...)
	if len(fault.Problems(err)) != 7 || len(loaded.Conflicts) != 7 || loaded.Imported != 0 {
		t.Fatalf("loaded %+v, %v", loaded, err)
	}
	for i, c := range loaded.Conflicts {
		if c.Row != i+2 || c.Field != fields[i] || c.Message == "" {
			t.Errorf("conflict %d is %+v, want field %q", i, c, fields[i])
		}
	}
	if n := w.count(t, "SELECT count(*) FROM cell"); n != 0 {
		t.Errorf("%d cells of a refused load", n)
	}
	loaded, err = w.load(t, w.chief, reporting.LoadOptions{Accepted: true, Partial: true, DryRun: true}, rows...)
	if err != nil || loaded.Imported != 1 || loaded.Ignored != 7 {
		t.Errorf("dry run: %+v, %v", loaded, err)
	}
	if n := w.count(t, "SELECT count(*) FROM cell"); n != 0 {
		t.Errorf("%d cells of a dry run", n)
	}
	loaded, err = w.load(t, w.chief, reporting.LoadOptions{Accepted: true, Partial: true}, rows...)
	if err != nil || loaded.Imported != 1 || loaded.Ignored != 7 || w.fact(t, w.hospital.ID, "visits_total", "2026-06") != "5400" {
		t.Errorf("partial: %+v, %v", loaded, err)
	}
}

func TestLoadRespectsScopeAndLocks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := orgtest.Institution(t, w.db, w.county, "township_hospital", "东风镇卫生院")
	if loaded, err := w.load(t, w.clerk, reporting.LoadOptions{}, row(1, other.Code, "visits_total", july, "1")); !fault.IsInvalid(err) || loaded.Conflicts[0].Field != "institution" {
		t.Errorf("another township: %+v, %v", loaded, err)
	}
	if loaded, err := w.load(t, w.clerk, reporting.LoadOptions{}, row(1, w.hospital.Code, "c_ins_fund_all", july, "1")); !fault.IsInvalid(err) || loaded.Conflicts[0].Field != "element" {
		t.Errorf("an element on no form, without the permission to load: %+v, %v", loaded, err)
	}
	w.submitted(t)
	if _, err := w.load(t, w.clerk, reporting.LoadOptions{}, row(1, w.hospital.Code, "visits_total", july, "1")); !fault.IsInvalid(err) {
		t.Errorf("into a submitted report: %v", err)
	}
	if loaded, err := w.load(t, w.clerk, reporting.LoadOptions{}, row(1, w.hospital.Code, "visits_total", july, "5400")); err != nil || loaded.Unchanged != 1 {
		t.Errorf("what a submitted report says already: %+v, %v", loaded, err)
	}
}

// Published monthly figures of the provinces (Ministry of Health, January 2011), with "–" where there is no such institution.
func TestLoadProvinces(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	county, root := orgtest.County(t, db)
	svc := reportingtest.Service(db)
	chief := orgtest.Actor(county, root, reporting.ActionView, reporting.ActionLoad, reporting.ActionConfigure)
	text, err := os.ReadFile("testdata/provinces_2011_01.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	head := strings.Split(lines[0], ",")
	for _, slug := range head[1:] {
		e := reporting.Element{Slug: slug, NameZH: slug, Unit: "万人次", Kind: preset.Flow, Decimals: 1}
		if _, created, err := svc.CreateElement(t.Context(), chief, e); err != nil || !created {
			t.Fatalf("create %s: %v %v", slug, created, err)
		}
	}
	var rows []reporting.ValueRow
	empty := 0
	for _, line := range lines[2:] { // the second line is the printed total
		cells := strings.Split(line, ",")
		i := orgtest.Institution(t, db, county, "partner", cells[0])
		for n, value := range cells[1:] {
			rows = append(rows, row(len(rows)+1, i.Code, head[n+1], "2011-01", value))
			if value == "–" {
				empty++
			}
		}
	}
	loaded, err := svc.LoadValues(t.Context(), chief, rows, reporting.LoadOptions{})
	if err != nil || loaded.Imported != len(rows) || empty == 0 {
		t.Fatalf("loaded %+v of %d rows, %d empty, %v", loaded, len(rows), empty, err)
	}
	var got, total int
	var sum string
	err = db.QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE state = 'empty'), count(*),
		trim_scale(sum(value) FILTER (WHERE element_id = (SELECT id FROM element WHERE slug = 'visits_hospital_wan')))::text FROM fact`).Scan(&got, &total, &sum)
	if err != nil || got != empty || total != len(rows) {
		t.Errorf("%d of %d facts are empty, want %d of %d: %v", got, total, empty, len(rows), err)
	}
	if sum != "15235.3" {
		t.Errorf("the provinces add up to %s", sum)
	}
	values, next, err := svc.Values(t.Context(), chief, reporting.ValueFilter{Elements: []string{"visits_township_hc_wan"}, Limit: 20})
	if err != nil || len(values) != 20 || next == "" {
		t.Fatalf("first page: %d values, next %q, %v", len(values), next, err)
	}
	rest, next, err := svc.Values(t.Context(), chief, reporting.ValueFilter{Elements: []string{"visits_township_hc_wan"}, Limit: 20, Cursor: next})
	if err != nil || len(rest) != len(lines)-2-20 || next != "" {
		t.Errorf("second page: %d values, next %q, %v", len(rest), next, err)
	}
	if again, err := svc.LoadValues(t.Context(), chief, rows, reporting.LoadOptions{}); err != nil || again.Unchanged != len(rows) {
		t.Errorf("the same file again: %+v, %v", again, err)
	}
}

func TestLoadManyRows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sheet := w.open(t, w.clerk)
	var rows []reporting.ValueRow
	for month := range 31 {
		for i, r := range sheet.Layout.Entered() {
			m := reportingtest.Month(t, "2024-01").Add(month)
			rows = append(rows, row(len(rows)+1, w.hospital.Code, r.Key, m.String(), fmt.Sprint(i)))
		}
	}
	loaded, err := w.load(t, w.chief, reporting.LoadOptions{Accepted: true}, rows...)
	if err != nil || loaded.Imported != len(rows) {
		t.Fatalf("loaded %+v of %d, %v", loaded, len(rows), err)
	}
	page, err := w.svc.List(t.Context(), w.chief, reporting.Filter{Form: "township_monthly", Limit: 20})
	if err != nil || len(page.Reports) != 20 || page.Next == "" {
		t.Fatalf("first page: %d, %v", len(page.Reports), err)
	}
	if strings.ContainsAny(page.Next, "|-") {
		t.Errorf("the cursor %s shows what is in it", page.Next)
	}
	rest, err := w.svc.List(t.Context(), w.chief, reporting.Filter{Form: "township_monthly", Limit: 20, Cursor: page.Next})
	if err != nil || len(rest.Reports) != 11 || rest.Next != "" || !rest.Reports[0].Month.Before(page.Reports[19].Month) {
		t.Errorf("second page: %d from %v, %v", len(rest.Reports), rest.Reports[0].Month, err)
	}
	if _, err := w.svc.List(t.Context(), w.chief, reporting.Filter{Cursor: "x|y"}); !fault.IsInvalid(err) {
		t.Errorf("a made-up cursor: %v", err)
	}
}
