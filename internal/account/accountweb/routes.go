package accountweb

import (
	"yigai/internal/account"
	"yigai/internal/page"
	"yigai/internal/room"
)

func (h *handlers) routes() []room.Route {
	at := func(method, path, action string, do page.Handler) room.Route {
		return room.Route{Method: method, Path: path, Action: action, Handler: do}
	}
	return []room.Route{
		at("GET", "/login", room.Public, h.loginPage),
		at("POST", "/login", room.Public, h.signIn),
		at("POST", "/logout", "", h.signOut),

		at("GET", "/account/password", "", h.passwordPage),
		at("POST", "/account/password", "", h.changePassword),
		at("GET", "/account/sessions", "", h.sessionsPage),
		at("POST", "/account/sessions/{session}/end", "", h.endSession),
		at("POST", "/account/sessions/end-others", "", h.endOthers),
		at("GET", "/account/tokens", account.ActionToken, h.tokensPage),
		at("POST", "/account/tokens", account.ActionToken, h.createToken),
		at("POST", "/account/tokens/{token}/revocation", account.ActionToken, h.revokeToken),

		at("GET", "/accounts", account.ActionView, h.list),
		at("GET", "/accounts/new", account.ActionManage, h.newPage),
		at("POST", "/accounts", account.ActionManage, h.create),
		at("GET", "/accounts/{id}", account.ActionView, h.detail),
		at("GET", "/accounts/{id}/edit", account.ActionView, h.editPage),
		at("POST", "/accounts/{id}", account.ActionView, h.edit),
		at("POST", "/accounts/{id}/password", account.ActionManage, h.resetPassword),
		at("POST", "/accounts/{id}/unlock", account.ActionManage, h.unlock),
		at("POST", "/accounts/{id}/deactivation", account.ActionManage, h.deactivate),
		at("POST", "/accounts/{id}/activation", account.ActionManage, h.activate),
		at("POST", "/accounts/{id}/sign-out", account.ActionManage, h.forceSignOut),
		at("POST", "/accounts/{id}/tokens/{token}/revocation", account.ActionManage, h.revokeTokenOf),

		{Method: "GET", Path: "/api/v1/me", Handler: h.me,
			Doc: &room.Doc{Summary: "令牌属于谁,能做什么,数据范围是哪些单位", Response: me{}}},
	}
}
