package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/fault"
	"yigai/internal/pg"
)

func getElement(ctx context.Context, q pg.Querier, county int32, slug string) (Element, error) {
	rows, err := q.Query(ctx, `
		SELECT id, slug, name_zh, unit, kind, decimals, money, negative, aggregation, coalesce(code, ''), definition, source
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
		       code = NULLIF($10, ''), definition = $11, source = $12
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

func replaceAssignments(ctx context.Context, q pg.Querier, county int32, f *Form, institutions []int64) error {
	var found int
	err := q.QueryRow(ctx, `SELECT count(*) FROM institution_public WHERE county_id = $1 AND id = ANY($2) AND kind = ANY($3)`,
		county, some(institutions), f.Kinds).Scan(&found)
	if err != nil {
		return fmt.Errorf("read institutions: %w", err)
	}
	if found != len(institutions) {
		return fault.Field("institutions", "所选机构里有的不存在,或不属于填报这张表的类别")
	}
	if _, err := q.Exec(ctx, `DELETE FROM form_assignment WHERE county_id = $1 AND form_id = $2`, county, f.ID); err != nil {
		return fmt.Errorf("clear assignments: %w", err)
	}
	_, err = q.Exec(ctx, `INSERT INTO form_assignment (county_id, form_id, institution_id) SELECT $1, $2, unnest($3::bigint[])`,
		county, f.ID, some(institutions))
	if err != nil {
		return fmt.Errorf("write assignments: %w", err)
	}
	return nil
}

func readLayout(ctx context.Context, q pg.Querier, county int32, slug string, version int) (layout []byte, err error) {
	err = q.QueryRow(ctx, `SELECT v.layout FROM form_version v JOIN form f ON f.county_id = v.county_id AND f.id = v.form_id
		WHERE f.county_id = $1 AND f.slug = $2 AND v.version = $3`, county, slug, version).Scan(&layout)
	if err != nil {
		return nil, fmt.Errorf("read version %d of form %s: %w", version, slug, err)
	}
	return layout, nil
}

func updateForm(ctx context.Context, q pg.Querier, county int32, slug string, c FormChange) (id int32, title string, err error) {
	err = q.QueryRow(ctx, `
		UPDATE form SET title = coalesce($3, title), due_day = coalesce($4, due_day), due_months = coalesce($5, due_months),
		       working_day = coalesce($6, working_day), enabled = coalesce($7, enabled)
		WHERE county_id = $1 AND slug = $2 RETURNING id, title`,
		county, slug, c.Title, c.DueDay, c.DueMonths, c.WorkingDay, c.Enabled).Scan(&id, &title)
	if pg.NoRows(err) {
		return 0, "", fault.NotFound("这张报表")
	}
	if err != nil {
		return 0, "", fmt.Errorf("update form: %w", err)
	}
	return id, title, nil
}
