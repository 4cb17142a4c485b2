package demo

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/indicator"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pgtest"
	"yigai/internal/reporting"
)

// twentieth is in the middle of a month: July's deadline has passed.
var twentieth = time.Date(2026, 8, 20, 10, 0, 0, 0, period.Shanghai)

// third is before July's deadline: June is under review and July just begun.
var third = time.Date(2026, 8, 3, 10, 0, 0, 0, period.Shanghai)

// loaded is a demo county in a database of its own.
type loaded struct {
	db       *pgxpool.Pool
	house    House
	accounts []Account
	county   org.County
	who      actor.Actor
}

func house(db *pgxpool.Pool, now time.Time) House {
	var all []actor.Action
	for _, actions := range [][]actor.Action{org.Actions, account.Actions, reporting.Actions, indicator.Actions} {
		all = append(all, actions...)
	}
	permissions := actor.NewPermissions(all)
	return House{DB: db, Now: func() time.Time { return now }, Calendar: period.China(),
		Permissions: func() *actor.Permissions { return permissions },
		System: func(county int32, root string) actor.Actor {
			who := actor.System(county, root)
			for _, a := range all {
				who = who.Grant(a.Name)
			}
			return who
		}}
}

func loadAt(t *testing.T, now time.Time) *loaded {
	t.Helper()
	d := &loaded{db: pgtest.New(t)}
	d.house = house(d.db, now)
	var err error
	if d.accounts, err = Load(t.Context(), d.house, io.Discard); err != nil {
		t.Fatal(err)
	}
	if d.county, err = org.CountyByCode(t.Context(), d.db, Code); err != nil {
		t.Fatal(err)
	}
	root, err := org.Root(t.Context(), d.db, d.county.ID)
	if err != nil {
		t.Fatal(err)
	}
	d.who = d.house.System(d.county.ID, root.Path)
	return d
}

func (d *loaded) number(t *testing.T, sql string, args ...any) int {
	t.Helper()
	var n int
	if err := d.db.QueryRow(context.Background(), sql, append([]any{d.county.ID}, args...)...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDemoCounty(t *testing.T) {
	t.Parallel()
	d := loadAt(t, twentieth)
	t.Run("has the promised size", d.hasItsSize)
	t.Run("finds in every report what its row says", d.countsAreTrue)
	t.Run("has the intended troubles", d.hasTroubles)
	t.Run("tells its history in order", d.historyIsInOrder)
	t.Run("has plausible indicators", d.indicatorsArePlausible)
	t.Run("lets every account sign in", d.everybodySignsIn)
	t.Run("is refused a second time", func(t *testing.T) {
		if _, err := Load(t.Context(), d.house, io.Discard); !fault.IsConflict(err) {
			t.Errorf("the second load says %v", err)
		}
	})
}

func (d *loaded) hasItsSize(t *testing.T) {
	for name, c := range map[string]struct {
		sql  string
		want int
	}{
		"reporting institutions": {`SELECT count(DISTINCT r.institution_id) FROM report r JOIN form f USING (county_id)
			WHERE r.county_id = $1 AND f.id = r.form_id AND f.slug IN ('township_monthly', 'hospital_monthly')`, 23},
		"clinics":         {`SELECT count(*) FROM institution WHERE county_id = $1 AND kind = 'village_clinic'`, 262},
		"proxy reporters": {`SELECT count(DISTINCT institution_id) FROM report r JOIN form f USING (county_id) WHERE r.county_id = $1 AND f.id = r.form_id AND f.slug = 'clinic_monthly'`, 16},
		"months accepted": {`SELECT count(*) FROM (SELECT period FROM report WHERE county_id = $1
			GROUP BY period HAVING bool_and(state = 'accepted')) m`, 24},
		"months":            {`SELECT count(DISTINCT period) FROM report WHERE county_id = $1`, 25},
		"clinics with data": {`SELECT count(DISTINCT subject_id) FROM cell c JOIN institution i ON i.id = c.subject_id WHERE c.county_id = $1 AND i.kind = 'village_clinic'`, 262},
		"members":           {`SELECT count(*) FROM community_member WHERE county_id = $1`, 24},
		"demo entries":      {`SELECT count(*) FROM audit_entry WHERE county_id = $1 AND action = 'demo.load'`, 1},
		"cells without a trail": {`SELECT count(*) FROM cell c WHERE county_id = $1 AND NOT EXISTS (SELECT FROM cell_change h WHERE h.county_id = c.county_id
			AND h.report_id = c.report_id AND h.subject_id = c.subject_id AND h.element_id = c.element_id AND h.new_value IS NOT DISTINCT FROM c.value)`, 0},
		"accepted cells that are no fact": {`SELECT count(*) FROM cell c JOIN report r ON r.county_id = c.county_id AND r.id = c.report_id WHERE c.county_id = $1
			AND r.state = 'accepted' AND NOT EXISTS (SELECT FROM fact f WHERE f.county_id = c.county_id AND f.period = r.period
			AND f.element_id = c.element_id AND f.institution_id = c.subject_id AND f.value IS NOT DISTINCT FROM c.value)`, 0},
	} {
		if got := d.number(t, c.sql); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// countsAreTrue opens every township and hospital report and every grid of one month: what the checks find is what the
// row says, and accepted reports have no error and no warning without explanation.
func (d *loaded) countsAreTrue(t *testing.T) {
	svc := reporting.New(d.db, d.house.Now, d.house.Calendar)
	for cursor := ""; ; {
		page, err := svc.List(t.Context(), d.who, reporting.Filter{Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Reports {
			if r.FormSlug != formClinic || r.Month.Month() == time.June {
				d.countIsTrue(t, svc, r)
			}
		}
		if cursor = page.Next; cursor == "" {
			return
		}
	}
}

func (d *loaded) countIsTrue(t *testing.T, svc *reporting.Service, r reporting.Report) {
	t.Helper()
	sheet, err := svc.Open(t.Context(), d.who, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	var errors, warnings, unexplained, filled int
	for _, f := range sheet.Findings {
		switch {
		case f.Blocks():
			errors++
		case f.Unexplained():
			warnings, unexplained = warnings+1, unexplained+1
		default:
			warnings++
		}
	}
	for _, p := range sheet.Progress {
		filled += p.Filled
		if r.State == reporting.Accepted && p.Missing > 0 {
			t.Errorf("%s is accepted with %d figures missing in %s", r.Name(), p.Missing, p.Title)
		}
	}
	if errors != r.Errors || warnings != r.Warnings || unexplained != r.Unexplained || filled != r.Filled {
		t.Errorf("%s has %d errors, %d warnings, %d unexplained, %d filled; its row says %d, %d, %d, %d: %v", r.Name(), errors, warnings,
			unexplained, filled, r.Errors, r.Warnings, r.Unexplained, r.Filled, sheet.Findings)
	}
	if (r.State == reporting.Accepted || r.State == reporting.Submitted) && errors+unexplained > 0 {
		t.Errorf("%s is %s with %d errors and %d open warnings", r.Name(), r.State, errors, unexplained)
	}
}

func (d *loaded) hasTroubles(t *testing.T) {
	const july = `r.county_id = $1 AND r.period = '2026-07-01'`
	for name, c := range map[string]struct {
		sql  string
		want int
	}{
		"submitted":                   {`SELECT count(*) FROM report r WHERE ` + july + ` AND state = 'submitted'`, 4},
		"returned with a reason":      {`SELECT count(*) FROM report r WHERE ` + july + ` AND state = 'returned' AND reason <> ''`, 2},
		"drafts":                      {`SELECT count(*) FROM report r WHERE ` + july + ` AND state = 'draft' AND filled BETWEEN 1 AND fillable - 1`, 3},
		"not started":                 {`SELECT count(*) FROM report r WHERE ` + july + ` AND state = 'not_started'`, 3},
		"received late":               {`SELECT count(*) FROM report r WHERE ` + july + ` AND received_at > due_at`, 4},
		"remarks":                     {`SELECT count(*) FROM cell_remark m JOIN report r ON r.county_id = m.county_id AND r.id = m.report_id WHERE ` + july, 3},
		"drafts with an error":        {`SELECT count(*) FROM report r WHERE ` + july + ` AND state = 'draft' AND errors > 0`, 1},
		"drafts that have to explain": {`SELECT count(*) FROM report r WHERE ` + july + ` AND state = 'draft' AND unexplained > 0`, 1},
		"submitted with explanations": {`SELECT count(*) FROM report r WHERE ` + july + ` AND state = 'submitted' AND warnings > 0 AND unexplained = 0`, 1},
		"explained in the history":    {`SELECT count(*) FROM report r WHERE r.county_id = $1 AND state = 'accepted' AND warnings > 0`, 4},
		"sent back in the history":    {`SELECT count(*) FROM report r WHERE r.county_id = $1 AND state = 'accepted' AND submission = 2`, 24},
	} {
		if got := d.number(t, c.sql); got < c.want || name != "explained in the history" && got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func (d *loaded) historyIsInOrder(t *testing.T) {
	for name, sql := range map[string]string{
		"events out of order": `SELECT count(*) FROM (SELECT at < lag(at) OVER w OR from_state <> lag(to_state, 1, 'not_started') OVER w AS wrong
			FROM report_event WHERE county_id = $1 WINDOW w AS (PARTITION BY report_id ORDER BY id)) e WHERE wrong`,
		"reports that are not where their events end": `SELECT count(*) FROM report r WHERE county_id = $1 AND state <> 'not_started' AND state <> (
			SELECT to_state FROM report_event e WHERE e.county_id = r.county_id AND e.report_id = r.id ORDER BY id DESC LIMIT 1)`,
		"figures typed after the submission": `SELECT count(*) FROM cell c JOIN report r ON r.county_id = c.county_id AND r.id = c.report_id
			WHERE c.county_id = $1 AND c.at > r.submitted_at`,
		"reviewers who submitted": `SELECT count(*) FROM report WHERE county_id = $1 AND submitted_by = reviewed_by`,
		"submissions without snapshot": `SELECT count(*) FROM report r, generate_series(1, r.submission) n WHERE county_id = $1 AND NOT EXISTS (
			SELECT FROM report_snapshot s WHERE s.county_id = r.county_id AND s.report_id = r.id AND s.submission = n AND NOT s.accepted)`,
		"acceptances without snapshot": `SELECT count(*) FROM report r WHERE county_id = $1 AND state = 'accepted' AND NOT EXISTS (
			SELECT FROM report_snapshot s WHERE s.county_id = r.county_id AND s.report_id = r.id AND s.accepted)`,
	} {
		if got := d.number(t, sql); got != 0 {
			t.Errorf("%s: %d", name, got)
		}
	}
	if got := d.number(t, `SELECT count(*) FROM report_event WHERE county_id = $1 AND at > $2`, twentieth); got != 0 {
		t.Errorf("%d events lie in the future", got)
	}
}

func (d *loaded) everybodySignsIn(t *testing.T) {
	svc := account.New(d.db, d.house.Now, d.house.Permissions)
	held := map[string]bool{}
	for _, a := range d.accounts {
		who, err := svc.SignIn(t.Context(), a.Username, a.Password, account.Origin{Address: "192.0.2.7", Agent: "test"})
		if err != nil {
			t.Errorf("%s: %v", a.Username, err)
		}
		if who.MustChange {
			t.Errorf("%s has to change the password", a.Username)
		}
		held[a.Role] = true
	}
	for _, r := range actor.Roles {
		if !held[r.Title] {
			t.Errorf("nobody is %s", r.Title)
		}
	}
}

func TestTwoLoadsSayTheSame(t *testing.T) {
	t.Parallel()
	one, two := loadAt(t, third), loadAt(t, third.Add(time.Hour))
	if a, b := one.fingerprint(t), two.fingerprint(t); a != b {
		t.Errorf("facts differ: %s and %s", a, b)
	}
	t.Run("before the deadline the month before last is under review", func(t *testing.T) {
		if got := one.number(t, `SELECT count(*) FROM report WHERE county_id = $1 AND period = '2026-06-01' AND state = 'returned'`); got != 2 {
			t.Errorf("June has %d returned reports", got)
		}
		if got := one.number(t, `SELECT count(*) FROM report WHERE county_id = $1 AND period = '2026-07-01' AND state = 'not_started'`); got < 20 {
			t.Errorf("July has %d reports that are not begun", got)
		}
	})
}

// fingerprint is a hash over all facts by the codes of institutions and elements.
func (d *loaded) fingerprint(t *testing.T) string {
	t.Helper()
	rows, err := d.db.Query(t.Context(), `
		SELECT concat_ws('|', i.code, e.slug, f.period, f.state, f.value) FROM fact f
		JOIN institution i ON i.county_id = f.county_id AND i.id = f.institution_id
		JOIN element e ON e.county_id = f.county_id AND e.id = f.element_id
		WHERE f.county_id = $1 ORDER BY i.code, e.slug, f.period`, d.county.ID)
	if err != nil {
		t.Fatal(err)
	}
	hash, n := sha256.New(), 0
	var line string
	if _, err := pgx.ForEachRow(rows, []any{&line}, func() error { n++; _, err := io.WriteString(hash, line+"\n"); return err }); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d facts %x", n, hash.Sum(nil))
}

func TestALoadThatWasBrokenOffIsContinued(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	h := house(db, twentieth)
	l := &load{House: h, out: io.Discard, org: org.New(db, h.Now), reporting: reporting.New(db, h.Now, h.Calendar),
		accounts: account.New(db, h.Now, h.Permissions)}
	for _, step := range []func(context.Context) error{l.foundation, l.people} {
		if err := step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if state, err := Look(t.Context(), db); err != nil || state != Unfinished {
		t.Fatalf("the database looks like %v, %v", state, err)
	}
	if _, err := Load(t.Context(), h, io.Discard); err != nil {
		t.Fatal(err)
	}
	if state, err := Look(t.Context(), db); err != nil || state != Loaded {
		t.Errorf("the database looks like %v, %v", state, err)
	}
}

func TestARealCountyIsLeftAlone(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := org.CreateCounty(t.Context(), tx, Code, Name, false); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(t.Context(), house(db, twentieth), io.Discard); !fault.IsConflict(err) {
		t.Errorf("the load says %v", err)
	}
}
