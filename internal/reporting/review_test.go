package reporting_test

import (
	"reflect"
	"strings"
	"testing"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

func TestSubmitSaysEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enter(t, map[string]string{"visits_total": "5400", "visits_outp_emerg": "5410", "income_outp": "5410"})
	err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, " ")
	fields := map[string]string{}
	for _, p := range fault.Problems(err) {
		fields[p.Field] = p.Message
	}
	for field, words := range map[string]string{
		"responsible":                                "负责人",
		w.key("visits_outp_emerg").Field():           "不能大于总诊疗人次(5,400)",
		w.key("discharges").Field():                  "还没有填",
		reporting.WarningField("L22", w.hospital.ID): "说明",
	} {
		if !strings.Contains(fields[field], words) {
			t.Errorf("%s says %q, want %q in it", field, fields[field], words)
		}
	}
	if _, asked := fields[w.key("assets_total").Field()]; asked {
		t.Error("a figure that is not required was asked for")
	}
	if err := w.svc.Submit(t.Context(), w.reviewer, w.report.ID, "李院长"); !fault.IsForbidden(err) {
		t.Errorf("without the permission: %v", err)
	}
}

func TestExplanationsHoldForTheirFigures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enter(t, plausible)
	out := w.enter(t, map[string]string{"bed_days_occupied": "1600"})
	if out.Report.Warnings != 1 || out.Report.Unexplained != 1 {
		t.Fatalf("%d warnings, %d unexplained, want 1 and 1: %+v", out.Report.Warnings, out.Report.Unexplained, out.Findings)
	}
	if err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); !fault.IsInvalid(err) {
		t.Fatalf("submitted with an unexplained warning: %v", err)
	}
	if _, err := w.svc.Explain(t.Context(), w.clerk, w.report.ID, w.explaining("L03b", "  ")); !fault.IsInvalid(err) {
		t.Errorf("an empty explanation: %v", err)
	}
	if _, err := w.svc.Explain(t.Context(), w.clerk, w.report.ID, w.explaining("L05b", "无")); !fault.IsNotFound(err) {
		t.Errorf("explaining what is not found: %v", err)
	}
	out, err := w.svc.Explain(t.Context(), w.clerk, w.report.ID, w.explaining("L03b", "流感加床 5 张"))
	if err != nil || out.Report.Unexplained != 0 || out.Report.Warnings != 1 {
		t.Fatalf("explain: %v %+v", err, out.Report)
	}
	w.enter(t, map[string]string{"deaths": "2"})
	if r := w.open(t, w.clerk).Report; r.Unexplained != 0 {
		t.Error("another figure asked for the explanation again")
	}
	out = w.enter(t, map[string]string{"bed_days_occupied": "1650"})
	if out.Report.Unexplained != 1 {
		t.Error("other figures did not ask for the explanation again")
	}
	w.enter(t, map[string]string{"bed_days_occupied": "1600"})
	if err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); err != nil {
		t.Errorf("the explained figures again: %v", err)
	}
	found := w.open(t, w.reviewer).Findings
	if len(found) != 1 || found[0].Explanation == nil || found[0].Explanation.Text != "流感加床 5 张" {
		t.Errorf("the reviewer sees %+v", found)
	}
}

func (w *world) explaining(key, text string) reporting.Explaining {
	return reporting.Explaining{Key: key, SubjectID: w.hospital.ID, Text: text}
}

// An explanation is refused like a figure when somebody else was there first, or when its figures are others.
func TestExplanationsAreNotWrittenOverWhatWasNotSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enter(t, plausible)
	w.enter(t, map[string]string{"bed_days_occupied": "1600"})
	colleague := w.clerk
	colleague.Name = "赵同事"
	seen := func() reporting.Basis { return w.open(t, w.clerk).Findings[0].Basis() }
	explain := func(who actor.Actor, text string, upon reporting.Basis) reporting.Outcome {
		t.Helper()
		x := w.explaining("L03b", text)
		x.Seen = &upon
		out, err := w.svc.Explain(t.Context(), who, w.report.ID, x)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	first := seen()
	if out := explain(colleague, "流感加床", first); out.Stale != nil || out.Findings[0].Version != 1 {
		t.Fatalf("the first: %+v", out.Stale)
	}
	out := explain(w.clerk, "扩建", first)
	if out.Stale == nil || out.Stale.Theirs != "流感加床" || !strings.Contains(out.Stale.Why, "赵同事") || out.Findings[0].Explanation.Text != "流感加床" {
		t.Errorf("over a colleague's: %+v", out.Stale)
	}
	if out := explain(w.clerk, "流感加床", first); out.Stale != nil || out.Findings[0].Version != 1 {
		t.Errorf("the same words: %+v", out.Stale)
	}
	upon := seen()
	w.enter(t, map[string]string{"bed_days_occupied": "1650"})
	if out := explain(w.clerk, "扩建", upon); out.Stale == nil || out.Stale.Theirs != "" || out.Report.Unexplained != 1 {
		t.Errorf("upon other figures: %+v", out.Stale)
	}
	if out := explain(w.clerk, "扩建", seen()); out.Stale != nil || out.Findings[0].Version != 2 || out.Report.Unexplained != 0 {
		t.Errorf("upon what stands: %+v", out.Stale)
	}
	if n := w.count(t, `SELECT count(*) FROM audit_entry WHERE object_kind = 'explanation'`); n != 2 {
		t.Errorf("%d explanations in the trail, want 2", n)
	}
}

func TestLockSaysWhySinceWhenAndByWhom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if s := w.open(t, w.clerk); s.Lock != nil || !s.MayEdit {
		t.Errorf("a new report is locked: %+v", s.Lock)
	}
	if s := w.open(t, w.reviewer); s.Lock == nil || s.MayEdit {
		t.Error("the reviewer may edit")
	}
	w.submitted(t)
	s := w.open(t, w.clerk)
	if s.Lock == nil || s.Lock.By != "王芳" || s.Lock.Since.IsZero() || s.Report.ResponsiblePerson != "李院长" {
		t.Errorf("submitted: %+v %+v", s.Lock, s.Report)
	}
	if s := w.open(t, w.reviewer); !s.MayReview {
		t.Error("the reviewer may not review")
	}
	if err := w.svc.Accept(t.Context(), w.reviewer, w.seen(0)); err != nil {
		t.Fatal(err)
	}
	if s := w.open(t, w.clerk); s.Lock == nil || s.Lock.By != "张强" || !strings.Contains(s.Lock.Why, "审核通过") {
		t.Errorf("accepted: %+v", s.Lock)
	}
	if s := w.open(t, w.chief); !s.MayReopen {
		t.Error("who may reopen is not offered it")
	}
}

func TestClerkDoesNotReview(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	both := w.clerk.Grant(reporting.ActionReview)
	helper := orgtest.Actor(w.county, w.hospital, reporting.ActionView, reporting.ActionEnter, reporting.ActionReview)
	w.enter(t, plausible)
	if _, err := w.svc.SaveCell(t.Context(), helper, w.report.ID,
		reporting.Edit{SubjectID: w.hospital.ID, Element: "remote_dx", Typed: "31", Version: 1}); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Accept(t.Context(), both, w.seen(0)); !fault.IsForbidden(err) {
		t.Errorf("accepted by who submitted it: %v", err)
	}
	if err := w.svc.Accept(t.Context(), helper, w.seen(0)); !fault.IsForbidden(err) {
		t.Errorf("accepted by who entered a figure: %v", err)
	}
	if s := w.open(t, helper); s.MayReview || s.ReviewRefused == "" {
		t.Errorf("the screen offers it: %+v", s.ReviewRefused)
	}
	if err := w.svc.Return(t.Context(), w.reviewer, w.seen(0), "请核对", nil); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Accept(t.Context(), w.clerk, w.seen(0)); !fault.IsForbidden(err) {
		t.Errorf("accepted without the permission: %v", err)
	}
	if err := w.svc.Accept(t.Context(), helper, w.seen(0)); !fault.IsForbidden(err) {
		t.Errorf("accepted by who entered a figure, after a return that changed nothing: %v", err)
	}
	passed, err := w.svc.PassMany(t.Context(), w.reviewer, []reporting.Seen{w.seen(0), {Report: w.find(t, "clinic_monthly", july).ID}})
	if err != nil || passed.Accepted != 1 || len(passed.Refused) != 1 || !strings.Contains(passed.Refused[0].Why, "未开始") {
		t.Errorf("accepted %d, refused %+v, %v", passed.Accepted, passed.Refused, err)
	}
}

func TestAcceptTakesWhatWasSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted(t)
	if err := w.svc.Return(t.Context(), w.reviewer, w.seen(0), "请核对", nil); err != nil {
		t.Fatal(err)
	}
	w.enter(t, map[string]string{"visits_total": "5450"})
	if err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Accept(t.Context(), w.reviewer, w.seen(1)); !fault.IsConflict(err) || !strings.Contains(err.Error(), "王芳 已在 2026-08-") {
		t.Errorf("the first submission was looked at, the second stands: %v", err)
	}
	passed, err := w.svc.PassMany(t.Context(), w.reviewer, []reporting.Seen{w.seen(1)})
	if err != nil || passed.Accepted != 0 || len(passed.Refused) != 1 || !strings.Contains(passed.Refused[0].Why, "重新上报(第 2 次)") {
		t.Errorf("many: accepted %d, refused %+v, %v", passed.Accepted, passed.Refused, err)
	}
	if err := w.svc.Accept(t.Context(), w.reviewer, w.seen(2)); err != nil {
		t.Errorf("what was looked at stands: %v", err)
	}
}

func TestReturnAndRemarkAreAboutWhatWasSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted(t)
	if err := w.svc.Return(t.Context(), w.reviewer, w.seen(1), "请核对", nil); err != nil {
		t.Fatalf("what was looked at stands: %v", err)
	}
	if err := w.svc.Return(t.Context(), w.reviewer, w.seen(1), "请核对", nil); !fault.IsConflict(err) || !strings.Contains(err.Error(), "只有已上报的月报可以退回") {
		t.Errorf("twice: %v", err)
	}
	if err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); err != nil {
		t.Fatal(err)
	}
	remark := reporting.Remark{SubjectID: w.hospital.ID, Element: "visits_total", Text: "?", Submission: 1}
	err := w.svc.Return(t.Context(), w.reviewer, w.seen(1), "请核对", []reporting.Remark{remark})
	if !fault.IsConflict(err) || !strings.Contains(err.Error(), "您看的是第 1 次上报") || !strings.Contains(err.Error(), "再退回") {
		t.Errorf("a return of what was not looked at: %v", err)
	}
	if err := w.svc.Remark(t.Context(), w.reviewer, w.report.ID, remark); !fault.IsConflict(err) {
		t.Errorf("a remark on what was not looked at: %v", err)
	}
	if s := w.open(t, w.reviewer); s.Report.State != reporting.Submitted || len(s.Remarks) != 0 {
		t.Errorf("the report is %s with %d remarks", s.Report.State, len(s.Remarks))
	}
	remark.Submission = 2
	if err := w.svc.Remark(t.Context(), w.reviewer, w.report.ID, remark); err != nil {
		t.Errorf("a remark on what stands: %v", err)
	}
}

func TestReturnWithRemarks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted(t)
	if err := w.svc.Return(t.Context(), w.reviewer, w.seen(0), " ", nil); !fault.IsInvalid(err) {
		t.Errorf("without a reason: %v", err)
	}
	wrong := []reporting.Remark{{SubjectID: w.hospital.ID, Element: "c_ins_fund_all", Text: "?"}}
	if err := w.svc.Return(t.Context(), w.reviewer, w.seen(0), "请核对", wrong); !fault.IsInvalid(err) {
		t.Errorf("a remark on a cell that is not there: %v", err)
	}
	remarks := []reporting.Remark{{SubjectID: w.hospital.ID, Element: "visits_total", Text: "与上报系统不符"}}
	if err := w.svc.Return(t.Context(), w.reviewer, w.seen(0), "3.1 请核对", remarks); err != nil {
		t.Fatal(err)
	}
	s := w.open(t, w.clerk)
	if s.Report.Reason != "3.1 请核对" || s.Report.ReturnedBy != "张强" || s.Report.Remarks != 1 || !s.MayEdit || !s.MaySubmit {
		t.Errorf("the clerk sees %+v", s.Report)
	}
	if len(s.Remarks) != 1 || s.Remarks[0].Text != "与上报系统不符" || s.Remarks[0].Submission != 1 {
		t.Errorf("remarks are %+v", s.Remarks)
	}
	if err := w.svc.Remark(t.Context(), w.clerk, w.report.ID, reporting.Remark{SubjectID: w.hospital.ID, Element: "visits_total", Text: "已核"}); err != nil {
		t.Errorf("the clerk's answer: %v", err)
	}
	if n := w.count(t, `SELECT count(*) FROM audit_entry WHERE object_kind = 'remark' AND after->>'总诊疗人次数' = '已核'`); n != 1 {
		t.Errorf("%d audit entries of the answer", n)
	}
	events, err := w.svc.Events(t.Context(), w.clerk, w.report.ID)
	if err != nil || len(events) != 3 || events[2].To != reporting.Returned || events[2].Reason != "3.1 请核对" {
		t.Errorf("events are %+v, %v", events, err)
	}
	if n := w.count(t, "SELECT count(*) FROM audit_entry WHERE object_kind = 'report' AND reason = '3.1 请核对' AND action = 'reporting.review'"); n != 1 {
		t.Errorf("%d audit entries, want 1", n)
	}
}

func TestAcceptanceWritesFactsAndTells(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enter(t, map[string]string{"assets_total": "不适用", "liabilities_total": "1"})
	w.enter(t, map[string]string{"liabilities_total": ""})
	w.submitted(t)
	if got := w.fact(t, w.hospital.ID, "visits_total", july); got != "" {
		t.Errorf("a fact before acceptance: %s", got)
	}
	if err := w.svc.Accept(t.Context(), w.reviewer, w.seen(0)); err != nil {
		t.Fatal(err)
	}
	for slug, want := range map[string]string{"visits_total": "5400", "income_outp": "430000.5", "village_clinics": "2",
		"assets_total": "不适用", "liabilities_total": "空"} {
		if got := w.fact(t, w.hospital.ID, slug, july); got != want {
			t.Errorf("fact %s is %q, want %q", slug, got, want)
		}
	}
	for kind, want := range map[string]int{"reporting.facts_changed": 1} {
		if n := w.count(t, "SELECT count(*) FROM river_job WHERE kind = $1", kind); n != want {
			t.Errorf("%d events %s, want %d", n, kind, want)
		}
	}
	if n := w.count(t, `SELECT count(*) FROM river_job WHERE kind = 'reporting.facts_changed' AND args->'months' = '["2026-07"]'
		AND args->'institutions' = jsonb_build_array($1::bigint)`, w.hospital.ID); n != 1 {
		t.Error("the event does not say month and institution")
	}
}

func TestCorrectionKeepsTheOldFigure(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.accepted(t)
	if err := w.svc.Reopen(t.Context(), w.reviewer, w.report.ID, "漏报"); !fault.IsForbidden(err) {
		t.Errorf("reopened without the permission: %v", err)
	}
	if err := w.svc.Reopen(t.Context(), w.chief, w.report.ID, ""); !fault.IsInvalid(err) {
		t.Errorf("reopened without a reason: %v", err)
	}
	if err := w.svc.Reopen(t.Context(), w.chief, w.report.ID, "漏报夜间门诊"); err != nil {
		t.Fatal(err)
	}
	w.enter(t, map[string]string{"visits_total": "5450", "liabilities_total": "70000"})
	if got := w.fact(t, w.hospital.ID, "visits_total", july); got != "5400" {
		t.Errorf("while being corrected the fact is %s, want the accepted 5400", got)
	}
	w.requireAcceptanceStands(t)
	if err := w.svc.Submit(t.Context(), w.clerk, w.report.ID, "李院长"); err != nil {
		t.Fatal(err)
	}
	d, err := w.svc.Differences(t.Context(), w.reviewer, w.report.ID)
	if err != nil {
		t.Fatal(err)
	}
	if d.First() || len(d.Submission) != 2 || len(d.Acceptance) != 2 {
		t.Fatalf("differences are %+v", d)
	}
	first := d.Acceptance[1]
	if first.Row.No != "3.1" || first.Old.String() != "5400" || first.New.String() != "5450" || first.By != "王芳" {
		t.Errorf("the difference is %+v", first)
	}
	if err := w.svc.Accept(t.Context(), w.reviewer, w.seen(0)); err != nil {
		t.Fatal(err)
	}
	if got := w.fact(t, w.hospital.ID, "visits_total", july); got != "5450" {
		t.Errorf("after the correction the fact is %s", got)
	}
	if n := w.count(t, `SELECT count(*) FROM report_snapshot WHERE accepted`); n != 2 {
		t.Errorf("%d accepted snapshots, want both", n)
	}
	if n := w.count(t, `SELECT count(*) FROM fact WHERE submission = 1`); n != len(plausible) {
		t.Errorf("%d facts keep their first submission, want all but the corrected one, with that of the register", n)
	}
}

// A list that is cut says how long it is; the longest waiting are on it.
func TestAwaitedIsCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.svc.Overdue(t.Context(), w.clerk); !fault.IsForbidden(err) {
		t.Errorf("without the permission: %v", err)
	}
	_, err := w.db.Exec(t.Context(), `
		INSERT INTO report (county_id, form_id, form_version, institution_id, period, due_at, state, returned_at)
		SELECT county_id, form_id, form_version, institution_id, date '2000-01-01' + n * interval '1 month', due_at - n * interval '31 days',
		       CASE WHEN n > 202 THEN 'returned' ELSE 'draft' END, CASE WHEN n > 202 THEN due_at END
		FROM report, generate_series(1, 203) n WHERE id = $1`, w.report.ID)
	if err != nil {
		t.Fatal(err)
	}
	late, err := w.svc.Overdue(t.Context(), w.reviewer)
	if err != nil || late.Total != 202 || len(late.Reports) != 200 || !late.Reports[0].DueAt.Before(late.Reports[199].DueAt) {
		t.Errorf("%d of %d reports, %v", len(late.Reports), late.Total, err)
	}
	back, err := w.svc.SentBack(t.Context(), w.reviewer)
	if err != nil || back.Total != 1 || len(back.Reports) != 1 {
		t.Errorf("%d of %d reports came back, %v", len(back.Reports), back.Total, err)
	}
	stranger := orgtest.Actor(w.county, w.clinics[0], reporting.ActionReview)
	if none, err := w.svc.Overdue(t.Context(), stranger); err != nil || none.Total != 0 {
		t.Errorf("outside the scope: %d, %v", none.Total, err)
	}
}

func TestDifferencesOfAFirstSubmission(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted(t)
	d, err := w.svc.Differences(t.Context(), w.reviewer, w.report.ID)
	if err != nil || !d.First() || len(d.Submission) != 0 {
		t.Errorf("differences are %+v, %v", d, err)
	}
}

func TestGridAndBoard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reportingtest.Accepted(t, w.db, w.chief, w.hospital.Code, "2026-06", map[string]string{"visits_total": "5000", "discharges": "0"})
	w.submitted(t)
	g, err := w.svc.Grid(t.Context(), w.reviewer, reportingtest.Month(t, july), "township_monthly", []string{"visits_total", "nothing", "discharges"})
	if err != nil || len(g.Rows) != 1 || len(g.Columns) != 2 {
		t.Fatalf("grid is %+v, %v", g, err)
	}
	if f := g.Rows[0].Figures["visits_total"]; f.Cell.String() != "5400" || f.Change().Decimal.String() != "8" {
		t.Errorf("figure is %+v, change %v", f, f.Change())
	}
	if f := g.Rows[0].Figures["discharges"]; f.Change().Valid {
		t.Error("a change against zero")
	}
	if !g.Rows[0].First || g.Received != 1 || g.Late != 0 {
		t.Errorf("grid counts %+v", g)
	}
	b, err := w.svc.Board(t.Context(), w.reviewer, reportingtest.Month(t, july))
	if err != nil || b.Due != 2 || b.Received() != 1 || len(b.Rows) != 1 || len(b.Forms) != 2 {
		t.Fatalf("board is %+v, %v", b, err)
	}
	if b.Rows[0].Reports["township_monthly"].State != reporting.Submitted {
		t.Errorf("board shows %+v", b.Rows[0])
	}
	inbox, err := w.svc.Inbox(t.Context(), w.reviewer)
	if err != nil || len(inbox) != 1 {
		t.Errorf("inbox is %v, %v", inbox, err)
	}
	desk, waiting, err := w.svc.Desk(t.Context(), w.reviewer, reportingtest.Month(t, july))
	if err != nil || !reflect.DeepEqual(desk, b) || !reflect.DeepEqual(waiting, inbox) {
		t.Errorf("the desk is %+v with %v, %v", desk, waiting, err)
	}
	desk, waiting, err = w.svc.Desk(t.Context(), w.reviewer, reportingtest.Month(t, july).Next())
	if err != nil || desk.Due != 0 || !reflect.DeepEqual(waiting, inbox) {
		t.Errorf("the desk of another month is %+v with %v, %v", desk, waiting, err)
	}
	todos, err := w.svc.Todos(t.Context(), w.clerk)
	if err != nil || todos != (reporting.Todos{Entering: 1}) {
		t.Errorf("the clerk's to-dos are %+v, %v", todos, err)
	}
}

// requireAcceptanceStands fails unless the report still says who accepted it, besides who reopened it.
func (w *world) requireAcceptanceStands(t *testing.T) {
	t.Helper()
	r, err := w.svc.Get(t.Context(), w.clerk, w.report.ID)
	if err != nil {
		t.Fatal(err)
	}
	if r.ReviewedBy != "张强" || r.ReturnedBy == "张强" || !r.Reopened || r.Reason != "漏报夜间门诊" || !r.SentBack() || r.State != reporting.Draft {
		t.Errorf("the reopened report is %+v", r)
	}
	if n := w.count(t, `SELECT count(*) FROM report WHERE id = $1 AND reviewed_at = (SELECT max(at) FROM report_event
		WHERE report_id = $1 AND to_state = 'accepted')`, w.report.ID); n != 1 {
		t.Error("the moment of the acceptance is not that of the acceptance")
	}
}
