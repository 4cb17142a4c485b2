package reporting

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Fill is what an upload asks to be stored in one report.
type Fill struct {
	Report      int64
	Edits       []Edit
	Responsible string // under whose name it is handed in; kept for later when it is not
	// Explanations are of warnings on the figures as this upload leaves them; one whose warning is gone is left out.
	Explanations []Explaining
}

// Filled is what storing a Fill does to its report.
type Filled struct {
	Report   Report // as it stands afterwards
	Was      State  // before
	Saved    []Saved
	Changes  []Difference // in the order of the edits
	Findings []Finding    // on the figures as they stand afterwards
	Lock     *Lock        // why nothing of it can be stored
	Unready  int          // how many things hinder the handing in
	Handed   bool         // it was handed in
}

// Stored reports whether every edit can be stored.
func (f Filled) Stored() bool {
	return f.Lock == nil && !slices.ContainsFunc(f.Saved, func(s Saved) bool { return s.Problem != "" || s.Conflict != nil })
}

// Filling is a whole upload: many reports, stored all or none.
type Filling struct {
	Fills  []Fill
	Submit bool // hand in those that nothing hinders
	Source map[string]any
}

// maxFills bounds one upload; a county has fewer reports in a month.
const maxFills = 1000

// errRehearsed ends the transaction of a rehearsal.
var errRehearsed = errors.New("only a rehearsal")

// RehearseFills says what ApplyFills would do. It does it and takes it back, so that sums over the institutions below
// are those that the same upload brings.
func (s *Service) RehearseFills(ctx context.Context, who actor.Actor, filling Filling) ([]Filled, error) {
	filling.Submit = false
	done, err := s.fill(ctx, who, filling, func(*filler) error { return errRehearsed })
	if !errors.Is(err, errRehearsed) {
		return nil, err
	}
	return done, nil
}

// ApplyFills stores an upload, all of it or nothing: what cannot be read, was changed by somebody else meanwhile or is
// locked refuses the whole and is named. With Submit the reports that nothing hinders are handed in, the others stay
// with their institutions.
func (s *Service) ApplyFills(ctx context.Context, who actor.Actor, filling Filling) ([]Filled, error) {
	return s.fill(ctx, who, filling, func(f *filler) error {
		if err := f.refuse(); err != nil {
			return err
		}
		return f.record(ctx, filling.Source)
	})
}

func (s *Service) fill(ctx context.Context, who actor.Actor, filling Filling, finish func(*filler) error) ([]Filled, error) {
	if err := who.Require(ActionEnter); err != nil {
		return nil, err
	}
	if filling.Submit {
		if err := who.Require(ActionSubmit); err != nil {
			return nil, err
		}
	}
	if len(filling.Fills) > maxFills {
		return nil, fault.Field("", "一次最多导入 %d 份月报", maxFills)
	}
	f := &filler{Service: s, who: who, submit: filling.Submit}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		f.tx, f.done = tx, make([]Filled, len(filling.Fills))
		if err := f.all(ctx, filling.Fills); err != nil {
			return err
		}
		return finish(f)
	})
	if err != nil {
		return f.done, fmt.Errorf("fill %d reports: %w", len(filling.Fills), err)
	}
	return f.done, nil
}

// filler is one upload at work inside its transaction.
type filler struct {
	*Service
	who    actor.Actor
	tx     pgx.Tx
	submit bool
	done   []Filled
}

// all fills every report. They are locked in the order of their numbers, so that two uploads do not wait for each
// other, and filled with those first that others sum.
func (f *filler) all(ctx context.Context, fills []Fill) error {
	reports := make([]Report, len(fills))
	order := make([]int, len(fills))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(fills[a].Report, fills[b].Report) })
	for _, i := range order {
		var err error
		if reports[i], err = lockReport(ctx, f.tx, f.who, fills[i].Report); err != nil {
			return err
		}
	}
	c, err := f.catalogue(ctx, f.tx, f.who.CountyID)
	if err != nil {
		return err
	}
	slices.SortStableFunc(order, func(a, b int) int { return c.rank(reports[a]) - c.rank(reports[b]) })
	for _, i := range order {
		if f.done[i], err = f.one(ctx, reports[i], fills[i]); err != nil {
			return fmt.Errorf("fill report %d: %w", reports[i].ID, err)
		}
	}
	return nil
}

// rank puts proxy reports before those that sum them.
func (c *Catalogue) rank(r Report) int {
	if form, _, err := c.layoutOf(r.FormID, r.FormVersion); err == nil && form.Proxy() {
		return 0
	}
	return 1
}

func (f *filler) one(ctx context.Context, r Report, fill Fill) (Filled, error) {
	if lock := lockOf(r); lock != nil {
		return Filled{Report: r, Was: r.State, Lock: lock}, nil
	}
	if len(fill.Edits) > maxEdits {
		return Filled{}, fault.Field("", "一次最多保存 %d 个数", maxEdits)
	}
	figures, err := f.loadFigures(ctx, f.tx, f.who.CountyID, r)
	if err != nil {
		return Filled{}, err
	}
	saved, changes := figures.weigh(fill.Edits)
	done := Filled{Was: r.State, Changes: figures.told(changes)}
	out, err := f.apply(ctx, f.tx, f.who, figures, saved, changes, originImported)
	if err != nil {
		return Filled{}, err
	}
	done.Saved = out.Saved
	if done.Findings, err = f.explainAll(ctx, figures, out.Findings, fill.Explanations); err != nil {
		return Filled{}, err
	}
	done.Unready = len(figures.againstSubmission(done.Findings, fill.Responsible))
	if f.submit && done.Unready == 0 && done.Stored() && figures.report.State != NotStarted {
		if err := f.Service.submit(ctx, f.tx, f.who, figures, fill.Responsible); err != nil {
			return Filled{}, err
		}
		done.Handed = true
	} else if err := keepResponsible(ctx, f.tx, f.who.CountyID, &figures.report, fill.Responsible); err != nil {
		return Filled{}, err
	}
	done.Report = figures.report
	return done, nil
}

// explainAll stores explanations and returns the findings as they stand then.
func (f *filler) explainAll(ctx context.Context, figures *figures, findings []Finding, explanations []Explaining) ([]Finding, error) {
	for _, x := range explanations {
		text, err := requireText("", "说明", x.Text)
		if err != nil {
			return nil, err
		}
		x.Text = text
		out, err := f.explain(ctx, f.tx, f.who, figures, x)
		if fault.IsNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		findings = out.Findings
	}
	return findings, nil
}

// told says what changes, as a reader recognises it.
func (f *figures) told(changes []change) []Difference {
	names := map[int64]string{}
	for _, s := range f.subjects {
		names[s.ID] = s.Name
	}
	list := make([]Difference, len(changes))
	for i, c := range changes {
		list[i] = Difference{Key: c.key, Row: f.layout.rows[c.key.Element], Old: c.old.Cell, New: c.new.Cell, By: c.old.By, At: c.old.At}
		if f.form.Proxy() {
			list[i].Subject = names[c.key.SubjectID]
		}
	}
	return list
}

// refuse names every report that stands against storing the whole.
func (f *filler) refuse() error {
	var problems []fault.Problem
	for _, done := range f.done {
		if done.Lock != nil {
			problems = append(problems, fault.Problem{Message: done.Report.Name() + ":" + done.Lock.Why})
			continue
		}
		for _, s := range done.Saved {
			switch {
			case s.Problem != "":
				problems = append(problems, fault.Problem{Message: done.Report.Name() + ":" + s.Problem})
			case s.Conflict != nil:
				problems = append(problems, fault.Problem{Message: done.Report.Name() + ":" + s.Conflict.taken()})
			}
		}
	}
	if len(problems) > 0 {
		return fault.Invalid(problems...)
	}
	return nil
}

// record writes the one entry that says what an upload brought; the figures have their own trail.
func (f *filler) record(ctx context.Context, source map[string]any) error {
	cells, handed := 0, 0
	reports := []int64{}
	for _, done := range f.done {
		if len(done.Changes) == 0 && !done.Handed {
			continue
		}
		cells += len(done.Changes)
		reports = append(reports, done.Report.ID)
		if done.Handed {
			handed++
		}
	}
	return audit.Record(ctx, f.tx, f.who, audit.Entry{Action: ActionEnter, Kind: "workbook",
		Name: fmt.Sprintf("导入 %d 份月报,改动 %d 格", len(reports), cells), InstitutionID: f.who.InstitutionID,
		After: map[string]any{"reports": reports, "cells": cells, "handed_in": handed, "source": source}})
}
