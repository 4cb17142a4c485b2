package clinic

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/pg"
)

// Lacking anything, besides the names of fields, in Filter.Missing.
const (
	MissingAny    = "any"    // some wanted field is not known
	MissingAll    = "all"    // not registered at all
	ExpiredPermit = "permit" // the licence has run out
)

// Filter narrows a list of clinics. The zero value lets every open one through.
type Filter struct {
	Township string // code
	Parent   int64  // the institution above
	Text     string // part of the name or start of the code
	Missing  string // a field's name, or MissingAny, MissingAll, ExpiredPermit
	Closed   bool   // closed ones too
	Cursor   string
	Limit    int
}

// Page is one page of a list; Next and Prev are cursors, "" at the ends.
type Page struct {
	Items      []Clinic
	Next, Prev string
	Total      int
}

// where is the filter as conditions after those of the scope, which take the arguments up to $3.
func (f Filter) where(today time.Time) (string, []any) {
	conditions, args := []string{"true"}, []any{}
	add := func(condition string, value any) {
		args = append(args, value)
		conditions = append(conditions, strings.ReplaceAll(condition, "$n", "$"+strconv.Itoa(len(args)+3)))
	}
	if f.Township != "" {
		add(clinicTownship+" = $n", pg.Storable(f.Township))
	}
	if f.Parent != 0 {
		add("i.parent_id = $n", f.Parent)
	}
	if text := strings.TrimSpace(f.Text); text != "" {
		add("(strpos(lower(i.name), lower($n)) > 0 OR starts_with(lower(i.code), lower($n)))", pg.Storable(text))
	}
	if !f.Closed {
		conditions = append(conditions, "i.closed_on IS NULL")
	}
	switch f.Missing {
	case "":
	case ExpiredPermit:
		add("(c.state).licence_until < $n", today)
	default:
		conditions = append(conditions, lacking(f.Missing))
	}
	return strings.Join(conditions, " AND "), args
}

// lacking is true of clinics of which the thing is not known; an unknown word is true of none.
func lacking(what string) string {
	if what == MissingAll {
		return "(c.state).version IS NULL"
	}
	if what == MissingAny {
		some := []string{"(c.state).ownership = 'contract' AND (c.state).contract_until IS NULL"}
		for _, f := range Fields {
			if f.Wanted {
				some = append(some, f.unknown())
			}
		}
		return "(" + strings.Join(some, " OR ") + ")"
	}
	if f, ok := FieldOf(what); ok {
		return f.unknown()
	}
	return "false"
}

func (f Field) unknown() string {
	if f.Type == TypeText {
		return "coalesce((c.state)." + f.Name + ", '') = ''"
	}
	return "(c.state)." + f.Name + " IS NULL"
}

// List is one page of the clinics in the asker's scope by code.
func (s *Service) List(ctx context.Context, who actor.Actor, f Filter) (Page, error) {
	if err := who.Require(ActionView); err != nil {
		return Page{}, err
	}
	const usual, most = 100, 300
	if f.Limit <= 0 {
		f.Limit = usual
	}
	f.Limit = min(f.Limit, most)
	total, err := count(ctx, s.db, who, f, s.today())
	if err != nil {
		return Page{}, err
	}
	return s.page(ctx, who, f, total)
}

func (s *Service) page(ctx context.Context, who actor.Actor, f Filter, total int) (Page, error) {
	at, err := parseCursor(f.Cursor)
	if err != nil {
		return Page{}, err
	}
	where, args := f.where(s.today())
	order := "ASC"
	if at.back {
		order = "DESC"
	}
	if f.Cursor != "" {
		args = append(args, pg.Storable(at.code))
		where += fmt.Sprintf(` AND i.code COLLATE "C" %s $%d`, map[bool]string{false: ">", true: "<"}[at.back], len(args)+3)
	}
	args = append(args, f.Limit+1)
	found, err := query(ctx, s.db, who, where+fmt.Sprintf(` ORDER BY i.code COLLATE "C" %s LIMIT $%d`, order, len(args)+3), args...)
	if err != nil {
		return Page{}, err
	}
	return at.cut(found, f, total), nil
}

// All lists the clinics in scope that the filter lets through, by code, at most MaxClinics.
func (s *Service) All(ctx context.Context, who actor.Actor, f Filter) ([]Clinic, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return all(ctx, s.db, who, f, s.today())
}

func all(ctx context.Context, q pg.Querier, who actor.Actor, f Filter, today time.Time) ([]Clinic, error) {
	where, args := f.where(today)
	args = append(args, MaxClinics)
	return query(ctx, q, who, where+fmt.Sprintf(` ORDER BY i.code COLLATE "C" LIMIT $%d`, len(args)+3), args...)
}

func count(ctx context.Context, q pg.Querier, who actor.Actor, f Filter, today time.Time) (n int, err error) {
	where, args := f.where(today)
	err = q.QueryRow(ctx, `SELECT count(*) `+clinicTables+`
		WHERE i.county_id = $1 AND `+actor.InScope+` AND i.kind = 'village_clinic' AND `+where, append(who.ScopeArgs(), args...)...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count clinics: %w", err)
	}
	return n, nil
}

// Get returns one clinic in scope.
func (s *Service) Get(ctx context.Context, who actor.Actor, id int64) (Clinic, error) {
	if err := who.Require(ActionView); err != nil {
		return Clinic{}, err
	}
	return one(ctx, s.db, who, id)
}

// Townships lists those with clinics in the asker's scope.
func (s *Service) Townships(ctx context.Context, who actor.Actor) ([]org.Division, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return townships(ctx, s.db, who)
}

// place is a spot between two rows of the list.
type place struct {
	code string
	back bool
}

func (p place) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(map[bool]string{false: "+", true: "-"}[p.back] + p.code))
}

func parseCursor(text string) (place, error) {
	if text == "" {
		return place{}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) == 0 || b[0] != '+' && b[0] != '-' {
		return place{}, fault.Field("cursor", "翻页位置无法识别,请从第一页重新开始")
	}
	return place{code: string(b[1:]), back: b[0] == '-'}, nil
}

// cut makes a page of up to one row more than it holds.
func (p place) cut(found []Clinic, f Filter, total int) Page {
	extra := len(found) > f.Limit
	found = found[:min(len(found), f.Limit)]
	if p.back {
		slices.Reverse(found)
	}
	out := Page{Items: found, Total: total}
	if len(found) == 0 {
		return out
	}
	if extra || p.back {
		out.Next = place{code: found[len(found)-1].Code}.String()
	}
	if f.Cursor != "" && (extra || !p.back) {
		out.Prev = place{code: found[0].Code, back: true}.String()
	}
	return out
}
