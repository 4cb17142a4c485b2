package noticeweb

import (
	"net/http"
	"strconv"
	"time"

	"yigai/internal/notice"
	"yigai/internal/page"
	"yigai/web/ui"
)

type outboxView struct {
	found    []notice.Outgoing
	next     string
	state    string
	counts   map[string]int
	channels []string
	now      time.Time
}

func (h *handler) outbox(w http.ResponseWriter, r *http.Request) error {
	before, err := cursor(r)
	if err != nil {
		return err
	}
	v := outboxView{state: r.URL.Query().Get("state"), channels: h.svc.Channels(), now: h.now()}
	var next int64
	if v.found, next, err = h.svc.Outbox(r.Context(), page.Who(r), v.state, before); err != nil {
		return err
	}
	v.next = following(r, next)
	if v.counts, err = h.svc.Counts(r.Context(), page.Who(r)); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, outboxPage(v))
}

var outboxStates = []struct {
	name   string
	status ui.Status
}{
	{notice.StateDead, ui.Status{Word: "发送失败", Tone: ui.Bad, Icon: "x-circle"}},
	{notice.StateWaiting, ui.Status{Word: "等待发送", Tone: ui.Info, Icon: "clock"}},
	{notice.StateSending, ui.Status{Word: "正在发送", Tone: ui.Accent, Icon: "send"}},
	{notice.StateSent, ui.Status{Word: "已发送", Tone: ui.Good, Icon: "check-circle-fill"}},
	{notice.StateCancelled, ui.Status{Word: "已取消", Icon: "dash-circle"}},
}

func (v outboxView) tabs() []ui.Tab {
	tabs := []ui.Tab{{Label: "全部", URL: "/outbox", Active: v.state == ""}}
	for _, s := range outboxStates {
		tabs = append(tabs, ui.Tab{Label: s.status.Word, URL: "/outbox?state=" + s.name, Active: v.state == s.name, Count: v.counts[s.name]})
	}
	return tabs
}

func outgoingStatus(o notice.Outgoing) ui.Status {
	for _, s := range outboxStates {
		if s.name == o.State {
			status := s.status
			status.Title = o.ProviderID
			return status
		}
	}
	return ui.Status{Word: o.State}
}

func (v outboxView) table() ui.Table {
	t := ui.Table{ID: "outbox", Caption: "外发消息", Cards: true, Columns: []ui.Column{{Label: "内容", Wide: true}, {Label: "渠道"}, {Label: "接收人"}, {Label: "状态"},
		{Label: "次数", Numeric: true}, {Label: "时间"}, {Label: "说明", Wide: true}, {Label: "操作"}}}
	t.Empty = ui.Empty{Title: "没有外发消息", Hint: "接通短信、企业微信或邮件,并且有人在“接收设置”里填了联系方式以后,消息会从这里发出。", Icon: "send"}
	for _, o := range v.found {
		t.Rows = append(t.Rows, ui.Row{ID: "text-" + id(o.ID), Cells: []ui.Cell{ui.Text(o.Title), ui.Text(channelTitle(o.Channel)), ui.Text(o.Masked),
			ui.Node(ui.Badge(outgoingStatus(o))), ui.Text(strconv.Itoa(o.Attempts)), ui.Text(when(o)), ui.Text(outgoingNote(o)), ui.Node(ui.Buttons(outgoingActions(o, v.now)))}})
	}
	return t
}

func when(o notice.Outgoing) string {
	if o.EndedAt != nil {
		return ui.DateTime(*o.EndedAt)
	}
	return ui.DateTime(o.CreatedAt)
}

func outgoingNote(o notice.Outgoing) string {
	note := o.LastError
	if o.State == notice.StateWaiting && o.Attempts > 0 {
		note += "(" + ui.DateTime(o.NextAt) + " 再试)"
	}
	if o.Doubtful {
		note = "发送时程序中断过,可能重复送达。" + note
	}
	return note
}

func outgoingActions(o notice.Outgoing, now time.Time) []ui.Action {
	at := "/outbox/" + id(o.ID)
	var out []ui.Action
	if o.State == notice.StateDead {
		out = append(out, ui.Action{Label: "重发", URL: at + "/retry", Post: true})
	}
	if o.MayCancel(now) {
		out = append(out, ui.Action{Label: "取消", URL: at + "/cancellation", Post: true, Kind: ui.Quiet})
	}
	return out
}

func (h *handler) retry(w http.ResponseWriter, r *http.Request) error {
	n, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	if err := h.svc.Retry(r.Context(), page.Who(r), n); err != nil {
		return err
	}
	return page.Redirect(w, r, "/outbox", "将马上重发")
}

func (h *handler) cancel(w http.ResponseWriter, r *http.Request) error {
	n, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	if err := h.svc.Cancel(r.Context(), page.Who(r), n); err != nil {
		return err
	}
	return page.Redirect(w, r, "/outbox", "已取消")
}
