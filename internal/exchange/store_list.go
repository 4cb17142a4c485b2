package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
	"yigai/internal/reporting"
)

const importColumns = `m.id, m.source, m.format, m.file_name, m.sha256, m.bytes, m.mode, m.accepted, m.stored, m.imported, m.updated,
	m.deleted, m.unchanged, m.ignored, m.loose, m.conflicts, m.conflict_count, m.started_at, m.took_ms, coalesce(m.account_id, 0), m.by_name,
	m.undone_at, m.undone_name`

// visible are the imports of who, and for those who see the whole county everybody's: an import may hold figures of any
// institution, so that no smaller scope fits it. $4 is the account.
const visible = `m.county_id = $1 AND (m.account_id = $4 OR EXISTS (SELECT FROM institution_public i
	WHERE i.county_id = $1 AND i.parent_id IS NULL AND ` + actor.InScope + `))`

func visibleTo(who actor.Actor) []any { return append(who.ScopeArgs(), who.AccountID) }

func listImports(ctx context.Context, q pg.Querier, who actor.Actor, f Filter) ([]Import, error) {
	sql, args := visible, visibleTo(who)
	add := func(when bool, clause string, arg any) {
		if when {
			args = append(args, arg)
			sql += " AND " + strings.ReplaceAll(clause, "$?", "$"+strconv.Itoa(len(args)))
		}
	}
	add(f.Source != "", "m.source = $?", f.Source)
	add(f.Before > 0, "m.id < $?", f.Before)
	add(f.Text != "", `(m.file_name ILIKE '%' || $? || '%' OR m.by_name ILIKE '%' || $? || '%' OR encode(m.sha256, 'hex') LIKE lower($?) || '%')`, escapeLike(f.Text))
	if clause := states[f.State]; clause != "" {
		sql += " AND " + clause
	}
	args = append(args, perPage+1)
	rows, err := q.Query(ctx, `SELECT `+importColumns+` FROM exchange_import m WHERE `+sql+` ORDER BY m.id DESC LIMIT $`+strconv.Itoa(len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("list imports: %w", err)
	}
	list, err := pgx.CollectRows(rows, scanImport)
	if err != nil {
		return nil, fmt.Errorf("list imports: %w", err)
	}
	return list, nil
}

var states = map[string]string{"stored": "m.stored AND m.undone_at IS NULL", "refused": "NOT m.stored", "undone": "m.undone_at IS NOT NULL",
	"conflicts": "m.conflict_count > 0"}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSpace(s))
}

func getImport(ctx context.Context, q pg.Querier, who actor.Actor, id int64, lock string) (Import, error) {
	rows, err := q.Query(ctx, `SELECT `+importColumns+` FROM exchange_import m WHERE `+visible+` AND m.id = $5`+lock, append(visibleTo(who), id)...)
	if err != nil {
		return Import{}, fmt.Errorf("read import %d: %w", id, err)
	}
	i, err := pgx.CollectExactlyOneRow(rows, scanImport)
	if pg.NoRows(err) {
		return i, fault.NotFound("这次导入")
	}
	if err != nil {
		return i, fmt.Errorf("read import %d: %w", id, err)
	}
	return i, nil
}

// lastOfFile finds the last import of the very same bytes that was stored and stands, nil when there is none to be seen.
func lastOfFile(ctx context.Context, q pg.Querier, who actor.Actor, hash [sha256.Size]byte) (*Import, error) {
	rows, err := q.Query(ctx, `SELECT `+importColumns+` FROM exchange_import m WHERE `+visible+`
		AND m.sha256 = $5 AND m.stored AND m.undone_at IS NULL ORDER BY m.id DESC LIMIT 1`, append(visibleTo(who), hash[:])...)
	if err != nil {
		return nil, fmt.Errorf("look for the same file: %w", err)
	}
	list, err := pgx.CollectRows(rows, scanImport)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

func scanImport(row pgx.CollectableRow) (i Import, err error) {
	var hash, conflicts []byte
	var mode string
	var took int64
	var undone *time.Time
	if err := row.Scan(&i.ID, &i.Source, &i.Format, &i.Name, &hash, &i.Bytes, &mode, &i.Accepted, &i.Stored, &i.Imported, &i.Updated,
		&i.Deleted, &i.Unchanged, &i.Ignored, &i.Loose, &conflicts, &i.ConflictCount, &i.At, &took, &i.ByID, &i.By, &undone, &i.UndoneBy); err != nil {
		return i, err
	}
	copy(i.SHA256[:], hash)
	i.Took = time.Duration(took) * time.Millisecond
	for o, name := range modes {
		if name == mode {
			i.Only = o
		}
	}
	if undone != nil {
		i.UndoneAt = *undone
	}
	return i, json.Unmarshal(conflicts, &i.Conflicts)
}

func listChanges(ctx context.Context, q pg.Querier, who actor.Actor, id int64, after *place) ([]Change, error) {
	args := append(who.ScopeArgs(), id, shownChanges+1)
	from := ""
	if after != nil {
		from = ` AND (c.period, c.institution_id, c.element_id) > ($6::date, $7::bigint, $8::int)`
		args = append(args, after.month, after.institution, after.element)
	}
	rows, err := q.Query(ctx, `SELECT `+changeColumns+` FROM exchange_change c
		JOIN institution_public i ON i.county_id = c.county_id AND i.id = c.institution_id AND `+actor.InScope+`
		JOIN element_public e ON e.county_id = c.county_id AND e.id = c.element_id
		WHERE c.county_id = $1 AND c.import_id = $4`+from+` ORDER BY c.period, c.institution_id, c.element_id LIMIT $5`, args...)
	if err != nil {
		return nil, fmt.Errorf("list changes: %w", err)
	}
	return collectChanges(rows)
}

// readFormer reads what an import found in every cell of a report that it changed.
func readFormer(ctx context.Context, q pg.Querier, county int32, id int64) ([]reporting.Former, error) {
	rows, err := q.Query(ctx, `SELECT c.report_id, c.institution_id, e.slug, c.version, c.old_state, c.old_value, c.old_comment
		FROM exchange_change c JOIN element_public e ON e.county_id = c.county_id AND e.id = c.element_id
		WHERE c.county_id = $1 AND c.import_id = $2 AND c.report_id IS NOT NULL
		ORDER BY c.report_id, c.institution_id, c.element_id LIMIT $3`, county, id, reporting.MaxRows)
	if err != nil {
		return nil, fmt.Errorf("read former figures: %w", err)
	}
	list, err := pgx.CollectRows(rows, scanFormer)
	if err != nil {
		return nil, fmt.Errorf("read former figures: %w", err)
	}
	return list, nil
}
