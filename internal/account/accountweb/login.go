package accountweb

import (
	"crypto/rand"
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
)

// loginView is the page that asks for name and password. With Fields it stands in for a form that was sent after the
// session had ended: it posts to the same address and carries along what was typed.
type loginView struct {
	Action   string
	Next     string
	Username string
	Problem  string
	Notice   string
	Fields   []carried
	Name     string // of the input for the username
	Secret   string // of the input for the password
	Demo     bool
}

// carried is one typed field.
type carried struct{ Name, Value string }

func (h *handlers) loginView(next string) loginView {
	return loginView{Action: "/login", Next: next, Name: "username", Secret: "password", Demo: h.demo}
}

func (h *handlers) loginPage(w http.ResponseWriter, r *http.Request) error {
	next := local(r.URL.Query().Get("next"))
	if page.Who(r).SignedIn() {
		return page.Redirect(w, r, next, "")
	}
	v := h.loginView(next)
	if over := overOf(r.Context()); over != nil {
		v.Notice, v.Username = over.Error(), over.Username
	}
	return page.Render(w, r, http.StatusOK, login(v))
}

func (h *handlers) signIn(w http.ResponseWriter, r *http.Request) error {
	if h.gate.limit.RespondOnLimit(w, r, address(r)) {
		return nil
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	who, err := h.gate.signIn(w, r, f.Value("username"), f.Value("password"))
	if page.WantsJSON(r) {
		return answerScript(w, who, err)
	}
	next := local(f.Value("next"))
	if err == nil {
		return page.Redirect(w, r, next, "")
	}
	v := h.loginView(next)
	v.Username = f.Value("username")
	return v.refuse(w, r, err)
}

// refuse shows the page again with what is wrong; an error that is no answer to the person passes.
func (v loginView) refuse(w http.ResponseWriter, r *http.Request, err error) error {
	status := refusal(w, err)
	if status == 0 {
		return err
	}
	v.Problem = err.Error()
	return page.Render(w, r, status, login(v))
}

// refusal is the status of a refused sign-in, 0 for any other error.
func refusal(w http.ResponseWriter, err error) int {
	wait := (*account.WaitError)(nil)
	switch {
	case errors.As(err, &wait):
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Wait.Seconds()))))
		return http.StatusTooManyRequests
	case fault.IsInvalid(err):
		return http.StatusUnprocessableEntity
	case fault.IsConflict(err):
		return http.StatusServiceUnavailable
	}
	return 0
}

// answerScript tells the script that asked for the password in place; 401 says it was wrong.
func answerScript(w http.ResponseWriter, who actor.Actor, err error) error {
	if err == nil {
		return page.JSON(w, http.StatusOK, map[string]string{"name": who.Name})
	}
	status := refusal(w, err)
	if status == 0 {
		return err
	}
	if status == http.StatusUnprocessableEntity {
		status = http.StatusUnauthorized
	}
	page.WriteProblem(w, page.Problem{Type: "about:blank", Title: "登录未成功", Status: status, Detail: err.Error()})
	return nil
}

// signIn opens a session with a fresh token and remembers the device. Requests from other sites are refused, so that
// nobody can be signed in to an account that is not theirs.
func (g *Gate) signIn(w http.ResponseWriter, r *http.Request, username, password string) (actor.Actor, error) {
	if err := g.origin.Check(r); err != nil {
		return actor.Actor{}, fault.Forbidden("登录请求来自其他网站,已拒绝")
	}
	from := account.Origin{Address: address(r), Agent: r.UserAgent(), Device: device(r)}
	if from.Device == "" {
		from.Device = rand.Text()
	}
	who, err := g.svc.SignIn(r.Context(), username, password, from)
	if err != nil {
		return who, err
	}
	// Whoever signs in again leaves no session of before behind, nor does somebody else at the same screen.
	if err := g.svc.SignOut(r.Context(), page.Who(r)); err != nil {
		return who, err
	}
	if err := g.sessions.RenewToken(r.Context()); err != nil {
		return who, err
	}
	g.sessions.Put(r.Context(), account.KeyCounty, who.CountyID)
	g.sessions.Put(r.Context(), account.KeySession, who.SessionID)
	http.SetCookie(w, &http.Cookie{Name: deviceCookie, Value: from.Device, Path: "/", HttpOnly: true, Secure: g.secure,
		SameSite: http.SameSiteLaxMode, MaxAge: int((365 * 24 * time.Hour).Seconds())})
	return who, nil
}

func device(r *http.Request) string {
	c, err := r.Cookie(deviceCookie)
	if err != nil || len(c.Value) > 64 {
		return ""
	}
	return c.Value
}

func (h *handlers) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := h.svc.SignOut(r.Context(), page.Who(r)); err != nil {
		return err
	}
	if err := h.gate.sessions.Destroy(r.Context()); err != nil {
		return err
	}
	return page.Redirect(w, r, "/login", "")
}

// local accepts an address of ours to go to after signing in and sends everything else home. Browsers read a
// backslash as a slash and skip control characters, so neither may appear.
func local(next string) string {
	u, err := url.Parse(next)
	switch {
	case err != nil, u.Scheme != "", u.Host != "", u.User != nil,
		!strings.HasPrefix(next, "/"), strings.HasPrefix(next, "//"), strings.Contains(next, `\`),
		strings.ContainsFunc(next, func(r rune) bool { return r < ' ' || r == 0x7f }),
		strings.HasPrefix(u.Path, "//"), u.Path == "/login", u.Path == "/logout":
		return "/"
	}
	return next
}
