package overviewweb

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/indicator"
	"yigai/internal/overview"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/web/ui"
)

// keptView is the part of an overview that everybody of one data scope sees alike.
type keptView struct {
	month period.Month
	fresh indicator.Freshness
	body  page.Pressed
}

// Size is the memory the view takes.
func (v keptView) Size() int { return v.body.Size() }

// asked is what the address asks for.
type asked struct {
	month  period.Month // zero: the latest
	by     string
	screen bool
}

func ask(r *http.Request) (asked, error) {
	m, err := page.Month(r, period.Month{})
	q := r.URL.Query()
	return asked{month: m, by: q.Get("by"), screen: q.Get("screen") == "1"}, err
}

// url is the address that asks for this, in some month.
func (a asked) url(m period.Month) string {
	q := url.Values{}
	if !m.IsZero() {
		q.Set("period", m.String())
	}
	if a.by != "" {
		q.Set("by", a.by)
	}
	if a.screen {
		q.Set("screen", "1")
	}
	return path + "?" + q.Encode()
}

func (h *handler) show(w http.ResponseWriter, r *http.Request) error {
	a, err := ask(r)
	if err != nil {
		return err
	}
	ctx, who := r.Context(), page.Who(r)
	v, err := h.view(ctx, who, a)
	if err != nil {
		return err
	}
	tallies, err := h.svc.Completeness(ctx, who, v.month)
	if err != nil {
		return err
	}
	if a.screen {
		w.Header().Set("Refresh", "300") // nobody sits at a screen on the wall
		return page.RenderPressed(w, r, http.StatusOK, wallPage(h.frame(r, a, v), progress(tallies, v.month)), v.body)
	}
	return page.RenderPressed(w, r, http.StatusOK, overviewPage(h.frame(r, a, v), progress(tallies, v.month)), v.body)
}

// view is what was rendered before, unless something it is made of has changed since.
func (h *handler) view(ctx context.Context, who actor.Actor, a asked) (keptView, error) {
	stamp, err := h.svc.Stamp(ctx, who)
	if err != nil {
		return keptView{}, err
	}
	stamp += " " + period.MonthOf(h.now()).String() // a county without any computation is shown the month before this one
	return h.kept.Get(page.Viewer(who)+a.url(a.month), stamp, func() (keptView, error) {
		v, err := h.svc.Show(ctx, who, a.month, a.by)
		if err != nil {
			return keptView{}, err
		}
		body, err := page.Press(ui.WithShell(ctx, ui.Shell{}), overviewBody(newBody(v, a)))
		return keptView{month: v.Month, fresh: v.Fresh, body: body}, err
	})
}

func (h *handler) frame(r *http.Request, a asked, v keptView) ui.Frame {
	who := page.Who(r)
	f := ui.Frame{Title: "县域总览", Styles: []string{"overview.css"}, Period: page.Switch(r, v.month), Subtitle: freshness(v.fresh)}
	if a.screen {
		f.Title = who.County + "卫生健康总览"
		return f
	}
	wall := a
	wall.screen = true
	f.Actions = []ui.Action{{Label: "大屏", URL: wall.url(a.month), Icon: "display", Kind: ui.Quiet}}
	if who.May(overview.ActionArrange) {
		f.Actions = append(f.Actions, ui.Action{Label: "设置", URL: "/overview/arrangement", Icon: "sliders", Kind: ui.Quiet})
	}
	if who.May(audit.ActionExport) {
		at := url.Values{"period": {v.month.String()}, "by": {a.by}}
		menu := ui.ExportMenu("/overview/export?"+at.Encode(), "").Posted()
		f.Menu = &menu
	}
	return f
}

func freshness(f indicator.Freshness) string {
	if f.ComputedAt.IsZero() {
		return "指标尚未计算"
	}
	return fmt.Sprintf("指标更新于 %s · 全县已审核 %d/%d", ui.DateTime(f.ComputedAt), f.Accepted, f.Due)
}

// export sends the figures as a workbook.
func (h *handler) export(w http.ResponseWriter, r *http.Request) error {
	a, err := ask(r)
	if err != nil {
		return err
	}
	f, err := h.svc.Export(r.Context(), page.Who(r), a.month, a.by)
	if err != nil {
		return err
	}
	return page.SendFile(w, f.Name, "", f.Body)
}
