package accountweb

import (
	"strings"
	"time"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/web/ui"
)

// sessionTable lists sessions; end gives the action that ends a live one, nil offers none.
func sessionTable(list []account.Session, current int64, now time.Time, end func(account.Session) *ui.Action) ui.Table {
	t := ui.Table{ID: "sessions", Caption: "登录会话", Cards: true, Empty: ui.Empty{Title: "还没有登录过"},
		Columns: []ui.Column{{Label: "状态"}, {Label: "登录时间"}, {Label: "最近操作"}, {Label: "来源地址"}, {Label: "设备", Wide: true}, {Label: ""}}}
	for _, s := range list {
		last := ui.Cell{}
		if s.Live(now) && s.ID != current && end != nil {
			last = ui.Node(ui.Button(*end(s)))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			ui.Node(ui.Badge(sessionStatus(s, current, now))), ui.Text(ui.DateTime(s.Started)), ui.Text(ui.DateTime(s.LastSeen)),
			ui.Text(s.Address), {Text: browser(s.Agent), Title: s.Agent}, last}})
	}
	return t
}

func sessionStatus(s account.Session, current int64, now time.Time) ui.Status {
	switch {
	case s.ID == current:
		return ui.Status{Word: "当前", Tone: ui.Accent, Icon: "check-circle-fill"}
	case s.Live(now):
		return ui.Status{Word: "在线", Tone: ui.Good, Icon: "check-circle"}
	}
	return ui.Status{Word: s.WhyTitle(now), Icon: "circle"}
}

// browser names a program as people know it; the full text stands in the title.
func browser(agent string) string {
	system := first(agent, []string{"Windows", "Android", "iPhone", "iPad", "Mac OS", "HarmonyOS", "Linux"})
	program := first(agent, []string{"MicroMessenger", "Edg", "360SE", "QQBrowser", "Firefox", "Chrome", "Safari"})
	switch {
	case program == "" && system == "":
		return "其他程序"
	case program == "":
		return system
	case system == "":
		return program
	}
	return program + " · " + system
}

func first(text string, words []string) string {
	for _, w := range words {
		if strings.Contains(text, w) {
			return w
		}
	}
	return ""
}

func tokenTable(list []account.Token, now time.Time, revoke func(account.Token) string) ui.Table {
	t := ui.Table{ID: "tokens", Caption: "API 令牌", Cards: true, Empty: ui.Empty{Title: "还没有令牌"},
		Columns: []ui.Column{{Label: "用途", Wide: true}, {Label: "状态"}, {Label: "建立"}, {Label: "到期"}, {Label: "最近使用"}, {Label: ""}}}
	for _, k := range list {
		last := ui.Cell{}
		if k.Valid(now) && revoke != nil {
			last = ui.Node(ui.Button(ui.Action{Label: "撤销", URL: revoke(k), Post: true, Kind: ui.Danger,
				Confirm: "撤销后,使用这个令牌的程序立即不能访问,且无法恢复。"}))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(k.Name), ui.Node(ui.Badge(tokenStatus(k, now))),
			ui.Text(ui.Date(k.Created)), ui.Text(ui.Date(k.Expires)), ui.Text(moment(k.LastUsed, "从未使用")), last}})
	}
	return t
}

func tokenStatus(t account.Token, now time.Time) ui.Status {
	switch {
	case t.Valid(now):
		return ui.StatusFor("active")
	case t.Revoked != nil:
		return ui.Status{Word: "已撤销", Icon: "circle"}
	}
	return ui.StatusFor("expired")
}

func moment(t *time.Time, never string) string {
	if t == nil {
		return never
	}
	return ui.DateTime(*t)
}

// accountStatuses are the words for the state of an account; most have one, a trouble adds another.
func accountStatuses(a account.Account) []ui.Status {
	var out []ui.Status
	switch {
	case !a.Active:
		out = append(out, ui.Status{Word: "已停用", Icon: "dash-circle"})
	case len(a.Grant.Roles) == 0:
		out = append(out, ui.Status{Word: "待授权", Tone: ui.Warn, Icon: "hourglass-split", Title: "等待安全管理员分配角色"})
	default:
		out = append(out, ui.Status{Word: "正常", Tone: ui.Good, Icon: "check-circle"})
	}
	if a.Blocked {
		out = append(out, ui.Status{Word: "登录受限", Tone: ui.Bad, Icon: "lock-fill", Title: "登录失败次数过多,失败的来源需要等待"})
	}
	if a.MustChange {
		out = append(out, ui.Status{Word: "初始密码", Tone: ui.Info, Icon: "key", Title: "还没有改成自己的密码"})
	}
	return out
}

func roleTitles(roles []string) string {
	if len(roles) == 0 {
		return "未分配"
	}
	titles := make([]string, len(roles))
	for i, r := range roles {
		titles[i] = actor.RoleTitle(r)
	}
	return strings.Join(titles, "、")
}
