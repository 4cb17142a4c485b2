package report

import (
	"context"

	"yigai/internal/actor"
	"yigai/internal/formula"
	"yigai/internal/org"
	"yigai/internal/pg"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
)

// indicatorValuesTable lists computed values with what they were made of and by which version of the formula.
func (*Service) indicatorValuesTable(ctx context.Context, q pg.Querier, who actor.Actor, r Request) (*table, error) {
	t := newTable(who, "指标值")
	t.note = "全县值是各单位分子之和与分母之和的比;“已报/应报”说明汇总了几个单位"
	t.columns = []column{
		{Field: sheet.Field{Title: "报告期"}, sql: month("v.period")},
		{Field: sheet.Field{Title: "机构编码", Width: 14}, sql: "i.code"},
		{Field: sheet.Field{Title: "机构名称", Width: 28}, sql: "i.name"},
		{Field: sheet.Field{Title: "指标代码", Width: 24}, sql: "d.slug"},
		{Field: sheet.Field{Title: "指标", Width: 28}, sql: "d.name_zh"},
		{Field: sheet.Field{Title: "分子", Kind: sheet.Decimal, Width: 16}, sql: "trim_scale(v.numerator)"},
		{Field: sheet.Field{Title: "分母", Kind: sheet.Decimal, Width: 16}, sql: "trim_scale(v.denominator)"},
		{Field: sheet.Field{Title: "指标值", Kind: sheet.Decimal, Decimals: 2, Width: 16}, sql: "trim_scale(v.value)"},
		{Field: sheet.Field{Title: "显示值", Kind: sheet.Decimal, Decimals: 2, Width: 16}, sql: "round(v.value, d.decimals)"},
		{Field: sheet.Field{Title: "计量单位"}, sql: "d.unit"},
		{Field: sheet.Field{Title: "目标"}, sql: target},
		{Field: sheet.Field{Title: "无值原因", Width: 16}, sql: "v.reason", say: func(s string) string { return formula.Reason(s).Text() }},
		{Field: sheet.Field{Title: "已报", Kind: sheet.Int}, sql: "v.reporting"},
		{Field: sheet.Field{Title: "应报", Kind: sheet.Int}, sql: "v.expected"},
		{Field: sheet.Field{Title: "公式版本", Kind: sheet.Int}, sql: "v.version"},
		{Field: sheet.Field{Title: "公式", Width: 40}, sql: "f.formula"},
		{Field: sheet.Field{Title: "计算时间", Width: 20}, sql: moment("v.computed_at")},
	}
	t.from = `FROM indicator_value_public v
		JOIN institution_public i ON i.county_id = v.county_id AND i.id = v.institution_id
		JOIN indicator_public d ON d.county_id = v.county_id AND d.id = v.indicator_id
		JOIN indicator_version_public f ON f.county_id = v.county_id AND f.indicator_id = v.indicator_id AND f.version = v.version
		LEFT JOIN LATERAL (
			SELECT g.operator, g.value, g.value_max FROM indicator_target_public g
			WHERE g.county_id = v.county_id AND g.indicator_id = v.indicator_id AND g.kind IN ('', i.kind)
			  AND g.effective_from <= v.period AND (g.effective_to IS NULL OR g.effective_to > v.period)
			ORDER BY g.kind DESC LIMIT 1) g ON true`
	t.order = `v.period, i.code COLLATE "C", d.slug COLLATE "C"`
	t.where = []string{"v.county_id = $1", inScope}
	t.between("v.period", r)
	if r.Indicator != "" {
		t.and("d.slug = $n", r.Indicator)
	}
	return t, t.below(ctx, q, who, r.Institution)
}

// target says a target as people write it; the one for the institution's kind goes before the one for all.
const target = `CASE g.operator WHEN 'between' THEN trim_scale(g.value)::text || '–' || trim_scale(g.value_max)::text
	WHEN '>=' THEN '≥' || trim_scale(g.value)::text WHEN '<=' THEN '≤' || trim_scale(g.value)::text
	ELSE g.operator || trim_scale(g.value)::text END`

// completenessTable lists who owed which report, and what became of it. Nothing in it depends on the day of the export.
func (*Service) completenessTable(ctx context.Context, q pg.Querier, who actor.Actor, r Request) (*table, error) {
	t := newTable(who, "报送情况")
	t.columns = []column{
		{Field: sheet.Field{Title: "报告期"}, sql: month("r.period")},
		{Field: sheet.Field{Title: "报表", Width: 24}, sql: "o.title"},
		{Field: sheet.Field{Title: "机构编码", Width: 14}, sql: "i.code"},
		{Field: sheet.Field{Title: "机构名称", Width: 28}, sql: "i.name"},
		{Field: sheet.Field{Title: "机构类型", Width: 14}, sql: "i.kind", say: org.KindTitle},
		{Field: sheet.Field{Title: "状态"}, sql: "r.state", say: stateOfReport},
		{Field: sheet.Field{Title: "已填", Kind: sheet.Int}, sql: "r.filled"},
		{Field: sheet.Field{Title: "应填", Kind: sheet.Int}, sql: "r.fillable"},
		{Field: sheet.Field{Title: "截止时间", Width: 20}, sql: moment("r.due_at")},
		{Field: sheet.Field{Title: "首次上报时间", Width: 20}, sql: moment("r.received_at")},
		{Field: sheet.Field{Title: "是否迟报"}, sql: "CASE WHEN r.received_at IS NULL THEN '未上报' WHEN r.received_at > coalesce(r.grace_until, r.due_at) THEN '迟报' ELSE '按时' END"},
		{Field: sheet.Field{Title: "上报次数", Kind: sheet.Int}, sql: "r.submission"},
		{Field: sheet.Field{Title: "上报人"}, sql: "r.submitted_name"},
		{Field: sheet.Field{Title: "单位负责人"}, sql: "r.responsible_person"},
		{Field: sheet.Field{Title: "审核人"}, sql: "r.reviewed_name"},
		{Field: sheet.Field{Title: "审核时间", Width: 20}, sql: moment("r.reviewed_at")},
		{Field: sheet.Field{Title: "退回或解锁原因", Width: 30}, sql: "r.reason"},
	}
	t.from = `FROM report_public r
		JOIN form_public o ON o.county_id = r.county_id AND o.id = r.form_id
		JOIN institution_public i ON i.county_id = r.county_id AND i.id = r.institution_id AND ` + reporting.StillOwed
	t.order = `r.period, o.position, o.slug COLLATE "C", i.code COLLATE "C"`
	t.where = []string{"r.county_id = $1", inScope}
	t.between("r.period", r)
	if r.Form != "" {
		t.and("o.slug = $n", r.Form)
	}
	return t, t.below(ctx, q, who, r.Institution)
}

// institutionsTable lists the institutions in scope as they stand now.
func (*Service) institutionsTable(ctx context.Context, q pg.Querier, who actor.Actor, r Request) (*table, error) {
	t := newTable(who, "机构名录")
	t.columns = []column{
		{Field: sheet.Field{Title: "机构编码", Width: 14}, sql: "i.code"},
		{Field: sheet.Field{Title: "机构名称", Width: 28}, sql: "i.name"},
		{Field: sheet.Field{Title: "简称", Width: 16}, sql: "i.short_name"},
		{Field: sheet.Field{Title: "机构类型", Width: 14}, sql: "i.kind", say: org.KindTitle},
		{Field: sheet.Field{Title: "上级机构编码", Width: 14}, sql: "p.code"},
		{Field: sheet.Field{Title: "上级机构名称", Width: 28}, sql: "p.name"},
		{Field: sheet.Field{Title: "行政区划代码", Width: 16}, sql: "i.division_code"},
		{Field: sheet.Field{Title: "行政区划名称", Width: 16}, sql: "d.name"},
		{Field: sheet.Field{Title: "外部编码", Width: 16}, sql: "i.external_code"},
		{Field: sheet.Field{Title: "开办日期", Kind: sheet.Date}, sql: "i.opened_on"},
		{Field: sheet.Field{Title: "关闭日期", Kind: sheet.Date}, sql: "i.closed_on"},
	}
	t.from = `FROM institution_public i
		LEFT JOIN institution_public p ON p.county_id = i.county_id AND p.id = i.parent_id
		LEFT JOIN division_public d ON d.county_id = i.county_id AND d.code = i.division_code`
	t.order = `i.code COLLATE "C"`
	t.where = []string{"i.county_id = $1", inScope}
	return t, t.below(ctx, q, who, r.Institution)
}
