package validationweb

import (
	"net/http"
	"strconv"

	"yigai/internal/form"
	"yigai/internal/number"
	"yigai/internal/page"
	"yigai/internal/preset"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

type settingView struct {
	now    reporting.OutlierSetting
	form   *form.Form
	limit  *form.Form
	limits []reporting.ChangeLimit
	c      *reporting.Catalogue
}

func (h *handler) setting(w http.ResponseWriter, r *http.Request) error {
	return h.showSetting(w, r, http.StatusOK, nil, nil)
}

// showSetting renders both forms; one that was sent and refused is shown as it was typed.
func (h *handler) showSetting(w http.ResponseWriter, r *http.Request, status int, f, limit *form.Form) error {
	who := page.Who(r)
	now, err := h.rep.OutlierSetting(r.Context(), who)
	if err != nil {
		return err
	}
	limits, err := h.rep.ChangeLimits(r.Context(), who)
	if err != nil {
		return err
	}
	c, err := h.rep.Catalogue(r.Context(), who)
	if err != nil {
		return err
	}
	if f == nil {
		f = settingForm(now)
	}
	if limit == nil {
		limit = limitForm(limits, r.URL.Query().Get("limit"))
	}
	return page.Render(w, r, status, settingPage(settingView{now: now, form: f, limit: limit, limits: limits, c: c}))
}

func settingForm(n reporting.OutlierSetting) *form.Form {
	return form.Of(map[string]string{"version": strconv.Itoa(n.Version), "enabled": ticked(n.Enabled), "months": strconv.Itoa(n.Months), "spread": n.Spread.String(),
		"floor_percent": n.FloorPercent.String(), "least": n.Least.String(), "peers": ticked(n.Peers), "peer_spread": n.PeerSpread.String(), "units": ticked(n.Units)})
}

func ticked(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// limitForm is the form for a limit that is there, or an empty one.
func limitForm(limits []reporting.ChangeLimit, key string) *form.Form {
	for _, l := range limits {
		if limitKey(l) == key {
			return form.Of(map[string]string{"element": l.Element.Slug, "against": string(l.Against), "percent": l.Percent.String(), "least": l.Least.String(),
				"source": l.Source, "enabled": ticked(l.Enabled), "version": strconv.Itoa(l.Version)})
		}
	}
	return form.Of(map[string]string{"against": string(reporting.LastMonth), "percent": "30", "least": "0", "enabled": "1", "version": "0", "source": "默认"})
}

func limitKey(l reporting.ChangeLimit) string { return l.Element.Slug + ":" + string(l.Against) }

var percents = number.Rule{Unit: "%", Decimals: 2}

func (h *handler) saveSetting(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	n := reporting.OutlierSetting{Enabled: f.Bool("enabled"), Months: f.Int("months", "至少有数的月数", 1, 24), Spread: f.Decimal("spread", "倍数", number.Rule{Decimals: 2}),
		FloorPercent: f.Decimal("floor_percent", "最小幅度", percents), Least: f.Decimal("least", "最少相差", number.Rule{Decimals: 2}), Peers: f.Bool("peers"), PeerSpread: f.Decimal("peer_spread", "同类倍数", number.Rule{Decimals: 2}),
		Units: f.Bool("units"), Version: version(f)}
	if f.Err() == nil {
		touched, err := h.rep.SaveOutlierSetting(r.Context(), page.Who(r), n)
		if err == nil {
			return page.Redirect(w, r, "/check-settings", "已保存,打开月报时按新的设置检查"+countedAgain(touched))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showSetting(w, r, http.StatusUnprocessableEntity, f, nil)
}

func (h *handler) saveLimit(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	l := reporting.ChangeLimit{Element: reporting.Element{Slug: f.Value("element")}, Against: reporting.Against(f.Value("against")),
		Percent: f.Decimal("percent", "幅度", percents), Least: f.Decimal("least", "增减", number.Rule{Decimals: 6}), Source: f.Value("source"),
		Enabled: f.Bool("enabled"), Version: version(f)}
	if f.Err() == nil {
		touched, err := h.rep.SaveChangeLimit(r.Context(), page.Who(r), l)
		if err == nil {
			return page.Redirect(w, r, "/check-settings", "已保存"+countedAgain(touched))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showSetting(w, r, http.StatusUnprocessableEntity, nil, f)
}

// countedAgain says how many open reports are looked at again because of a change.
func countedAgain(reports int) string {
	if reports == 0 {
		return ""
	}
	return ";正在重新核对 " + strconv.Itoa(reports) + " 份未审核报表"
}

func version(f *form.Form) int {
	n, err := strconv.Atoi(f.Value("version"))
	if err != nil {
		return -1 // fits none
	}
	return n
}

func (v settingView) status() string {
	if v.now.Version == 0 {
		return "默认,非官方"
	}
	return v.now.By + " " + ui.DateTime(v.now.At) + " 改过"
}

func settingField(f *form.Form, name, label, hint string) ui.Field {
	return ui.Field{Name: name, Label: label, Value: f.Value(name), Problem: f.Problem(name), Hint: hint}
}

var againstOptions = []ui.Option{{Value: string(reporting.LastMonth), Label: reporting.LastMonth.Title()}, {Value: string(reporting.LastYear), Label: reporting.LastYear.Title()}}

func (v settingView) elementOptions() []ui.Option {
	var out []ui.Option
	for _, e := range v.c.Elements {
		if e.Kind != preset.Calendar {
			out = append(out, ui.Option{Value: e.Slug, Label: e.NameZH})
		}
	}
	return out
}

func (v settingView) limitTable() ui.Table {
	t := ui.Table{ID: "limit-table", Caption: "增减幅度", Cards: true, Columns: []ui.Column{{Label: "数据项", Wide: true}, {Label: "比较"}, {Label: "幅度", Unit: "%", Numeric: true},
		{Label: "不超过不提醒", Numeric: true}, {Label: "依据"}, {Label: "状态"}, {Label: "修改人"}}}
	t.Empty = ui.Empty{Title: "还没有单独设置", Hint: "没有设置的数据项按规则 L21a–L21d(默认 30%)。", Icon: "sliders"}
	for _, l := range v.limits {
		t.Rows = append(t.Rows, ui.Row{URL: "/check-settings?limit=" + limitKey(l) + "#limit", Cells: []ui.Cell{ui.Text(l.Element.NameZH), ui.Text(l.Against.Title()),
			ui.Text(l.Percent.String()), ui.Text(l.Least.String()), ui.Text(sourceWords(l.Source)), ui.Node(ui.Badge(enabledStatus(l.Enabled))), ui.Text(l.By)}})
	}
	return t
}
