package validation_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/account/accounttest"
	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/period"
	"yigai/internal/pgtest"
	"yigai/internal/preset"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
	"yigai/internal/validation"
)

// world is a county with two township hospitals; at the first one May and June are accepted with figures too large.
type world struct {
	db                  *pgxpool.Pool
	svc                 *validation.Service
	county              org.County
	root, here, there   org.Institution
	clerk, other, staff actor.Actor
	report              reporting.Report // July, open
}

var prepared = pgtest.Prepare(buildWorld)

func newWorld(t testing.TB) *world {
	t.Helper()
	db, w := prepared.New(t)
	w.db, w.svc = db, validation.New(db, orgtest.Now, period.China())
	return &w
}

func buildWorld(t testing.TB, db *pgxpool.Pool) world {
	t.Helper()
	w := world{db: db, svc: validation.New(db, orgtest.Now, period.China())}
	w.county, w.root = orgtest.County(t, w.db)
	w.here = orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "麦新镇中心卫生院")
	w.there = orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "东风镇卫生院")
	reportingtest.Standard(t, w.db, w.county.ID)
	system := reportingtest.System(t, w.db, w.county.ID)
	for _, month := range []string{"2026-05", "2026-06"} {
		reportingtest.Accepted(t, w.db, system, w.here.Code, month, map[string]string{"visits_total": "100", "visits_outp_emerg": "250"})
		reportingtest.Accepted(t, w.db, system, w.there.Code, month, map[string]string{"visits_total": "300", "visits_outp_emerg": "250"})
	}
	reportingtest.OpenMonth(t, w.db, w.county.ID, "2026-07")
	w.clerk, w.other = w.person(t, w.here, actor.InstitutionReporter), w.person(t, w.there, actor.InstitutionReporter)
	w.staff = w.person(t, w.root, actor.BureauAdmin).Grant(audit.ActionExport)
	var err error
	if w.report, err = w.svc.Reporting().Find(t.Context(), w.clerk, "township_monthly", w.here.ID, w.month(t, "2026-07")); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) month(t testing.TB, text string) period.Month { return reportingtest.Month(t, text) }

// person is an account with its actor, holding what the preset role holds.
func (w *world) person(t testing.TB, at org.Institution, role string) actor.Actor {
	t.Helper()
	a := accounttest.Account(t, w.db, w.county.ID, at, role)
	all := actor.NewPermissions(append(append([]actor.Action{}, reporting.Actions...), validation.Actions...))
	who := orgtest.Actor(w.county, at, all.Of([]string{role})...)
	who.AccountID, who.Name, who.Roles = a.ID, a.Name, []string{role}
	return who
}

// work does what the worker would: the newest request of a run.
func (w *world) work(t *testing.T) {
	t.Helper()
	var args []byte
	err := w.db.QueryRow(context.Background(), `SELECT args FROM river_job WHERE kind = 'validation.requested' ORDER BY id DESC LIMIT 1`).Scan(&args)
	if err != nil {
		t.Fatal(err)
	}
	var e validation.Requested
	if err := json.Unmarshal(args, &e); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Work(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

func TestARunLooksAtPastMonthsAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	draft := validation.RunDraft{First: w.month(t, "2026-05"), Last: w.month(t, "2026-06"), Rules: []string{"L01a"}, Current: true}
	id, err := w.svc.Start(t.Context(), w.staff, draft)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.svc.Start(t.Context(), w.staff, draft); !fault.IsConflict(err) {
		t.Errorf("a second one at the same time: %v", err)
	}
	w.work(t)
	r, err := w.svc.Run(t.Context(), w.staff, id)
	if err != nil || r.State != validation.Done || r.Checked != 4 || r.Found != 2 || r.Errors != 2 {
		t.Errorf("the run is %+v %v", r, err)
	}
	found, next, err := w.svc.Results(t.Context(), w.staff, id, validation.ResultFilter{})
	if err != nil || next != 0 || len(found) != 2 {
		t.Fatalf("results: %+v %v", found, err)
	}
	if x := found[0]; x.Month.String() != "2026-06" || x.Institution != w.here.ShortName || x.Rule != "L01a" || x.Version != 1 || x.Value.Decimal.String() != "250" ||
		!x.Accepted.Valid || x.Differs() {
		t.Errorf("the first result is %+v", x)
	}
	t.Run("a second attempt gives the same", func(t *testing.T) {
		if _, err := w.db.Exec(context.Background(), `UPDATE validation_run SET state = 'running'`); err != nil {
			t.Fatal(err)
		}
		w.work(t)
		if found, _, err := w.svc.Results(t.Context(), w.staff, id, validation.ResultFilter{}); err != nil || len(found) != 2 {
			t.Errorf("results: %+v %v", found, err)
		}
	})
	t.Run("results follow the scope", func(t *testing.T) {
		found, _, err := w.svc.Results(t.Context(), w.other.Grant(validation.ActionView), id, validation.ResultFilter{})
		if err != nil || len(found) != 0 {
			t.Errorf("another township sees %+v %v", found, err)
		}
	})
	t.Run("and are filtered", func(t *testing.T) {
		for _, f := range []validation.ResultFilter{{Rule: "L01b"}, {Level: preset.Warning}, {Explained: "yes"}, {After: found[1].N}} {
			if found, _, err := w.svc.Results(t.Context(), w.staff, id, f); err != nil || len(found) != 0 {
				t.Errorf("%+v gives %+v %v", f, found, err)
			}
		}
	})
	t.Run("and leave as a logged workbook", func(t *testing.T) {
		f, err := w.svc.ExportResults(t.Context(), w.staff, id)
		if err != nil || len(f.Body) == 0 {
			t.Fatal(err)
		}
		var n int
		if err := w.db.QueryRow(t.Context(), `SELECT count(*) FROM export_log WHERE kind = 'validation_run' AND rows = 2`).Scan(&n); err != nil || n != 1 {
			t.Errorf("logged %d times, %v", n, err)
		}
		if _, err := w.svc.ExportResults(t.Context(), w.clerk.Grant(validation.ActionView), id); !fault.IsForbidden(err) {
			t.Errorf("without permission: %v", err)
		}
	})
}

func TestARunIsCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, err := w.svc.Start(t.Context(), w.staff, validation.RunDraft{First: w.month(t, "2026-05"), Last: w.month(t, "2026-06")})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Cancel(t.Context(), w.staff, id); err != nil {
		t.Fatal(err)
	}
	w.work(t)
	if r, err := w.svc.Run(t.Context(), w.staff, id); err != nil || r.State != validation.Cancelled || r.Checked != 0 {
		t.Errorf("the run is %+v %v", r, err)
	}
	if err := w.svc.Cancel(t.Context(), w.staff, id); !fault.IsConflict(err) {
		t.Errorf("a second time: %v", err)
	}
}

// Whoever starts while somebody else's start is not committed yet waits for it and is refused.
func TestOfTwoStartsAtOnceOneIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	draft := validation.RunDraft{First: w.month(t, "2026-05"), Last: w.month(t, "2026-06")}
	tx, err := w.db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	if _, err := tx.Exec(t.Context(), `INSERT INTO validation_run (county_id, first, last, current, by_name, created_at)
		VALUES ($1, '2026-05-01', '2026-05-01', true, '', now())`, w.county.ID); err != nil {
		t.Fatal(err)
	}
	second := make(chan error, 1)
	go func() {
		_, err := w.svc.Start(t.Context(), w.staff, draft)
		second <- err
	}()
	for waiting := 0; waiting == 0 && len(second) == 0; time.Sleep(5 * time.Millisecond) {
		if err := w.db.QueryRow(t.Context(), `SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
			WHERE NOT l.granted AND a.datname = current_database()`).Scan(&waiting); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-second; !fault.IsConflict(err) {
		t.Errorf("the second start: %v", err)
	}
}

func (w *world) exec(t *testing.T, sql string) {
	t.Helper()
	if _, err := w.db.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func TestABatchIsCountedOnceAndACancelInItsMidstStands(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	draft := validation.RunDraft{First: w.month(t, "2026-05"), Last: w.month(t, "2026-06"), Rules: []string{"L01a"}, Current: true}
	done := func() validation.Run {
		t.Helper()
		id, err := w.svc.Start(t.Context(), w.staff, draft)
		if err != nil {
			t.Fatal(err)
		}
		w.work(t)
		r, err := w.svc.Run(t.Context(), w.staff, id)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	w.exec(t, `CREATE SEQUENCE attempt; CREATE FUNCTION break_once() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN IF nextval('attempt') = 1 THEN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END IF; RETURN NULL; END $$;
		CREATE CONSTRAINT TRIGGER broken AFTER INSERT ON validation_result DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION break_once()`)
	if r := done(); r.State != validation.Done || r.Checked != 4 || r.Found != 2 {
		t.Errorf("after a commit that failed once the run is %+v", r)
	}
	// As if somebody cancelled while the reports of the batch were looked at.
	w.exec(t, `CREATE FUNCTION cancel() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			UPDATE job SET state = 'done', message = '已取消', finished_at = now() WHERE county_id = NEW.county_id AND id = NEW.job_id;
			NEW.state := 'cancelled'; NEW.finished_at := now(); RETURN NEW; END $$;
		CREATE TRIGGER cancelled BEFORE UPDATE ON validation_run FOR EACH ROW WHEN (NEW.checked > 0 AND NEW.state = 'running') EXECUTE FUNCTION cancel()`)
	r := done()
	var job string
	if err := w.db.QueryRow(t.Context(), `SELECT state || message FROM job WHERE id = $1`, r.JobID).Scan(&job); err != nil {
		t.Fatal(err)
	}
	if r.State != validation.Cancelled || r.Found != 2 || job != "done已取消" {
		t.Errorf("the run is %+v, its job %s", r, job)
	}
}

func TestWrongRunsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	may, june := w.month(t, "2026-05"), w.month(t, "2026-06")
	for name, d := range map[string]validation.RunDraft{
		"no months":        {},
		"backwards":        {First: june, Last: may},
		"too many months":  {First: june.Add(-36), Last: june},
		"the future":       {First: w.month(t, "2030-01"), Last: w.month(t, "2030-01")},
		"an unknown rule":  {First: may, Last: june, Rules: []string{"Z99"}},
		"too many at once": {First: may, Last: june, Rules: make([]string, 201)},
	} {
		if _, err := w.svc.Start(t.Context(), w.staff, d); !fault.IsInvalid(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.svc.Start(t.Context(), w.clerk, validation.RunDraft{First: may, Last: june}); !fault.IsForbidden(err) {
		t.Errorf("without permission: %v", err)
	}
}

// Today's version finds what the version in force then could not.
func TestARunWithTodaysRulesOrThoseOfThen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.svc.Reporting().PublishCheckRule(t.Context(), w.staff, reporting.CheckRule{Code: "K01", Level: preset.Warning, Expression: "visits_total>=200",
		Message: "太少", From: w.month(t, "2026-07"), Enabled: true, Reason: "试用"})
	if err != nil {
		t.Fatal(err)
	}
	for current, want := range map[bool]int{true: 2, false: 0} {
		id, err := w.svc.Start(t.Context(), w.staff, validation.RunDraft{First: w.month(t, "2026-05"), Last: w.month(t, "2026-06"), Rules: []string{"K01"}, Current: current})
		if err != nil {
			t.Fatal(err)
		}
		w.work(t)
		if r, err := w.svc.Run(t.Context(), w.staff, id); err != nil || r.Found != want {
			t.Errorf("current %v: found %d, want %d, %v", current, r.Found, want, err)
		}
	}
}

func (w *world) draft(owner actor.Actor) validation.FollowDraft {
	return validation.FollowDraft{Report: w.report.ID, Subject: w.here.ID, Element: "visits_total", Rule: "L01a", Note: "请核对门诊日志", Owner: owner.AccountID,
		DueOn: orgtest.Now().AddDate(0, 0, 7).Truncate(24 * time.Hour)}
}

func TestAFigureIsFollowedUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made, err := w.svc.Follow(t.Context(), w.staff, w.draft(w.clerk))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := w.svc.Todos(t.Context(), w.clerk); err != nil || n != 1 {
		t.Errorf("the owner has %d to-dos, %v", n, err)
	}
	found, err := w.svc.FollowUps(t.Context(), w.clerk, validation.FollowFilter{State: "open", Mine: true, Report: w.report.ID})
	if err != nil || len(found) != 1 || found[0].ElementName != "总诊疗人次数" || found[0].Owner != w.clerk.Name {
		t.Errorf("the worklist is %+v %v", found, err)
	}
	t.Run("another township does not know of it", func(t *testing.T) {
		if _, err := w.svc.FollowUp(t.Context(), w.other, made.ID); !fault.IsNotFound(err) {
			t.Errorf("read: %v", err)
		}
		if err := w.svc.Resolve(t.Context(), w.other, made.ID, "好"); !fault.IsNotFound(err) {
			t.Errorf("resolve: %v", err)
		}
	})
	if err := w.svc.Resolve(t.Context(), w.clerk, made.ID, " "); !fault.IsInvalid(err) {
		t.Errorf("without a note: %v", err)
	}
	if err := w.svc.Resolve(t.Context(), w.clerk, made.ID, "日志无误,是义诊"); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Resolve(t.Context(), w.staff, made.ID, "再次"); !fault.IsConflict(err) {
		t.Errorf("twice: %v", err)
	}
	if n, err := w.svc.Todos(t.Context(), w.clerk); err != nil || n != 0 {
		t.Errorf("afterwards %d to-dos, %v", n, err)
	}
}

func TestWrongMarksAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, x := range map[string]struct {
		change  func(*validation.FollowDraft)
		refused func(error) bool
	}{
		"no note":             {func(d *validation.FollowDraft) { d.Note = "" }, fault.IsInvalid},
		"a day in the past":   {func(d *validation.FollowDraft) { d.DueOn = d.DueOn.AddDate(-1, 0, 0) }, fault.IsInvalid},
		"an owner who is far": {func(d *validation.FollowDraft) { d.Owner = w.other.AccountID }, fault.IsInvalid},
		"no such cell":        {func(d *validation.FollowDraft) { d.Element = "nothing" }, fault.IsNotFound},
		"another's figure":    {func(d *validation.FollowDraft) { d.Subject = w.there.ID }, fault.IsNotFound},
		"no such report":      {func(d *validation.FollowDraft) { d.Report = 999999 }, fault.IsNotFound},
	} {
		d := w.draft(w.clerk)
		x.change(&d)
		if _, err := w.svc.Follow(t.Context(), w.staff, d); !x.refused(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.svc.Follow(t.Context(), w.clerk, w.draft(w.clerk)); !fault.IsForbidden(err) {
		t.Errorf("by a clerk: %v", err)
	}
}
