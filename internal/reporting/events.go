package reporting

import (
	"context"

	"github.com/jackc/pgx/v5"

	"yigai/internal/jobs"
)

// FactsChanged tells later rooms that figures of these months and institutions are other than before: after an
// acceptance, a correction or a load. Indicators recompute on it.
type FactsChanged struct {
	County       int32    `json:"county"`
	Months       []string `json:"months"`       // 2026-07, ascending
	Institutions []int64  `json:"institutions"` // null: all
}

// Kind names the event.
func (FactsChanged) Kind() string { return "reporting.facts_changed" }

// MonthOpened tells later rooms that institutions owe more figures of a month than before.
type MonthOpened struct {
	County int32  `json:"county"`
	Month  string `json:"month"` // 2026-07
}

// Kind names the event.
func (MonthOpened) Kind() string { return "reporting.month_opened" }

// announce enqueues the change in the transaction that makes it; nothing when nothing changed.
func announce(ctx context.Context, tx pgx.Tx, county int32, c changedFacts) error {
	if len(c.months) == 0 {
		return nil
	}
	e := FactsChanged{County: county, Institutions: c.institutions}
	for _, m := range c.months {
		e.Months = append(e.Months, m.String())
	}
	return jobs.Enqueue(ctx, tx, e)
}
