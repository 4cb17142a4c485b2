package register_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/pgtest"
	"yigai/internal/register"
)

type world struct {
	t              *testing.T
	db             *pgxpool.Pool
	svc            *register.Service
	county         org.County
	bureau, clerk  actor.Actor
	hospital, next org.Institution
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: pgtest.New(t)}
	var root org.Institution
	w.county, root = orgtest.County(t, w.db)
	w.hospital = orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "麦新镇中心卫生院")
	w.next = orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "黑龙坝镇卫生院")
	w.bureau = orgtest.Actor(w.county, root, register.ActionView, register.ActionKeep)
	w.clerk = orgtest.Actor(w.county, w.hospital, register.ActionView, register.ActionKeep)
	w.svc = register.New(w.db, orgtest.Now)
	if err := register.Install(t.Context(), w.db); err != nil {
		t.Fatal(err)
	}
	return w
}

func day(text string) *time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return &d
}

// add enters something from a day on; the typed fields are name, value, …
func (w *world) add(who actor.Actor, kind string, at org.Institution, from string, typed ...string) (register.Entry, error) {
	w.t.Helper()
	d := register.Draft{StartsOn: day(from), Typed: map[string]string{}}
	for i := 0; i+1 < len(typed); i += 2 {
		d.Typed[typed[i]] = typed[i+1]
	}
	return w.svc.Add(w.t.Context(), who, kind, at.ID, d)
}

func (w *world) added(kind string, at org.Institution, from string, typed ...string) register.Entry {
	w.t.Helper()
	e, err := w.add(w.bureau, kind, at, from, typed...)
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

// The data files declare what the forms, lists and figures are made of.
func TestWhatIsDeclaredFitsTogether(t *testing.T) {
	t.Parallel()
	kinds := []register.Kind{register.Words, register.Note, register.Integer, register.Number, register.Money, register.Day, register.Expiry, register.Choice}
	seen := map[string]bool{}
	for _, one := range register.Types() {
		if seen[one.Slug] || one.Title == "" || one.Rules == "" || len(one.Fields) == 0 {
			t.Errorf("%s is declared twice or without title, rules or fields", one.Slug)
		}
		seen[one.Slug] = true
		for _, f := range one.Fields {
			if !slices.Contains(kinds, f.Kind) || (f.Kind == register.Choice) != (len(f.Options) > 0) {
				t.Errorf("%s.%s is a %s with %d options", one.Slug, f.Slug, f.Kind, len(f.Options))
			}
		}
	}
	for _, f := range register.Facts() {
		kind, ok := register.TypeOf(f.Type)
		summed, there := kind.Field(f.Field)
		only, known := kind.Field(f.OnlyField)
		switch {
		case !ok:
			t.Errorf("%s is of register %q", f.Element, f.Type)
		case (f.Aggregate == "sum") != (there && summed.Numeric()):
			t.Errorf("%s %ss %q", f.Element, f.Aggregate, f.Field)
		case f.OnlyField != "" && (!known || !slices.Contains(only.Options, f.OnlyValue)):
			t.Errorf("%s counts only %s=%s", f.Element, f.OnlyField, f.OnlyValue)
		}
	}
}

func TestEverythingWrongIsToldAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.svc.Add(t.Context(), w.clerk, "equipment", w.hospital.ID, register.Draft{StartsOn: day("2026-01-01"), EndsOn: day("2026-01-01"),
		Typed: map[string]string{"name": strings.Repeat("长", 101), "category": "飞机", "quantity": "1.5", "value": "很多"}})
	want := map[string]string{"name": "最多 100 个字,现在有 101 个", "category": "类别应为:CT、DR", "quantity": "数量", "value": "原值", "state": "请填写状态", "ends_on": "晚于开始日期"}
	for _, p := range fault.Problems(err) {
		if want[p.Field] == "" || !strings.Contains(p.Message, want[p.Field]) {
			t.Errorf("%s: %s", p.Field, p.Message)
		}
		delete(want, p.Field)
	}
	if len(want) > 0 {
		t.Errorf("not told: %v", want)
	}
}

func TestEntriesStayInTheirScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	foreign := w.added("nameplate", w.next, "2026-01-01", "name", "分院")
	if _, err := w.svc.Get(t.Context(), w.clerk, foreign.ID); !fault.IsNotFound(err) {
		t.Errorf("read: %v", err)
	}
	if err := w.svc.Withdraw(t.Context(), w.clerk, foreign.ID, 1, "x"); !fault.IsNotFound(err) {
		t.Errorf("withdrawn: %v", err)
	}
	if _, err := w.add(w.clerk, "nameplate", w.next, "2026-01-01", "name", "x"); !fault.IsNotFound(err) {
		t.Errorf("added: %v", err)
	}
	if p, err := w.svc.List(t.Context(), w.clerk, register.Filter{Type: "nameplate"}); err != nil || p.Total != 0 {
		t.Errorf("listed %d, %v", p.Total, err)
	}
	if _, err := w.add(actor.Actor{CountyID: w.county.ID}, "nameplate", w.next, "2026-01-01", "name", "x"); !fault.IsForbidden(err) {
		t.Errorf("without the action: %v", err)
	}
}

func TestNobodysChangeIsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := w.added("nameplate", w.hospital, "2026-01-01", "name", "旧名")
	changed, err := w.svc.Change(t.Context(), w.clerk, e.ID, 1, register.Draft{StartsOn: day("2026-01-01"), EndsOn: day("2026-07-01"), Typed: map[string]string{"name": "新名"}})
	if err != nil || changed.Version != 2 || changed.Name() != "新名" {
		t.Fatalf("%+v %v", changed, err)
	}
	if _, err := w.svc.Change(t.Context(), w.clerk, e.ID, 1, register.Draft{StartsOn: day("2026-01-01"), Typed: map[string]string{"name": "第三"}}); !fault.IsConflict(err) {
		t.Errorf("a change of what was not seen: %v", err)
	}
	if err := w.svc.Withdraw(t.Context(), w.clerk, e.ID, 2, "登错了"); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Withdraw(t.Context(), w.clerk, e.ID, 3, "再一次"); !fault.IsConflict(err) {
		t.Errorf("withdrawn twice: %v", err)
	}
	var trail int
	if err := w.db.QueryRow(t.Context(), `SELECT count(*) FROM audit_entry WHERE object_kind = 'register_entry' AND object_id = $1`, strconv.FormatInt(e.ID, 10)).Scan(&trail); err != nil || trail != 3 {
		t.Errorf("%d lines in the trail, want 3: %v", trail, err)
	}
}

func TestListsByStateAndPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t) // today is 2026-08-03
	w.added("licence", w.hospital, "2020-01-01", "kind", "医疗机构执业许可证", "number", "A1", "expires_on", "2026-07-31")
	w.added("licence", w.hospital, "2020-01-02", "kind", "医疗机构执业许可证", "number", "A2", "expires_on", "2026-10-01")
	w.added("licence", w.next, "2020-01-03", "kind", "医疗机构执业许可证", "number", "A3", "expires_on", "2026-10-02")
	w.added("licence", w.next, "2027-01-01", "kind", "其他", "number", "A4")
	for state, want := range map[string]string{"": "A3 A2 A1", register.StateExpiring: "A2 A1", register.StateAll: "A4 A3 A2 A1", register.StateEnded: "", register.StateWithdrawn: ""} {
		if got := w.numbers(register.Filter{Type: "licence", State: state, Limit: 2}); got != want {
			t.Errorf("%s: %s, want %s", state, got, want)
		}
	}
	if got := w.numbers(register.Filter{Type: "licence", Text: "黑龙坝"}); got != "A3" {
		t.Errorf("by name: %s", got)
	}
	if n, err := w.svc.Todos(t.Context(), w.clerk); err != nil || n != 2 {
		t.Errorf("%d to do, want 2: %v", n, err)
	}
	if _, err := w.svc.List(t.Context(), w.clerk, register.Filter{Cursor: "x"}); !fault.IsInvalid(err) {
		t.Errorf("a page from nowhere: %v", err)
	}
}

// numbers lists the licences' numbers over all pages.
func (w *world) numbers(f register.Filter) string {
	w.t.Helper()
	var all []string
	for {
		p, err := w.svc.List(w.t.Context(), w.bureau, f)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, e := range p.Items {
			all = append(all, e.Content["number"])
		}
		if f.Cursor = p.Next; f.Cursor == "" {
			return strings.Join(all, " ")
		}
	}
}

// A figure counts what holds on the last day of a month; what is not known is no zero.
func TestFactsOfMonths(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ward := w.added("building", w.hospital, "2025-03-10", "name", "病房楼", "purpose", "病房楼", "area", "1200.50")
	w.added("building", w.hospital, "2025-04-30", "name", "门诊楼", "purpose", "门诊楼", "area", "800", "business_area", "700")
	if _, err := w.svc.Change(t.Context(), w.bureau, ward.ID, 1, register.Draft{StartsOn: day("2025-03-10"), EndsOn: day("2025-05-31"), Typed: ward.Content}); err != nil {
		t.Fatal(err)
	}
	mistake := w.added("building", w.hospital, "2025-01-01", "name", "错", "purpose", "其他", "area", "9")
	if err := w.svc.Withdraw(t.Context(), w.bureau, mistake.ID, 1, "登错了"); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"r_floor_area 2025-02-01": "", "r_floor_area 2025-03-01": "1200.5", "r_floor_area 2025-04-01": "2000.5", "r_floor_area 2025-05-01": "800",
		"r_business_area 2025-03-01": "null", "r_business_area 2025-04-01": "700", "r_ward_buildings 2025-04-01": "1", "r_ward_buildings 2025-05-01": "",
	} {
		element, month, _ := strings.Cut(key, " ")
		var got string
		err := w.db.QueryRow(t.Context(), `SELECT coalesce(string_agg(coalesce(value::text, 'null'), ' '), '') FROM register_facts
			WHERE county_id = $1 AND institution_id = $2 AND element = $3 AND period_month = $4::date`, w.county.ID, w.hospital.ID, element, month).Scan(&got)
		if err != nil || got != want {
			t.Errorf("%s: %q, want %q, %v", key, got, want, err)
		}
	}
}
