//go:build !race

// The race detector multiplies memory and time, so these tests run without it: `make test` runs them on their own.

package report_test

import (
	"io"
	"os"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"yigai/internal/report"
	"yigai/internal/report/reporttest"
	"yigai/internal/sheet"
)

// many adds 100 000 loaded figures: 250 institutions, 20 elements, 20 months.
func many(t testing.TB, c *reporttest.County) {
	t.Helper()
	c.Exec(`INSERT INTO institution (county_id, code, name, kind, parent_id, path)
		SELECT $1, 'V' || n, '村卫生室' || n, 'village_clinic', $2, ($3 || '.' || (1000000 + n))::ltree FROM generate_series(1, 250) n`, c.East.ID, c.East.Path)
	c.Exec(`INSERT INTO element (county_id, slug, name_zh, kind, decimals) SELECT $1, 'e' || n, '数据项' || n, 'flow', 2 FROM generate_series(1, 20) n`)
	c.Exec(`INSERT INTO fact (county_id, period, element_id, institution_id, state, value, by_name, at)
		SELECT $1, '2025-01-01'::date + make_interval(months => m), e.id, i.id, 'value', i.id * 1000 + e.id + 0.25, '系统', '2026-08-01 09:00+08'
		FROM institution i, element e, generate_series(0, 19) m
		WHERE i.county_id = $1 AND i.kind = 'village_clinic' AND e.county_id = $1 AND e.slug LIKE 'e%'`)
	if _, err := c.DB.Exec(t.Context(), "ANALYZE fact, institution, element"); err != nil {
		t.Fatal(err)
	}
}

// Not parallel: the heap is everybody's.
func TestAHundredThousandRowsNeedLittleMemory(t *testing.T) {
	c := reporttest.New(t)
	many(t, c)
	const most = 64 << 20
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
		stop := make(chan struct{})
		grown := watchHeap(stop)
		sum, err := c.Service.Export(t.Context(), c.Auditor(), report.Request{Kind: report.KindValues, Format: format, From: july.Add(-18), To: july.Add(1)}, io.Discard)
		close(stop)
		if err != nil || sum.Rows < 100_000 {
			t.Fatalf("%s: %d rows, %v", format, sum.Rows, err)
		}
		if g := <-grown; g > most {
			t.Errorf("%s: the heap grew by %d MB", format, g>>20)
		} else {
			t.Logf("%s: %d rows, %d bytes, heap grew by %d MB", format, sum.Rows, sum.Bytes, g>>20)
		}
	}
	left, err := os.ReadDir(os.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		if strings.HasPrefix(f.Name(), "yigai-export-") {
			t.Errorf("%s stayed behind", f.Name())
		}
	}
}

// watchHeap answers by how much what is in use grew at most until stop; garbage waiting for its collection is no growth.
func watchHeap(stop <-chan struct{}) <-chan uint64 {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	runtime.GC()
	metrics.Read(live)
	before, peak := live[0].Value.Uint64(), live[0].Value.Uint64()
	grown := make(chan uint64, 1)
	go func() {
		clock := time.NewTicker(5 * time.Millisecond)
		defer clock.Stop()
		for {
			select {
			case <-stop:
				grown <- peak - before
				return
			case <-clock.C:
				metrics.Read(live)
				peak = max(peak, live[0].Value.Uint64())
			}
		}
	}()
	return grown
}
