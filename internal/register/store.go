package register

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

const columns = `e.id, e.type, e.institution_id, i.name, e.starts_on, e.ends_on, e.content, e.version, e.by_name, e.at, e.withdrawn`

const from = ` FROM register_entry e JOIN institution_public i ON i.county_id = e.county_id AND i.id = e.institution_id WHERE e.county_id = $1 AND ` + actor.InScope

func scan(row pgx.CollectableRow) (e Entry, err error) {
	err = row.Scan(&e.ID, &e.Type, &e.InstitutionID, &e.Institution, &e.StartsOn, &e.EndsOn, &e.Content, &e.Version, &e.By, &e.At, &e.Withdrawn)
	return e, err
}

func insert(ctx context.Context, q pg.Querier, who actor.Actor, e Entry) (id int64, err error) {
	err = q.QueryRow(ctx, `INSERT INTO register_entry (county_id, type, institution_id, starts_on, ends_on, expires_on, content, by_id, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8::bigint, 0), $9, $10) RETURNING id`,
		who.CountyID, e.Type, e.InstitutionID, e.StartsOn, e.EndsOn, e.expiresOn(), e.Content, who.AccountID, e.By, e.At).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("store entry: %w", err)
	}
	return id, nil
}

func update(ctx context.Context, q pg.Querier, who actor.Actor, e Entry) error {
	_, err := q.Exec(ctx, `UPDATE register_entry SET starts_on = $3, ends_on = $4, expires_on = $5, content = $6, by_id = nullif($7::bigint, 0), by_name = $8,
		at = $9, version = $10, withdrawn = $11 WHERE county_id = $1 AND id = $2`,
		who.CountyID, e.ID, e.StartsOn, e.EndsOn, e.expiresOn(), e.Content, who.AccountID, e.By, e.At, e.Version, e.Withdrawn)
	if err != nil {
		return fmt.Errorf("store entry: %w", err)
	}
	return nil
}

// expiresOn is the day of the field that is warned of, NULL when there is none.
func (e Entry) expiresOn() *string {
	t, _ := TypeOf(e.Type)
	f, ok := t.expiry()
	if day := e.Content[f.Slug]; ok && day != "" {
		return &day
	}
	return nil
}

func get(ctx context.Context, q pg.Querier, who actor.Actor, id int64, lock string) (Entry, error) {
	rows, err := q.Query(ctx, "SELECT "+columns+from+" AND e.id = $4 "+lock, append(who.ScopeArgs(), id)...)
	if err != nil {
		return Entry{}, fmt.Errorf("read register entry: %w", err)
	}
	e, err := pgx.CollectExactlyOneRow(rows, scan)
	if pg.NoRows(err) {
		return e, fault.NotFound("这条登记")
	}
	if err != nil {
		return e, fmt.Errorf("read register entry: %w", err)
	}
	return e, nil
}

// states are the conditions of the states of a filter; $6 is today, $7 and $8 the registers with their days of warning.
var states = map[string]string{
	"":             held,
	StateAll:       `true`,
	StateEnded:     `e.withdrawn = '' AND e.ends_on <= $6`,
	StateWithdrawn: `e.withdrawn <> ''`,
	StateExpiring:  held + ` AND ` + soon,
}

const (
	held = `e.withdrawn = '' AND e.starts_on <= $6 AND (e.ends_on IS NULL OR e.ends_on > $6)`
	soon = `e.expires_on < $6::date + (SELECT w.days FROM unnest($7::text[], $8::int[]) w(type, days) WHERE w.type = e.type)`
)

// warnings are the registers and their days of warning as two arrays.
func warnings() (types []string, days []int32) {
	for _, t := range Types() {
		types, days = append(types, t.Slug), append(days, int32(t.WarnDays))
	}
	return types, days
}

// list reads one row more than the limit, which tells whether there is a next page, and how many there are in all.
func list(ctx context.Context, q pg.Querier, who actor.Actor, f Filter, after *place, today time.Time) (items []Entry, total int, err error) {
	state, ok := states[f.State]
	if !ok {
		return nil, 0, fault.Field("state", "不认识的状态")
	}
	if after == nil {
		after = &place{time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), 0}
	}
	types, days := warnings()
	where := from + ` AND ($4 = '' OR e.type = $4) AND ($5::bigint = 0 OR e.institution_id = $5) AND ($9 = '' OR strpos(i.name, $9) > 0
		OR EXISTS (SELECT FROM jsonb_each_text(e.content) c WHERE strpos(c.value, $9) > 0)) AND $6::date IS NOT NULL AND $7::text[] IS NOT NULL AND $8::int[] IS NOT NULL AND ` + state
	args := append(who.ScopeArgs(), f.Type, f.Institution, today, types, days, pg.Storable(f.Text))
	if err := q.QueryRow(ctx, "SELECT count(*)"+where, args...).Scan(&total); err != nil {
		return nil, 0, err
	}
	rows, err := q.Query(ctx, "SELECT "+columns+where+` AND (e.starts_on, e.id) < ($10, $11) ORDER BY e.starts_on DESC, e.id DESC LIMIT $12`,
		append(args, after.day, after.id, f.Limit+1)...)
	if err != nil {
		return nil, 0, err
	}
	items, err = pgx.CollectRows(rows, scan)
	return items, total, err
}

func counts(ctx context.Context, q pg.Querier, who actor.Actor, institution int64, today time.Time) (map[string]Count, error) {
	types, days := warnings()
	rows, err := q.Query(ctx, `SELECT e.type, count(*), count(*) FILTER (WHERE `+soon+`)`+from+` AND ($4 = '' OR e.type = $4) AND ($5::bigint = 0 OR e.institution_id = $5) AND `+held+` GROUP BY e.type`,
		append(who.ScopeArgs(), "", institution, today, types, days)...)
	if err != nil {
		return nil, fmt.Errorf("count register entries: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Count])
	if err != nil {
		return nil, fmt.Errorf("count register entries: %w", err)
	}
	byType := map[string]Count{}
	for _, c := range found {
		byType[c.Type] = c
	}
	return byType, nil
}
