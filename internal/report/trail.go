package report

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
	"yigai/internal/sheet"
)

// TrailFilter narrows the audit trail. Zero fields do not filter.
type TrailFilter struct {
	From        time.Time `json:"from,omitzero"` // first day
	To          time.Time `json:"to,omitzero"`   // last day, included
	Person      string    `json:"person,omitempty"`
	Action      string    `json:"action,omitempty"`
	Kind        string    `json:"kind,omitempty"`   // of the object
	Object      string    `json:"object,omitempty"` // its number
	Institution string    `json:"institution,omitempty"`
	Text        string    `json:"text,omitempty"`
	Cursor      string    `json:"-"`
}

// Entry is one line of the audit trail.
type Entry struct {
	ID            int64
	At            time.Time
	Username      string
	Name          string // of the account, "" when there is none any more
	Address       string
	Action        string
	Kind          string
	ObjectID      string
	ObjectName    string
	Institution   string
	Before, After json.RawMessage // nil when there was nothing
	Reason        string
	Seal          *int64 // its place in the chain, nil for the first seconds
}

// TrailPage is one page of the trail with the cursors of its neighbours.
type TrailPage struct {
	Entries    []Entry
	Next, Prev string
}

// trailPage is how many entries a page shows.
const trailPage = 50

// notSecurity leaves out objects whose trail is the audit administrator's alone. The kinds stand in the statement, so
// that PostgreSQL knows how few entries they are and keeps its plan: as an argument it planned each page anew, for twice
// the time of reading it.
const notSecurity = "e.object_kind NOT IN ('account', 'session', 'token') AND NOT starts_with(e.action, 'account.')"

// newTrail is the trail as who may see it, narrowed by the filter.
func newTrail(who actor.Actor, f TrailFilter) *table {
	t := newTable(who, "审计日志")
	t.from = `FROM audit_entry e
		LEFT JOIN institution_public i ON i.county_id = e.county_id AND i.id = e.institution_id
		LEFT JOIN audit_person a ON a.county_id = e.county_id AND a.account_id = e.account_id
		LEFT JOIN audit_seal s ON s.county_id = e.county_id AND s.entry_id = e.id`
	t.where = []string{"e.county_id = $1"}
	if who.May(ActionSecurity) {
		// Named all the same, so that PostgreSQL knows the type of every argument.
		t.where = append(t.where, "($2::text[] IS NOT NULL OR $3::bigint[] IS NULL)")
	} else {
		t.where = append(t.where, "("+inScope+" OR "+wholeCounty+")", notSecurity)
	}
	t.narrow(f)
	return t
}

func (t *table) narrow(f TrailFilter) {
	if !f.From.IsZero() {
		t.and("e.at >= $n", f.From)
	}
	if !f.To.IsZero() {
		t.and("e.at < $n", f.To.AddDate(0, 0, 1))
	}
	for _, c := range []struct{ typed, condition string }{
		{f.Person, "(e.username = lower($n) OR strpos(a.name, $n) > 0)"}, {f.Action, "e.action = $n"}, {f.Kind, "e.object_kind = $n"},
		{f.Object, "e.object_id = $n"}, {f.Institution, "(i.code = $n OR strpos(i.name, $n) > 0)"},
		{f.Text, `strpos(lower(concat_ws(' ', e.object_name, e.object_id, e.reason, e.address, e.before::text, e.after::text)), lower($n)) > 0`},
	} {
		if typed := strings.TrimSpace(c.typed); typed != "" {
			t.and(c.condition, typed)
		}
	}
}

// trailTable exports the trail, oldest first.
func (s *Service) trailTable(_ context.Context, _ pg.Querier, who actor.Actor, r Request) (*table, error) {
	f := r.Trail
	if !r.From.IsZero() {
		f.From, f.To = r.From.First(), r.To.Next().First().AddDate(0, 0, -1)
	}
	if r.Institution != "" {
		f.Institution = r.Institution
	}
	t := newTrail(who, f)
	t.columns = []column{
		{Field: sheet.Field{Title: "编号"}, sql: "e.id"},
		{Field: sheet.Field{Title: "时间", Width: 20}, sql: moment("e.at")},
		{Field: sheet.Field{Title: "账号", Width: 14}, sql: "e.username"},
		{Field: sheet.Field{Title: "姓名"}, sql: "a.name"},
		{Field: sheet.Field{Title: "来源地址", Width: 16}, sql: "e.address"},
		{Field: sheet.Field{Title: "操作", Width: 22}, sql: "e.action", say: s.ActionWord},
		{Field: sheet.Field{Title: "对象类型", Width: 14}, sql: "e.object_kind", say: KindWord},
		{Field: sheet.Field{Title: "对象编号", Width: 12}, sql: "e.object_id"},
		{Field: sheet.Field{Title: "对象名称", Width: 36}, sql: "e.object_name"},
		{Field: sheet.Field{Title: "单位", Width: 28}, sql: "i.name"},
		{Field: sheet.Field{Title: "变更前", Width: 36}, sql: "e.before", say: stateInWords},
		{Field: sheet.Field{Title: "变更后", Width: 36}, sql: "e.after", say: stateInWords},
		{Field: sheet.Field{Title: "原因", Width: 30}, sql: "e.reason"},
		{Field: sheet.Field{Title: "链序号"}, sql: "s.seq"},
		{Field: sheet.Field{Title: "链校验值", Width: 68}, sql: "encode(s.hash, 'hex')"},
	}
	t.order = "e.id"
	return t, nil
}

const entryColumns = `e.id, e.at, e.username, coalesce(a.name, ''), e.address, e.action, e.object_kind, e.object_id, e.object_name,
	coalesce(i.name, ''), e.before, e.after, e.reason, s.seq`

func scanEntry(row pgx.CollectableRow) (e Entry, err error) {
	return e, row.Scan(&e.ID, &e.At, &e.Username, &e.Name, &e.Address, &e.Action, &e.Kind, &e.ObjectID, &e.ObjectName,
		&e.Institution, &e.Before, &e.After, &e.Reason, &e.Seal)
}

// Trail is one page of the audit trail, newest first.
func (s *Service) Trail(ctx context.Context, who actor.Actor, f TrailFilter) (TrailPage, error) {
	if err := who.Require(ActionTrail); err != nil {
		return TrailPage{}, err
	}
	t := newTrail(who, f)
	back, err := t.beyond(f.Cursor)
	if err != nil {
		return TrailPage{}, err
	}
	t.order = "e.id DESC"
	if back {
		t.order = "e.id"
	}
	found, err := s.entries(ctx, t, trailPage+1)
	if err != nil {
		return TrailPage{}, err
	}
	return cut(found, f.Cursor != "", back), nil
}

// beyond narrows the trail to what lies beyond a cursor: an entry's number, with a minus in front to go back to newer ones.
func (t *table) beyond(cursor string) (back bool, err error) {
	if cursor == "" {
		return false, nil
	}
	id, err := strconv.ParseInt(cursor, 10, 64)
	if err != nil || id == 0 {
		return false, fault.Field("cursor", "翻页位置无法识别,请从第一页重新开始")
	}
	if id < 0 {
		t.and("e.id > $n", -id)
		return true, nil
	}
	t.and("e.id < $n", id)
	return false, nil
}

func cut(found []Entry, moved, back bool) TrailPage {
	more := len(found) > trailPage
	found = found[:min(len(found), trailPage)]
	if back {
		slices.Reverse(found)
	}
	p := TrailPage{Entries: found}
	if len(found) == 0 {
		return p
	}
	if more || back {
		p.Next = strconv.FormatInt(found[len(found)-1].ID, 10)
	}
	if moved && (more || !back) {
		p.Prev = strconv.FormatInt(-found[0].ID, 10)
	}
	return p
}

func (s *Service) entries(ctx context.Context, t *table, most int) ([]Entry, error) {
	rows, err := s.db.Query(ctx, fmt.Sprintf("SELECT %s %s WHERE %s ORDER BY %s LIMIT %d",
		entryColumns, t.from, strings.Join(t.where, " AND "), t.order, most), t.args...)
	if err != nil {
		return nil, fmt.Errorf("read audit trail: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanEntry)
	if err != nil {
		return nil, fmt.Errorf("read audit trail: %w", err)
	}
	return found, nil
}

// Entry returns one line of the trail.
func (s *Service) Entry(ctx context.Context, who actor.Actor, id int64) (Entry, error) {
	if err := who.Require(ActionTrail); err != nil {
		return Entry{}, err
	}
	t := newTrail(who, TrailFilter{})
	t.and("e.id = $n", id)
	t.order = "e.id"
	found, err := s.entries(ctx, t, 1)
	if err != nil {
		return Entry{}, err
	}
	if len(found) == 0 {
		return Entry{}, fault.NotFound("这条审计记录")
	}
	return found[0], nil
}

// timelineMost bounds the timeline of one object.
const timelineMost = 200

// Timeline lists what happened to one object, newest first, at most 200 entries.
func (s *Service) Timeline(ctx context.Context, who actor.Actor, kind, id string) ([]Entry, error) {
	if err := who.Require(ActionTrail); err != nil {
		return nil, err
	}
	t := newTrail(who, TrailFilter{Kind: kind, Object: id})
	t.order = "e.id DESC"
	found, err := s.entries(ctx, t, timelineMost)
	if err == nil && len(found) == 0 {
		return nil, fault.NotFound("这个对象的审计记录")
	}
	return found, err
}

// Chain proves the county's audit chain from its first entry on. That reads the whole trail, so one is made at a time.
func (s *Service) Chain(ctx context.Context, who actor.Actor) (audit.Proof, error) {
	if err := who.Require(ActionTrail); err != nil {
		return audit.Proof{}, err
	}
	select {
	case s.proving <- struct{}{}:
		defer func() { <-s.proving }()
	default:
		return audit.Proof{}, fault.Conflict("另一次核对正在进行,请过一会儿再试")
	}
	return audit.VerifyCounty(ctx, s.replica, who.CountyID)
}
