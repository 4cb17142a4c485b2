package exchange

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// Filter narrows the list of imports; zero fields do not filter.
type Filter struct {
	Source Source
	State  string // stored, refused, undone, conflicts
	Text   string // part of the file's name, of a person's name, or the beginning of the hash
	Before int64  // where the last page ended
}

// perPage is how many imports a page shows.
const perPage = 50

// Imports lists imports from new to old; next is 0 at the end.
func (s *Service) Imports(ctx context.Context, who actor.Actor, f Filter) (list []Import, next int64, err error) {
	if err := who.Require(ActionView); err != nil {
		return nil, 0, err
	}
	list, err = listImports(ctx, s.db, who, f)
	if err != nil {
		return nil, 0, err
	}
	if len(list) > perPage {
		list = list[:perPage]
		next = list[perPage-1].ID
	}
	return list, next, nil
}

// Detail is one import with what it changed.
type Detail struct {
	Import
	Changes []Change // one page, of those in scope
	Next    string   // where the next page begins, "" at the end
	MayUndo bool     // nothing that is seen here is against it
	Against string   // why it cannot be undone
}

// Get opens one import. A page of changes begins after the place that the one before gave.
func (s *Service) Get(ctx context.Context, who actor.Actor, id int64, after string) (d Detail, err error) {
	if err := who.Require(ActionView); err != nil {
		return d, err
	}
	from, err := parsePlace(after)
	if err != nil {
		return d, err
	}
	if d.Import, err = getImport(ctx, s.db, who, id, ""); err != nil {
		return d, err
	}
	if d.Changes, err = listChanges(ctx, s.db, who, id, from); err != nil {
		return d, fmt.Errorf("open import %d: %w", id, err)
	}
	if len(d.Changes) > shownChanges {
		d.Changes = d.Changes[:shownChanges]
		last := d.Changes[shownChanges-1]
		d.Next = fmt.Sprintf("%s|%d|%d", last.Month, last.institutionID, last.elementID)
	}
	d.Against = d.against()
	d.MayUndo = d.Against == "" && who.May(ActionImport) && who.May(reporting.ActionEnter)
	return d, nil
}

// place is where a page of changes begins.
type place struct {
	month       period.Month
	institution int64
	element     int32
}

func parsePlace(text string) (*place, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no place is the first page
	}
	if parts := strings.Split(text, "|"); len(parts) == 3 {
		m, err1 := period.Parse(parts[0])
		institution, err2 := strconv.ParseInt(parts[1], 10, 64)
		element, err3 := strconv.ParseInt(parts[2], 10, 32)
		if err1 == nil && err2 == nil && err3 == nil {
			return &place{m, institution, int32(element)}, nil
		}
	}
	return nil, fault.Field("after", "翻页位置无效,请从第一页重新查看")
}

// requireWholeCounty refuses who configures but sees only a part of the county.
func (s *Service) requireWholeCounty(ctx context.Context, who actor.Actor) error {
	root, err := org.Root(ctx, s.db, who.CountyID)
	if err != nil {
		return err
	}
	if !slices.Contains(who.Scope.Subtrees, root.Path) {
		return fault.Forbidden("编码对照对全县有效,只有数据范围为全县的账号可以改动")
	}
	return nil
}
