package reportingweb

import (
	"net/http"
	"strconv"

	"github.com/shopspring/decimal"

	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// board shows who owes what in a month: institutions × forms.
func (h *handlers) board(w http.ResponseWriter, r *http.Request) error {
	month, err := page.Month(r, h.monthInHand())
	if err != nil {
		return err
	}
	b, err := h.svc.Board(r.Context(), page.Who(r), month)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, boardPage(boardView{h.view(), b, page.Switch(r, month)}))
}

type boardView struct {
	view
	board  reporting.Board
	period *ui.Period
}

// boardMark is a report on the board: colour, one short word and an icon.
func boardMark(r reporting.Report, v view) ui.Status {
	late := r.Late(v.now)
	s := ui.Status{Word: "未报", Icon: "circle"}
	switch {
	case r.State == reporting.Accepted:
		s = ui.Status{Word: "已审核", Tone: ui.Good, Icon: "check-circle-fill"}
	case r.State == reporting.Submitted:
		s = ui.Status{Word: "已报", Tone: ui.Info, Icon: "circle-half"}
	case r.State == reporting.Checked:
		s = ui.Status{Word: "初审过", Tone: ui.Info, Icon: "check-circle"}
	case r.State == reporting.Returned:
		s = ui.Status{Word: "退回", Tone: ui.Bad, Icon: "x-circle"}
	case late:
		s = ui.Status{Word: "漏报", Tone: ui.Bad, Icon: "dash-circle"}
	}
	if late && !r.ReceivedAt.IsZero() {
		s.Word += "·迟"
	}
	if late && s.Tone == ui.Info {
		s.Tone, s.Icon = ui.Warn, "clock"
	}
	return s.WithTitle(boardTitle(r, v))
}

func boardTitle(r reporting.Report, v view) string {
	switch r.State {
	case reporting.Accepted:
		return r.ReviewedBy + " " + ui.DateTime(r.ReviewedAt) + " 审核通过"
	case reporting.Submitted:
		return r.SubmittedBy + " " + ui.DateTime(r.SubmittedAt) + " 上报"
	case reporting.Checked:
		return r.CheckedBy + " " + ui.DateTime(r.CheckedAt) + " 初审通过,等待终审"
	case reporting.Returned:
		_, reason := sentBackWords(r)
		return reason + ":" + r.Reason
	}
	words, _ := left(r.DueAt, v.now)
	return "已填 " + strconv.Itoa(r.Filled) + "/" + strconv.Itoa(r.Fillable) + "," + words
}

// boardTable is the board as a table; on the home page it shows the same.
func boardTable(b reporting.Board, v view) ui.Table {
	t := ui.Table{ID: "board", Caption: b.Month.Chinese() + "完成情况", StickyFirst: true, Columns: []ui.Column{{Label: "单位"}}}
	for _, f := range b.Forms {
		t.Columns = append(t.Columns, ui.Column{Label: f.Title, Centre: true})
	}
	t.Empty = ui.Empty{Title: b.Month.Chinese() + "没有要填的月报", Hint: "这个月的填报还没有打开,或您的数据范围内没有填报单位。"}
	for _, row := range b.Rows {
		t.Rows = append(t.Rows, boardRow(b, row, v))
	}
	return t
}

func boardRow(b reporting.Board, row reporting.BoardRow, v view) ui.Row {
	cells := []ui.Cell{ui.Text(row.Institution)}
	for _, f := range b.Forms {
		r, owed := row.Reports[f.Slug]
		if !owed {
			cells = append(cells, ui.Cell{})
			continue
		}
		cells = append(cells, ui.Cell{Node: boardLink(r.ID, boardMark(r, v))})
	}
	return ui.Row{Cells: cells}
}

// share says 21/23 with the rate beside it.
func share(n, of int) string { return strconv.Itoa(n) + "/" + strconv.Itoa(of) }

func percent(d decimal.NullDecimal) string {
	if !d.Valid {
		return ui.Dash
	}
	return rateText(d) + "%"
}

// openWords says what the rate of timeliness leaves out.
func openWords(t reporting.Tally) string {
	if t.Open == 0 {
		return ""
	}
	return ",未到期 " + strconv.Itoa(t.Open) + " 份不计"
}

func boardStats(b reporting.Board) []ui.Stat {
	list := "/reporting?period=" + b.Month.String()
	return []ui.Stat{
		{Label: "应报", Value: strconv.Itoa(b.Due), Unit: "份", URL: list},
		{Label: "已报", Value: share(b.Received(), b.Due), Unit: "份", Note: "上报率 " + percent(reporting.Percent(b.Received(), b.Due))},
		{Label: "已审核", Value: share(b.Accepted, b.Due), Unit: "份", URL: list + "&state=accepted", Note: "审核率 " + percent(reporting.Percent(b.Accepted, b.Due))},
		{Label: "迟报", Value: strconv.Itoa(b.Late), Unit: "份", URL: list + "&state=late", Note: "及时率 " + percent(b.Timely()) + openWords(b.Tally)},
		{Label: "漏报", Value: strconv.Itoa(b.Missing), Unit: "份", URL: list + "&state=late", Note: "过了截止时间还没有上报"},
	}
}
