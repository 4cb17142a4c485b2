package ui_test

import (
	"context"
	"fmt"
	"io"
	"testing"

	"yigai/web/ui"
)

func bigTable() ui.Table {
	t := ui.Table{ID: "big", Select: "ids"}
	for i := range 10 {
		t.Columns = append(t.Columns, ui.Column{Label: fmt.Sprint("列", i), Numeric: i > 0})
	}
	for i := range 300 {
		r := ui.Row{Key: fmt.Sprint(i), URL: fmt.Sprint("/r/", i), Cells: []ui.Cell{ui.Text(fmt.Sprint("机构", i))}}
		for range 9 {
			r.Cells = append(r.Cells, ui.Figure(dec("12345.678"), 1))
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

func TestDataTable(t *testing.T) {
	t.Parallel()
	t.Run("shows rows, links, numbers and checkboxes", func(t *testing.T) {
		t.Parallel()
		d := doc(t, ui.DataTable(bigTable()))
		wantCount(t, d, "#big tbody tr", 300)
		wantCount(t, d, `#big tbody td.check input[name="ids"]`, 300)
		wantCount(t, d, `#big a[href="/r/17"]`, 1)
		wantCount(t, d, "#big tbody td.num", 2700)
		wantText(t, d, "#big tbody tr:first-child td:last-child", "12,345.7")
	})
	t.Run("says what to do when it is empty", func(t *testing.T) {
		t.Parallel()
		d := doc(t, ui.DataTable(ui.Table{Empty: ui.Empty{Title: "还没有记录", Action: &ui.Action{Label: "新增", URL: "/new"}}}))
		wantCount(t, d, "table", 0)
		wantText(t, d, ".empty-title", "还没有记录")
		wantCount(t, d, `.empty a[href="/new"]`, 1)
	})
	t.Run("tells a missing number from zero", func(t *testing.T) {
		t.Parallel()
		row := ui.Row{Cells: []ui.Cell{ui.Figure(nil, 0), ui.Figure(dec("0"), 0)}}
		d := doc(t, ui.DataTable(ui.Table{Columns: []ui.Column{{Label: "a"}, {Label: "b"}}, Rows: []ui.Row{row}}))
		wantCount(t, d, `td[title="未报"]`, 1)
		wantText(t, d, "td:last-child", "0")
	})
	t.Run("heads sort by link and say the order", func(t *testing.T) {
		t.Parallel()
		d := doc(t, ui.DataTable(ui.Table{Columns: []ui.Column{{Label: "名称", SortURL: "?s=n", Sorted: ui.Ascending}}, Rows: []ui.Row{{}}}))
		wantCount(t, d, `th[aria-sort="ascending"] a[href="?s=n"]`, 1)
	})
}

// A table of 300 × 10 must stay cheap: this guards against work or allocations creeping into a cell.
func TestDataTableAllocations(t *testing.T) {
	table := bigTable()
	got := testing.AllocsPerRun(3, func() {
		if err := ui.DataTable(table).Render(context.Background(), io.Discard); err != nil {
			t.Fatal(err)
		}
	})
	if perCell := got / 3000; perCell > 2 {
		t.Errorf("%.1f allocations per cell", perCell)
	}
}

func BenchmarkDataTable300(b *testing.B) {
	table := bigTable()
	b.ReportAllocs()
	for b.Loop() {
		if err := ui.DataTable(table).Render(context.Background(), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
