package org

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

const institutionColumns = `i.id, i.county_id, i.code, coalesce(i.external_code, ''), i.name,
	CASE WHEN i.short_name = '' THEN i.name ELSE i.short_name END, i.kind,
	i.parent_id, coalesce(p.code, ''), coalesce(p.name, ''), coalesce(p.kind, ''), i.path::text,
	coalesce(i.uscc, ''), coalesce(i.division_code, ''), coalesce(d.name, ''), coalesce(t.name, ''),
	i.address, i.phone, i.note, i.opened_on, i.closed_on, i.closed_reason, i.version`

const institutionFrom = `
	FROM institution i
	LEFT JOIN institution p ON p.county_id = i.county_id AND p.id = i.parent_id
	LEFT JOIN division d ON d.county_id = i.county_id AND d.code = i.division_code
	LEFT JOIN division t ON t.county_id = i.county_id AND t.code = left(i.division_code, 9) AND t.level = 'township'`

func scanInstitution(row pgx.CollectableRow) (i Institution, err error) {
	err = row.Scan(i.targets()...)
	return i, err
}

// targets receives institutionColumns.
func (i *Institution) targets() []any {
	return []any{&i.ID, &i.CountyID, &i.Code, &i.ExternalCode, &i.Name, &i.ShortName, &i.Kind,
		&i.ParentID, &i.ParentCode, &i.ParentName, &i.ParentKind, &i.Path,
		&i.USCC, &i.DivisionCode, &i.DivisionName, &i.TownshipName,
		&i.Address, &i.Phone, &i.Note, &i.OpenedOn, &i.ClosedOn, &i.ClosedReason, &i.Version}
}

// sortKeys are text expressions, so that one cursor fits them all. Each must equal Filter.key.
var sortKeys = map[string]string{
	SortCode:     `i.code COLLATE "C"`,
	SortName:     `i.name COLLATE "zh-x-icu"`,
	SortDivision: `coalesce(i.division_code, '') COLLATE "C"`,
	SortOpened:   `coalesce(i.opened_on::text, '') COLLATE "C"`,
}

// where builds the conditions shared by list and count, and their arguments.
func (f Filter) where(who actor.Actor) (string, []any) {
	args := who.ScopeArgs()
	conditions := []string{"i.county_id = $1", actor.InScope}
	add := func(condition string, value any) {
		if text, ok := value.(string); ok {
			value = pg.Storable(text)
		}
		args = append(args, value)
		conditions = append(conditions, strings.ReplaceAll(condition, "$n", fmt.Sprintf("$%d", len(args))))
	}
	if f.id != 0 {
		add("i.id = $n", f.id)
	}
	if f.code != "" {
		add("i.code = $n", f.code)
	}
	if f.codes != nil {
		add("i.code = ANY($n)", f.codes)
	}
	if len(f.Kinds) > 0 {
		add("i.kind = ANY($n)", f.Kinds)
	}
	if f.Parent != "" && f.Descendants {
		add(`EXISTS (SELECT 1 FROM institution a WHERE a.county_id = i.county_id AND a.code = $n
		             AND i.path <@ a.path AND i.id <> a.id)`, f.Parent)
	} else if f.Parent != "" {
		add("i.parent_id = (SELECT a.id FROM institution a WHERE a.county_id = $1 AND a.code = $n)", f.Parent)
	}
	if f.Township != "" {
		add("left(i.division_code, 9) = $n", f.Township)
	}
	if f.Division != "" {
		add("starts_with(i.division_code, $n)", f.Division)
	}
	if text := strings.TrimSpace(f.Text); text != "" {
		add(`(strpos(lower(i.name), lower($n)) > 0 OR strpos(lower(i.short_name), lower($n)) > 0
		      OR starts_with(lower(i.code), lower($n)) OR i.uscc = upper($n) OR i.external_code = $n)`, text)
	}
	switch f.State {
	case StateOpen:
		conditions = append(conditions, "i.closed_on IS NULL")
	case StateClosed:
		conditions = append(conditions, "i.closed_on IS NOT NULL")
	}
	return strings.Join(conditions, " AND "), args
}

// list finds one page, and how many institutions there are on all pages: 0 when the page itself is empty.
func list(ctx context.Context, q pg.Querier, who actor.Actor, f Filter) (found []Institution, total int, err error) {
	key, ok := sortKeys[f.Sort]
	if !ok {
		key = sortKeys[SortCode]
	}
	where, args := f.where(who)
	down, beyond := f.Desc, ""
	if f.Cursor != "" {
		at, err := parseCursor(f.Cursor)
		if err != nil {
			return nil, 0, err
		}
		down = f.Desc != at.Back
		args = append(args, pg.Storable(at.Key), at.ID)
		beyond = fmt.Sprintf("WHERE (key, id) %s ($%d, $%d)", compare(down), len(args)-1, len(args))
	}
	args = append(args, f.Limit)
	// The page is found first, names are joined to its rows only: fast also where statistics are missing.
	rows, err := q.Query(ctx, fmt.Sprintf(`
		WITH found AS (SELECT i.id, %s AS key, count(*) OVER () AS total FROM institution i WHERE %s),
		     page AS MATERIALIZED (SELECT id, key, total FROM found %s ORDER BY key %s, id %[4]s LIMIT $%d)
		SELECT %s, page.total %s JOIN page ON page.id = i.id WHERE i.county_id = $1 ORDER BY page.key %[4]s, i.id %[4]s`,
		key, where, beyond, direction(down), len(args), institutionColumns, institutionFrom), args...)
	if err != nil {
		return nil, 0, fmt.Errorf("list institutions: %w", err)
	}
	found, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (i Institution, err error) {
		err = row.Scan(append(i.targets(), &total)...)
		return i, err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list institutions: %w", err)
	}
	return found, total, nil
}

func compare(down bool) string {
	if down {
		return "<"
	}
	return ">"
}

func direction(down bool) string {
	if down {
		return "DESC"
	}
	return "ASC"
}

func count(ctx context.Context, q pg.Querier, who actor.Actor, f Filter) (int, error) {
	where, args := f.where(who)
	var n int
	if err := q.QueryRow(ctx, "SELECT count(*) FROM institution i WHERE "+where, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count institutions: %w", err)
	}
	return n, nil
}

func rootOf(ctx context.Context, q pg.Querier, county int32) (Institution, error) {
	rows, err := q.Query(ctx, "SELECT "+institutionColumns+institutionFrom+`
		WHERE i.county_id = $1 AND i.parent_id IS NULL`, county)
	if err != nil {
		return Institution{}, fmt.Errorf("read root institution of county %d: %w", county, err)
	}
	root, err := pgx.CollectExactlyOneRow(rows, scanInstitution)
	if pg.NoRows(err) {
		return root, fault.NotFound("这个县")
	}
	if err != nil {
		return root, fmt.Errorf("read root institution of county %d: %w", county, err)
	}
	return root, nil
}
