package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
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

// Urgent is an acceptance; a load of the whole county takes its time anyway.
func (e FactsChanged) Urgent() bool { return len(e.Institutions) > 0 }

// MonthOpened tells later rooms that institutions owe more figures of a month than before.
type MonthOpened struct {
	County int32  `json:"county"`
	Month  string `json:"month"` // 2026-07
}

// Kind names the event.
func (MonthOpened) Kind() string { return "reporting.month_opened" }

// Moved tells later rooms that a report was submitted, sent back or accepted.
type Moved struct {
	County     int32  `json:"county"`
	Report     int64  `json:"report"`
	From       State  `json:"from"`
	To         State  `json:"to"`
	Submission int    `json:"submission"`
	Version    int    `json:"version"` // of the report after it
	Reason     string `json:"reason"`
	ByID       int64  `json:"by_id"`
	By         string `json:"by"`
}

// Kind names the event.
func (Moved) Kind() string { return "reporting.moved" }

// Remarked tells later rooms that something was said about a cell outside a return.
type Remarked struct {
	County int32 `json:"county"`
	Report int64 `json:"report"`
	Remark int64 `json:"remark"`
	Review bool  `json:"review"` // said by a reviewer, not by the clerk
	// Resolved says that nothing was added: the thread that ends with the remark was resolved.
	Resolved bool   `json:"resolved,omitempty"`
	ByID     int64  `json:"by_id"`
	By       string `json:"by"`
}

// Kind names the event.
func (Remarked) Kind() string { return "reporting.remarked" }

// Extended tells later rooms that deadlines were put off.
type Extended struct {
	County     int32   `json:"county"`
	Extensions []int64 `json:"extensions"`
	ByID       int64   `json:"by_id"`
}

// Kind names the event.
func (Extended) Kind() string { return "reporting.extended" }

// Signed tells later rooms that a statement was signed for its unit.
type Signed struct {
	County     int32  `json:"county"`
	Report     int64  `json:"report"`
	Submission int    `json:"submission"`
	Name       string `json:"name"` // of the responsible person
	ByID       int64  `json:"by_id"`
	By         string `json:"by"`
}

// Kind names the event.
func (Signed) Kind() string { return "reporting.signed" }

// tell enqueues a move that others than the clerk care about.
func tell(ctx context.Context, tx pgx.Tx, who actor.Actor, r Report, from State, reason string) error {
	if r.State == Draft || r.State == NotStarted {
		return nil
	}
	return jobs.Enqueue(ctx, tx, Moved{County: who.CountyID, Report: r.ID, From: from, To: r.State, Submission: r.Submission,
		Version: r.Version, Reason: reason, ByID: who.AccountID, By: who.Name})
}

// tellRemark enqueues the newest remark of a report.
func tellRemark(ctx context.Context, tx pgx.Tx, who actor.Actor, r Report) error {
	e := Remarked{County: who.CountyID, Report: r.ID, Review: who.May(ActionReview), ByID: who.AccountID, By: who.Name}
	err := tx.QueryRow(ctx, `SELECT max(id) FROM cell_remark WHERE county_id = $1 AND report_id = $2`, who.CountyID, r.ID).Scan(&e.Remark)
	if err != nil {
		return fmt.Errorf("read newest remark: %w", err)
	}
	return jobs.Enqueue(ctx, tx, e)
}

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
