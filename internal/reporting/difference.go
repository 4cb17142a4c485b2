package reporting

import (
	"context"
	"fmt"
	"time"

	"yigai/internal/actor"
	"yigai/internal/number"
	"yigai/internal/pg"
)

// Difference is one figure that is other than it was.
type Difference struct {
	Key     CellKey
	Subject string // name, for proxy forms
	Row     *Row
	Old     number.Cell
	New     number.Cell
	Comment string
	By      string // who entered the new figure
	At      time.Time
}

// Differences compares a report with earlier states of itself.
type Differences struct {
	Since      time.Time // of the submission before, zero when this is the first
	Submission []Difference
	AcceptedAt time.Time // zero when it was never accepted
	Acceptance []Difference
}

// First reports whether there is no earlier submission to compare with.
func (d Differences) First() bool { return d.Since.IsZero() }

// Differences compares the figures with those of the submission before (for a submitted or accepted report) or the
// last one (for one that is being edited), and with those last accepted. Rows come in the order of the form.
func (s *Service) Differences(ctx context.Context, who actor.Actor, report int64) (Differences, error) {
	r, err := s.Get(ctx, who, report)
	if err != nil {
		return Differences{}, err
	}
	f, err := s.loadFigures(ctx, s.db, who.CountyID, r)
	if err != nil {
		return Differences{}, err
	}
	d, err := f.differences(ctx, s.db, who.CountyID)
	if err != nil {
		return d, fmt.Errorf("differences of report %d: %w", report, err)
	}
	return d, nil
}

func (f *figures) differences(ctx context.Context, q pg.Querier, county int32) (d Differences, err error) {
	before := f.report.Submission
	if !f.report.State.Editable() {
		before--
	}
	then, at, err := f.snapshot(ctx, q, county, before, false)
	if err != nil {
		return d, err
	}
	d.Since = at
	if !at.IsZero() {
		d.Submission = f.against(then)
	}
	accepted := f.report.Submission
	if f.report.State == Accepted {
		accepted--
	}
	if then, at, err = f.snapshot(ctx, q, county, accepted, true); err != nil {
		return d, err
	}
	d.AcceptedAt = at
	if !at.IsZero() {
		d.Acceptance = f.against(then)
	}
	return d, nil
}

// against lists the cells that differ from a snapshot.
func (f *figures) against(then map[CellKey]number.Cell) []Difference {
	var out []Difference
	for _, subject := range f.subjects {
		for _, row := range f.layout.Entered() {
			k := CellKey{subject.ID, row.Key}
			now := f.cells[k]
			if now.Equal(then[k]) {
				continue
			}
			d := Difference{Key: k, Row: row, Old: then[k], New: now.Cell, Comment: now.Comment, By: now.By, At: now.At}
			if f.form.Proxy() {
				d.Subject = subject.Name
			}
			out = append(out, d)
		}
	}
	return out
}
