package reporting

import (
	"context"
	"fmt"
	"time"

	"yigai/internal/actor"
	"yigai/internal/fault"
)

// Live is what happened on a form while somebody has it open.
type Live struct {
	At      time.Time // to be asked from next time
	Others  []string  // names of the others who have the form open
	Lock    *Lock     // why nothing can be typed any more
	Changed []CellKey // cells stored since, also one's own
	Cells   map[CellKey]Cell
	Outcome Outcome // everything that changes with them, when Changed is not empty
}

const (
	presentFor = 20 * time.Second // without a word somebody counts as gone
	overlap    = 2 * time.Second  // clocks of several servers differ a little
)

// Live tells who has a report open what was stored since a moment and who else is there, and notes that who is.
func (s *Service) Live(ctx context.Context, who actor.Actor, report int64, since time.Time) (Live, error) {
	if err := who.Require(ActionEnter); err != nil {
		return Live{}, err
	}
	r, err := s.Get(ctx, who, report)
	if err != nil {
		return Live{}, err
	}
	live := Live{At: s.now(), Lock: lockOf(r)}
	if live.Lock != nil {
		return live, nil
	}
	if live.Others, err = readPresence(ctx, s.db, who, report, live.At); err != nil {
		return live, err
	}
	found, err := readStoredSince(ctx, s.db, who.CountyID, report, since.Add(-overlap))
	if err != nil || len(found) == 0 {
		return live, err
	}
	return live, s.tellChanges(ctx, who, r, &live, found)
}

func (s *Service) tellChanges(ctx context.Context, who actor.Actor, r Report, live *Live, found []storedCell) error {
	f, err := s.loadFigures(ctx, s.db, who.CountyID, r)
	if err != nil {
		return fmt.Errorf("look at report %d: %w", r.ID, err)
	}
	for _, c := range found {
		err := f.keep(c.subject, c.element, func(k CellKey) { live.Changed = append(live.Changed, k) })
		if err != nil {
			return err
		}
	}
	live.Cells = f.cells
	live.Outcome = f.outcome(nil, f.findings())
	return nil
}

// Leave forgets long gone visitors of forms.
func (s *Service) Leave(ctx context.Context, at time.Time) error {
	return clearPresence(ctx, s.db, at.Add(-time.Hour))
}

// RequireSame refuses what a page of one person sends after another signed in at the same browser. Zero does not say.
func RequireSame(who actor.Actor, account int64) error {
	if account != 0 && account != who.AccountID {
		return fault.Conflict("这台电脑上已换了人登录,这一页是别人打开的,没有保存")
	}
	return nil
}
