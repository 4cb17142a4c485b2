package notice_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/gateway"
	"yigai/internal/notice"
)

// queued is a world with one text in the outbox.
func queued(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.reach(t, w.clerk)
	if err := w.svc.Remind(t.Context(), morning("2026-08-05")); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) deliver(t *testing.T) {
	t.Helper()
	if err := w.svc.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (w *world) outgoing(t *testing.T) notice.Outgoing {
	t.Helper()
	found, _, err := w.svc.Outbox(t.Context(), w.head, "", 0)
	if err != nil || len(found) != 1 {
		t.Fatalf("%+v, %v", found, err)
	}
	return found[0]
}

func TestATextLeavesOnceAndSaysNoMoreThanNeeded(t *testing.T) {
	t.Parallel()
	w := queued(t)
	w.deliver(t)
	w.deliver(t)
	if len(w.gate.sent) != 1 || w.gate.sent[0].To != "wang.fang@example.cn" {
		t.Fatalf("sent %+v", w.gate.sent)
	}
	text := w.gate.sent[0].Text
	if !strings.Contains(text, "https://yigai.example.cn") || strings.Contains(text, w.clerk.Name) {
		t.Errorf("text %q", text)
	}
	if o := w.outgoing(t); o.State != notice.StateSent || o.ProviderID != "provider-"+w.gate.sent[0].Key || o.Masked != "w***@example.cn" {
		t.Errorf("%+v", o)
	}
}

func TestFailuresWaitLongerEachTimeAndEndWithAPerson(t *testing.T) {
	t.Parallel()
	w := queued(t)
	for range 8 {
		w.gate.fails = append(w.gate.fails, errBusy)
	}
	w.deliver(t)
	first := w.outgoing(t)
	if first.State != notice.StateWaiting || !strings.Contains(first.LastError, "busy") || !first.NextAt.Equal(w.now.Add(time.Minute)) {
		t.Fatalf("after one failure: %+v", first)
	}
	w.deliver(t) // too early
	if o := w.outgoing(t); o.Attempts != 1 {
		t.Errorf("tried %d times before it was time", o.Attempts)
	}
	for range 7 {
		w.now = w.now.Add(13 * time.Hour)
		w.deliver(t)
	}
	dead := w.outgoing(t)
	if dead.State != notice.StateDead || dead.Attempts != 8 || len(w.gate.sent) != 0 {
		t.Fatalf("after eight failures: %+v", dead)
	}
	if err := w.svc.Retry(t.Context(), w.head, dead.ID); err != nil {
		t.Fatal(err)
	}
	w.deliver(t)
	if o := w.outgoing(t); o.State != notice.StateSent {
		t.Errorf("after the retry: %+v", o)
	}
	if err := w.svc.Cancel(t.Context(), w.head, dead.ID); !fault.IsConflict(err) {
		t.Errorf("what has left cannot be cancelled: %v", err)
	}
}

func TestARefusalIsFinalAtOnce(t *testing.T) {
	t.Parallel()
	w := queued(t)
	w.gate.fails = []error{fmt.Errorf("no such mailbox: %w", gateway.ErrRefused)}
	w.deliver(t)
	if o := w.outgoing(t); o.State != notice.StateDead || o.Attempts != 1 {
		t.Errorf("%+v", o)
	}
}

// A worker dies between sending and noting: the text goes again under the same key, and the page says so.
func TestAfterACrashTheSameKeyGoesAgainAndIsSaid(t *testing.T) {
	t.Parallel()
	w := queued(t)
	if _, err := w.db.Exec(t.Context(), `UPDATE outbox SET state = 'sending', attempts = 1, next_at = $1`, w.now.Add(5*time.Minute)); err != nil {
		t.Fatal(err)
	}
	w.deliver(t)
	if len(w.gate.sent) != 0 {
		t.Fatal("sent again while the other worker may be at it")
	}
	w.now = w.now.Add(6 * time.Minute)
	w.deliver(t)
	o := w.outgoing(t)
	if len(w.gate.sent) != 1 || !o.Doubtful || o.State != notice.StateSent || !strings.HasSuffix(w.gate.sent[0].Key, fmt.Sprintf("-%d", o.ID)) {
		t.Errorf("%+v, sent %+v", o, w.gate.sent)
	}
}

func TestWorkersShareTheOutbox(t *testing.T) {
	t.Parallel()
	w := queued(t)
	if _, err := w.db.Exec(t.Context(), `INSERT INTO message (county_id, account_id, kind, title, source, created_at)
		SELECT county_id, account_id, kind, title, 'x' || n, created_at FROM message, generate_series(1, 40) n WHERE account_id = $1`, w.clerk.AccountID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.db.Exec(t.Context(), `INSERT INTO outbox (county_id, message_id, channel, recipient, masked, text, next_at, created_at)
		SELECT m.county_id, m.id, o.channel, o.recipient, o.masked, o.text, o.next_at, o.created_at FROM message m, outbox o WHERE m.source LIKE 'x%'`); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 4)
	for range 4 {
		go func() { done <- w.svc.Deliver(context.Background()) }()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	keys := map[string]bool{}
	for _, m := range w.gate.sent {
		keys[m.Key] = true
	}
	if len(w.gate.sent) != 41 || len(keys) != 41 {
		t.Errorf("%d sent under %d keys, want 41 each once", len(w.gate.sent), len(keys))
	}
}

func TestTheOutboxIsForItsAdministrator(t *testing.T) {
	t.Parallel()
	w := queued(t)
	if _, _, err := w.svc.Outbox(t.Context(), w.clerk, "", 0); !fault.IsForbidden(err) {
		t.Errorf("a clerk reads it: %v", err)
	}
	if err := w.svc.Cancel(t.Context(), w.reviewer, 1); !fault.IsForbidden(err) {
		t.Errorf("a reviewer cancels: %v", err)
	}
	o := w.outgoing(t)
	foreign := actor.Actor{CountyID: 0, AccountID: 1}.Grant(notice.ActionOutbox)
	if err := w.svc.Cancel(t.Context(), foreign, o.ID); err != nil {
		t.Errorf("the platform's administrator: %v", err)
	}
	elsewhere := actor.Actor{CountyID: w.county.ID + 1, AccountID: 1}.Grant(notice.ActionOutbox)
	if err := w.svc.Retry(t.Context(), elsewhere, o.ID); !fault.IsNotFound(err) {
		t.Errorf("another county's administrator: %v", err)
	}
}

// Mail servers answer in GBK, gateways with anything: the outcome is noted all the same.
func TestAnOutcomeIsNotedInWhateverWordsItComes(t *testing.T) {
	t.Parallel()
	w := queued(t)
	w.gate.fails = []error{errors.New("451 \xb7\xfe\xce\xf1\xc6\xf7\x00 busy")}
	w.deliver(t)
	if o := w.outgoing(t); o.State != notice.StateWaiting || o.LastError != "451  busy" {
		t.Fatalf("%+v", o)
	}
	w.gate.provider = "\xb7\x00id"
	w.now = w.now.Add(time.Hour)
	w.deliver(t)
	if o := w.outgoing(t); o.State != notice.StateSent || !strings.HasPrefix(o.ProviderID, "id") {
		t.Errorf("%+v", o)
	}
}

// The job's time ends while the gateway takes the text over: it has left, and does not go again.
func TestWhatHasLeftIsNotedAfterTheWorkerIsStopped(t *testing.T) {
	t.Parallel()
	w := queued(t)
	ctx, stop := context.WithCancel(t.Context())
	w.gate.during = stop
	if err := w.svc.Deliver(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("a stopped worker says %v", err)
	}
	if o := w.outgoing(t); o.State != notice.StateSent || len(w.gate.sent) != 1 {
		t.Errorf("%+v", o)
	}
}

func TestATextThatIsLostAgainAndAgainIsGivenUp(t *testing.T) {
	t.Parallel()
	w := queued(t)
	lose := func(attempts int) {
		if _, err := w.db.Exec(t.Context(), `UPDATE outbox SET state = 'sending', ended_at = NULL, attempts = $1, next_at = $2`, attempts, w.now.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	lose(8)
	if err := w.svc.Cancel(t.Context(), w.head, w.outgoing(t).ID); !fault.IsConflict(err) || w.outgoing(t).MayCancel(w.now) {
		t.Errorf("what a worker is sending is cancelled: %v", err)
	}
	w.now = w.now.Add(2 * time.Minute)
	w.deliver(t)
	if o := w.outgoing(t); o.State != notice.StateDead || !o.Doubtful || len(w.gate.sent) != 0 {
		t.Errorf("%+v, sent %+v", o, w.gate.sent)
	}
	lose(3)
	w.now = w.now.Add(2 * time.Minute)
	if err := w.svc.Cancel(t.Context(), w.head, w.outgoing(t).ID); err != nil || w.outgoing(t).State != notice.StateCancelled {
		t.Errorf("what broke off is not cancelled: %v", err)
	}
}

// The channel comes back after three days: nobody is told that a report is due today which was due then.
func TestAReminderThatFoundNoWayOutIsCancelled(t *testing.T) {
	t.Parallel()
	w := queued(t)
	w.now = w.now.AddDate(0, 0, 1)
	w.gate.fails = []error{errBusy}
	w.deliver(t)
	w.now = w.now.AddDate(0, 0, 3)
	w.deliver(t)
	if o := w.outgoing(t); o.State != notice.StateCancelled || !strings.Contains(o.LastError, "过时") || len(w.gate.sent) != 0 {
		t.Errorf("%+v, sent %+v", o, w.gate.sent)
	}
}

func TestATextThatWaitsForeverIsNotKept(t *testing.T) {
	t.Parallel()
	w := queued(t)
	prune := func(state string, days int) string {
		if _, err := w.db.Exec(t.Context(), `UPDATE outbox SET state = $1, next_at = $2`, state, w.now.AddDate(0, 0, 100)); err != nil {
			t.Fatal(err)
		}
		if err := notice.Prune(w.svc, t.Context(), w.now.AddDate(0, 0, days)); err != nil {
			t.Fatal(err)
		}
		return w.one(t, `SELECT count(*)::text FROM outbox`)
	}
	if n := prune(notice.StateWaiting, 80); n != "1" {
		t.Errorf("%s left after 80 days", n)
	}
	if n := prune(notice.StateSending, 95); n != "1" {
		t.Errorf("%s left of what a worker has in hand", n)
	}
	if n := prune(notice.StateWaiting, 95); n != "0" {
		t.Errorf("%s left after 95 days", n)
	}
}
