package reporting

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Explaining is the explanation of one warning as somebody typed it.
type Explaining struct {
	Key       string // of the finding
	SubjectID int64
	Text      string
	Seen      *Basis // what it was typed upon; nil takes whatever stands
}

// Basis is what a screen shows of a warning: the figures it is about, and the version of its explanation, 0 = none.
type Basis struct {
	Figures string
	Version int
}

// Stale is an explanation that was not stored, because what it was typed upon changed meanwhile.
type Stale struct {
	Why    string // one sentence
	Theirs string // the explanation that stands, "" when only the figures changed
}

// Explain says why a warning is right as it stands. The explanation holds for the figures it was given for: when they
// change, the warning asks again. What was typed upon other figures or over somebody else's explanation is not stored;
// then the outcome is Stale.
func (s *Service) Explain(ctx context.Context, who actor.Actor, report int64, x Explaining) (Outcome, error) {
	if err := who.Require(ActionEnter); err != nil {
		return Outcome{}, err
	}
	text, err := requireText(WarningField(x.Key, x.SubjectID), "说明", x.Text)
	if err != nil {
		return Outcome{}, err
	}
	x.Text = text
	var out Outcome
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		f, err := s.lockFigures(ctx, tx, who, report)
		if err != nil {
			return err
		}
		out, err = s.explain(ctx, tx, who, f, x)
		return err
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("explain %s of report %d: %w", x.Key, report, err)
	}
	return out, nil
}

func (s *Service) explain(ctx context.Context, tx pgx.Tx, who actor.Actor, f *figures, x Explaining) (Outcome, error) {
	found, ok := f.warning(explained{x.Key, x.SubjectID})
	if !ok {
		return Outcome{}, fault.NotFound("这条检查提示,数据可能已经改过")
	}
	said := found.Explanation != nil && found.Explanation.Text == x.Text
	stale := found.against(x.Seen)
	if said || stale != nil {
		out := f.outcome(nil, f.findings())
		if !said {
			out.Stale = stale
		}
		return out, nil
	}
	if err := s.keepExplanation(ctx, tx, who, f, found, x.Text); err != nil {
		return Outcome{}, err
	}
	if err := writeSaved(ctx, tx, who.CountyID, &f.report, s.now()); err != nil {
		return Outcome{}, err
	}
	findings := f.findings()
	if err := s.recount(ctx, tx, who.CountyID, &f.report, f.count(findings)); err != nil {
		return Outcome{}, err
	}
	return f.outcome(nil, findings), nil
}

// against says what stands against an explanation that was typed upon a basis, nil when nothing does.
func (f Finding) against(seen *Basis) *Stale {
	switch {
	case seen == nil || *seen == f.Basis():
		return nil
	case f.Explanation != nil && seen.Version != f.Version:
		return &Stale{Theirs: f.Explanation.Text, Why: fmt.Sprintf("%s 刚对这条提示作了说明:“%s”,请核对后再保存", f.Explanation.By, f.Explanation.Text)}
	}
	return &Stale{Why: "这条提示的数据刚刚变了,请核对后再说明"}
}

func (s *Service) keepExplanation(ctx context.Context, tx pgx.Tx, who actor.Actor, f *figures, found Finding, text string) error {
	about := explained{found.Key, found.SubjectID}
	e := Explanation{Text: text, Figures: found.Figures, Version: found.Version + 1, By: who.Name, At: s.now()}
	if err := writeExplanation(ctx, tx, who, f.report.ID, about, e); err != nil {
		return err
	}
	entry := audit.Entry{Action: ActionEnter, Kind: "explanation", ID: strconv.FormatInt(f.report.ID, 10),
		Name: f.report.Name() + " " + found.Code, InstitutionID: f.report.InstitutionID, After: e.traced()}
	if old, explained := f.explanations[about]; explained {
		entry.Before = old.traced()
	}
	f.explanations[about] = e
	return audit.Record(ctx, tx, who, entry)
}

func (f *figures) warning(about explained) (Finding, bool) {
	for _, found := range f.findings() {
		if found.Key == about.key && found.SubjectID == about.subject && !found.Blocks() {
			return found, true
		}
	}
	return Finding{}, false
}
