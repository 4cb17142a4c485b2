package notice_test

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/account/accounttest"
	"yigai/internal/actor"
	"yigai/internal/gateway"
	"yigai/internal/notice"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/pgtest"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
	"yigai/internal/secret"
)

// world is a county with a bureau and two township hospitals, each with a clerk; July is open, due 2026-08-05.
type world struct {
	db             *pgxpool.Pool
	svc            *notice.Service
	reporting      *reporting.Service
	county         org.County
	root           org.Institution
	here, there    org.Institution
	clerk, other   actor.Actor // at here and there
	reviewer, head actor.Actor
	report         reporting.Report
	gate           *fakeGate
	now            time.Time
}

const july = "2026-07"

var prepared = pgtest.Prepare(buildWorld)

func newWorld(t testing.TB) *world {
	t.Helper()
	db, w := prepared.New(t)
	w.db, w.gate, w.now, w.reporting = db, &fakeGate{}, orgtest.Now(), reportingtest.Service(db)
	clock := func() time.Time { return w.now }
	permissions := actor.NewPermissions(append(append([]actor.Action{}, reporting.Actions...), notice.Actions...))
	w.svc = notice.New(db, clock, w.reporting, permissions,
		notice.Outside{Channels: []gateway.Channel{w.gate}, Box: secret.In(t.TempDir()), BaseURL: "https://yigai.example.cn"})
	return &w
}

func buildWorld(t testing.TB, db *pgxpool.Pool) world {
	t.Helper()
	w := world{db: db, reporting: reportingtest.Service(db)}
	w.county, w.root = orgtest.County(t, w.db)
	w.here = orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "麦新镇中心卫生院")
	w.there = orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "东风镇卫生院")
	reportingtest.Standard(t, w.db, w.county.ID)
	reportingtest.OpenMonth(t, w.db, w.county.ID, july)
	w.clerk, w.other = w.person(t, w.here, actor.InstitutionReporter), w.person(t, w.there, actor.InstitutionReporter)
	w.reviewer, w.head = w.person(t, w.root, actor.BureauStaff), w.person(t, w.root, actor.BureauAdmin)
	var err error
	if w.report, err = w.reporting.Find(t.Context(), w.clerk, "township_monthly", w.here.ID, reportingtest.Month(t, july)); err != nil {
		t.Fatal(err)
	}
	return w
}

// person is an account with its actor, holding what the preset role holds.
func (w *world) person(t testing.TB, at org.Institution, role string) actor.Actor {
	t.Helper()
	a := accounttest.Account(t, w.db, w.county.ID, at, role)
	who := orgtest.Actor(w.county, at, actor.NewPermissions(append(append([]actor.Action{}, reporting.Actions...), notice.Actions...)).Of([]string{role})...)
	who.AccountID, who.Name, who.Roles = a.ID, a.Name, []string{role}
	return who
}

// inbox lists a person's messages as "kind: title".
func (w *world) inbox(t *testing.T, who actor.Actor) []string {
	t.Helper()
	found, _, err := w.svc.List(t.Context(), who, false, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range found {
		out = append(out, m.Kind+": "+m.Title)
	}
	return out
}

func (w *world) requireInbox(t *testing.T, who actor.Actor, want ...string) {
	t.Helper()
	got := w.inbox(t, who)
	if len(got) != len(want) {
		t.Fatalf("%s has %q, want %q", who.Name, got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s has %q, want %q", who.Name, got[i], want[i])
		}
	}
}

func (w *world) submit(t *testing.T) {
	t.Helper()
	var edits []reporting.Edit
	sheet, err := w.reporting.Open(t.Context(), w.clerk, w.report.ID)
	if err != nil {
		t.Fatal(err)
	}
	for slug, typed := range reportingtest.Plausible {
		edits = append(edits, reporting.Edit{SubjectID: w.here.ID, Element: slug, Typed: typed,
			Version: sheet.Cells[reporting.CellKey{SubjectID: w.here.ID, Element: slug}].Version})
	}
	if _, err := w.reporting.SaveSheet(t.Context(), w.clerk, w.report.ID, edits); err != nil {
		t.Fatal(err)
	}
	if err := w.reporting.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); err != nil {
		t.Fatal(err)
	}
}

// reach gives a person an e-mail address.
func (w *world) reach(t *testing.T, who actor.Actor) {
	t.Helper()
	err := w.svc.SavePreference(t.Context(), who, notice.PreferenceChange{Addresses: map[string]string{gateway.Email: "wang.fang@example.cn"}})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) one(t *testing.T, sql string, args ...any) string {
	t.Helper()
	var said string
	if err := w.db.QueryRow(context.Background(), sql, args...).Scan(&said); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return said
}

// fakeGate is an e-mail gateway that fails as it is told.
type fakeGate struct {
	mu       sync.Mutex
	sent     []gateway.Message
	fails    []error // taken one by one before it works
	provider string  // before the name it gives to a text; provider- unless set
	during   func()  // what happens while a text is taken over
}

func (*fakeGate) Name() string { return gateway.Email }

func (g *fakeGate) Send(_ context.Context, m gateway.Message) (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.fails) > 0 {
		err := g.fails[0]
		g.fails = g.fails[1:]
		return "", err
	}
	g.sent = append(g.sent, m)
	if g.during != nil {
		g.during()
	}
	return cmp.Or(g.provider, "provider-") + m.Key, nil
}

var errBusy = errors.New("mail server is busy")
