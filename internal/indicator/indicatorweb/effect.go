package indicatorweb

import (
	"net/http"

	"yigai/internal/indicator"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/web/ui"
)

// effectView is what corrections of a month did to its indicators.
type effectView struct {
	frame ui.Frame
	table ui.Table
}

func (h *handler) effects(w http.ResponseWriter, r *http.Request) error {
	m, err := page.Month(r, period.MonthOf(h.now()).Prev())
	if err != nil {
		return err
	}
	list, err := h.svc.Effects(r.Context(), page.Who(r), m)
	if err != nil {
		return err
	}
	frame := ui.Frame{Title: "更正对指标的影响", Subtitle: "指标算齐以后又变的数值:原来多少、现在多少", Period: page.Switch(r, m),
		Crumbs: []ui.Link{{Label: "更正", URL: "/corrections?period=" + m.String()}, {Label: "对指标的影响"}}}
	return page.Render(w, r, http.StatusOK, effectPage(effectView{frame: frame, table: effectTable(list, m)}))
}

func effectTable(list []indicator.Effect, m period.Month) ui.Table {
	t := ui.Table{ID: "effects", Caption: "更正对指标的影响", Columns: []ui.Column{{Label: "单位"}, {Label: "指标"},
		{Label: "更正前", Numeric: true}, {Label: "更正后", Numeric: true}, {Label: "原因"}, {Label: "重算时间"}},
		Empty: ui.Empty{Title: m.Chinese() + "没有变过的指标", Hint: "已审核的月报更正后,受影响的指标会列在这里。"}}
	for _, e := range list {
		now := ui.Dash
		if e.New.Valid {
			now = ui.Num(e.New.Decimal, e.Decimals)
		}
		why := "数据更正"
		if e.Restated {
			why = "公式修改"
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(e.Institution), ui.LinkTo(e.NameZH, valueURL(e.Slug, e.Code, m)),
			ui.Text(ui.Num(e.Old, e.Decimals) + unitAfter(e.Unit)), ui.Text(now + unitAfter(e.Unit)), ui.Text(why),
			ui.Text(ui.DateTime(e.At))}})
	}
	return t
}

func unitAfter(unit string) string {
	if unit == "" || unit == "%" {
		return unit
	}
	return " " + unit
}
