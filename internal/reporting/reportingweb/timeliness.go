package reportingweb

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/shopspring/decimal"

	"yigai/internal/fault"
	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
	"yigai/web/ui"
)

// timelinessView is a year of reports, units by months.
type timelinessView struct {
	view
	t     reporting.Timeliness
	form  string
	forms []ui.Option
}

func (h *handlers) timeliness(w http.ResponseWriter, r *http.Request) error {
	year, form, err := h.yearAndForm(r)
	if err != nil {
		return err
	}
	v := timelinessView{view: h.view(), form: form}
	if v.t, err = h.svc.Timeliness(r.Context(), page.Who(r), year, form); err != nil {
		return err
	}
	c, err := h.svc.Catalogue(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	for _, f := range c.Forms {
		v.forms = append(v.forms, ui.Option{Value: f.Slug, Label: f.Title})
	}
	return page.Render(w, r, http.StatusOK, timelinessPage(v))
}

func (h *handlers) yearAndForm(r *http.Request) (int, string, error) {
	q := r.URL.Query()
	if q.Get("year") == "" {
		return h.monthInHand().Year(), q.Get("form"), nil
	}
	year, err := strconv.Atoi(q.Get("year"))
	if err != nil {
		return 0, "", fault.Field("year", "年份“%s”无法识别,应如 2026", q.Get("year"))
	}
	return year, q.Get("form"), nil
}

func (h *handlers) exportTimeliness(w http.ResponseWriter, r *http.Request) error {
	year, form, err := h.yearAndForm(r)
	if err != nil {
		return err
	}
	format := sheet.XLSX
	if r.URL.Query().Get("format") == "csv" {
		format = sheet.CSV
	}
	var out bytes.Buffer
	if err := h.svc.ExportTimeliness(r.Context(), page.Who(r), year, form, format, &out); err != nil {
		return err
	}
	return page.SendFile(w, fmt.Sprintf("%d年及时率.%s", year, format), "", out.Bytes())
}

func (v timelinessView) address(path string, year int, more ...string) string {
	q := url.Values{"year": {strconv.Itoa(year)}}
	if v.form != "" {
		q.Set("form", v.form)
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return path + "?" + q.Encode()
}

func (v timelinessView) frame() ui.Frame {
	y := v.t.Year
	next := ""
	if y < v.now.Year() {
		next = v.address("/timeliness", y+1)
	}
	menu := ui.ExportMenu(v.address("/timeliness/export", y, "format", "xlsx"), v.address("/timeliness/export", y, "format", "csv")).Posted()
	return ui.Frame{Title: "完整率和及时率", Styles: noticeStyles, Menu: &menu,
		Period:  &ui.Period{Label: strconv.Itoa(y) + "年", Prev: v.address("/timeliness", y-1), Next: next},
		Actions: []ui.Action{{Label: "打印", URL: "#print", Icon: "printer", Attrs: map[string]any{"data-print": true}}}, Scripts: []string{"entry-drawer.js"}}
}

func (v timelinessView) table() ui.Table {
	t := ui.Table{ID: "timeliness", Caption: strconv.Itoa(v.t.Year) + "年月报完整率和及时率", StickyFirst: true, Tall: true, Columns: []ui.Column{{Label: "单位"}},
		Empty: ui.Empty{Title: strconv.Itoa(v.t.Year) + "年没有要填的月报", Hint: "换一年,或换一张表再看。"}}
	for m := range 12 {
		t.Columns = append(t.Columns, ui.Column{Label: strconv.Itoa(m+1) + "月", Centre: true})
	}
	t.Columns = append(t.Columns, ui.Column{Label: "应报", Numeric: true}, ui.Column{Label: "迟报", Numeric: true}, ui.Column{Label: "漏报", Numeric: true},
		ui.Column{Label: "完整率", Unit: "%", Numeric: true}, ui.Column{Label: "及时率", Unit: "%", Numeric: true})
	for _, row := range v.t.Rows {
		t.Rows = append(t.Rows, ui.Row{Cells: tallyRow(row.Name, row.Months, row.Sum, func(c reporting.Tally) ui.Cell { return ui.Cell{Node: ui.Dot(tallyMark(c))} })})
	}
	rate := func(c reporting.Tally) ui.Cell {
		return ui.Cell{Text: rateText(c.Timely()), Title: fmt.Sprintf("按时 %d,应报 %d", c.OnTime, c.Owed())}
	}
	t.Foot = []ui.Row{{Cells: tallyRow("合计(及时率 %)", v.t.Months, v.t.Sum, rate)}}
	return t
}

func tallyRow(name string, months [12]reporting.Tally, sum reporting.Tally, month func(reporting.Tally) ui.Cell) []ui.Cell {
	cells := []ui.Cell{ui.Text(name)}
	for _, c := range months {
		cells = append(cells, month(c))
	}
	return append(cells, ui.Text(strconv.Itoa(sum.Owed())), ui.Text(strconv.Itoa(sum.Late)), ui.Text(strconv.Itoa(sum.Missing)),
		ui.Text(rateText(sum.Complete())), ui.Text(rateText(sum.Timely())))
}

func rateText(d decimal.NullDecimal) string {
	if !d.Valid {
		return ui.Dash
	}
	return ui.Num(d.Decimal, 1)
}

// tallyMark is a unit's month as one sign; the worst of its reports decides.
func tallyMark(c reporting.Tally) ui.Status {
	title := fmt.Sprintf("按时 %d,迟报 %d,漏报 %d,未到期 %d", c.OnTime, c.Late, c.Missing, c.Open)
	switch {
	case c == (reporting.Tally{}):
		return ui.Status{Word: "不需要填报", Icon: "dash"}
	case c.Missing > 0:
		return ui.Status{Word: "漏报", Tone: ui.Bad, Icon: "circle", Title: title}
	case c.Late > 0:
		return ui.Status{Word: "迟报", Tone: ui.Warn, Icon: "circle-half", Title: title}
	case c.Owed() == 0:
		return ui.Status{Word: "未到期", Icon: "three-dots", Title: title}
	}
	return ui.Status{Word: "按时", Tone: ui.Good, Icon: "check-circle-fill", Title: title}
}

func timelinessStats(s reporting.Tally) []ui.Stat {
	return []ui.Stat{
		{Label: "应报", Value: strconv.Itoa(s.Owed()), Unit: "份", Note: "到今天为止"},
		{Label: "完整率", Value: rateText(s.Complete()), Unit: "%", Note: "已报 ÷ 应报"},
		{Label: "及时率", Value: rateText(s.Timely()), Unit: "%", Note: "按时 ÷ 应报"},
		{Label: "迟报", Value: strconv.Itoa(s.Late), Unit: "份"},
		{Label: "漏报", Value: strconv.Itoa(s.Missing), Unit: "份"},
	}
}
