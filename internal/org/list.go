package org

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// States of an institution that a list can be narrowed to.
const (
	StateOpen   = "open"
	StateClosed = "closed"
)

// Sort keys of a list of institutions.
const (
	SortCode     = "code"
	SortName     = "name"
	SortDivision = "division"
	SortOpened   = "opened"
)

// Filter narrows a list of institutions. The zero value lets everything through, ordered by code.
type Filter struct {
	Kinds       []string
	Parent      string // code of the institution above
	Descendants bool   // with Parent: the whole subtree below it
	Township    string // 9-digit division code
	Division    string // a division code of any level: what lies in it
	Text        string // part of a name, start of a code, or a whole credit code
	State       string // StateOpen, StateClosed, or "" for both
	Sort        string
	Desc        bool
	Cursor      string // where a page starts; from Page.Next or Page.Prev
	Limit       int

	id    int64
	code  string
	codes []string
}

// Page is one page of a list with the way to its neighbours.
type Page struct {
	Items      []Institution
	Next, Prev string // cursors, "" at the ends
	Total      int    // over all pages
}

// cursor is the place between two rows of an ordered list.
type cursor struct {
	Key  string `json:"k"`
	ID   int64  `json:"i"`
	Back bool   `json:"b,omitempty"`
}

func (c cursor) String() string {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // a string, a number and a boolean always encode
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func parseCursor(text string) (cursor, error) {
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil {
		return c, fault.Field("cursor", "翻页位置无法识别,请从第一页重新开始")
	}
	return c, nil
}

// List is one page of the institutions in the asker's scope, 50 unless the filter says otherwise.
func (s *Service) List(ctx context.Context, who actor.Actor, f Filter) (Page, error) {
	if err := who.Require(ActionView); err != nil {
		return Page{}, err
	}
	return listPage(ctx, s.db, who, f)
}

func listPage(ctx context.Context, q pg.Querier, who actor.Actor, f Filter) (Page, error) {
	const usual, most = 50, 500
	if f.Limit <= 0 {
		f.Limit = usual
	}
	size := min(f.Limit, most)
	f.Limit = size + 1 // one more tells whether there is a next page
	found, total, err := list(ctx, q, who, f)
	if err == nil && len(found) == 0 && f.Cursor != "" {
		total, err = count(ctx, q, who, f)
	}
	if err != nil {
		return Page{}, err
	}
	return cut(found, f, size, total)
}

// cut turns up to size+1 rows into a page and finds the cursors to its neighbours.
func cut(found []Institution, f Filter, size, total int) (Page, error) {
	at := cursor{}
	if f.Cursor != "" {
		var err error
		if at, err = parseCursor(f.Cursor); err != nil {
			return Page{}, err
		}
	}
	more := len(found) > size
	found = found[:min(len(found), size)]
	if at.Back {
		slices.Reverse(found)
	}
	p := Page{Items: found, Total: total}
	if len(found) == 0 {
		return p, nil
	}
	if more || at.Back {
		p.Next = f.cursorAt(found[len(found)-1], false)
	}
	if f.Cursor != "" && (more || !at.Back) {
		p.Prev = f.cursorAt(found[0], true)
	}
	return p, nil
}

func (f Filter) cursorAt(i Institution, back bool) string {
	return cursor{Key: f.key(i), ID: i.ID, Back: back}.String()
}

// key is the row's value of the sort expression, as sortKeys computes it in SQL.
func (f Filter) key(i Institution) string {
	switch f.Sort {
	case SortName:
		return i.Name
	case SortDivision:
		return i.DivisionCode
	case SortOpened:
		if i.OpenedOn == nil {
			return ""
		}
		return i.OpenedOn.Format("2006-01-02")
	default:
		return i.Code
	}
}
