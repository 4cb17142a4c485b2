package indicatorweb

import (
	"strconv"

	"github.com/shopspring/decimal"

	"yigai/internal/indicator"
	"yigai/internal/period"
	"yigai/web/ui"
)

// boardLines fills the rows of a board. What is the same in every row is worked out once: there are thousands of cells.
type boardLines struct {
	at     address
	board  indicator.Board
	query  string     // the month, as the pages of indicators take it
	focus  string     // how the address of a value of the focus ends
	ends   []string   // the same by institution
	months []ui.Point // the months of the trends, without values
}

func newBoardLines(at address, b indicator.Board) boardLines {
	m := b.Query.Month
	l := boardLines{at: at, board: b, query: "?period=" + m.String(), focus: valueEnd(b.Focus.Code, m), ends: make([]string, len(b.Institutions)),
		months: points(make([]*decimal.Decimal, indicator.TrendMonths), m)}
	for n, p := range b.Institutions {
		l.ends[n] = valueEnd(p.Code, m)
	}
	return l
}

func (l boardLines) cells(row indicator.BoardRow) []ui.Cell {
	i, b, url := row.Indicator, l.board, indicatorURL(row.Indicator.Slug)
	cells := make([]ui.Cell, 0, len(b.Institutions)+8)
	cells = append(cells, ui.Node(boardName(i, helpOf(i, row), url+l.query, orderURL(l.at, b, i))))
	if b.Focus.ID != 0 {
		cells = append(cells, valueCell(i, row.Focus, url+l.focus), targetCell(i, row.Focus), ui.Node(boardStatus(statusOf(row.Focus))))
	}
	if wide(b) {
		cells = append(cells, ui.Text(strconv.Itoa(row.Focus.Reporting)+"/"+strconv.Itoa(row.Focus.Expected)),
			ui.Figure(row.LastMonth(), i.Decimals), ui.Figure(row.LastYear(), i.Decimals))
	}
	cells = append(cells, ui.Node(ui.Sparkline(ui.Spark{Title: i.NameZH, Points: filled(l.months, row.Trend), Places: i.Decimals})))
	for n, j := range row.Cells {
		cells = append(cells, valueCell(i, j, url+l.ends[n]))
	}
	return cells
}

// filled gives months their values; a trend without any is empty.
func filled(months []ui.Point, values []*decimal.Decimal) []ui.Point {
	out := make([]ui.Point, len(values))
	copy(out, months[len(months)-len(values):])
	for n, v := range values {
		out[n].Value = v
	}
	return out
}

// boardCell is the value of one institution where there are few.
func boardCell(i indicator.Indicator, j indicator.Judged, p indicator.Place, m period.Month) ui.Cell {
	return valueCell(i, j, valueURL(i.Slug, p.Code, m))
}

func valueCell(i indicator.Indicator, j indicator.Judged, url string) ui.Cell {
	if !j.Present {
		return ui.Cell{}
	}
	return ui.Cell{Text: figure(i, j), URL: url, Title: remark(i, j), Tone: tone(j)}
}

func targetCell(i indicator.Indicator, j indicator.Judged) ui.Cell {
	if !j.HasTarget {
		return ui.Cell{Text: ui.Dash, Title: "没有设定目标"}
	}
	return ui.Cell{Text: j.Target.String(), Title: standing(j.Target.Official) + ":" + j.Target.Source}
}
