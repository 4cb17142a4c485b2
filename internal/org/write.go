package org

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"yigai/internal/fault"
	"yigai/internal/pg"
)

// record is one institution as it shall be stored; ID 0 is a new one.
type record struct {
	Draft
	ID           int64      `json:"id"`
	ClosedOn     *time.Time `json:"closed_on"`
	ClosedReason string     `json:"closed_reason"`
}

// lockTree makes the county's tree ours until the transaction ends, so that what was checked stays true.
// It does not hold up foreign keys to the county, which take a weaker lock.
func lockTree(ctx context.Context, q pg.Querier, county int32) error {
	tag, err := q.Exec(ctx, `SELECT 1 FROM county WHERE county_id = $1 FOR NO KEY UPDATE`, county)
	if err != nil {
		return fmt.Errorf("lock tree of county %d: %w", county, err)
	}
	if tag.RowsAffected() == 0 {
		return fault.NotFound("这个县")
	}
	return nil
}

const recordColumns = `r(id bigint, code text, external_code text, name text, short_name text, kind text, parent text,
	uscc text, division text, address text, phone text, note text, opened_on date, closed_on date, closed_reason text)`

// New rows first stand below the root: a parent may be new itself.
const insertRecords = `
	INSERT INTO institution (county_id, code, external_code, name, short_name, kind, parent_id, path, uscc, division_code,
	                         address, phone, note, opened_on, closed_on, closed_reason)
	SELECT $1, r.code, nullif(r.external_code, ''), r.name, r.short_name, r.kind, root.id, root.path,
	       nullif(r.uscc, ''), nullif(r.division, ''), r.address, r.phone, r.note, r.opened_on, r.closed_on, r.closed_reason
	FROM institution root, jsonb_to_recordset($2::jsonb) AS ` + recordColumns + `
	WHERE root.county_id = $1 AND root.parent_id IS NULL AND r.id = 0`

const updateRecords = `
	UPDATE institution i
	SET code = r.code, external_code = nullif(r.external_code, ''), name = r.name, short_name = r.short_name, kind = r.kind,
	    uscc = nullif(r.uscc, ''), division_code = nullif(r.division, ''), address = r.address, phone = r.phone, note = r.note,
	    opened_on = r.opened_on, closed_on = r.closed_on, closed_reason = r.closed_reason,
	    version = i.version + 1, updated_at = now()
	FROM jsonb_to_recordset($2::jsonb) AS ` + recordColumns + `
	WHERE i.county_id = $1 AND i.id = r.id`

const setParents = `
	UPDATE institution i SET parent_id = p.id
	FROM jsonb_to_recordset($2::jsonb) AS ` + recordColumns + `
	JOIN institution p ON p.county_id = $1 AND p.code = r.parent
	WHERE i.county_id = $1 AND i.code = r.code AND i.parent_id <> p.id`

// repath writes the paths that no longer say where an institution stands: of new rows and of whole moved subtrees.
const repath = `
	WITH RECURSIVE t AS (
		SELECT id, id::text::ltree AS path FROM institution WHERE county_id = $1 AND parent_id IS NULL
		UNION ALL
		SELECT c.id, t.path || c.id::text FROM institution c JOIN t ON c.parent_id = t.id WHERE c.county_id = $1
	)
	UPDATE institution i SET path = t.path FROM t WHERE i.county_id = $1 AND i.id = t.id AND i.path <> t.path`

// storeRecords writes new and changed institutions; the tree is locked and the records are checked.
func storeRecords(ctx context.Context, q pg.Querier, county int32, records []record) error {
	if len(records) == 0 {
		return nil
	}
	b, err := json.Marshal(records)
	if err != nil {
		return fmt.Errorf("encode institutions: %w", err)
	}
	for _, sql := range []string{insertRecords, updateRecords, setParents} {
		if _, err := q.Exec(ctx, sql, county, b); err != nil {
			return taken(err)
		}
	}
	if _, err := q.Exec(ctx, repath, county); err != nil {
		return fmt.Errorf("rewrite institution paths: %w", err)
	}
	return nil
}

// taken turns the violation of a named constraint into the problem of its field.
func taken(err error) error {
	switch {
	case pg.Violates(err, "institution_code_unique"):
		return fault.Field("code", codeTaken)
	case pg.Violates(err, "institution_uscc_unique"):
		return fault.Field("uscc", usccTaken)
	case pg.Violates(err, "institution_external_unique"):
		return fault.Field("external_code", externalTaken)
	case pg.Violates(err, "institution_dates"):
		return fault.Field("opened_on", "开办日期不能晚于关闭日期")
	}
	return fmt.Errorf("store institutions: %w", err)
}
