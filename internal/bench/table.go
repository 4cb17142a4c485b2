package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
)

// line is one line of the table.
type line struct{ what, budget, measured, ceiling, verdict string }

func (l line) print(out io.Writer) {
	cells := []string{l.what, l.budget, l.measured, l.ceiling, l.verdict}
	for i, c := range cells {
		if c == "" {
			cells[i] = "–"
		}
	}
	fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | "))
}

// judge gives the verdict of the worst share of a budget used: 1 is exactly the budget.
func judge(shares ...float64) string {
	worst := 0.0
	for _, s := range shares {
		worst = max(worst, s)
	}
	switch {
	case worst <= 1:
		return "within"
	case worst <= 2:
		return "within 2×"
	}
	return "worse"
}

// heading prints the conditions and the head of the table.
func (w *world) heading(ctx context.Context, out io.Writer) {
	var version, commit string
	if err := w.db.QueryRow(ctx, `SELECT current_setting('server_version'), current_setting('synchronous_commit')`).Scan(&version, &commit); err != nil {
		version = err.Error()
	}
	fmt.Fprintf(out, "Conditions: %d cores (%s/%s, %s) shared by the load, the product and PostgreSQL %s on a unix socket, synchronous_commit=%s, fsync on; %s.\n",
		runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), version, commit, w.others)
	fmt.Fprintf(out, "Data: %s.\n\n", w.size(ctx))
	line{"what", "budget", "measured", "ceiling in the same run", "verdict"}.print(out)
	fmt.Fprintln(out, "|---|---|---|---|---|")
}

// size says how much the county holds.
func (w *world) size(ctx context.Context) string {
	var institutions, facts, reports, cells, trail int
	err := w.db.QueryRow(ctx, `SELECT (SELECT count(*) FROM institution WHERE county_id = $1 AND parent_id IS NOT NULL),
		(SELECT count(*) FROM fact WHERE county_id = $1), (SELECT count(*) FROM report WHERE county_id = $1),
		(SELECT count(*) FROM cell WHERE county_id = $1), (SELECT count(*) FROM audit_entry WHERE county_id = $1)`,
		w.county.id).Scan(&institutions, &facts, &reports, &cells, &trail)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%d institutions, %d elements, %d months, %d facts, %d indicators, %d reports with %d cells, %d audit entries",
		institutions, len(w.county.elements), len(w.county.months), facts, w.county.indicators, reports, cells, trail)
}
