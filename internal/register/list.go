package register

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"yigai/internal/actor"
	"yigai/internal/fault"
)

// States of entries that a list can be narrowed to; "" is those that hold today.
const (
	StateAll       = "all"
	StateExpiring  = "expiring"  // hold today and expire within the register's days of warning, or have expired
	StateEnded     = "ended"     // no longer hold
	StateWithdrawn = "withdrawn" // were a mistake
)

// Filter narrows a list of entries; zero fields do not filter.
type Filter struct {
	Type        string
	Institution int64
	State       string
	Text        string // part of the institution's name or of any field
	Cursor      string // where a page starts, from Page.Next
	Limit       int    // 50 unless it says otherwise, at most MaxRows
}

// MaxRows bounds a list, and so an export.
const MaxRows = 5000

// Page is one page of a list.
type Page struct {
	Items []Entry
	Next  string // "" at the end
	Total int    // over all pages
}

// List is one page of the entries in scope, the latest first.
func (s *Service) List(ctx context.Context, who actor.Actor, f Filter) (Page, error) {
	if err := who.Require(ActionView); err != nil {
		return Page{}, err
	}
	const usual = 50
	if f.Limit <= 0 {
		f.Limit = usual
	}
	f.Limit = min(f.Limit, MaxRows)
	from, err := parsePlace(f.Cursor)
	if err != nil {
		return Page{}, err
	}
	items, total, err := list(ctx, s.db, who, f, from, s.today())
	if err != nil {
		return Page{}, fmt.Errorf("list register entries: %w", err)
	}
	p := Page{Items: items, Total: total}
	if len(items) > f.Limit {
		p.Items = items[:f.Limit]
		last := p.Items[f.Limit-1]
		p.Next = last.StartsOn.Format(time.DateOnly) + "." + strconv.FormatInt(last.ID, 10)
	}
	return p, nil
}

// place is where a page begins: after this day and number.
type place struct {
	day time.Time
	id  int64
}

func parsePlace(text string) (*place, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no place is the first page
	}
	day, id, _ := strings.Cut(text, ".")
	at, err1 := time.Parse(time.DateOnly, day)
	n, err2 := strconv.ParseInt(id, 10, 64)
	if err1 != nil || err2 != nil {
		return nil, fault.Field("cursor", "翻页位置无法识别,请从第一页重新开始")
	}
	return &place{at, n}, nil
}

// Get returns one entry in scope.
func (s *Service) Get(ctx context.Context, who actor.Actor, id int64) (Entry, error) {
	if err := who.Require(ActionView); err != nil {
		return Entry{}, err
	}
	return get(ctx, s.db, who, id, "")
}

// Count says how many entries of a register hold today, and how many of them expire soon or have expired.
type Count struct {
	Type           string
	Held, Expiring int
}

// Counts counts the entries in scope, of one institution or (0) of all, by register; a register without entries is missing.
func (s *Service) Counts(ctx context.Context, who actor.Actor, institution int64) (map[string]Count, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return counts(ctx, s.db, who, institution, s.today())
}

// Todos counts what expires soon or has expired among the entries that the asker keeps.
func (s *Service) Todos(ctx context.Context, who actor.Actor) (int, error) {
	if !who.May(ActionKeep) {
		return 0, nil
	}
	all, err := counts(ctx, s.db, who, 0, s.today())
	n := 0
	for _, c := range all {
		n += c.Expiring
	}
	return n, err
}
