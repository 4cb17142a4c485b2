package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/pg"
)

func getElement(ctx context.Context, q pg.Querier, county int32, slug string) (Element, error) {
	rows, err := q.Query(ctx, `
		SELECT id, slug, name_zh, unit, kind, decimals, money, negative, aggregation, coalesce(code, ''), definition, source,
		       revision
		FROM element WHERE county_id = $1 AND slug = $2`, county, slug)
	if err != nil {
		return Element{}, fmt.Errorf("read element %s: %w", slug, err)
	}
	e, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Element])
	if pg.NoRows(err) {
		return e, fault.NotFound("数据项“" + slug + "”")
	}
	if err != nil {
		return e, fmt.Errorf("read element %s: %w", slug, err)
	}
	return e, nil
}

func updateElement(ctx context.Context, q pg.Querier, county int32, e Element) error {
	_, err := q.Exec(ctx, `
		UPDATE element SET name_zh = $3, unit = $4, kind = $5, decimals = $6, money = $7, negative = $8, aggregation = $9,
		       code = NULLIF($10, ''), definition = $11, source = $12, revision = revision + 1
		WHERE county_id = $1 AND id = $2`, county, e.ID, e.NameZH, e.Unit, string(e.Kind), e.Decimals, e.Money, e.Negative,
		e.Aggregation, e.Code, e.Definition, e.Source)
	if err != nil {
		return fmt.Errorf("update element: %w", err)
	}
	return nil
}

func elementUsed(ctx context.Context, q pg.Querier, county int32, id int32) (used bool, err error) {
	err = q.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM fact WHERE county_id = $1 AND element_id = $2)
		    OR EXISTS (SELECT FROM cell WHERE county_id = $1 AND element_id = $2)`, county, id).Scan(&used)
	if err != nil {
		return false, fmt.Errorf("look for figures of element %d: %w", id, err)
	}
	return used, nil
}

// openInScope are the institutions of a form's kinds that somebody may choose from; kinds are $4.
const openInScope = ` i.county_id = $1 AND (i.path <@ ANY($2::text[]::ltree[]) OR i.id = ANY($3::bigint[]))
	AND i.kind = ANY($4) AND i.closed_on IS NULL`

// replaceAssignments changes who fills a form, among those that who may choose from; others stay as they are. It
// answers who was chosen among them before.
func replaceAssignments(ctx context.Context, q pg.Querier, who actor.Actor, f *Form, institutions []int64) (before []int64, err error) {
	var found int
	err = q.QueryRow(ctx, `SELECT count(*) FROM institution_public i WHERE`+openInScope+` AND i.id = ANY($5)`,
		who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, f.Kinds, some(institutions)).Scan(&found)
	if err != nil {
		return nil, fmt.Errorf("read institutions: %w", err)
	}
	if found != len(institutions) {
		return nil, fault.Field("institutions", "所选机构里有的不存在、已撤销、不在您的管理范围内,或不属于填报这张表的类别")
	}
	rows, err := q.Query(ctx, `
		WITH cleared AS (
			DELETE FROM form_assignment a USING institution_public i
			WHERE a.county_id = $1 AND a.form_id = $5 AND i.id = a.institution_id AND`+openInScope+`
			RETURNING a.institution_id)
		SELECT institution_id FROM cleared ORDER BY institution_id`,
		who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, f.Kinds, f.ID)
	if err == nil {
		before, err = pgx.CollectRows(rows, pgx.RowTo[int64])
	}
	if err != nil {
		return nil, fmt.Errorf("clear assignments: %w", err)
	}
	_, err = q.Exec(ctx, `INSERT INTO form_assignment (county_id, form_id, institution_id) SELECT $1, $2, unnest($3::bigint[])`,
		who.CountyID, f.ID, some(institutions))
	if err != nil {
		return nil, fmt.Errorf("write assignments: %w", err)
	}
	return before, nil
}

func readLayout(ctx context.Context, q pg.Querier, county int32, slug string, version int) (layout []byte, err error) {
	err = q.QueryRow(ctx, `SELECT v.layout FROM form_version v JOIN form f ON f.county_id = v.county_id AND f.id = v.form_id
		WHERE f.county_id = $1 AND f.slug = $2 AND v.version = $3`, county, slug, version).Scan(&layout)
	if err != nil {
		return nil, fmt.Errorf("read version %d of form %s: %w", version, slug, err)
	}
	return layout, nil
}

func updateForm(ctx context.Context, q pg.Querier, county int32, id int32, c FormChange) error {
	_, err := q.Exec(ctx, `
		UPDATE form SET title = coalesce($3, title), due_day = coalesce($4, due_day), due_months = coalesce($5, due_months),
		       working_day = coalesce($6, working_day), enabled = coalesce($7, enabled), revision = revision + 1
		WHERE county_id = $1 AND id = $2`, county, id, c.Title, c.DueDay, c.DueMonths, c.WorkingDay, c.Enabled)
	if err != nil {
		return fmt.Errorf("update form: %w", err)
	}
	return nil
}

// monthsOf lists the months with an accepted figure of an element.
func monthsOf(ctx context.Context, q pg.Querier, county, element int32) ([]period.Month, error) {
	rows, err := q.Query(ctx, `SELECT DISTINCT period FROM fact WHERE county_id = $1 AND element_id = $2 ORDER BY period LIMIT 5000`, county, element)
	if err != nil {
		return nil, fmt.Errorf("list months of element %d: %w", element, err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[period.Month])
	if err != nil {
		return nil, fmt.Errorf("list months of element %d: %w", element, err)
	}
	return found, nil
}
