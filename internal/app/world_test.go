package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/account"
	"yigai/internal/account/accounttest"
	"yigai/internal/actor"
	"yigai/internal/indicator"
	"yigai/internal/jobs"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/pg"
	"yigai/internal/pgtest"
	"yigai/internal/preset"
	"yigai/internal/reporting/reportingtest"
)

// world is a county with two townships, each with a clinic, an accepted month and an open one, and one
// signed-in browser per role. Roles of an institution work at the home township.
type world struct {
	app     *App
	server  *httptest.Server
	clients map[string]*http.Client
	tokens  map[*http.Client]string // for the API, which takes no cookie
	standing
}

// standing is what the prepared database holds.
type standing struct {
	usernames, issued map[string]string // by role; what was issued are tokens
	sessions          map[string][]*http.Cookie
	home, foreign     map[string]string
}

const (
	acceptedMonth = "2026-06"
	openMonth     = "2026-07"
)

var prepared = pgtest.Prepare(buildWorld)

func newWorld(t testing.TB) *world {
	t.Helper()
	db, known := prepared.New(t)
	w := serve(t, db)
	w.standing = known
	t.Cleanup(w.server.Close)
	address, err := url.Parse(w.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	for role, cookies := range known.sessions {
		client := accounttest.Client(t)
		client.Jar.SetCookies(address, cookies)
		w.clients[role], w.tokens[client] = client, known.issued[role]
	}
	return w
}

// serve starts the application on the database.
func serve(t testing.TB, db *pgxpool.Pool) *world {
	t.Helper()
	config := Config{Listen: "127.0.0.1:0", BaseURL: "http://127.0.0.1", DataDir: t.TempDir(), Demo: true}
	w := &world{app: New(config, db, orgtest.Now, slog.New(slog.NewTextHandler(io.Discard, nil))), clients: map[string]*http.Client{}, tokens: map[*http.Client]string{}}
	w.server = httptest.NewServer(w.app.Handler())
	return w
}

func buildWorld(t testing.TB, db *pgxpool.Pool) standing {
	t.Helper()
	w := serve(t, db)
	defer w.server.Close()
	county, root := orgtest.County(t, db)
	hospital := orgtest.Institution(t, db, county, "county_hospital", "县人民医院")
	home, homeClinic := township(t, w, county, "甲镇卫生院")
	foreign, foreignClinic := township(t, w, county, "乙镇卫生院")
	w.fillFigures(t, county, root, home, foreign)
	w.home = w.things(t, county, hospital, home, homeClinic)
	w.foreign = w.things(t, county, hospital, foreign, foreignClinic)
	w.signIn(t, county, root, home, homeClinic)
	return w.standing
}

func township(t testing.TB, w *world, c org.County, name string) (hospital, clinic org.Institution) {
	t.Helper()
	hospital = orgtest.Institution(t, w.app.Deps.DB, c, "township_hospital", name)
	clinic = orgtest.Below(t, w.app.Deps.DB, c, hospital.Code, "village_clinic", name+"一村卫生室")
	return hospital, clinic
}

// fillFigures installs the standard forms and indicators, loads an accepted month, opens the next and computes.
func (w *world) fillFigures(t testing.TB, c org.County, root org.Institution, townships ...org.Institution) {
	t.Helper()
	db, ctx := w.app.Deps.DB, t.Context()
	reportingtest.Standard(t, db, c.ID)
	pack, err := preset.Load()
	if err != nil {
		t.Fatal(err)
	}
	who := w.app.System(c.ID, root.Path)
	if err := pg.Tx(ctx, db, func(tx pgx.Tx) error { return indicator.InstallPreset(ctx, tx, who, pack) }); err != nil {
		t.Fatal(err)
	}
	for _, one := range townships {
		reportingtest.Accepted(t, db, who, one.Code, acceptedMonth, map[string]string{"bed_days_open": "1550", "bed_days_occupied": "1007"})
	}
	reportingtest.OpenMonth(t, db, c.ID, openMonth)
	months := reportingtest.Month(t, acceptedMonth).Period().Months()
	if _, err := indicator.New(db, orgtest.Now, w.app.Deps.Calendar).Compute(ctx, c.ID, months, nil); err != nil {
		t.Fatal(err)
	}
}

// things names what a township's route parameters stand for.
func (w *world) things(t testing.TB, c org.County, hospital, at, clinic org.Institution) map[string]string {
	t.Helper()
	db := w.app.Deps.DB
	victim := accounttest.Account(t, db, c.ID, at, actor.InstitutionReporter)
	community := w.one(t, `INSERT INTO community (county_id, name, lead_institution_id) VALUES ($1, $2, $3) RETURNING id`, c.ID, at.Name+"医共体", hospital.ID)
	entry := w.one(t, `INSERT INTO audit_entry (county_id, username, action, object_kind, object_id, object_name, institution_id)
		VALUES ($1, 'x', 'org.edit', 'institution', $2::text, $3, $4) RETURNING id`, c.ID, fmt.Sprint(at.ID), at.Name, at.ID)
	report := w.one(t, `SELECT r.id FROM report r JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id
		WHERE r.county_id = $1 AND r.institution_id = $2 AND r.period = '2026-07-01' AND f.slug = 'township_monthly'`, c.ID, at.ID)
	var job int64
	if err := pg.Tx(t.Context(), db, func(tx pgx.Tx) (err error) {
		job, err = jobs.Open(t.Context(), tx, actor.Actor{CountyID: c.ID, AccountID: victim.ID}, "test", "测试任务")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	view := w.one(t, `INSERT INTO analysis_view (county_id, name, query, owner_id, owner_name, updated_at)
		VALUES ($1, '床位', 'item=e%3Abeds_actual', $2, 'x', now()) RETURNING id`, c.ID, victim.ID)
	target := w.one(t, `SELECT min(id) FROM indicator_target WHERE county_id = $1`, c.ID)
	correction := w.one(t, `INSERT INTO correction (county_id, report_id, from_submission, reason, asked_name, asked_at)
		VALUES ($1, $2::text::bigint, 1, 'x', 'x', now()) RETURNING id`, c.ID, report)
	run := w.one(t, `INSERT INTO validation_run (county_id, first, last, current, by_name, created_at, state)
		VALUES ($1, '2026-06-01', '2026-06-01', true, 'x', now(), 'done') RETURNING id`, c.ID)
	mark := w.one(t, `INSERT INTO follow_up (county_id, report_id, institution_id, period, form, subject_id, element, note, owner_id, owner_name, due_on, made_by, made_at)
		VALUES ($1, $2::text::bigint, $3, '2026-07-01', 'x', $3, 'bed_days_open', 'x', $4, 'x', '2026-08-01', 'x', now()) RETURNING id`, c.ID, report, at.ID, victim.ID)
	circular := w.one(t, `INSERT INTO circular (county_id, first, last, title, opening, closing, issuer, made_by, made_at)
		VALUES ($1, '2026-07-01', '2026-07-01', '通报', 'x', 'x', 'x', 'x', now()) RETURNING id`, c.ID)
	override := w.one(t, `INSERT INTO policy_override (county_id, matter, code, institution_id, operator, value, effective_from, reason, by_name, at)
		VALUES ($1, 'kl_platform', 'kl_platform', $2, '=', 1, '2026-01-01', 'x', 'x', now()) RETURNING id`, c.ID, at.ID)
	held := w.one(t, `INSERT INTO register_entry (county_id, type, institution_id, starts_on, content, by_name, at)
		VALUES ($1, 'nameplate', $2, '2026-01-01', '{"name":"x"}', 'x', now()) RETURNING id`, c.ID, at.ID)
	project := w.one(t, `INSERT INTO clinic_project (county_id, institution_id, name, kind, state, year) VALUES ($1, $2, 'x', 'new', 'planned', 2026) RETURNING id`, c.ID, at.ID)
	photo := w.one(t, `INSERT INTO clinic_photo (county_id, institution_id, picture, width, height, by_name, at) VALUES ($1, $2, '', 1, 1, 'x', now()) RETURNING id`, c.ID, clinic.ID)
	village := c.Code + fmt.Sprintf("%06d", at.ID)
	for _, d := range []struct{ code, level, parent string }{{village[:9], org.LevelTownship, c.Code}, {village, org.LevelVillage, village[:9]}} {
		if _, err := db.Exec(t.Context(), `INSERT INTO division (county_id, code, name, level, parent_code) VALUES ($1, $2, 'x', $3, $4)
			ON CONFLICT (county_id, code) DO NOTHING`, c.ID, d.code, d.level, d.parent); err != nil {
			t.Fatal(err)
		}
	}
	w.one(t, `INSERT INTO village (county_id, code, division_code) VALUES ($1, $2, $2) RETURNING version`, c.ID, village)
	visit := w.one(t, `INSERT INTO clinic_visit (county_id, village_code, institution_id, planned_on) VALUES ($1, $2, $3, '2026-08-01') RETURNING id`, c.ID, village, at.ID)
	return map[string]string{
		"project": project, "photo": photo, "village": village, "visit": visit,
		"held": held, "register": "nameplate",
		"preset": "kailu_2024", "standard": "kl_platform", "override": override, "run": run, "mark": mark, "circular": circular, "correction": correction,
		"target": target, "view": view, "institution": fmt.Sprint(at.ID), "institution_code": at.Code, "clinic": fmt.Sprint(clinic.ID),
		"report": report, "subject": fmt.Sprint(at.ID), "element": "bed_days_open", "account": fmt.Sprint(victim.ID),
		"community": community, "entry": entry, "job": fmt.Sprint(job), "format": "csv", "kind": "values",
		"slug": "bed_occupancy", "period": acceptedMonth, "object": "institution", "division": c.Code,
		"session": "999999", "token": "999999", "rule": "L01a", "form": "township_monthly", "version": "1",
	}
}

func (w *world) one(t testing.TB, sql string, args ...any) string {
	t.Helper()
	var id int64
	if err := w.app.Deps.DB.QueryRow(context.Background(), sql, args...).Scan(&id); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return fmt.Sprint(id)
}

// signIn makes an account per role: roles of an institution at the home township, a village doctor at its
// clinic, all others over the whole county.
func (w *world) signIn(t testing.TB, c org.County, root, home, clinic org.Institution) {
	t.Helper()
	address, err := url.Parse(w.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	w.usernames, w.issued, w.sessions = map[string]string{}, map[string]string{}, map[string][]*http.Cookie{}
	for _, role := range actor.Roles {
		at := root
		switch role.Name {
		case actor.InstitutionAdmin, actor.InstitutionReporter, actor.FamilyDoctor, actor.PartnerDepartment, actor.LeadHospital:
			at = home
		case actor.VillageDoctor:
			at = clinic
		}
		made := accounttest.Account(t, w.app.Deps.DB, c.ID, at, role.Name)
		client := accounttest.SignedIn(t, w.server.URL, made)
		token, err := accounttest.Service(w.app.Deps.DB).CreateToken(t.Context(), account.Operator(), made.ID, "测试", 1)
		if err != nil {
			t.Fatal(err)
		}
		w.usernames[role.Name], w.issued[role.Name], w.sessions[role.Name] = made.Username, token, client.Jar.Cookies(address)
	}
}

// ask sends an empty request and reads the whole answer. Nobody's client is nil.
func (w *world) ask(t *testing.T, c *http.Client, method, path string) *http.Response {
	t.Helper()
	if c == nil {
		c = accounttest.Client(t)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, w.server.URL+path, strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	if token := w.tokens[c]; token != "" && strings.HasPrefix(path, "/api/") {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if method != http.MethodGet {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	got, err := c.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	if _, err := io.Copy(io.Discard, got.Body); err != nil {
		t.Fatal(err)
	}
	if err := got.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return got
}

// keys says what a parameter stands for on the routes below a path; the longest path wins.
var keys = []struct{ path, param, thing string }{
	{"/institutions/", "id", "institution"},
	{"/clinics/", "id", "clinic"},
	{"/clinics/villages/", "code", "village"},
	{"/clinics/visits/", "id", "visit"},
	{"/clinics/projects/", "id", "project"},
	{"/clinics/", "photo", "photo"},
	{"/communities/", "id", "community"},
	{"/accounts/", "id", "account"},
	{"/audit/", "id", "entry"},
	{"/audit/objects/", "id", "institution"},
	{"/audit/objects/", "kind", "object"},
	{"/reporting/", "id", "report"},
	{"/corrections/", "id", "correction"},
	{"/jobs/", "id", "job"},
	{"/api/v1/jobs/", "id", "job"},
	{"/api/v1/reports/", "id", "report"},
	{"/api/v1/institutions/", "code", "institution_code"},
	{"/divisions/", "code", "division"},
	{"/account/sessions/", "id", "session"},
	{"/account/tokens/", "id", "token"},
	{"/account/messages/", "id", "token"},
	{"/circulars/", "id", "circular"},
	{"/validation/", "id", "run"},
	{"/follow-ups/", "id", "mark"},
	{"/outbox/", "id", "token"},
	{"/exports/", "kind", "kind"},
	{"/indicators/", "institution", "institution_code"},
	{"/indicator-definitions/", "id", "target"},
	{"/analysis/views/", "id", "view"},
	{"/exchange/", "id", "token"},
	{"/standards/", "id", "override"},
	{"/registers/", "type", "register"},
	{"/register-entries/", "id", "held"},
	{"/compliance/institutions/", "id", "institution"},
}

func (w *world) key(path, param string) string {
	thing, length := param, 0
	for _, k := range keys {
		if k.param == param && strings.HasPrefix(path, k.path) && len(k.path) > length {
			thing, length = k.thing, len(k.path)
		}
	}
	return thing
}

// shared reports routes that are about the whole county and so have no foreign side for a township:
// catalogues, divisions, exports (their scope is in the rows) and one's own account.
func (w *world) shared(path string) bool {
	for _, p := range []string{"/divisions/", "/communities/", "/exports/", "/analysis/table.", "/forms/", "/elements/", "/derivations/", "/account/", "/circulars/", "/outbox/", "/check-rules/", "/validation/", "/registers/", "/policies/", "/standards/", "/compliance/standards/", "/audit/trail.",
		"/api/v1/forms/", "/api/v1/elements/", "/api/v1/indicators/", "/indicator-definitions/"} {
		if strings.HasPrefix(path, p) {
			return true
		}
	}
	return strings.HasPrefix(path, "/indicators/") && !strings.Contains(path, "{institution}")
}
