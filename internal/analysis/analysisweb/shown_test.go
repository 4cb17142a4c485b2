package analysisweb

import (
	"strings"
	"testing"

	"yigai/internal/analysis"
)

func TestAPageSaysWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	table := analysis.Table{Columns: []analysis.Column{{Label: "7月"}, {Label: "8月"}}, Rows: make([]analysis.Row, mostShown/2+1)}
	if got := leftOut(table); !strings.Contains(got, "有 5001 行,网页上只列前 5000 行") {
		t.Errorf("a table that was cut says %q", got)
	}
	table.Rows = table.Rows[1:]
	if got := leftOut(table); got != "" {
		t.Errorf("a whole table says %q", got)
	}
}
