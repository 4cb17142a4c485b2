package notice_test

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/fault"
	"yigai/internal/jobs"
	"yigai/internal/notice"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/reporting"
)

// work runs the queue until the test ends.
func (w *world) work(t *testing.T) {
	t.Helper()
	registry := jobs.NewRegistry()
	w.svc.Jobs(registry)
	run, err := jobs.Run(t.Context(), w.db, registry, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := run.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// await gives the queue time; how long it takes is measured elsewhere.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for range 600 {
		if done() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("the queue did not do it in half a minute: %s", what)
}

// The course of a report is told to the other side at each step, and to nobody else.
func TestTheOtherSideHearsOfEachStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.now = w.now.AddDate(0, 0, -20) // no reminders on the way
	w.work(t)
	ctx, name := t.Context(), w.report.Name()
	w.submit(t)
	await(t, "submission", func() bool { return len(w.inbox(t, w.reviewer)) == 1 })
	w.requireInbox(t, w.reviewer, "submitted: "+name+" 已上报,等待审核")
	w.requireInbox(t, w.clerk)

	if err := w.reporting.Remark(ctx, w.reviewer, w.report.ID, reporting.Remark{SubjectID: w.here.ID, Element: "visits_total", Text: "请核对"}); err != nil {
		t.Fatal(err)
	}
	await(t, "question", func() bool { return len(w.inbox(t, w.clerk)) == 1 })
	if err := w.reporting.Remark(ctx, w.clerk, w.report.ID, reporting.Remark{SubjectID: w.here.ID, Element: "visits_total", Text: "属实"}); err != nil {
		t.Fatal(err)
	}
	await(t, "answer", func() bool { return len(w.inbox(t, w.reviewer)) == 2 })

	if err := w.reporting.Return(ctx, w.reviewer, reporting.Seen{Report: w.report.ID}, "床位与上月不符", nil); err != nil {
		t.Fatal(err)
	}
	await(t, "return", func() bool { return len(w.inbox(t, w.clerk)) == 2 })
	w.requireInbox(t, w.clerk, "returned: "+name+" 被退回,请修改后重新上报", "remark: "+name+" 有新的审核意见")
	w.submit(t)
	await(t, "second submission", func() bool { return len(w.inbox(t, w.reviewer)) == 3 })
	if err := w.reporting.Sign(ctx, w.clerk, reporting.Seen{Report: w.report.ID}, "李院长"); err != nil {
		t.Fatal(err)
	}
	await(t, "signature", func() bool { return len(w.inbox(t, w.reviewer)) == 4 })
	if err := w.reporting.Accept(ctx, w.reviewer, reporting.Seen{Report: w.report.ID}); err != nil {
		t.Fatal(err)
	}
	await(t, "acceptance", func() bool { return len(w.inbox(t, w.clerk)) == 3 })
	if n, err := w.svc.Unread(ctx, w.reviewer); err != nil || n != 2 {
		t.Errorf("the reviewer has %d unread (%v), want only the answer and the signature: submissions are settled", n, err)
	}
	w.requireInbox(t, w.other)

	// The news of the submission comes once more, after the acceptance: nobody is asked to review.
	late := reporting.Moved{County: w.county.ID, Report: w.report.ID, From: reporting.Draft, To: reporting.Submitted, Submission: 2, Version: 99, By: "李院长"}
	if err := pg.Tx(ctx, w.db, func(tx pgx.Tx) error { return jobs.Enqueue(ctx, tx, late) }); err != nil {
		t.Fatal(err)
	}
	await(t, "late news", func() bool {
		return w.one(t, `SELECT count(*)::text FROM river_job WHERE kind = 'reporting.moved' AND state <> 'completed'`) == "0"
	})
	if n := len(w.inbox(t, w.reviewer)); n != 4 {
		t.Errorf("the reviewer has %d messages, want the 4 from before", n)
	}

	before := len(w.inbox(t, w.head))
	if err := w.reporting.AskCorrection(ctx, w.clerk, w.report.ID, "床位数填错"); err != nil {
		t.Fatal(err)
	}
	await(t, "wish for a correction", func() bool { return len(w.inbox(t, w.head)) == before+1 })
	if err := w.reporting.RefuseCorrection(ctx, w.head, mustCorrection(t, w), "数字属实"); err != nil {
		t.Fatal(err)
	}
	await(t, "refusal", func() bool { return len(w.inbox(t, w.clerk)) == 4 })
	if n := w.one(t, `SELECT count(*)::text FROM message WHERE kind = 'submitted' AND read_at IS NULL`); n != "0" {
		t.Errorf("%s messages still ask for what is decided", n)
	}
}

// mustCorrection is the one correction that was asked for.
func mustCorrection(t *testing.T, w *world) int64 {
	t.Helper()
	all, err := w.reporting.Corrections(t.Context(), w.head, period.Month{}, w.report.ID)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d corrections, %v", len(all), err)
	}
	return all[0].ID
}

func TestMessagesAreOnesOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.svc.Remind(t.Context(), morning("2026-08-05")); err != nil {
		t.Fatal(err)
	}
	mine, _, err := w.svc.List(t.Context(), w.clerk, true, 0)
	if err != nil || len(mine) != 1 || !strings.Contains(mine[0].Text, "今天截止") {
		t.Fatalf("%+v, %v", mine, err)
	}
	t.Run("of another is not found", func(t *testing.T) {
		if _, err := w.svc.Read(t.Context(), w.other, mine[0].ID); !fault.IsNotFound(err) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("opening one marks it and leads to the thing", func(t *testing.T) {
		url, err := w.svc.Read(t.Context(), w.clerk, mine[0].ID)
		if err != nil || !strings.HasPrefix(url, "/reporting") {
			t.Errorf("%s, %v", url, err)
		}
		if n, err := w.svc.Unread(t.Context(), w.clerk); err != nil || n != 0 {
			t.Errorf("%d unread, %v", n, err)
		}
	})
	t.Run("reading all leaves what came meanwhile", func(t *testing.T) {
		if err := w.svc.ReadAll(t.Context(), w.other, 0); err != nil {
			t.Fatal(err)
		}
		if n, err := w.svc.Unread(t.Context(), w.other); err != nil || n != 1 {
			t.Errorf("%d unread, %v", n, err)
		}
	})
}

func TestAnUnwantedKindIsNotShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	err := w.svc.SavePreference(t.Context(), w.clerk, notice.PreferenceChange{Wanted: map[notice.Wish]bool{{Kind: notice.KindReminder, Channel: notice.Inbox}: false}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Remind(t.Context(), morning("2026-08-05")); err != nil {
		t.Fatal(err)
	}
	w.requireInbox(t, w.clerk)
	if len(w.inbox(t, w.other)) != 1 {
		t.Error("the wish of one changed what another sees")
	}
}

func TestPreferenceRefusesWhatIsNoAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, typed := range []map[string]string{{"email": "wang fang"}, {"email": "张三@example.cn"}, {"email": "zhang@例子.cn"}, {"sms": "12345"}, {"wecom": "王芳"}, {"fax": "1"}} {
		err := w.svc.SavePreference(t.Context(), w.clerk, notice.PreferenceChange{Addresses: typed})
		if !fault.IsInvalid(err) {
			t.Errorf("%v: %v", typed, err)
		}
	}
	w.reach(t, w.clerk)
	p, err := w.svc.Preference(t.Context(), w.clerk)
	if err != nil || p.Reached["email"] != "w***@example.cn" {
		t.Errorf("%+v, %v", p.Reached, err)
	}
	if seen := w.one(t, `SELECT string_agg(e.before::text || e.after::text, '') || (SELECT string_agg(encode(sealed, 'escape'), '') FROM message_address) FROM audit_entry e`); strings.Contains(seen, "wang.fang") {
		t.Errorf("the address stands in clear: %s", seen)
	}
}
