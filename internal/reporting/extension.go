package reporting

import (
	"context"
	"fmt"
	"slices"
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

// Extension is a deadline put off for one report.
type Extension struct {
	ID            int64
	ReportID      int64
	Form          string // title
	InstitutionID int64
	Institution   string
	Month         period.Month
	WasDueAt      time.Time
	DueAt         time.Time
	Reason        string
	By            string
	At            time.Time
}

const (
	maxExtended  = 500 // reports of one decision
	maxExtension = 92  // days from now: a quarter, after which the year's statistics would wait
)

// Extend puts the deadline of awaited reports off to the end of a day, all or none. Whoever is late may still be
// granted more time; then the report is not late any more.
func (s *Service) Extend(ctx context.Context, who actor.Actor, reports []int64, until time.Time, reason string) error {
	if err := who.Require(ActionExtend); err != nil {
		return err
	}
	reason, err := requireText("reason", "延期原因", reason)
	if err != nil {
		return err
	}
	ids := slices.Compact(slices.Sorted(slices.Values(reports)))
	if len(ids) == 0 || len(ids) > maxExtended {
		return tooFewOrMany(maxExtended, len(ids))
	}
	due := endOfDay(until)
	if err := s.checkUntil(due); err != nil {
		return err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error { return s.extend(ctx, tx, who, ids, due, reason) })
	if err != nil {
		return fmt.Errorf("extend %d reports: %w", len(ids), err)
	}
	return nil
}

// endOfDay is the last moment of a date in the office, as deadlines are kept.
func endOfDay(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, period.Shanghai).Add(-time.Microsecond)
}

func (s *Service) checkUntil(due time.Time) error {
	switch now := s.now(); {
	case !due.After(now):
		return fault.Field("until", "延期到的日期应在今天或以后")
	case due.Sub(now) > maxExtension*24*time.Hour:
		return fault.Field("until", "一次最多延期到 %d 天以后", maxExtension)
	}
	return nil
}

func (s *Service) extend(ctx context.Context, tx pgx.Tx, who actor.Actor, ids []int64, due time.Time, reason string) error {
	var made []int64
	var problems []fault.Problem
	for _, id := range ids {
		r, err := lockReport(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if why := notExtendable(r, due); why != "" {
			problems = append(problems, fault.Problem{Field: "reports", Message: r.Name() + ":" + why})
			continue
		}
		one, err := s.extendOne(ctx, tx, who, r, due, reason)
		if err != nil {
			return err
		}
		made = append(made, one)
	}
	if len(problems) > 0 {
		return fault.Invalid(problems...)
	}
	return jobs.Enqueue(ctx, tx, Extended{County: who.CountyID, Extensions: made, ByID: who.AccountID})
}

func notExtendable(r Report, due time.Time) string {
	switch {
	case !r.ReceivedAt.IsZero():
		return "已经上报,不需要延期"
	case due.Equal(r.DueAt):
		return "截止日期本来就是这一天"
	case !r.Extended && due.Before(r.DueAt):
		return "延期后的日期应晚于现在的截止日期 " + r.DueAt.In(period.Shanghai).Format(time.DateOnly)
	}
	return ""
}

func (s *Service) extendOne(ctx context.Context, tx pgx.Tx, who actor.Actor, r Report, due time.Time, reason string) (int64, error) {
	id, err := writeExtension(ctx, tx, who, r, due, reason, s.now())
	if err != nil {
		return 0, err
	}
	return id, audit.Record(ctx, tx, who, audit.Entry{Action: ActionExtend, Kind: "report", ID: strconv.FormatInt(r.ID, 10),
		Name: r.Name(), InstitutionID: r.InstitutionID, Reason: reason,
		Before: map[string]any{"due_at": r.DueAt}, After: map[string]any{"due_at": due}})
}

// Extensions lists the extensions of a month in scope, newest first; with a report, only its own.
func (s *Service) Extensions(ctx context.Context, who actor.Actor, m period.Month, report int64) ([]Extension, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return readExtensions(ctx, s.db, who, m, report)
}

// ExtensionsOf reads extensions by number for rooms that tell people of them.
func (s *Service) ExtensionsOf(ctx context.Context, q pg.Querier, county int32, ids []int64) ([]Extension, error) {
	return extensionsByID(ctx, q, county, ids)
}
