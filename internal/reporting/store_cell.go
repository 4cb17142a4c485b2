package reporting

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// writeCells stores changed cells and their trail. A cell whose version moved meanwhile is not overwritten.
func writeCells(ctx context.Context, q pg.Querier, who actor.Actor, report int64, changes []change, origin string, at time.Time) error {
	p := columnsOf(changes, origin)
	tag, err := q.Exec(ctx, `
		INSERT INTO cell (county_id, report_id, subject_id, element_id, state, value, comment, version, origin, by_id, by_name, at)
		SELECT $1, $2, c.subject, c.element, c.state, c.value::numeric, c.comment, c.version, c.origin, NULLIF($9, 0), $10, $11
		FROM unnest($3::bigint[], $4::int[], $5::text[], $6::text[], $7::text[], $8::int[], $12::text[])
		     AS c(subject, element, state, value, comment, version, origin)
		ON CONFLICT (county_id, report_id, subject_id, element_id) DO UPDATE
		SET state = EXCLUDED.state, value = EXCLUDED.value, comment = EXCLUDED.comment, version = EXCLUDED.version,
		    origin = EXCLUDED.origin, by_id = EXCLUDED.by_id, by_name = EXCLUDED.by_name, at = EXCLUDED.at
		WHERE cell.version = EXCLUDED.version - 1`,
		who.CountyID, report, p.subjects, p.elements, p.states, p.values, p.comments, p.versions, who.AccountID, who.Name, at, p.kept)
	if err != nil {
		return fmt.Errorf("write cells: %w", err)
	}
	if int(tag.RowsAffected()) != len(changes) {
		return fault.Conflict("有数据刚被其他人修改,请刷新后再保存")
	}
	return writeTrail(ctx, q, who, report, p, at)
}

func writeTrail(ctx context.Context, q pg.Querier, who actor.Actor, report int64, p columns, at time.Time) error {
	_, err := q.Exec(ctx, `
		INSERT INTO cell_change (county_id, report_id, subject_id, element_id, old_state, old_value, new_state, new_value,
		                         comment, origin, by_id, by_name, at)
		SELECT $1, $2, c.subject, c.element, c.old_state, c.old_value::numeric, c.state, c.value::numeric,
		       c.comment, c.origin, NULLIF($11, 0), $12, $13
		FROM unnest($3::bigint[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
		     AS c(subject, element, old_state, old_value, state, value, comment, origin)`,
		who.CountyID, report, p.subjects, p.elements, p.oldStates, p.oldValues, p.states, p.values, p.comments,
		p.origins, who.AccountID, who.Name, at)
	if err != nil {
		return fmt.Errorf("write the trail of cells: %w", err)
	}
	return nil
}

// columns are changes turned on their side for unnest.
type columns struct {
	subjects                    []int64
	elements                    []int32
	states, oldStates, comments []string
	origins, kept               []string // as the trail says it, and as the cell does
	values, oldValues           []*string
	versions                    []int
}

func columnsOf(changes []change, origin string) (p columns) {
	for _, c := range changes {
		p.subjects = append(p.subjects, c.key.SubjectID)
		p.elements = append(p.elements, c.element)
		p.states = append(p.states, storedState(c.new.Cell))
		p.values = append(p.values, storedValue(c.new.Cell))
		p.oldStates = append(p.oldStates, storedState(c.old.Cell))
		p.oldValues = append(p.oldValues, storedValue(c.old.Cell))
		p.comments = append(p.comments, c.new.Comment)
		p.versions = append(p.versions, c.new.Version)
		p.kept = append(p.kept, string(c.new.Origin.orTyped()))
		p.origins = append(p.origins, c.new.Origin.trail(origin))
	}
	return p
}

// writeSaved notes that something of the report was stored.
func writeSaved(ctx context.Context, q pg.Querier, county int32, r *Report, at time.Time) error {
	if _, err := q.Exec(ctx, `UPDATE report SET saved_at = $3 WHERE county_id = $1 AND id = $2`, county, r.ID, at); err != nil {
		return fmt.Errorf("note when report %d was saved: %w", r.ID, err)
	}
	r.SavedAt = at
	return nil
}

func writeCounts(ctx context.Context, q pg.Querier, county int32, r *Report, at time.Time) error {
	err := q.QueryRow(ctx, `
		UPDATE report SET filled = $3, fillable = $4, errors = $5, warnings = $6, unexplained = $7, checked = true,
		       version = version + 1, updated_at = $8
		WHERE county_id = $1 AND id = $2 RETURNING version`,
		county, r.ID, r.Filled, r.Fillable, r.Errors, r.Warnings, r.Unexplained, at).Scan(&r.Version)
	if err != nil {
		return fmt.Errorf("count report %d: %w", r.ID, err)
	}
	return nil
}

// moveReport changes a report's state if it is still the expected one, and notes the event.
func moveReport(ctx context.Context, tx pgx.Tx, who actor.Actor, r Report, to State, reason string, at time.Time) error {
	tag, err := tx.Exec(ctx, `
		UPDATE report SET state = $4, version = version + 1, updated_at = $5 WHERE county_id = $1 AND id = $2 AND state = $3`,
		who.CountyID, r.ID, string(r.State), string(to), at)
	if err != nil {
		return fmt.Errorf("move report %d to %s: %w", r.ID, to, err)
	}
	if tag.RowsAffected() != 1 {
		return fault.Conflict("这份月报的状态刚刚变了,请刷新页面")
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO report_event (county_id, report_id, from_state, to_state, reason, by_id, by_name, at)
		VALUES ($1, $2, $3, $4, $5, NULLIF($6, 0), $7, $8)`,
		who.CountyID, r.ID, string(r.State), string(to), reason, who.AccountID, who.Name, at)
	if err != nil {
		return fmt.Errorf("note event of report %d: %w", r.ID, err)
	}
	return nil
}
