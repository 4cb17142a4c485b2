// Package exchange brings figures in from other systems and takes them out to them: DHIS2 data value sets as JSON, CSV and
// XML, ADX, and the product's own JSON and tables.
//
// Words: an import is one file or request of figures, kept with its hash, its counts, the rows that were refused
// (conflicts) and every figure that it changed; its mode says whether it may add new figures, change old ones, or both; to
// undo an import is to give each cell back what it held before, as a new change. A code of other systems stands beside our
// own for elements and institutions.
//
// Not reported, zero and not applicable stay three things on the way out and in: a figure that was not reported has an
// empty value and is marked deleted, zero is 0, and what does not apply is N/A. "Numbers only" leaves the first and the
// last out, for systems that know neither.
//
// Tables: exchange_import, exchange_change. Figures themselves are stored by package reporting, in the same transaction.
// Who sees the whole county sees every import, anybody else their own; exchange.import brings figures in (with the
// permission that their destination asks) and undoes, report.export takes files out, exchange.configure edits codes.
package exchange

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// Bounds of one file.
const (
	MaxBytes  = 32 << 20 // of a file that is read
	MaxValues = 100_000  // in a file that is written
)

// Service imports and exports figures, in all counties of one database.
type Service struct {
	db      *pgxpool.Pool
	now     func() time.Time
	reports *reporting.Service
	reader  *reporting.Service // of the replica
	org     *org.Service
}

// New builds the service; exports are read from the replica, which is the same pool as db when there is none.
func New(db, replica *pgxpool.Pool, now func() time.Time, calendar period.Calendar) *Service {
	return &Service{db: db, now: now, reports: reporting.New(db, now, calendar), reader: reporting.New(replica, now, calendar),
		org: org.New(db, now)}
}
