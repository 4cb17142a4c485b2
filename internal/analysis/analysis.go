// Package analysis is the table that people put together themselves: institutions × elements or indicators × months, with
// comparisons, shares, ranks and totals, and the views of it that they keep.
//
// Words: a query says what is wanted, from whitelisted parts only; an item is an element or an indicator; a span is one
// month, quarter, half-year or year of the query; a place is an institution or a group of them in a row; a measure is what
// is shown of a figure; a view is a query with a name, kept for oneself or shared with the readers of the county.
//
// A flow adds up over months and institutions; a stock, and a figure reported as year to date, is that of the last month of
// the span and adds up over institutions. Indicators are never added: their numerators and denominators are, Σ ÷ Σ. Not
// reported, zero and not applicable stay three things, and a sum says how many of how many have reported.
//
// Table: analysis_view. Reads: the views reporting_fact and reporting_due, institution_public, the table indicator_value.
// Everybody with analysis.view sees what lies in their scope, also through a view that somebody else shared;
// analysis.keep keeps views for oneself, analysis.share for all, analysis.export takes tables out.
package analysis

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/indicator"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// Bounds of one table.
const (
	MaxMonths  = 60      // from the first to the last month
	MaxCells   = 50_000  // rows × columns
	MaxSources = 400_000 // figures that are read for it
	MaxItems   = 40
	MaxUnits   = 2000
)

// Service puts tables together and keeps views, in all counties of one database.
type Service struct {
	db, replica *pgxpool.Pool
	now         func() time.Time
	reporting   *reporting.Service
	indicator   *indicator.Service
}

// New builds the service; tables are read from the replica, which is the same pool as db when there is none.
func New(db, replica *pgxpool.Pool, now func() time.Time, calendar period.Calendar) *Service {
	return &Service{db: db, replica: replica, now: now, reporting: reporting.New(db, now, calendar),
		indicator: indicator.New(db, now, calendar)}
}
