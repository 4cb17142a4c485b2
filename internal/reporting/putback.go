package reporting

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/number"
)

// originUndo marks what was put back by undoing an import.
const originUndo = "undo"

// Former is a cell as it stood before something that is taken back, with the version that this left behind.
type Former struct {
	Report, Subject int64
	Element         string // slug
	Version         int
	Cell            number.Cell
	Comment         string
}

// PutBack gives cells their former content, as new changes of their own, in the transaction of a room that keeps what an
// import did. It is a Conflict, and nothing is put back, when one of the reports is not open or was handed in after
// since, or when somebody changed one of the cells meanwhile.
func (s *Service) PutBack(ctx context.Context, tx pgx.Tx, who actor.Actor, since time.Time, cells []Former) error {
	if err := who.Require(ActionEnter); err != nil {
		return err
	}
	byReport := map[int64][]Former{}
	var reports []int64
	for _, c := range cells {
		if byReport[c.Report] == nil {
			reports = append(reports, c.Report)
		}
		byReport[c.Report] = append(byReport[c.Report], c)
	}
	slices.Sort(reports) // one order for everybody, so that two never wait for each other
	for _, id := range reports {
		if err := s.putBack(ctx, tx, who, since, id, byReport[id]); err != nil {
			return fmt.Errorf("put back report %d: %w", id, err)
		}
	}
	return nil
}

func (s *Service) putBack(ctx context.Context, tx pgx.Tx, who actor.Actor, since time.Time, report int64, cells []Former) error {
	r, err := lockReport(ctx, tx, who, report)
	if err != nil {
		return err
	}
	switch {
	case !r.State.Editable():
		return fault.Conflict("“%s”%s,其中的数不能再撤销", r.Name(), r.State.Title())
	case r.SubmittedAt.After(since):
		return fault.Conflict("“%s”在这之后上报过,其中的数不能再撤销", r.Name())
	}
	f, err := s.loadFigures(ctx, tx, who.CountyID, r)
	if err != nil {
		return err
	}
	changes, err := f.former(cells)
	if err != nil {
		return err
	}
	_, err = s.apply(ctx, tx, who, f, nil, changes, originUndo)
	return err
}

// former weighs what is put back against what stands.
func (f *figures) former(cells []Former) ([]change, error) {
	changes := make([]change, 0, len(cells))
	for _, c := range cells {
		key := CellKey{c.Subject, c.Element}
		e, known := f.catalogue.bySlug[c.Element]
		now := f.cells[key]
		if !known || now.Version != c.Version {
			return nil, fault.Conflict("“%s”的“%s”在这之后由%s改过,不能再撤销", f.report.Name(), nameOf(f.catalogue.bySlug, c.Element), byWhom(now))
		}
		changes = append(changes, change{key: key, element: e.ID, old: now, new: Cell{Cell: c.Cell, Comment: c.Comment, Version: now.Version + 1}})
	}
	return changes, nil
}

func byWhom(c Cell) string {
	if c.By == "" {
		return "别人"
	}
	return " " + c.By + " "
}
