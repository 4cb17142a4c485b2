package reporting

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
)

// apply writes the changes with their trail, moves the report to draft and brings its counts up to date.
func (s *Service) apply(ctx context.Context, tx pgx.Tx, who actor.Actor, f *figures, saved []Saved, changes []change, origin string) (Outcome, error) {
	at := s.now()
	if len(changes) > 0 {
		f.sign(who, at, saved, changes)
		if err := holdSubjects(ctx, tx, who.CountyID, f.report, f.begun(changes)); err != nil {
			return Outcome{}, err
		}
		if err := writeCells(ctx, tx, who, f.report.ID, changes, origin, at); err != nil {
			return Outcome{}, err
		}
		if err := writeSaved(ctx, tx, who.CountyID, &f.report, at); err != nil {
			return Outcome{}, err
		}
		if f.report.State != Draft {
			if err := s.move(ctx, tx, who, &f.report, Draft, ""); err != nil {
				return Outcome{}, err
			}
		}
	}
	findings := f.findings()
	if err := s.recount(ctx, tx, who.CountyID, &f.report, f.count(findings)); err != nil {
		return Outcome{}, err
	}
	return f.outcome(saved, findings), nil
}

// sign puts the name of who and the moment on every changed cell.
func (f *figures) sign(who actor.Actor, at time.Time, saved []Saved, changes []change) {
	for i := range changes {
		c := &changes[i]
		c.new.ByID, c.new.By, c.new.At = who.AccountID, who.Name, at
		f.cells[c.key] = c.new
		delete(f.unstored, c.key)
	}
	for i := range saved {
		if saved[i].Problem == "" && saved[i].Conflict == nil {
			saved[i].Cell = f.cells[saved[i].Key]
		}
	}
}

func (f *figures) outcome(saved []Saved, findings []Finding) Outcome {
	out := Outcome{Report: f.report, Saved: saved, Findings: findings, Derived: f.derived(), Progress: f.progress(findings), Incomplete: f.incomplete}
	if f.form.Proxy() {
		out.Totals = f.totals()
	}
	return out
}

// recount keeps the numbers on the report's row true, so that boards need no other table.
func (s *Service) recount(ctx context.Context, tx pgx.Tx, county int32, r *Report, n counts) error {
	if r.Checked && n == (counts{r.Filled, r.Fillable, r.Errors, r.Warnings, r.Unexplained}) {
		return nil
	}
	r.Checked = true
	r.Filled, r.Fillable, r.Errors, r.Warnings, r.Unexplained = n.filled, n.fillable, n.errors, n.warnings, n.unexplained
	return writeCounts(ctx, tx, county, r, s.now())
}
