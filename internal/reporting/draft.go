package reporting

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/number"
	"yigai/internal/pg"
)

// Where a figure came from.
const (
	originTyped    = "typed"
	originImported = "imported"
	originAPI      = "api"
)

const maxComment = 500

// Edit is one figure as somebody typed it.
type Edit struct {
	SubjectID int64
	Element   string
	Typed     string
	Comment   *string // nil leaves the comment
	Version   int     // of the cell that the clerk saw, 0 = none
	Carried   bool    // last month's figure of a stock, taken over with one stroke
}

func (e Edit) key() CellKey { return CellKey{e.SubjectID, e.Element} }

// Saved is what became of one edit. Exactly one of three: stored (or already so), refused because somebody else
// changed the cell meanwhile (Conflict), or unreadable (Problem). In the last two Cell is what stands in the database.
type Saved struct {
	Key      CellKey
	Cell     Cell
	Conflict *Cell // the other person's figure
	Problem  string
}

// Outcome is what the entry screen shows after a change.
type Outcome struct {
	Report   Report
	Saved    []Saved // one for each edit, in their order
	Findings []Finding
	Derived  map[CellKey]Derived
	Totals   map[string]Total
	Progress []Progress
	// Incomplete are the proxy reports that derived rows sum and that are not filled yet.
	Incomplete []Incomplete
	Stale      *Stale // an explanation that was not stored
}

// SaveCell stores one figure as the clerk leaves the cell. A stale version is refused with the other's figure.
func (s *Service) SaveCell(ctx context.Context, who actor.Actor, report int64, edit Edit) (Outcome, error) {
	return s.SaveCells(ctx, who, report, []Edit{edit})
}

// SaveCells stores what can be stored of several figures, each by itself, as autosave and pasting need it:
// Saved says of each what became of it.
func (s *Service) SaveCells(ctx context.Context, who actor.Actor, report int64, edits []Edit) (Outcome, error) {
	return s.save(ctx, who, report, edits, func([]Saved) error { return nil })
}

// SaveSheet stores a whole form, all edits or none: unreadable figures and conflicts come back as an Invalid fault
// with one problem per cell, its Field named by CellKey.Field. Cells that say what is stored already are left alone.
func (s *Service) SaveSheet(ctx context.Context, who actor.Actor, report int64, edits []Edit) (Outcome, error) {
	return s.save(ctx, who, report, edits, refuseAny)
}

// maxEdits bounds one form: no form has that many cells.
const maxEdits = 20_000

func (s *Service) save(ctx context.Context, who actor.Actor, report int64, edits []Edit, agree func([]Saved) error) (Outcome, error) {
	if err := who.Require(ActionEnter); err != nil {
		return Outcome{}, err
	}
	if len(edits) > maxEdits {
		return Outcome{}, fault.Field("", "一次最多保存 %d 个数", maxEdits)
	}
	var out Outcome
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		f, err := s.lockFigures(ctx, tx, who, report)
		if err != nil {
			return err
		}
		saved, changes := f.weigh(edits)
		if err := agree(saved); err != nil {
			return err
		}
		out, err = s.apply(ctx, tx, who, f, saved, changes, originTyped)
		return err
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("save report %d: %w", report, err)
	}
	return out, nil
}

// lockFigures locks a report that can be edited and loads its figures.
func (s *Service) lockFigures(ctx context.Context, tx pgx.Tx, who actor.Actor, report int64) (*figures, error) {
	r, err := lockReport(ctx, tx, who, report)
	if err != nil {
		return nil, err
	}
	if lock := lockOf(r); lock != nil {
		return nil, fault.Conflict("%s", lock.Why)
	}
	return s.loadFigures(ctx, tx, who.CountyID, r)
}

// change is one figure to be written over an old one.
type change struct {
	key     CellKey
	element int32
	old     Cell
	new     Cell // Version is the one it gets
}

// weigh decides about every edit without writing anything.
func (f *figures) weigh(edits []Edit) ([]Saved, []change) {
	saved := make([]Saved, len(edits))
	var changes []change
	seen := map[CellKey]bool{}
	for i, e := range edits {
		saved[i] = Saved{Key: e.key(), Cell: f.cells[e.key()]}
		c, problem := f.parse(e)
		if seen[e.key()] {
			problem = "同一格在一次保存里出现了两次"
		}
		seen[e.key()] = true
		switch old := saved[i].Cell; {
		case problem != "":
			saved[i].Problem = problem
		case c.Equal(old.Cell) && c.Comment == old.Comment:
			// Nothing to do, whoever said so first.
		case e.Version != old.Version:
			saved[i].Conflict = &old
		default:
			c.Version = old.Version + 1
			c = f.originate(e, c)
			changes = append(changes, change{e.key(), f.layout.rows[e.Element].Element.ID, old, c})
		}
	}
	return saved, changes
}

// parse reads one edit, or says what is wrong with it.
func (f *figures) parse(e Edit) (Cell, string) {
	row, ok := f.layout.rows[e.Element]
	if !ok || !f.about(e.SubjectID) {
		return Cell{}, "这张表里没有这一格,请刷新页面"
	}
	c := Cell{Comment: f.cells[e.key()].Comment}
	if e.Comment != nil {
		c.Comment = strings.TrimSpace(*e.Comment)
	}
	if utf8.RuneCountInString(c.Comment) > maxComment {
		return c, fmt.Sprintf("批注最多 %d 个字", maxComment)
	}
	var err error
	if c.Cell, err = number.Parse(e.Typed, row.Element.Rule()); err != nil {
		return c, err.Error()
	}
	return c, ""
}

func (f *figures) about(subject int64) bool {
	for _, s := range f.subjects {
		if s.ID == subject {
			return true
		}
	}
	return false
}

// refuseAny turns whatever stands against a whole-form save into one fault.
func refuseAny(saved []Saved) error {
	var problems []fault.Problem
	for _, s := range saved {
		switch {
		case s.Problem != "":
			problems = append(problems, fault.Problem{Field: s.Key.Field(), Message: s.Problem})
		case s.Conflict != nil:
			problems = append(problems, fault.Problem{Field: s.Key.Field(), Message: s.Conflict.taken()})
		}
	}
	if len(problems) > 0 {
		return fault.Invalid(problems...)
	}
	return nil
}

// taken says that somebody else changed the cell meanwhile.
func (c Cell) taken() string {
	by, said := c.By, c.String()
	if by == "" {
		by = "其他人"
	}
	if said == "" {
		said = "空"
	}
	return fmt.Sprintf("%s 刚把这一格改为 %s,请核对后再保存", by, said)
}
