// Package reporttest builds a small county whose July 2026 is partly accepted, written straight into the tables so
// that every figure, name and minute of an export is known.
package reporttest

import (
	"context"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/period"
	"yigai/internal/pgtest"
	"yigai/internal/report"
	"yigai/internal/reporting"
)

// County is the county with two township hospitals: East's report is accepted, West's is a draft.
type County struct {
	t       testing.TB
	DB      *pgxpool.Pool
	County  org.County
	Root    org.Institution
	East    org.Institution // 007, whose name starts like a formula
	West    org.Institution // 008
	Service *report.Service
}

var prepared = pgtest.Prepare(build)

// New makes the county in a database of its own.
func New(t testing.TB) *County {
	t.Helper()
	db, c := prepared.New(t)
	c.t, c.DB, c.Service = t, db, report.New(db, db, orgtest.Now, reporting.New(db, orgtest.Now, period.China()), actor.NewPermissions(slices.Concat(report.Actions, reporting.Actions)))
	return &c
}

func build(t testing.TB, db *pgxpool.Pool) County {
	t.Helper()
	c := County{t: t, DB: db}
	c.County, c.Root = orgtest.CountyAt(t, db, "150523", "开鲁县")
	c.East = orgtest.Create(t, db, c.County, org.Draft{Code: "007", Name: "=东风镇卫生院", Kind: org.KindTownshipHospital, Parent: c.County.Code})
	c.West = orgtest.Create(t, db, c.County, org.Draft{Code: "008", Name: "麦新镇卫生院", Kind: org.KindTownshipHospital, Parent: c.County.Code})
	c.catalogue()
	c.figures()
	c.indicators()
	return c
}

// Exec runs SQL with the county as $1.
func (c *County) Exec(sql string, more ...any) {
	c.t.Helper()
	if _, err := c.DB.Exec(context.Background(), sql, append([]any{c.County.ID}, more...)...); err != nil {
		c.t.Fatalf("%s: %v", sql, err)
	}
}

func (c *County) catalogue() {
	c.t.Helper()
	c.Exec(`INSERT INTO element (county_id, slug, name_zh, unit, kind, decimals)
		VALUES ($1, 'visits', '总诊疗人次', '人次', 'flow', 0), ($1, 'income', '总收入', '元', 'flow', 2),
		       ($1, 'births', '分娩数', '人', 'flow', 0), ($1, 'beds', '床位数', '张', 'stock', 0)`)
	c.Exec(`INSERT INTO form (county_id, slug, title, kinds) VALUES ($1, 'monthly', '基层月报', '{township_hospital}')`)
	c.Exec(`INSERT INTO form_version (county_id, form_id, version, effective_from, layout)
		SELECT $1, id, 1, '2026-01-01', '{"layout": "rows", "sections": [{"title": "服务", "rows": [
			{"no": "1.1", "element": "visits"}, {"no": "1.2", "element": "income"}, {"no": "1.3", "element": "births"}, {"no": "1.4", "element": "beds"},
			{"no": "1.5", "derived": "income / visits", "name": "次均收入", "unit": "元", "decimals": 2}]}]}' FROM form WHERE county_id = $1`)
	c.Exec(`INSERT INTO form_item (county_id, form_id, version, element_id, position)
		SELECT $1, f.id, 1, e.id, e.id FROM form f, element e WHERE f.county_id = $1 AND e.county_id = $1`)
	c.Exec(`INSERT INTO reporting_catalogue (county_id) VALUES ($1) ON CONFLICT (county_id) DO NOTHING`)
}

// figures: East accepted 5400, 1180000.5, not applicable, and left beds empty; West typed a zero in a draft.
func (c *County) figures() {
	c.t.Helper()
	c.Exec(`INSERT INTO report (county_id, form_id, form_version, institution_id, period, state, due_at, submission, filled, fillable,
			submitted_name, submitted_at, received_at, reviewed_name, reviewed_at)
		SELECT $1, id, 1, $2, '2026-07-01', 'accepted', '2026-08-05 23:59:59+08', 1, 3, 4,
			'李四', '2026-08-03 10:12+08', '2026-08-03 10:12+08', '张三', '2026-08-03 15:01+08' FROM form WHERE county_id = $1`, c.East.ID)
	c.Exec(`INSERT INTO report (county_id, form_id, form_version, institution_id, period, state, due_at, filled, fillable)
		SELECT $1, id, 1, $2, '2026-07-01', 'draft', '2026-08-05 23:59:59+08', 1, 4 FROM form WHERE county_id = $1`, c.West.ID)
	c.Exec(`INSERT INTO cell (county_id, report_id, subject_id, element_id, state, value, comment, by_name, at)
		SELECT $1, r.id, r.institution_id, e.id, v.state, v.value, v.comment, '王五', '2026-08-02 16:20+08'
		FROM (VALUES ('007', 'visits', 'value', 5400, '+义诊'), ('007', 'income', 'value', 1180000.5, ''), ('007', 'births', 'na', NULL, ''),
			('007', 'beds', 'empty', NULL, ''), ('008', 'visits', 'value', 0, '')) AS v(code, slug, state, value, comment)
		JOIN institution i ON i.county_id = $1 AND i.code = v.code JOIN element e ON e.county_id = $1 AND e.slug = v.slug
		JOIN report r ON r.county_id = $1 AND r.institution_id = i.id`)
	c.Exec(`INSERT INTO fact (county_id, period, element_id, institution_id, state, value, comment, report_id, submission, by_name, at)
		SELECT $1, r.period, c.element_id, c.subject_id, c.state, c.value, c.comment, r.id, 1, '张三', r.reviewed_at
		FROM cell c JOIN report r ON r.county_id = $1 AND r.id = c.report_id WHERE c.county_id = $1 AND r.state = 'accepted'`)
	// A loaded figure: a zero, which is not an empty one.
	c.Exec(`INSERT INTO fact (county_id, period, element_id, institution_id, state, value, by_name, at)
		SELECT $1, '2026-07-01', id, $2, 'value', 0, '系统', '2026-08-01 09:00+08' FROM element WHERE county_id = $1 AND slug = 'births'`, c.West.ID)
}

func (c *County) indicators() {
	c.t.Helper()
	c.Exec(`INSERT INTO indicator (county_id, slug, name_zh, unit, decimals, direction) VALUES ($1, 'income_per_visit', '次均收入', '元', 2, 'watch')`)
	c.Exec(`INSERT INTO indicator_version (county_id, indicator_id, version, effective_from, formula)
		SELECT $1, id, 1, '2026-01-01', 'income / visits' FROM indicator WHERE county_id = $1`)
	c.Exec(`INSERT INTO indicator_target (county_id, indicator_id, operator, value, value_max, effective_from)
		SELECT $1, id, 'between', 60, 85, '2026-01-01' FROM indicator WHERE county_id = $1`)
	c.Exec(`INSERT INTO indicator_value (county_id, period, indicator_id, institution_id, version, numerator, denominator, value, reason,
			reporting, expected, inputs, computed_at)
		SELECT $1, '2026-07-01', d.id, v.institution, 1, v.num, v.den, v.value, v.reason, v.reporting, 1, '{}', '2026-08-03 15:01:00+08'
		FROM indicator d, (VALUES ($2::bigint, 1180000.5, 5400, 218.518611111111111111, '', 1), ($3, NULL, NULL, NULL, 'missing', 0))
			AS v(institution, num, den, value, reason, reporting) WHERE d.county_id = $1`, c.East.ID, c.West.ID)
}

// Auditor sees the whole county and the trail, and takes files out.
func (c *County) Auditor() actor.Actor {
	return orgtest.Actor(c.County, c.Root, org.ActionView, reporting.ActionView, report.ActionExport, report.ActionTrail)
}

// Clerk administers West and sees only that.
func (c *County) Clerk() actor.Actor {
	return orgtest.Actor(c.County, c.West, org.ActionView, reporting.ActionView, report.ActionExport)
}
