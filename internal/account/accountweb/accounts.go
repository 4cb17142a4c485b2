package accountweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/page"
	"yigai/internal/room"
	"yigai/web/ui"
)

// listView is the list of accounts with its filter.
type listView struct {
	Filter account.Filter
	Places []account.Place
	Table  ui.Table
	Paging ui.Paging
	New    bool // the asker may create accounts
}

func (h *handlers) list(w http.ResponseWriter, r *http.Request) error {
	who, q := page.Who(r), r.URL.Query()
	f := account.Filter{Role: q.Get("role"), State: q.Get("state"), Text: q.Get("q"), After: q.Get("after"),
		Institution: number(q.Get("institution"))}
	found, err := h.svc.List(r.Context(), who, f)
	if err != nil {
		return err
	}
	places, err := h.svc.Places(r.Context(), who, who.CountyID)
	if err != nil {
		return err
	}
	v := listView{Filter: f, Places: withoutClinics(places, f.Institution), Table: accountTable(found.Items, who.CountyID == 0),
		Paging: paging(r.URL, found.Next), New: who.May(account.ActionManage)}
	return page.Render(w, r, http.StatusOK, accounts(v))
}

// paging goes forward by key; back is to the beginning, because a list by name is searched and not leafed through.
func paging(u *url.URL, next string) ui.Paging {
	q := u.Query()
	p := ui.Paging{}
	if next != "" {
		q.Set("after", next)
		p.Next = u.Path + "?" + q.Encode()
	}
	if u.Query().Get("after") != "" {
		q.Del("after")
		p.Prev = u.Path + "?" + q.Encode()
		p.Note = "“上一页”回到第一页"
	}
	return p
}

func accountTable(list []account.Account, platform bool) ui.Table {
	t := ui.Table{ID: "accounts", Caption: "账号", Cards: true,
		Empty:   ui.Empty{Title: "没有符合条件的账号", Hint: "换个条件再查,或新建账号。", Icon: "people"},
		Columns: []ui.Column{{Label: "用户名"}, {Label: "姓名"}, {Label: "单位", Wide: true}, {Label: "角色", Wide: true}, {Label: "数据范围"}, {Label: "状态"}, {Label: "最近登录"}}}
	for _, a := range list {
		t.Rows = append(t.Rows, ui.Row{URL: accountURL(a.ID), Cells: []ui.Cell{
			ui.Text(a.Username), ui.Text(a.Name), ui.Text(workplace(a, platform)), ui.Text(roleTitles(a.Grant.Roles)),
			ui.Text(account.ScopeTitle(a.Grant.Scope)), ui.Node(badges(accountStatuses(a))), ui.Text(moment(a.LastSignIn, "从未登录"))}})
	}
	return t
}

// search finds accounts by part of the name or username.
func (h *handlers) search(ctx context.Context, who actor.Actor, text string) ([]room.Hit, error) {
	if !who.May(account.ActionView) {
		return nil, nil
	}
	const most = 8
	found, err := h.svc.List(ctx, who, account.Filter{Text: text, Limit: most})
	if err != nil {
		return nil, err
	}
	hits := make([]room.Hit, len(found.Items))
	for n, a := range found.Items {
		hits[n] = room.Hit{Kind: "账号", Label: a.Name + "(" + a.Username + ")", Hint: workplace(a, who.CountyID == 0), URL: accountURL(a.ID)}
	}
	return hits, nil
}

func workplace(a account.Account, platform bool) string {
	switch {
	case !platform:
		return a.Institution
	case a.Institution == "":
		return a.County
	}
	return a.County + " · " + a.Institution
}

func accountURL(id int64) string { return "/accounts/" + strconv.FormatInt(id, 10) }

// badges shows several states side by side.
func badges(list []ui.Status) templ.Component { return states(list) }

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
