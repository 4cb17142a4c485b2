package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/pg"
	"yigai/internal/report"
	"yigai/internal/report/reporttest"
	"yigai/internal/sheet"
)

// record writes one entry as who.
func record(t *testing.T, c *reporttest.County, who actor.Actor, e audit.Entry) {
	t.Helper()
	err := pg.Tx(t.Context(), c.DB, func(tx pgx.Tx) error { return audit.Record(t.Context(), tx, who, e) })
	if err != nil {
		t.Fatal(err)
	}
}

// admin is the audit administrator.
func admin(c *reporttest.County) actor.Actor {
	return orgtest.Actor(c.County, c.Root, report.ActionTrail, report.ActionSecurity)
}

// busy writes an acceptance in East, a return in West and a sign-in.
func busy(t *testing.T, c *reporttest.County) {
	t.Helper()
	who := c.Auditor()
	record(t, c, who, audit.Entry{Action: "reporting.review", Kind: "report", ID: "1", Name: "基层月报 · 东风", InstitutionID: c.East.ID,
		Before: map[string]any{"state": "submitted"}, After: map[string]any{"state": "accepted"}})
	record(t, c, who, audit.Entry{Action: "reporting.review", Kind: "report", ID: "2", Name: "基层月报 · 麦新", InstitutionID: c.West.ID, Reason: "3.1 与 6.1 不符"})
	record(t, c, who, audit.Entry{Action: "account.sign_in", Kind: "account", ID: "9", Name: "somebody"})
}

func trail(t *testing.T, c *reporttest.County, who actor.Actor, f report.TrailFilter) []report.Entry {
	t.Helper()
	p, err := c.Service.Trail(t.Context(), who, f)
	if err != nil {
		t.Fatal(err)
	}
	return p.Entries
}

func TestTheTrailFindsByEveryFilter(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	busy(t, c)
	today := time.Now()
	for name, f := range map[string]struct {
		filter report.TrailFilter
		want   int
	}{
		"action":             {report.TrailFilter{Action: "reporting.review"}, 2},
		"object":             {report.TrailFilter{Kind: "report", Object: "2"}, 1},
		"institution's code": {report.TrailFilter{Institution: "008", Kind: "report"}, 1},
		"institution's name": {report.TrailFilter{Institution: "东风", Kind: "report"}, 1},
		"person":             {report.TrailFilter{Person: "TESTER", Kind: "report"}, 2},
		"another person":     {report.TrailFilter{Person: "nobody"}, 0},
		"text in the reason": {report.TrailFilter{Text: "6.1 不符"}, 1},
		"text in the change": {report.TrailFilter{Text: "ACCEPTED", Kind: "report"}, 1},
		"today":              {report.TrailFilter{Kind: "report", From: today.Add(-25 * time.Hour), To: today}, 2},
		"long ago":           {report.TrailFilter{To: today.AddDate(-1, 0, 0)}, 0},
		"odd bytes":          {report.TrailFilter{Text: "6.1\x00 不\xff符"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := trail(t, c, c.Auditor(), f.filter); len(got) != f.want {
				t.Errorf("%d entries, want %d: %+v", len(got), f.want, got)
			}
		})
	}
}

func TestTheTrailOfAccountsIsTheAuditAdministratorsAlone(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	busy(t, c)
	f := report.TrailFilter{Kind: "account"}
	if got := trail(t, c, c.Auditor(), f); len(got) != 0 {
		t.Errorf("the auditor sees %+v", got)
	}
	got := trail(t, c, admin(c), f)
	if len(got) != 1 {
		t.Fatalf("the audit administrator sees %d entries, want 1", len(got))
	}
	if _, err := c.Service.Entry(t.Context(), c.Auditor(), got[0].ID); !fault.IsNotFound(err) {
		t.Errorf("the auditor opens it: %v, want not found", err)
	}
	if e, err := c.Service.Entry(t.Context(), admin(c), got[0].ID); err != nil || e.Action != "account.sign_in" {
		t.Errorf("the audit administrator opens %+v, %v", e, err)
	}
}

func TestTheTrailStaysInScope(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	busy(t, c)
	narrow := orgtest.Actor(c.County, c.West, org.ActionView, report.ActionTrail)
	for _, e := range trail(t, c, narrow, report.TrailFilter{}) {
		if e.Institution != c.West.Name {
			t.Errorf("an auditor of West sees %+v", e)
		}
	}
	if _, err := c.Service.Timeline(t.Context(), narrow, "report", "1"); !fault.IsNotFound(err) {
		t.Errorf("timeline of East's report: %v, want not found", err)
	}
	if got, err := c.Service.Timeline(t.Context(), narrow, "report", "2"); err != nil || len(got) != 1 {
		t.Errorf("timeline of West's report: %+v, %v", got, err)
	}
	other, root := orgtest.County(t, c.DB)
	foreign := orgtest.Actor(other, root, report.ActionTrail, report.ActionSecurity)
	if got := trail(t, c, foreign, report.TrailFilter{Kind: "report"}); len(got) != 0 {
		t.Errorf("another county's administrator sees %+v", got)
	}
}

func TestTheTrailAsksForPermission(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	_, err := c.Service.Trail(t.Context(), c.Clerk(), report.TrailFilter{})
	_, errEntry := c.Service.Entry(t.Context(), c.Clerk(), 1)
	_, errTimeline := c.Service.Timeline(t.Context(), c.Clerk(), "report", "1")
	_, errOverview := c.Service.Overview(t.Context(), c.Clerk())
	for _, err := range []error{err, errEntry, errTimeline, errOverview} {
		if !fault.IsForbidden(err) {
			t.Errorf("got %v, want forbidden", err)
		}
	}
}

func TestTheTrailPagesThereAndBack(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	c.Exec(`INSERT INTO audit_entry (county_id, username, action, object_kind, object_id) SELECT $1, 'x', 'reporting.enter', 'cell', n::text FROM generate_series(1, 120) n`)
	f := report.TrailFilter{Kind: "cell"}
	var pages [][]report.Entry
	for {
		p, err := c.Service.Trail(t.Context(), c.Auditor(), f)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, p.Entries)
		if f.Cursor = p.Next; p.Next == "" {
			f.Cursor = p.Prev
			break
		}
	}
	if len(pages) != 3 || pages[0][0].ObjectID != "120" || pages[2][19].ObjectID != "1" {
		t.Fatalf("%d pages", len(pages))
	}
	back, err := c.Service.Trail(t.Context(), c.Auditor(), f)
	if err != nil || back.Entries[0].ID != pages[1][0].ID || back.Next == "" || back.Prev == "" {
		t.Errorf("back on %+v (%v), want the second page", back, err)
	}
	if _, err := c.Service.Trail(t.Context(), c.Auditor(), report.TrailFilter{Cursor: "x"}); !fault.IsInvalid(err) {
		t.Errorf("a wrong cursor: %v, want invalid", err)
	}
}

func TestTheTrailIsExportedWithItsChain(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	busy(t, c)
	if _, err := audit.Seal(t.Context(), c.DB); err != nil {
		t.Fatal(err)
	}
	data, _ := export(t, c, c.Auditor(), report.Request{Kind: report.KindAudit, Format: sheet.CSV, Trail: report.TrailFilter{Kind: "report"}})
	got := records(t, data)
	if len(got) != 3 || got[1][5] != "审核" || got[1][6] != "月报" || got[1][10] != "状态:已上报" || got[1][11] != "状态:已审核" || got[2][12] != "3.1 与 6.1 不符" || got[1][13] == "" || len(got[1][14]) != 64 {
		t.Errorf("exported %q", got)
	}
	if strings.Contains(string(data), "sign_in") {
		t.Error("the auditor took out sign-ins")
	}
	none, _ := export(t, c, c.Auditor(), report.Request{Kind: report.KindAudit, Format: sheet.CSV, From: july.Add(-240)})
	if rows := records(t, none); len(rows) != 1 {
		t.Errorf("a month before there was anything: %q", rows)
	}
}

func TestTheOverviewSaysHowFarThingsAre(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	o, err := c.Service.Overview(t.Context(), c.Auditor())
	if err != nil || o.Month != july || o.Due != 2 || o.Accepted != 1 || o.Unsealed == 0 || o.SealedAt != nil {
		t.Errorf("overview %+v, %v", o, err)
	}
	if _, err := audit.Seal(t.Context(), c.DB); err != nil {
		t.Fatal(err)
	}
	if o, err = c.Service.Overview(t.Context(), c.Auditor()); err != nil || o.Unsealed != 0 || o.SealedAt == nil || o.Entries == 0 {
		t.Errorf("overview after sealing %+v, %v", o, err)
	}
}

func TestThePlatformsAuditAdministratorReadsThePlatformsTrail(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	platform := actor.Actor{AccountID: 1, Username: "root"}.Grant(report.ActionTrail, report.ActionSecurity)
	record(t, c, platform, audit.Entry{Action: "account.sign_in", Kind: "account", ID: "1", Name: "root"})
	if got := trail(t, c, platform, report.TrailFilter{}); len(got) != 1 || got[0].Username != "root" {
		t.Errorf("sees %+v", got)
	}
	if o, err := c.Service.Overview(t.Context(), platform); err != nil || o.Unsealed != 1 || !o.Month.IsZero() {
		t.Errorf("overview %+v, %v", o, err)
	}
	if p, err := c.Service.Chain(t.Context(), platform); err != nil || p.Broken != "" || p.Unsealed != 1 {
		t.Errorf("chain %+v, %v", p, err)
	}
	data, _ := export(t, c, platform, report.Request{Kind: report.KindAudit, Format: sheet.CSV})
	if rows := records(t, data); len(rows) != 2 {
		t.Errorf("exported %q", rows)
	}
}
