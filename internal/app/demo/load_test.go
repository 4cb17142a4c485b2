package demo

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/analysis"
	"yigai/internal/audit"
	"yigai/internal/clinic"
	"yigai/internal/compliance"
	"yigai/internal/exchange"
	"yigai/internal/fault"
	"yigai/internal/indicator"
	"yigai/internal/notice"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pgtest"
	"yigai/internal/policy"
	"yigai/internal/register"
	"yigai/internal/reporting"
	"yigai/internal/validation"
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
	for _, actions := range [][]actor.Action{org.Actions, account.Actions, reporting.Actions, indicator.Actions, analysis.Actions, notice.Actions, exchange.Actions, validation.Actions, clinic.Actions, register.Actions, policy.Actions, compliance.Actions, {{Name: audit.ActionExport}}} {
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

// loadAt loads the county with some accepted months.
func loadAt(t *testing.T, now time.Time, months int) *loaded {
	t.Helper()
	d := &loaded{db: pgtest.New(t)}
	d.house = house(d.db, now)
	l := newLoad(d.house, io.Discard)
	l.past = months
	err := l.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d.accounts = l.made
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
	d := loadAt(t, twentieth, historyMonths)
	t.Run("has the promised size", d.hasItsSize)
	t.Run("finds in every report what its row says", d.countsAreTrue)
	t.Run("has the intended troubles", d.hasTroubles)
	t.Run("tells its history in order", d.historyIsInOrder)
	t.Run("names nobody with more time", d.circularIsFair)
	t.Run("has plausible indicators", d.indicatorsArePlausible)
	t.Run("lets every account sign in", d.everybodySignsIn)
	t.Run("is the same when loaded again, broken off and continued", d.continued)
	t.Run("is refused a second time", func(t *testing.T) {
		if _, err := Load(t.Context(), d.house, io.Discard); !fault.IsConflict(err) {
			t.Errorf("the second load says %v", err)
		}
	})
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

// continued loads the county anew with a shorter past, an hour later and broken off half way.
func (d *loaded) continued(t *testing.T) {
	again := &loaded{db: pgtest.New(t)}
	again.house = house(again.db, twentieth.Add(time.Hour))
	l := newLoad(again.house, io.Discard)
	l.past = 2
	for _, step := range []func(context.Context) error{l.foundation, l.people} {
		if err := step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if state, err := Look(t.Context(), again.db); err != nil || state != Unfinished {
		t.Fatalf("the database looks like %v, %v", state, err)
	}
	l.made = nil
	if err := l.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if state, err := Look(t.Context(), again.db); err != nil || state != Loaded {
		t.Errorf("the database looks like %v, %v", state, err)
	}
	if a, b := d.fingerprint(t), again.fingerprint(t); a != b || strings.HasPrefix(a, "0 ") {
		t.Errorf("facts differ: %s and %s", a, b)
	}
}

func TestBeforeTheDeadline(t *testing.T) {
	t.Parallel()
	d := loadAt(t, third, 1)
	t.Run("the month before last is under review", func(t *testing.T) {
		if got := d.number(t, `SELECT count(*) FROM report WHERE county_id = $1 AND period = '2026-06-01' AND state = 'returned'`); got != 2 {
			t.Errorf("June has %d returned reports", got)
		}
	})
	t.Run("last month has just begun", func(t *testing.T) {
		if got := d.number(t, `SELECT count(*) FROM report WHERE county_id = $1 AND period = '2026-07-01' AND state = 'not_started'`); got < 20 {
			t.Errorf("July has %d reports that are not begun", got)
		}
		if got := d.number(t, `SELECT count(*) FROM report WHERE county_id = $1 AND period = '2026-07-01' AND state = 'submitted'`); got != 4 {
			t.Errorf("July has %d submitted reports", got)
		}
	})
	t.Run("nothing happened in the future", func(t *testing.T) {
		if got := d.number(t, `SELECT count(*) FROM report_event WHERE county_id = $1 AND at > $2`, third); got != 0 {
			t.Errorf("%d events", got)
		}
	})
}

func TestAnyDay(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		now    time.Time
		open   string // under review
		latest string // the last one opened
	}{
		"just after the deadline":               {time.Date(2026, 8, 6, 0, 5, 0, 0, period.Shanghai), "2026-07", "2026-07"},
		"when the month's own reports are open": {time.Date(2026, 8, 26, 9, 0, 0, 0, period.Shanghai), "2026-07", "2026-08"},
		"in January":                            {time.Date(2026, 1, 3, 9, 0, 0, 0, period.Shanghai), "2025-11", "2025-12"},
		"in January after the deadline":         {time.Date(2026, 1, 7, 9, 0, 0, 0, period.Shanghai), "2025-12", "2025-12"},
		"in the holidays":                       {time.Date(2026, 10, 6, 9, 0, 0, 0, period.Shanghai), "2026-08", "2026-09"},
		"after the holidays":                    {time.Date(2026, 10, 9, 9, 0, 0, 0, period.Shanghai), "2026-09", "2026-09"},
		"on the last evening of a month":        {time.Date(2026, 2, 28, 23, 50, 0, 0, period.Shanghai), "2026-01", "2026-02"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := loadAt(t, want.now, 1)
			if n := d.number(t, `SELECT count(*) FROM report WHERE county_id = $1 AND state = 'returned' AND period = ($2 || '-01')::date`, want.open); n != 2 {
				t.Errorf("%d reports of %s were sent back", n, want.open)
			}
			if n := d.number(t, `SELECT count(*) FROM report WHERE county_id = $1 HAVING max(period) = ($2 || '-01')::date`, want.latest); n == 0 {
				t.Errorf("%s is not the last month opened", want.latest)
			}
			d.isConsistent(t, want.now)
		})
	}
}

// isConsistent looks for what cannot be on any day.
func (d *loaded) isConsistent(t *testing.T, now time.Time) {
	for what, sql := range map[string]string{
		"events in the future":                       `SELECT count(*) FROM report_event WHERE county_id = $1 AND at > $2`,
		"figures typed in the future":                `SELECT count(*) FROM cell WHERE county_id = $1 AND at > $2`,
		"reports handed in before their month ended": `SELECT count(*) FROM report WHERE county_id = $1 AND submitted_at < $2 AND submitted_at < (period + interval '1 month') AT TIME ZONE 'Asia/Shanghai'`,
		"opened months without indicators": `SELECT count(DISTINCT r.period) FROM report r WHERE r.county_id = $1 AND $2::timestamptz IS NOT NULL
			AND NOT EXISTS (SELECT FROM indicator_run i WHERE i.county_id = r.county_id AND i.period = r.period AND i.value_count > 0)`,
		"computations still asked for": `SELECT count(*) FROM river_job WHERE $1::int > 0 AND $2::timestamptz IS NOT NULL AND kind = 'reporting.month_opened'`,
		"states without their event": `SELECT count(*) FROM report r WHERE county_id = $1 AND $2::timestamptz IS NOT NULL AND state <> 'not_started'
			AND state <> (SELECT to_state FROM report_event e WHERE e.county_id = r.county_id AND e.report_id = r.id ORDER BY id DESC LIMIT 1)`,
	} {
		if n := d.number(t, sql, now); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
}

// fingerprint is a hash over the facts of the last three months by the codes of institutions and elements.
func (d *loaded) fingerprint(t *testing.T) string {
	t.Helper()
	rows, err := d.db.Query(t.Context(), `
		SELECT concat_ws('|', i.code, e.slug, f.period, f.state, f.value) FROM fact f
		JOIN institution i ON i.county_id = f.county_id AND i.id = f.institution_id
		JOIN element e ON e.county_id = f.county_id AND e.id = f.element_id
		WHERE f.period >= '2026-05-01' ORDER BY i.code, e.slug, f.period`)
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
