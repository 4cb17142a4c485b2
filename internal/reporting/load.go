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
	"yigai/internal/jobs"
	"yigai/internal/pg"
)

// ValueRow is one figure of a load, as text.
type ValueRow struct {
	Row         int    // 1-based, for messages
	Institution string // code, or the code other systems use
	Element     string // slug or code
	Period      string
	Value       *string // nil, "", "-", "–", "—": not reported; "0" is a zero
	Comment     string
}

// LoadOptions say how a load is stored.
type LoadOptions struct {
	Accepted bool // history: figures become facts at once; needs reporting.load
	DryRun   bool // say what would happen, store nothing
	Partial  bool // store the good rows though others are refused
	Only     Only // leave alone what is there, or what is not

	Elements, Institutions Scheme    // which codes the rows name them by
	Refused                []Refused // rows of the file that could not even be read

	// Keep is called in the transaction of the load when everything is written, in a dry run too. Until then the
	// temporary table load_value holds one row for each figure; with outcome imported or updated it says what changed:
	// report_id (null for a loaded fact), subject_id, element_id, period, old_state (null: there was none), old_value,
	// old_comment, old_version, state, value, comment. A later room keeps its record of the load with it.
	Keep func(ctx context.Context, tx pgx.Tx, done Loaded) error
}

// Only narrows a load to new figures or to changes of old ones; rows of the other kind are left out, not refused.
type Only int

// What a load may do.
const (
	Everything Only = iota
	NewFigures      // only what was not reported
	OldFigures      // only what was
)

// Scheme says by which codes a file names things.
type Scheme int

// The schemes.
const (
	AnyCode   Scheme = iota // ours, else the one of other systems
	OwnCode                 // slug of an element, code of an institution
	OtherCode               // the code that other systems use
)

// Loaded is what became of the rows of a load.
type Loaded struct {
	Imported, Updated, Unchanged int
	Deleted                      int // of the updated: figures that are no longer reported
	Skipped                      int // left out by LoadOptions.Only
	Ignored                      int // refused rows of a partial load
	Loose                        int // of the imported and updated: figures on no form, which count at once
	Conflicts                    []Refused
}

// Refused is one row that cannot be stored, and why.
type Refused struct {
	Row                   int
	Field, Value, Message string
}

// MaxRows bounds one load.
const MaxRows = 200_000

// errDryRun rolls a dry run back.
var errDryRun = errors.New("dry run")

// LoadValues stores figures from elsewhere: all rows or none, unless Partial. Elements on a form that the institution
// fills in that month go into that month's report, which is opened when need be: into the draft, or with Accepted the
// report is accepted as it then stands, without asking for what is missing, because history is taken as it was. Such a
// report must not be waiting for review. Elements on no form of the institution become loaded facts at once.
// When rows are refused and the load is not partial, the answer comes with an Invalid fault and nothing is stored.
func (s *Service) LoadValues(ctx context.Context, who actor.Actor, rows []ValueRow, o LoadOptions) (Loaded, error) {
	if err := mayLoad(who, o); err != nil {
		return Loaded{}, err
	}
	if len(rows) > MaxRows {
		return Loaded{}, fault.Field("", "一次最多导入 %d 行,现在有 %d 行", MaxRows, len(rows))
	}
	if err := freshPlans(ctx, s.db, len(rows)); err != nil {
		return Loaded{}, err
	}
	var result Loaded
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		l := &load{Service: s, who: who, options: o, tx: tx, at: s.now()}
		if err := l.run(ctx, rows); err != nil {
			return err
		}
		result = l.result
		switch {
		case len(l.result.Conflicts) > 0 && !o.Partial:
			return l.refusal()
		case o.Keep != nil:
			if err := o.Keep(ctx, tx, l.result); err != nil {
				return err
			}
		}
		if o.DryRun {
			return errDryRun
		}
		return nil
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	if err != nil {
		return Loaded{Conflicts: result.Conflicts, Ignored: result.Ignored}, fmt.Errorf("load values: %w", err)
	}
	return result, nil
}

func mayLoad(who actor.Actor, o LoadOptions) error {
	if o.Accepted || !who.May(ActionEnter) {
		return who.Require(ActionLoad)
	}
	return nil
}

// run takes the rows through reading, routing and storing.
func (l *load) run(ctx context.Context, rows []ValueRow) error {
	l.result.Conflicts = slices.Clone(l.options.Refused)
	steps := []func(context.Context) error{l.findInstitutions, l.route, l.openReports, l.stage, l.compare}
	if err := l.read(ctx, rows); err != nil {
		return err
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	slices.SortStableFunc(l.result.Conflicts, func(a, b Refused) int { return cmp.Compare(a.Row, b.Row) })
	if len(l.result.Conflicts) > 0 {
		if !l.options.Partial {
			return nil
		}
		l.result.Ignored = len(l.result.Conflicts)
	}
	return l.store(ctx)
}

// store writes what differs, announces it and leaves one audit entry.
func (l *load) store(ctx context.Context) error {
	if err := l.countOutcomes(ctx); err != nil {
		return err
	}
	if l.result.Imported+l.result.Updated == 0 {
		return nil
	}
	if err := l.writeCells(ctx); err != nil {
		return err
	}
	finish := l.finishDrafts
	if l.options.Accepted {
		finish = l.finishAccepted
	}
	if err := finish(ctx); err != nil {
		return err
	}
	if err := l.writeLoose(ctx); err != nil {
		return err
	}
	if err := l.announce(ctx); err != nil {
		return err
	}
	action := ActionEnter
	if l.options.Accepted || !l.who.May(ActionEnter) {
		action = ActionLoad
	}
	return audit.Record(ctx, l.tx, l.who, audit.Entry{Action: action, Kind: "values", Name: "导入数据", After: map[string]any{
		"accepted": l.options.Accepted, "imported": l.result.Imported, "updated": l.result.Updated, "unchanged": l.result.Unchanged,
		"ignored": l.result.Ignored}})
}

// announce tells of changed facts and of opened months. Where a load brings both, everybody's values are computed anew
// with its facts: an opened report is asked for more than was loaded.
func (l *load) announce(ctx context.Context) error {
	if len(l.changed.months) > 0 {
		if len(l.opened) > 0 {
			l.changed.institutions = nil
		}
		return announce(ctx, l.tx, l.who.CountyID, l.changed)
	}
	for _, m := range l.opened {
		if err := jobs.Enqueue(ctx, l.tx, MonthOpened{County: l.who.CountyID, Month: m.String()}); err != nil {
			return err
		}
	}
	return nil
}

// refusal is the fault of a load with refused rows.
func (l *load) refusal() error {
	problems := make([]fault.Problem, len(l.result.Conflicts))
	for i, c := range l.result.Conflicts {
		problems[i] = fault.Problem{Row: c.Row, Field: c.Field, Message: c.Message}
	}
	return fault.Invalid(problems...)
}
