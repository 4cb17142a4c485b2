package accountweb

import (
	"net/http"
	"strconv"

	"yigai/internal/account"
	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/web/ui"
)

// passwordView is the page on which people change their own password.
type passwordView struct {
	Form     *form.Form
	Must     bool
	Username string
	Demo     bool
}

func (h *handlers) passwordPage(w http.ResponseWriter, r *http.Request) error {
	return h.showPassword(w, r, http.StatusOK, form.Of(nil))
}

func (h *handlers) showPassword(w http.ResponseWriter, r *http.Request, status int, f *form.Form) error {
	who := page.Who(r)
	return page.Render(w, r, status, password(passwordView{Form: f, Must: who.MustChange, Username: who.Username, Demo: h.demo}))
}

func (h *handlers) changePassword(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	if f.Value("current") == "" {
		f.Add("current", "请填写原密码")
	}
	if f.Value("fresh") != f.Value("again") {
		f.Add("again", "两次输入的新密码不一致")
	}
	if err = f.Err(); err == nil {
		err = h.svc.ChangePassword(r.Context(), page.Who(r), f.Value("current"), f.Value("fresh"))
		f.Take(err)
	}
	if fault.IsInvalid(err) {
		return h.showPassword(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	// The token changes with the password: whoever copied the old one has nothing.
	if err := h.gate.sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	return page.Redirect(w, r, "/", "密码已修改,您在其他设备上的登录已结束")
}

func (h *handlers) sessionsPage(w http.ResponseWriter, r *http.Request) error {
	who := page.Who(r)
	list, err := h.svc.Sessions(r.Context(), who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, sessions(sessionTable(list, who.SessionID, h.svc.Now(), ownEnd)))
}

func ownEnd(s account.Session) *ui.Action {
	return &ui.Action{Label: "结束", URL: "/account/sessions/" + strconv.FormatInt(s.ID, 10) + "/end", Post: true, Kind: ui.Quiet}
}

func (h *handlers) endSession(w http.ResponseWriter, r *http.Request) error {
	session, err := page.ID(r, "session")
	if err != nil {
		return err
	}
	if err := h.svc.EndSession(r.Context(), page.Who(r), session); err != nil {
		return err
	}
	return page.Redirect(w, r, "/account/sessions", "已结束这次登录")
}

func (h *handlers) endOthers(w http.ResponseWriter, r *http.Request) error {
	n, err := h.svc.EndOthers(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	return page.Redirect(w, r, "/account/sessions", "已结束其他 "+strconv.FormatInt(n, 10)+" 次登录")
}

// tokensView is the page of one's own tokens; Secret is shown once, right after a token was made.
type tokensView struct {
	Form   *form.Form
	Table  ui.Table
	Secret string
}

func (h *handlers) tokensPage(w http.ResponseWriter, r *http.Request) error {
	fresh, err := h.once.take(w, r)
	if err != nil {
		return err
	}
	return h.showTokens(w, r, http.StatusOK, form.Of(map[string]string{"days": strconv.Itoa(account.TokenDays)}), fresh.Secret)
}

func (h *handlers) showTokens(w http.ResponseWriter, r *http.Request, status int, f *form.Form, secret string) error {
	list, err := h.svc.Tokens(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	table := tokenTable(list, h.svc.Now(), func(t account.Token) string {
		return "/account/tokens/" + strconv.FormatInt(t.ID, 10) + "/revocation"
	})
	return page.Render(w, r, status, tokens(tokensView{Form: f, Table: table, Secret: secret}))
}

// createToken leads back to the page of tokens, which shows the secret once.
func (h *handlers) createToken(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	days := f.Int("days", "有效天数", 1, account.LongestToken)
	name := f.Required("name", "用途", 60)
	if err := f.Err(); err != nil {
		return h.showTokens(w, r, http.StatusUnprocessableEntity, f, "")
	}
	who := page.Who(r)
	secret, err := h.svc.CreateToken(r.Context(), who, who.AccountID, name, days)
	if f.Take(err) {
		return h.showTokens(w, r, http.StatusUnprocessableEntity, f, "")
	}
	if err != nil {
		return err
	}
	return h.once.redirect(w, r, news{"/account/tokens", "", secret})
}

func (h *handlers) revokeToken(w http.ResponseWriter, r *http.Request) error {
	token, err := page.ID(r, "token")
	if err != nil {
		return err
	}
	who := page.Who(r)
	if err := h.svc.RevokeToken(r.Context(), who, who.AccountID, token); err != nil {
		return err
	}
	return page.Redirect(w, r, "/account/tokens", "令牌已撤销,使用它的程序不能再访问")
}
