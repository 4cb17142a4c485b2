package accountweb

import (
	"net/http"
	"strconv"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/web/ui"
)

// detailView is one account with everything that can be done to it.
type detailView struct {
	Account  account.Account
	Rights   account.Rights
	Terms    []ui.Term
	Sessions ui.Table
	Tokens   ui.Table
	Secret   string // a password that is shown once
	Said     string // how it came about
}

func (h *handlers) detail(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	who := page.Who(r)
	a, err := h.svc.Get(r.Context(), who, id)
	if err != nil {
		return err
	}
	sessions, err := h.svc.SessionsOf(r.Context(), who, id)
	if err != nil {
		return err
	}
	tokens, err := h.svc.TokensOf(r.Context(), who, id)
	if err != nil {
		return err
	}
	places, err := h.svc.Places(r.Context(), who, a.CountyID)
	if err != nil {
		return err
	}
	fresh, err := h.once.take(w, r)
	if err != nil {
		return err
	}
	v := detailView{Account: a, Rights: h.svc.RightsOn(who, a), Terms: terms(a, places), Said: fresh.Said, Secret: fresh.Secret,
		Sessions: sessionTable(sessions, 0, h.svc.Now(), nil), Tokens: tokenTable(tokens, h.svc.Now(), revocation(a, h.svc.RightsOn(who, a)))}
	return page.Render(w, r, http.StatusOK, detail(v))
}

func revocation(a account.Account, rights account.Rights) func(account.Token) string {
	if !rights.Manage {
		return nil
	}
	return func(t account.Token) string {
		return accountURL(a.ID) + "/tokens/" + strconv.FormatInt(t.ID, 10) + "/revocation"
	}
}

func terms(a account.Account, places []account.Place) []ui.Term {
	return []ui.Term{
		{Label: "用户名", Value: a.Username},
		{Label: "姓名", Value: a.Name},
		{Label: "县", Value: a.County},
		{Label: "所在单位", Value: a.Institution},
		{Label: "角色", Value: roleTitles(a.Grant.Roles)},
		{Label: "数据范围", Value: scopeInWords(a.Grant, places)},
		{Label: "最近登录", Value: moment(a.LastSignIn, "从未登录")},
		{Label: "密码设置于", Value: ui.DateTime(a.Changed)},
		{Label: "建立于", Value: ui.DateTime(a.Created)},
	}
}

func scopeInWords(g account.Grant, places []account.Place) string {
	said := account.ScopeTitle(g.Scope)
	if g.Scope != account.ScopeList {
		return said
	}
	for i, id := range g.List {
		separator := "、"
		if i == 0 {
			separator = ":"
		}
		said += separator + placeName(places, id)
	}
	return said
}

func placeName(places []account.Place, id int64) string {
	for _, p := range places {
		if p.ID == id {
			return p.Name
		}
	}
	return "范围外的单位"
}

// manageActions are the buttons of an account; what may not be done now says why.
func manageActions(v detailView) []ui.Action {
	base := accountURL(v.Account.ID)
	var list []ui.Action
	if v.Rights.Manage {
		list = append(list, ui.Action{Label: "重置密码", URL: base + "/password", Post: true, Icon: "key",
			Confirm: "将生成一个新的初始密码,此人在所有设备上的登录都会结束,接口令牌也全部撤销。"},
			ui.Action{Label: "强制下线", URL: base + "/sign-out", Post: true, Icon: "box-arrow-right",
				Confirm: "此人在所有设备上的登录都会立即结束。"})
		if v.Account.Blocked {
			list = append(list, ui.Action{Label: "解除登录限制", URL: base + "/unlock", Post: true, Icon: "unlock"})
		}
		list = append(list, activeAction(v.Account, base))
	}
	return list
}

func activeAction(a account.Account, base string) ui.Action {
	if a.Active {
		return ui.Action{Label: "停用", URL: base + "/deactivation", Post: true, Kind: ui.Danger, Icon: "x-circle",
			Confirm: "停用后此人不能登录,接口令牌也同时失效。", Reason: "停用原因"}
	}
	return ui.Action{Label: "启用", URL: base + "/activation", Post: true, Icon: "check-circle"}
}

func editAction(v detailView) *ui.Action {
	if !v.Rights.Rename && !v.Rights.Grant {
		return nil
	}
	return &ui.Action{Label: "修改", URL: accountURL(v.Account.ID) + "/edit", Icon: "pencil"}
}

// act runs one operation on the account of the path and goes back to it.
func (h *handlers) act(w http.ResponseWriter, r *http.Request, said string, do func(who actor.Actor, id int64) error) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	if err := do(page.Who(r), id); err != nil {
		return err
	}
	return page.Redirect(w, r, accountURL(id), said)
}

func (h *handlers) unlock(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "已解除登录限制", func(who actor.Actor, id int64) error { return h.svc.Unlock(r.Context(), who, id) })
}

func (h *handlers) deactivate(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	return h.act(w, r, "账号已停用", func(who actor.Actor, id int64) error {
		return h.svc.Deactivate(r.Context(), who, id, f.Value("reason"))
	})
}

func (h *handlers) activate(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "账号已启用", func(who actor.Actor, id int64) error { return h.svc.Activate(r.Context(), who, id) })
}

func (h *handlers) forceSignOut(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "已强制下线", func(who actor.Actor, id int64) error {
		_, err := h.svc.EndAllOf(r.Context(), who, id)
		return err
	})
}

func (h *handlers) revokeTokenOf(w http.ResponseWriter, r *http.Request) error {
	token, err := page.ID(r, "token")
	if err != nil {
		return err
	}
	return h.act(w, r, "令牌已撤销", func(who actor.Actor, id int64) error {
		return h.svc.RevokeToken(r.Context(), who, id, token)
	})
}

// resetPassword leads to the account's page, which shows the password once.
func (h *handlers) resetPassword(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	secret, err := h.svc.ResetPassword(r.Context(), page.Who(r), id, "")
	if err != nil {
		return err
	}
	return h.once.redirect(w, r, news{accountURL(id), "密码已重置,原有的登录和接口令牌都已失效", secret})
}
