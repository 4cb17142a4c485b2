package indicator_test

import (
	"fmt"
	"testing"

	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/period"
)

// big is a county of 300 institutions with 120 elements reported by each of them in every month.
func big(t testing.TB, first string, months int) (*indicatortest.County, []period.Month) {
	t.Helper()
	c := indicatortest.New(t, "kailu_2024")
	c.Exec(`UPDATE indicator SET enabled = true, level = 'both' WHERE county_id = $1`)
	for n := range 23 {
		code := fmt.Sprintf("T%02d", n)
		c.Institution(code, "township_hospital", "")
	}
	c.Institution("H", "county_hospital", "")
	c.Institution("M", "partner", "")
	c.Exec(`WITH made AS (SELECT nextval(pg_get_serial_sequence('institution', 'id')) AS id, n, p.id AS parent, p.path
			FROM generate_series(0, 273) n JOIN institution p ON p.county_id = $1 AND p.code = 'T' || lpad((n % 23)::text, 2, '0'))
		INSERT INTO institution (county_id, id, code, name, kind, parent_id, path) OVERRIDING SYSTEM VALUE
		SELECT $1, id, 'V' || n, '卫生室' || n, 'village_clinic', parent, path || id::text FROM made`)
	m, err := period.Parse(first)
	if err != nil {
		t.Fatal(err)
	}
	var list []period.Month
	for range months {
		list = append(list, m)
		m = m.Next()
	}
	c.Exec(`INSERT INTO fact (county_id, period, element_id, institution_id, state, value, by_name)
		SELECT $1, m::date, e.id, i.id, 'value', 1 + (e.id * 7 + i.id * 13 + extract(month FROM m)::int) % 5000, '录入员'
		FROM institution i, (SELECT id FROM element WHERE county_id = $1 AND kind <> 'calendar' ORDER BY id LIMIT 120) e,
		     generate_series($2::date, $3::date, interval '1 month') m
		WHERE i.county_id = $1 AND i.parent_id IS NOT NULL`, list[0].Date(), list[len(list)-1].Date())
	if _, err := c.DB.Exec(ctx, "ANALYZE"); err != nil {
		t.Fatal(err)
	}
	return c, list
}

// BenchmarkMonth computes a whole month of 300 institutions, and prints one set-based statement over the same facts
// beside it.
func BenchmarkMonth(b *testing.B) {
	c, months := big(b, "2026-06", 1)
	b.Run("whole month", func(b *testing.B) {
		for b.Loop() {
			run, err := c.Service.Compute(ctx, c.County.ID, months, nil)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(run.Values), "values")
		}
	})
	b.Run("one institution accepted", func(b *testing.B) {
		for b.Loop() {
			if _, err := c.Service.Recompute(ctx, c.County.ID, months, []int64{c.At("T07").ID}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("one set-based statement", func(b *testing.B) {
		for b.Loop() {
			if _, err := c.DB.Exec(ctx, fmt.Sprintf(setBased, c.County.ID, months[0])); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("board", func(b *testing.B) {
		for b.Loop() {
			if _, err := c.Service.Board(ctx, manager(c), indicator.Query{Month: months[0], Tab: "clinic"}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// setBased sums every element over every subtree, which is the least any computation has to do.
const setBased = `DROP TABLE IF EXISTS pg_temp.ceiling; CREATE TEMP TABLE ceiling AS
	SELECT a.id, f.element_id, sum(f.value), count(f.value) FROM fact f
	JOIN institution i ON i.county_id = f.county_id AND i.id = f.institution_id
	JOIN institution a ON a.county_id = f.county_id AND i.path <@ a.path
	WHERE f.county_id = %d AND f.period = '%s-01' GROUP BY 1, 2`

// BenchmarkYears builds 36 months anew.
func BenchmarkYears(b *testing.B) {
	c, months := big(b, "2024-01", 36)
	for b.Loop() {
		if _, err := c.Service.Compute(ctx, c.County.ID, months, nil); err != nil {
			b.Fatal(err)
		}
	}
}
