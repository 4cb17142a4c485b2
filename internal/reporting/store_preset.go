package reporting

import (
	"context"
	"fmt"

	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/preset"
)

// insertElement adds an element unless its slug is taken, and answers its id when it was added.
func insertElement(ctx context.Context, q pg.Querier, county int32, e Element) (int32, bool, error) {
	var id int32
	err := q.QueryRow(ctx, `
		INSERT INTO element (county_id, slug, name_zh, unit, kind, decimals, money, negative, aggregation, code, definition, source)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULLIF($10, ''), $11, $12)
		ON CONFLICT (county_id, slug) DO NOTHING RETURNING id`,
		county, e.Slug, e.NameZH, e.Unit, string(e.Kind), e.Decimals, e.Money, e.Negative, e.Aggregation, e.Code, e.Definition, e.Source).Scan(&id)
	if pg.NoRows(err) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("insert element: %w", err)
	}
	return id, true, nil
}

func insertForm(ctx context.Context, q pg.Querier, county int32, position int, f preset.Form) (int64, error) {
	subjects := []string{}
	if f.Subject == preset.SubjectChildren {
		subjects = f.SubjectKinds
	}
	tag, err := q.Exec(ctx, `
		INSERT INTO form (county_id, slug, title, kinds, subject_kinds, due_day, due_months, working_day, assigned, position)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (county_id, slug) DO NOTHING`,
		county, f.Slug, f.Title, f.FillsKinds, subjects, f.Due.Day, f.Due.NextMonths, f.Due.WorkingDay, f.Assign, position)
	if err != nil {
		return 0, fmt.Errorf("insert form: %w", err)
	}
	return tag.RowsAffected(), nil
}

func insertVersion(ctx context.Context, q pg.Querier, county int32, f preset.Form, from period.Month, layout []byte) (int64, error) {
	tag, err := q.Exec(ctx, `
		INSERT INTO form_version (county_id, form_id, version, effective_from, layout)
		SELECT county_id, id, $3, $4, $5 FROM form WHERE county_id = $1 AND slug = $2
		ON CONFLICT (county_id, form_id, version) DO NOTHING`, county, f.Slug, f.Version, from, layout)
	if err != nil {
		return 0, fmt.Errorf("insert form version: %w", err)
	}
	return tag.RowsAffected(), nil
}

func insertItems(ctx context.Context, q pg.Querier, county int32, f preset.Form) error {
	var slugs []string
	var required []bool
	for _, s := range f.Sections {
		for _, r := range s.Rows {
			if r.Element != "" {
				slugs, required = append(slugs, r.Element), append(required, r.Required)
			}
		}
	}
	tag, err := q.Exec(ctx, `
		INSERT INTO form_item (county_id, form_id, version, element_id, position, required)
		SELECT $1, f.id, $3, e.id, i.position, i.required
		FROM form f, unnest($4::text[], $5::bool[]) WITH ORDINALITY AS i(slug, required, position)
		JOIN element e ON e.county_id = $1 AND e.slug = i.slug
		WHERE f.county_id = $1 AND f.slug = $2`, county, f.Slug, f.Version, slugs, required)
	if err != nil {
		return fmt.Errorf("insert form items: %w", err)
	}
	if int(tag.RowsAffected()) != len(slugs) {
		return fmt.Errorf("insert form items: %d of %d elements are known", tag.RowsAffected(), len(slugs))
	}
	return nil
}

func insertRule(ctx context.Context, q pg.Querier, county int32, c preset.Check, from period.Month) (int64, error) {
	tag, err := q.Exec(ctx, `
		INSERT INTO check_rule (county_id, code, level, expression, elements, each_of, forms, message, source, effective_from)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (county_id, code, version) DO NOTHING`,
		county, c.Code, string(c.Level), c.Condition, some(c.Marks), some(c.Each), some(c.Forms), c.MessageZH, string(c.Mark), from)
	if err != nil {
		return 0, fmt.Errorf("insert check rule: %w", err)
	}
	return tag.RowsAffected(), nil
}

// some is the list itself, or an empty one where SQL would see NULL.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
