// Package validation is data quality beyond the form that somebody fills in: re-validating past months with today's
// rules, and marking figures that somebody has to look into.
//
// Words: a run looks at the reports of some months again, with the rules in force then or with today's, and keeps what it
// found; every run stays. A follow-up is a mark on one cell of a report, with a note, an owner and a day; it is open until
// somebody says what came of it. The rules themselves, usual ranges and limits of change belong to package reporting,
// which asks for validation.manage_rules before they are changed.
//
// Tables: validation_run, validation_result, follow_up. validation.view shows runs, validation.run starts and ends them,
// validation.follow marks and closes; the owner of a mark closes it too.
package validation

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/jobs"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// Service is data quality in all counties of one database.
type Service struct {
	db        *pgxpool.Pool
	now       func() time.Time
	reporting *reporting.Service
}

// New returns the service; the calendar is that of monthly reporting.
func New(db *pgxpool.Pool, now func() time.Time, calendar period.Calendar) *Service {
	return &Service{db: db, now: now, reporting: reporting.New(db, now, calendar)}
}

// Reporting is the room whose rules and reports this one works with.
func (s *Service) Reporting() *reporting.Service { return s.reporting }

// Jobs registers the work of this room.
func (s *Service) Jobs(r *jobs.Registry) { jobs.On(r, 30*time.Minute, s.Work) }
