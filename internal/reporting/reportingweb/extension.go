package reportingweb

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// extensionView grants more time to units that have not reported.
type extensionView struct {
	view
	month   period.Month
	period  *ui.Period
	awaited []reporting.Report
	granted []reporting.Extension
	form    *form.Form
}

func (h *handlers) extensions(w http.ResponseWriter, r *http.Request) error {
	f := form.Of(nil)
	for _, one := range r.URL.Query()["report"] {
		f.Values.Add("report", one)
	}
	return h.showExtensions(w, r, http.StatusOK, f)
}

func (h *handlers) showExtensions(w http.ResponseWriter, r *http.Request, status int, f *form.Form) error {
	month, err := page.Month(r, h.monthInHand())
	if err != nil {
		return err
	}
	who := page.Who(r)
	found, err := h.svc.List(r.Context(), who, reporting.Filter{Month: month, States: []reporting.State{reporting.NotStarted, reporting.Draft}})
	if err != nil {
		return err
	}
	v := extensionView{view: h.view(), month: month, period: page.Switch(r, month), form: f}
	v.awaited = slices.DeleteFunc(found.Reports, func(one reporting.Report) bool { return !one.ReceivedAt.IsZero() })
	if v.granted, err = h.svc.Extensions(r.Context(), who, month, 0); err != nil {
		return err
	}
	return page.Render(w, r, status, extensionPage(v))
}

func (v extensionView) awaitedTable() ui.Table {
	t := ui.Table{ID: "awaited", Caption: "还没有上报的月报", Select: "report", SelectForm: "extend", Cards: true, Tall: true,
		Columns: []ui.Column{{Label: "单位"}, {Label: "报表", Wide: true}, {Label: "截止"}, {Label: "已填", HidePhone: true}}}
	t.Empty = ui.Empty{Title: v.month.Chinese() + "没有等待上报的月报", Icon: "check-circle"}
	chosen := v.form.Values["report"]
	for i := range v.awaited {
		r := &v.awaited[i]
		t.Rows = append(t.Rows, ui.Row{Key: id(r.ID), Selected: slices.Contains(chosen, id(r.ID)), Cells: []ui.Cell{
			ui.LinkTo(r.Institution, at(r.ID)), ui.Text(r.FormTitle), ui.Node(dueCell(r, v.view)), ui.Node(ui.Fill(r.Filled, r.Fillable))}})
	}
	return t
}

func (v extensionView) grantedTable() ui.Table {
	t := ui.Table{ID: "granted", Caption: "已批准的延期", Cards: true, Columns: []ui.Column{{Label: "单位"}, {Label: "报表", Wide: true},
		{Label: "原截止"}, {Label: "延期到"}, {Label: "原因", Wide: true}, {Label: "批准"}}}
	t.Empty = ui.Empty{Title: v.month.Chinese() + "还没有批准延期"}
	for _, e := range v.granted {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(e.Institution, at(e.ReportID)), ui.Text(e.Form), ui.Text(ui.Date(e.WasDueAt)),
			ui.Text(ui.Date(e.DueAt)), ui.Text(e.Reason), ui.Text(e.By + " " + ui.DateTime(e.At))}})
	}
	return t
}

func (h *handlers) extend(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	until := f.Date("until", "延期到")
	if until == nil && f.Err() == nil {
		f.Add("until", "请填写延期到哪一天")
	}
	var reports []int64
	for _, one := range f.Values["report"] {
		if n, err := strconv.ParseInt(one, 10, 64); err == nil {
			reports = append(reports, n)
		}
	}
	if f.Err() == nil {
		if err := h.svc.Extend(r.Context(), page.Who(r), reports, *until, f.Value("reason")); !f.Take(err) && err != nil {
			return err
		}
	}
	if f.Err() != nil {
		return h.showExtensions(w, r, http.StatusUnprocessableEntity, f)
	}
	return page.Redirect(w, r, "/extensions?period="+f.Value("period"), strconv.Itoa(len(reports))+" 份月报已延期到 "+until.Format(time.DateOnly)+",填报单位会收到消息")
}

func today(now time.Time) time.Time {
	n := now.In(period.Shanghai)
	return time.Date(n.Year(), n.Month(), n.Day(), 0, 0, 0, 0, time.UTC)
}
