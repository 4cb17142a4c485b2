package account

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
)

// The trail only grows, so one account may not fill it with refusals: in a minute each one is written once, and so many
// different ones; the rest is counted, and the number stands in the next one that is written.
const (
	refusalWindow  = time.Minute
	mostRefusals   = 30
	sayMoreRefused = "(此前另有 %d 次被拒绝的操作,未逐条记录)"
)

// refusal is what was refused; who asked stands beside it.
type refusal struct{ action, kind, object string }

// refusals are those of one account within a window.
type refusals struct {
	since   time.Time
	written map[refusal]bool
	counted int
}

// restraint keeps the refusals of all accounts. The zero value is ready.
type restraint struct {
	mu sync.Mutex
	by map[int64]*refusals
}

// admit tells whether a refusal is to be written, and how many were only counted before it.
func (r *restraint) admit(account int64, what refusal, now time.Time) (write bool, before int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	mine := r.by[account]
	if mine == nil || now.Sub(mine.since) >= refusalWindow {
		mine = r.renew(account, now)
	}
	if mine.written[what] || len(mine.written) >= mostRefusals {
		mine.counted++
		return false, 0
	}
	mine.written[what] = true
	before, mine.counted = mine.counted, 0
	return true, before
}

// renew begins a window and forgets accounts that have nothing left to say.
func (r *restraint) renew(account int64, now time.Time) *refusals {
	if r.by == nil {
		r.by = map[int64]*refusals{}
	}
	fresh := &refusals{since: now, written: map[refusal]bool{}}
	if old := r.by[account]; old != nil {
		fresh.counted = old.counted
	}
	maps.DeleteFunc(r.by, func(_ int64, old *refusals) bool { return old.counted == 0 && now.Sub(old.since) >= refusalWindow })
	r.by[account] = fresh
	return fresh
}

// refused records that somebody tried what they may not; any other error passes.
func (s *Service) refused(ctx context.Context, who actor.Actor, action, object string, err error) error {
	if !fault.IsForbidden(err) {
		return err
	}
	if noted := s.NoteRefusal(ctx, who, action, "account", object, err.Error()); noted != nil {
		return noted
	}
	return err
}

// NoteRefusal records that somebody signed in tried what they may not; the application says it for whole routes.
func (s *Service) NoteRefusal(ctx context.Context, who actor.Actor, action, kind, object, why string) error {
	write, before := s.refusals.admit(who.AccountID, refusal{action, kind, object}, s.now())
	if !write {
		return nil
	}
	if before > 0 {
		why += fmt.Sprintf(sayMoreRefused, before)
	}
	return audit.Record(ctx, s.db, who, audit.Entry{Action: "refused", Kind: kind, ID: object, Name: action, Reason: why})
}
