package reporting

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/period"
)

// Service is monthly reporting in all counties of one database.
type Service struct {
	db       *pgxpool.Pool
	now      func() time.Time
	calendar period.Calendar
	kept     *keptCatalogues
}

// New returns the service; the calendar decides which days move a deadline.
func New(db *pgxpool.Pool, now func() time.Time, calendar period.Calendar) *Service {
	return &Service{db: db, now: now, calendar: calendar, kept: newKeptCatalogues()}
}
