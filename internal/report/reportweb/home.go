package reportweb

import (
	"context"
	"strconv"

	"yigai/internal/actor"
	"yigai/internal/report"
	"yigai/internal/room"
	"yigai/web/ui"
)

// home is the auditor's part of the home page.
func (h *handlers) home(ctx context.Context, who actor.Actor) ([]room.Panel, error) {
	if !who.May(report.ActionTrail) {
		return nil, nil
	}
	o, err := h.svc.Overview(ctx, who)
	if err != nil {
		return nil, err
	}
	order := 30
	if who.HasRole(actor.Auditor) { // whose work begins here; the board of who owes what comes after it
		order = 5
	}
	return []room.Panel{{Order: order, Wide: true, Body: auditPanel(overviewStats(o, who), overviewActions(o, who))}}, nil
}

func overviewStats(o report.Overview, who actor.Actor) []ui.Stat {
	chain := ui.Status{Word: "已全部封存", Tone: ui.Good, Icon: "check-circle-fill"}
	if o.Unsealed > 0 {
		chain = ui.Status{Word: "待封存 " + number(o.Unsealed) + " 条", Tone: ui.Warn, Icon: "clock"}
	}
	sealed := ui.Dash
	if o.SealedAt != nil {
		sealed = ui.DateTime(*o.SealedAt)
	}
	stats := []ui.Stat{
		{Label: "本月审计记录", Value: ui.Int(o.Entries), Unit: "条", URL: "/audit"},
		{Label: "审计链最近封存", Value: sealed, Status: &chain},
	}
	if !who.May(report.ActionExport) {
		return stats
	}
	month := ui.Stat{Label: "最近审核通过的月份", Value: ui.Dash, Note: "还没有审核通过的月报"}
	if !o.Month.IsZero() {
		month.Value, month.Note = o.Month.Chinese(), "已审核 "+strconv.Itoa(o.Accepted)+"/应报 "+strconv.Itoa(o.Due)
		month.URL = "/reporting/board?period=" + o.Month.String()
	}
	return append([]ui.Stat{month}, stats...)
}

func overviewActions(o report.Overview, who actor.Actor) []ui.Action {
	if !who.May(report.ActionExport) || o.Month.IsZero() {
		return nil
	}
	at := "?period=" + o.Month.String()
	return []ui.Action{
		{Label: "导出数据明细", URL: "/exports/" + report.KindValues + ".xlsx" + at, Icon: "download", Post: true},
		{Label: "导出指标值", URL: "/exports/" + report.KindIndicatorValues + ".xlsx" + at, Icon: "download", Post: true},
		{Label: "导出报送情况", URL: "/exports/" + report.KindCompleteness + ".xlsx" + at, Icon: "download", Post: true},
		{Label: "核对文件", URL: "/exports#check", Icon: "shield-check"},
	}
}
