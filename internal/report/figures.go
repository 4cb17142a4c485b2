package report

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/pg"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
)

// below narrows a table to an institution in scope and everything below it.
func (t *table) below(ctx context.Context, q pg.Querier, who actor.Actor, code string) error {
	if code == "" {
		return nil
	}
	found, err := org.ByCode(ctx, q, who, code)
	if err != nil {
		return err
	}
	t.and("i.path <@ $n::ltree", found.Path)
	return nil
}

// valuesTable lists the accepted and the loaded figures.
func (*Service) valuesTable(ctx context.Context, q pg.Querier, who actor.Actor, r Request) (*table, error) {
	t := newTable(who, "数据明细")
	t.note = "只含审核通过和导入的数;空白表示未报,0 表示零,“不适用”表示该单位没有这项业务"
	t.columns = []column{
		{Field: sheet.Field{Title: "报告期"}, sql: month("v.period")},
		{Field: sheet.Field{Title: "机构编码", Width: 14}, sql: "i.code"},
		{Field: sheet.Field{Title: "机构名称", Width: 28}, sql: "i.name"},
		{Field: sheet.Field{Title: "机构类型", Width: 14}, sql: "i.kind", say: org.KindTitle},
		{Field: sheet.Field{Title: "数据项代码", Width: 24}, sql: "e.slug"},
		{Field: sheet.Field{Title: "数据项", Width: 28}, sql: "e.name_zh"},
		{Field: sheet.Field{Title: "计量单位"}, sql: "e.unit"},
		{Field: sheet.Field{Title: "数值", Kind: sheet.Decimal, Width: 16}, sql: figure("v.state", "v.value")},
		{Field: sheet.Field{Title: "填报状态"}, sql: "v.state", say: stateOfCell},
		{Field: sheet.Field{Title: "来源", Width: 20}, sql: "coalesce(v.form_title, '导入')"},
		{Field: sheet.Field{Title: "填报人"}, sql: "coalesce(v.entered_name, v.by_name)"},
		{Field: sheet.Field{Title: "填报时间", Width: 20}, sql: moment("coalesce(v.entered_at, v.at)")},
		{Field: sheet.Field{Title: "上报人"}, sql: "v.submitted_name"},
		{Field: sheet.Field{Title: "上报时间", Width: 20}, sql: moment("v.submitted_at")},
		{Field: sheet.Field{Title: "审核人"}, sql: "v.reviewed_name"},
		{Field: sheet.Field{Title: "审核时间", Width: 20}, sql: moment("v.reviewed_at")},
		{Field: sheet.Field{Title: "说明", Width: 30}, sql: "v.comment"},
	}
	t.from = `FROM indicator_fact_origin v
		JOIN institution_public i ON i.county_id = v.county_id AND i.id = v.institution_id
		JOIN element_public e ON e.county_id = v.county_id AND e.id = v.element_id
		LEFT JOIN form_public o ON o.county_id = v.county_id AND o.id = v.form_id`
	t.order = `v.period, i.code COLLATE "C", e.slug COLLATE "C"`
	t.where = []string{"v.county_id = $1", inScope}
	t.between("v.period", r)
	if r.Element != "" {
		t.and("e.slug = $n", r.Element)
	}
	if r.Form != "" {
		t.and("o.slug = $n", r.Form)
	}
	return t, t.below(ctx, q, who, r.Institution)
}

// between narrows a table to the months of the request.
func (t *table) between(expression string, r Request) {
	t.and(expression+" >= $n", r.From.Date())
	t.and(expression+" <= $n", r.To.Date())
}

func stateOfCell(state string) string {
	switch state {
	case "value":
		return "已填"
	case "na":
		return "不适用"
	}
	return "未填"
}

// reportsTable lays one form out: a row for each institution that owes it and each month, a column for each element.
func (*Service) reportsTable(ctx context.Context, q pg.Querier, who actor.Actor, r Request) (*table, error) {
	title, elements, err := elementsOf(ctx, q, who, r)
	if err != nil {
		return nil, err
	}
	t := newTable(who, title)
	t.note = "只含审核通过的数;空白表示未报或未通过,0 表示零,“不适用”表示该单位没有这项业务"
	t.columns = []column{
		{Field: sheet.Field{Title: "报告期"}, sql: month("r.period")},
		{Field: sheet.Field{Title: "机构编码", Width: 14}, sql: "i.code"},
		{Field: sheet.Field{Title: "机构名称", Width: 28}, sql: "i.name"},
		{Field: sheet.Field{Title: "机构类型", Width: 14}, sql: "i.kind", say: org.KindTitle},
		{Field: sheet.Field{Title: "状态"}, sql: "r.state", say: stateOfReport},
	}
	ids := make([]int32, len(elements))
	for n, e := range elements {
		ids[n] = e.id
		t.columns = append(t.columns, column{Field: sheet.Field{Title: e.name, Unit: e.unit, Kind: sheet.Decimal, Decimals: e.decimals},
			sql: fmt.Sprintf("g.figures[%d]", n+1)})
	}
	t.from = `FROM form_public o
		JOIN report_public r ON r.county_id = o.county_id AND r.form_id = o.id
		CROSS JOIN LATERAL (SELECT DISTINCT institution_id FROM reporting_due WHERE county_id = r.county_id AND report_id = r.id) d
		JOIN institution_public i ON i.county_id = r.county_id AND i.id = d.institution_id
		LEFT JOIN LATERAL (
			SELECT array_agg(` + figure("f.state", "f.value") + ` ORDER BY e.n) AS figures
			FROM unnest(` + t.arg(ids) + `::int[]) WITH ORDINALITY AS e(id, n)
			LEFT JOIN reporting_fact f ON f.county_id = r.county_id AND f.period = r.period AND f.element_id = e.id
			     AND f.institution_id = d.institution_id AND f.report_id = r.id) g ON true`
	t.order = `r.period, i.code COLLATE "C"`
	t.where = []string{"r.county_id = $1", inScope}
	t.and("o.slug = $n", r.Form)
	t.between("r.period", r)
	return t, t.below(ctx, q, who, r.Institution)
}

func stateOfReport(state string) string { return reporting.State(state).Title() }

// element is a column of a form.
type element struct {
	id         int32
	name, unit string
	decimals   int
}

// elementsOf lists what a form asked in the months, in the order of its newest layout.
func elementsOf(ctx context.Context, q pg.Querier, who actor.Actor, r Request) (title string, found []element, err error) {
	err = q.QueryRow(ctx, "SELECT title FROM form_public WHERE county_id = $1 AND slug = $2", who.CountyID, pg.Storable(r.Form)).Scan(&title)
	if pg.NoRows(err) {
		return "", nil, fault.NotFound("这张报表")
	}
	if err != nil {
		return "", nil, fmt.Errorf("find form %s: %w", r.Form, err)
	}
	rows, err := q.Query(ctx, `
		SELECT e.id, e.name_zh, e.unit, e.decimals
		FROM (SELECT DISTINCT ON (t.element_id) t.element_id, t.version, t.position
		      FROM form_public o JOIN form_item_public t ON t.county_id = o.county_id AND t.form_id = o.id
		      WHERE o.county_id = $1 AND o.slug = $2 AND t.version IN (
		          SELECT r.form_version FROM report_public r
		          WHERE r.county_id = $1 AND r.form_id = o.id AND r.period BETWEEN $3 AND $4)
		      ORDER BY t.element_id, t.version DESC) t
		JOIN element_public e ON e.county_id = $1 AND e.id = t.element_id
		ORDER BY t.version DESC, t.position, e.id`, who.CountyID, pg.Storable(r.Form), r.From.Date(), r.To.Date())
	if err != nil {
		return "", nil, fmt.Errorf("list elements of form %s: %w", r.Form, err)
	}
	found, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (e element, err error) {
		return e, row.Scan(&e.id, &e.name, &e.unit, &e.decimals)
	})
	if err != nil {
		return "", nil, fmt.Errorf("list elements of form %s: %w", r.Form, err)
	}
	return title, found, nil
}
