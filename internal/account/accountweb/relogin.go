package accountweb

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/page"
	"yigai/web/ui"
)

// A form that is sent after the session ended is not lost: the answer is a page that asks for the password and
// carries every typed field along, and posts to the same address. The middleware then signs in, takes its own two
// fields out and lets the request go on as if nothing had happened. Pages with JavaScript never get here: their script
// sees the header below, asks in place and sends the request again.
const (
	loginHeader   = "X-Yigai-Login"
	fieldUsername = "yigai_relogin_username"
	fieldPassword = "yigai_relogin_password"
	mostFields    = 2000    // of a carried form; the largest report has some hundreds
	largestForm   = 4 << 20 // in bytes
)

// askToSignIn answers a request of nobody.
func (g *Gate) askToSignIn(w http.ResponseWriter, r *http.Request) {
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case byScript(r):
		g.refuseScript(w, r)
	case safe:
		http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
	case !carriable(r):
		g.refuseUpload(w, r)
	default:
		page.Handler(g.askInPlace).ServeHTTP(w, r)
	}
}

// refuseScript tells a program or a script that it has to sign in.
func (g *Gate) refuseScript(w http.ResponseWriter, r *http.Request) {
	said := "请先登录"
	if over := overOf(r.Context()); over != nil {
		said = over.Error()
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		w.Header().Set("WWW-Authenticate", `Bearer realm="yigai"`)
		said = "需要有效的接口令牌:Authorization: Bearer TOKEN"
	} else {
		w.Header().Set(loginHeader, "1")
	}
	page.WriteProblem(w, page.Problem{Type: "about:blank", Title: "请先登录", Status: http.StatusUnauthorized, Detail: said})
}

// refuseUpload explains that a browser cannot be given a file back.
func (g *Gate) refuseUpload(w http.ResponseWriter, r *http.Request) {
	w.Header().Set(loginHeader, "1")
	trouble := ui.Trouble{Status: http.StatusUnauthorized, Message: "登录已结束,文件没有上传",
		Next: "浏览器不允许代为保留所选的文件。请重新登录,回到原来的页面后再选择一次文件。", Back: "/login?next=" + url.QueryEscape(referer(r))}
	if err := page.Render(w, r, http.StatusUnauthorized, ui.Problem(trouble)); err != nil {
		page.Fail(w, r, err)
	}
}

// referer is the page of ours that the form stood on.
func referer(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host {
		return "/"
	}
	return local(u.RequestURI())
}

func carriable(r *http.Request) bool {
	sent := r.Header.Get("Content-Type")
	kind, _, err := mime.ParseMediaType(sent)
	return sent == "" && r.ContentLength == 0 || err == nil && kind == "application/x-www-form-urlencoded"
}

// askInPlace shows the page that carries the typed fields along.
func (g *Gate) askInPlace(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set(loginHeader, "1")
	return page.Render(w, r, http.StatusUnauthorized, login(g.reloginView(r)))
}

// readForm parses what nobody in particular posted to a page, within the bound, before anything else reads it.
func readForm(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead || !carriable(r) {
		return nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, largestForm)
	err := r.ParseForm()
	if large := (*http.MaxBytesError)(nil); err == nil || errors.As(err, &large) {
		return err
	}
	return fault.Field("", "表单内容无法读取,请返回重试")
}

// stranger serves a page's request of nobody: it goes on as it is, unless it comes from the page above. Then it signs
// in and goes on without the two fields.
func (g *Gate) stranger(w http.ResponseWriter, r *http.Request, next http.Handler) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	if !r.PostForm.Has(fieldPassword) {
		next.ServeHTTP(w, r)
		return nil
	}
	if g.limit.RespondOnLimit(w, r, address(r)) {
		return nil
	}
	who, err := g.signIn(w, r, r.PostForm.Get(fieldUsername), r.PostForm.Get(fieldPassword))
	if err != nil {
		return g.reloginView(r).refuse(w, r, err)
	}
	for _, name := range []string{fieldUsername, fieldPassword} {
		r.PostForm.Del(name)
		r.Form.Del(name)
	}
	next.ServeHTTP(w, r.WithContext(actor.With(r.Context(), who)))
	return nil
}

func (g *Gate) reloginView(r *http.Request) loginView {
	v := loginView{Action: r.URL.RequestURI(), Username: r.PostForm.Get(fieldUsername), Name: fieldUsername,
		Secret: fieldPassword, Notice: "登录已结束。", Demo: g.demo}
	if over := overOf(r.Context()); over != nil {
		v.Notice = over.Error() + "。"
		if v.Username == "" {
			v.Username = over.Username
		}
	}
	fields, ok := carry(r.PostForm)
	if !ok {
		v.Notice += "这张表单太大,无法代为保留,请登录后返回重新填写。"
		v.Action, v.Name, v.Secret = "/login", "username", "password"
		return v
	}
	if len(fields) > 0 {
		v.Notice += "您刚才填写的内容已保留,输入密码后会接着提交。"
	}
	v.Fields = fields
	return v
}

// carry lists the typed fields in a stable order. Passwords are not written into a page.
func carry(typed url.Values) ([]carried, bool) {
	var fields []carried
	for name, values := range typed {
		if name == fieldUsername || name == fieldPassword || isSecret(name) {
			continue
		}
		for _, value := range values {
			fields = append(fields, carried{name, value})
		}
	}
	slices.SortStableFunc(fields, func(a, b carried) int { return strings.Compare(a.Name, b.Name) })
	return fields, len(fields) <= mostFields
}

func isSecret(name string) bool {
	return strings.Contains(name, "password") || name == "current" || name == "fresh" || name == "again"
}
