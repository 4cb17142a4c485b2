package validation

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/jobs"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// Bounds of one run.
const (
	MaxMonths  = 36
	MaxReports = 20_000
	MaxResults = 20_000
	maxRules   = 200
)

// The states of a run.
const (
	Waiting   = "waiting"
	Running   = "running"
	Done      = "done"
	Failed    = "failed"
	Cancelled = "cancelled"
)

// Run is one re-validation of past months.
type Run struct {
	ID         int64
	First      period.Month
	Last       period.Month
	Rules      []string // codes; empty: all, with usual ranges and limits of change
	Current    bool     // today's versions for every month, instead of those in force then
	State      string
	JobID      int64
	Total      int // reports
	Checked    int
	Found      int
	Errors     int // of Found
	Explained  int // of Found
	Truncated  bool
	ByID       int64
	By         string
	CreatedAt  time.Time
	FinishedAt time.Time // zero while it goes on
}

// Going reports whether the run is not finished.
func (r Run) Going() bool { return r.State == Waiting || r.State == Running }

// Title is what a reader recognises the run by.
func (r Run) Title() string {
	if r.First == r.Last {
		return "批量复核 " + r.First.Chinese()
	}
	return "批量复核 " + r.First.Chinese() + "至" + r.Last.Chinese()
}

// Requested asks the worker to do a run; it sees what the person who asked sees.
type Requested struct {
	County int32       `json:"county"`
	Run    int64       `json:"run"`
	ByID   int64       `json:"by_id"`
	By     string      `json:"by"`
	Scope  actor.Scope `json:"scope"`
}

// Kind names the event.
func (Requested) Kind() string { return "validation.requested" }

// RunDraft says what to look at again.
type RunDraft struct {
	First, Last period.Month
	Rules       []string
	Current     bool
}

func (d RunDraft) check(now time.Time) error {
	var problems []fault.Problem
	add := func(field, message string) {
		problems = append(problems, fault.Problem{Field: field, Message: message})
	}
	switch {
	case d.First.IsZero() || d.Last.IsZero():
		add("first", "请填写起止月份")
	case d.Last.Before(d.First):
		add("last", "结束月份不能早于开始月份")
	case !d.Last.Before(d.First.Add(MaxMonths)):
		add("last", fmt.Sprintf("一次最多复核 %d 个月", MaxMonths))
	case d.First.After(period.MonthOf(now)):
		add("first", "不能复核还没有到的月份")
	}
	if len(d.Rules) > maxRules {
		add("rules", fmt.Sprintf("一次最多选 %d 条规则;要全部复核请不选", maxRules))
	}
	if len(problems) > 0 {
		return fault.Invalid(problems...)
	}
	return nil
}

// Start asks for a run; one at a time in a county.
func (s *Service) Start(ctx context.Context, who actor.Actor, d RunDraft) (id int64, err error) {
	if err := who.Require(ActionRun); err != nil {
		return 0, err
	}
	if err := d.check(s.now()); err != nil {
		return 0, err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := s.knownRules(ctx, who, d.Rules); err != nil {
			return err
		}
		id, err = s.start(ctx, tx, who, d)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("start re-validation: %w", err)
	}
	return id, nil
}

func (s *Service) start(ctx context.Context, tx pgx.Tx, who actor.Actor, d RunDraft) (int64, error) {
	r := Run{First: d.First, Last: d.Last, Rules: d.Rules, Current: d.Current, ByID: who.AccountID, By: who.Name, CreatedAt: s.now()}
	var err error
	if r.JobID, err = jobs.Open(ctx, tx, who, "validation", r.Title()); err != nil {
		return 0, err
	}
	if r.ID, err = insertRun(ctx, tx, who.CountyID, r); err != nil {
		return 0, err
	}
	if err := audit.Record(ctx, tx, who, audit.Entry{Action: ActionRun, Kind: "validation_run", ID: strconv.FormatInt(r.ID, 10), Name: r.Title(),
		After: map[string]any{"first": r.First, "last": r.Last, "rules": pg.NonNil(r.Rules), "current": r.Current}}); err != nil {
		return 0, err
	}
	return r.ID, jobs.Enqueue(ctx, tx, Requested{County: who.CountyID, Run: r.ID, ByID: who.AccountID, By: who.Name, Scope: who.Scope})
}

// knownRules refuses codes that no rule has.
func (s *Service) knownRules(ctx context.Context, who actor.Actor, codes []string) error {
	if len(codes) == 0 {
		return nil
	}
	rules, err := s.reporting.CheckRules(ctx, who)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, r := range rules {
		known[r.Code] = true
	}
	for _, code := range codes {
		if !known[code] {
			return fault.Field("rules", "没有编号为“%s”的规则", code)
		}
	}
	return nil
}

// Cancel ends a run that is going on; what it found until then stays.
func (s *Service) Cancel(ctx context.Context, who actor.Actor, id int64) error {
	if err := who.Require(ActionRun); err != nil {
		return err
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		r, err := getRun(ctx, tx, who.CountyID, id)
		if err != nil {
			return err
		}
		ended, err := endRun(ctx, tx, who.CountyID, id, Cancelled, s.now())
		if err != nil {
			return err
		}
		if !ended {
			return fault.Conflict("这次复核已经结束")
		}
		if err := jobs.Finish(ctx, tx, who.CountyID, r.JobID, "已取消", nil, nil); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionRun, Kind: "validation_run", ID: strconv.FormatInt(id, 10), Name: r.Title(),
			After: map[string]any{"state": Cancelled}})
	})
	if err != nil {
		return fmt.Errorf("cancel re-validation %d: %w", id, err)
	}
	return nil
}

// Runs lists the runs of the county, newest first, at most 100.
func (s *Service) Runs(ctx context.Context, who actor.Actor) ([]Run, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return listRuns(ctx, s.db, who.CountyID)
}

// Run returns one run.
func (s *Service) Run(ctx context.Context, who actor.Actor, id int64) (Run, error) {
	if err := who.Require(ActionView); err != nil {
		return Run{}, err
	}
	return getRun(ctx, s.db, who.CountyID, id)
}
