package ui_test

import (
	"strings"
	"testing"

	"yigai/web/ui"
)

func TestLineChart(t *testing.T) {
	t.Parallel()
	points := []ui.Point{ui.MonthPoint(2025, 11, dec("60")), ui.MonthPoint(2025, 12, dec("62")), ui.MonthPoint(2026, 1, nil), ui.MonthPoint(2026, 2, dec("64"))}
	line := ui.Line{Title: "病床使用率", Unit: "%", Points: points, Places: 1, Numbers: true, Target: &ui.Target{Low: dec("60"), High: dec("85"), Label: "60–85"}}

	t.Run("breaks where a month is missing", func(t *testing.T) {
		t.Parallel()
		d := doc(t, ui.LineChart(line))
		path := d.Find("path.line").AttrOr("d", "")
		if got := strings.Count(path, "M"); got != 2 {
			t.Errorf("%d strokes in %q, want 2", got, path)
		}
		wantCount(t, d, "rect.target-band", 1)
		wantText(t, d, ".point:nth-of-type(3) title", "2026年1月:未报")
		wantText(t, d, ".last", "64.0")
		wantText(t, d, ".numbers tr:last-child td:last-child", "64.0")
	})
	t.Run("says that there is nothing instead of drawing it", func(t *testing.T) {
		t.Parallel()
		d := doc(t, ui.LineChart(ui.Line{Title: "x", Points: []ui.Point{ui.MonthPoint(2026, 1, nil)}}))
		wantCount(t, d, "svg", 0)
		wantText(t, d, ".empty-hint", "没有数据")
	})
	t.Run("one point, equal points and zeros are drawn within the plot", func(t *testing.T) {
		t.Parallel()
		for _, values := range [][]string{{"0"}, {"0", "0"}, {"5", "5"}, {"-3", "4"}, {"0.0001", "0.0002"}, {"98000000", "120000000"}} {
			var points []ui.Point
			for i, v := range values {
				points = append(points, ui.MonthPoint(2026, i+1, dec(v)))
			}
			if html := render(t, ui.LineChart(ui.Line{Points: points})); strings.Contains(html, "NaN") || strings.Contains(html, "Inf") {
				t.Errorf("%v: %s", values, html)
			}
		}
	})
}

// The largest figures that can be typed, with the smallest differences: the axis once took their steps for ever.
func TestLineChartOfTheLargestFigures(t *testing.T) {
	t.Parallel()
	for _, values := range [][2]string{{"999999999999999.25", "999999999999999.5"}, {"-999999999999999.5", "-999999999999999.25"},
		{"999999999999999.999999", "999999999999999.999998"}, {"999999999999000", "999999999999999"}, {"-999999999999999", "999999999999999"}} {
		line := ui.Line{Points: []ui.Point{ui.MonthPoint(2026, 1, dec(values[0])), ui.MonthPoint(2026, 2, dec(values[1]))}}
		d := doc(t, ui.LineChart(line))
		if n := d.Find("text.axis-y").Length(); n < 2 || n > 12 {
			t.Errorf("%v: %d ticks", values, n)
		}
		if path := d.Find("path.line").AttrOr("d", ""); strings.ContainsAny(path, "NI") || !strings.Contains(path, "L") {
			t.Errorf("%v: drawn as %q", values, path)
		}
	}
}

func TestBarRank(t *testing.T) {
	t.Parallel()
	d := doc(t, ui.BarRank(ui.Rank{Title: "管理率", Target: dec("50"), Places: 1, Items: []ui.Bar{{Label: "甲", Value: dec("100")}, {Label: "乙", Value: dec("25")}, {Label: "丙", Note: "7月未报"}}}))
	wantCount(t, d, `rect[width="100%"]`, 1)
	wantCount(t, d, `rect[width="25%"]`, 1)
	wantCount(t, d, `line.target-line[x1="50%"]`, 3)
	wantCount(t, d, `.no-value[title="7月未报"]`, 1)
}

func TestSparkline(t *testing.T) {
	t.Parallel()
	d := doc(t, ui.Sparkline(ui.Spark{Title: "床位", Points: []ui.Point{{Label: "6月", Value: dec("1")}, {Label: "7月", Value: dec("3")}}}))
	wantText(t, d, "title", "床位:最近 7月 3,最低 1,最高 3")
	wantCount(t, d, "circle", 1)
	wantCount(t, d, `path[d="M0 40l164-40"]`, 1)
	broken := []ui.Point{{Value: dec("1")}, {Value: dec("3")}, {}, {Value: dec("2")}, {}, {Value: dec("1")}, {Value: dec("1.1")}}
	d = doc(t, ui.Sparkline(ui.Spark{Points: broken}))
	wantCount(t, d, `path[d="M0 40l27-40M82 20M137 40l27-2"]`, 1)
	wantCount(t, d, `circle[cx="82"][cy="20"]`, 1)
	wantCount(t, d, `circle[cx="164"][cy="38"]`, 1)
}
