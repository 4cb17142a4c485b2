package noticeweb

import (
	"net/http"
	"net/url"
	"strconv"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/notice"
	"yigai/internal/page"
	"yigai/web/ui"
)

// messages lists a person's own, newest first.
func (h *handler) messages(w http.ResponseWriter, r *http.Request) error {
	before, err := cursor(r)
	if err != nil {
		return err
	}
	unread := r.URL.Query().Get("list") == "unread"
	found, next, err := h.svc.List(r.Context(), page.Who(r), unread, before)
	if err != nil {
		return err
	}
	n, err := h.svc.Unread(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, messagesPage(messagesView{found: found, unread: n, only: unread, next: following(r, next)}))
}

// cursor reads where a list goes on; anything but a number is the field's problem.
func cursor(r *http.Request) (int64, error) {
	typed := r.URL.Query().Get("cursor")
	if typed == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(typed, 10, 64)
	if err != nil || n <= 0 {
		return 0, fault.Field("cursor", "翻页位置无效,请从第一页重新查看")
	}
	return n, nil
}

// following is the address of the next page, "" at the end.
func following(r *http.Request, next int64) string {
	if next == 0 {
		return ""
	}
	q := url.Values{}
	for _, name := range []string{"list", "state"} {
		if v := r.URL.Query().Get(name); v != "" {
			q.Set(name, v)
		}
	}
	q.Set("cursor", id(next))
	return r.URL.Path + "?" + q.Encode()
}

type messagesView struct {
	found  []notice.Message
	unread int
	only   bool
	next   string
}

func (v messagesView) tabs() []ui.Tab {
	return []ui.Tab{{Label: "全部", URL: "/account/messages", Active: !v.only},
		{Label: "未读", URL: "/account/messages?list=unread", Active: v.only, Count: v.unread}}
}

// newest is up to where everything shown so far was seen.
func (v messagesView) newest() string { return id(v.found[0].ID) }

func (v messagesView) frame() ui.Frame {
	f := ui.Frame{Title: "消息", Styles: []string{"notice.css"}, Subtitle: "月报上报、退回、审核、延期和催报的消息,保存一年",
		Actions: []ui.Action{{Label: "接收设置", URL: "/account/notifications", Icon: "sliders"}}}
	if v.unread > 0 && len(v.found) > 0 {
		f.Actions = append(f.Actions, ui.Action{Label: "全部标为已读", URL: "/account/messages/reading", Post: true, Icon: "check-lg",
			Values: map[string]string{"up_to": v.newest()}})
	}
	return f
}

func (v messagesView) empty() ui.Empty {
	if v.only {
		return ui.Empty{Title: "没有未读消息", Icon: "check-circle", Action: &ui.Action{Label: "看全部消息", URL: "/account/messages"}}
	}
	return ui.Empty{Title: "还没有消息", Hint: "月报有上报、退回、审核、延期或快到期时,这里会收到消息。"}
}

func kindStatus(m notice.Message) ui.Status {
	k, _ := notice.KindOf(m.Kind)
	icons := map[string]string{notice.KindReminder: "hourglass-split", notice.KindReturned: "arrow-return-left", notice.KindExtension: "calendar3",
		notice.KindCircular: "megaphone", notice.KindSubmitted: "send", notice.KindAccepted: "check-circle-fill", notice.KindSigned: "pencil", notice.KindRemark: "chat-left-text"}
	tones := map[string]ui.Tone{notice.KindReminder: ui.Warn, notice.KindReturned: ui.Bad, notice.KindCircular: ui.Warn,
		notice.KindSubmitted: ui.Accent, notice.KindAccepted: ui.Good, notice.KindExtension: ui.Info}
	return ui.Status{Word: k.Title, Icon: icons[m.Kind], Tone: tones[m.Kind]}
}

// openMessage marks a message as read and goes where it leads.
func (h *handler) openMessage(w http.ResponseWriter, r *http.Request) error {
	n, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	leads, err := h.svc.Read(r.Context(), page.Who(r), n)
	if err != nil {
		return err
	}
	if leads == "" {
		leads = "/account/messages"
	}
	return page.Redirect(w, r, leads, "")
}

func (h *handler) readAll(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	upTo, err := strconv.ParseInt(f.Value("up_to"), 10, 64)
	if err != nil {
		return fault.Field("up_to", "请返回消息列表重试")
	}
	if err := h.svc.ReadAll(r.Context(), page.Who(r), upTo); err != nil {
		return err
	}
	return page.Redirect(w, r, "/account/messages", "已全部标为已读")
}
