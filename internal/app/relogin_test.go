package app

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"yigai/internal/account/accounttest"
	"yigai/internal/actor"
)

// A session that ends under the clerk's hands does not take the keyboard away: a bar says so, and only the password is
// asked, when the clerk wants to. What was typed is stored then.
func TestSignInAgainWhileTyping(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clerk := newBrowser(t, w.server.URL)
	username := w.usernames[actor.InstitutionReporter]
	clerk.signIn(username)
	cell := w.openCell(clerk)
	w.endSessions(t, username)
	clerk.typeFigure(cell, "622")
	clerk.reads("登录已过期。填写的内容没有丢失")
	clerk.do(chromedp.SendKeys(`:focus`, "70"))
	clerk.until(`!document.querySelector("dialog") && document.activeElement.value.endsWith("70")`)

	clerk.do(chromedp.Click(`.login-bar button`), chromedp.WaitVisible(`#login-dialog input[name=password]`))
	clerk.reads("用户名 " + username)
	clerk.until(`document.activeElement.name === "password" && document.activeElement.value === ""`)
	clerk.do(chromedp.SendKeys(`#login-dialog input[name=password]`, accounttest.Password+"\r"))
	clerk.until(`document.getElementById("entry-saved").dataset.state === "saved"`)
	w.requireStored(t, "622")
	clerk.overlook("401")
}

// When nothing is being typed the dialog opens at once, but keys already on their way do not land in it.
func TestSignInDialogIgnoresKeysAtFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clerk := newBrowser(t, w.server.URL)
	username := w.usernames[actor.InstitutionReporter]
	clerk.signIn(username)
	clerk.open("/reporting/" + w.home["report"])
	w.endSessions(t, username)
	const key = `document.querySelector("#login-dialog input[name=password]").dispatchEvent(new KeyboardEvent("keydown", {key: "7", bubbles: true, cancelable: true}))`
	clerk.until(`(window.yigai.signIn().catch(() => null), document.body.dataset.heard = String(` + key + `)) === "false"`)
	clerk.until(key)
	clerk.until(`document.activeElement.name === "password"`)
}

func (w *world) endSessions(t *testing.T, username string) {
	t.Helper()
	if _, err := w.app.Deps.DB.Exec(t.Context(), `UPDATE account_session SET ended_at = now(), ended_why = 'forced'
		WHERE account_id = (SELECT id FROM account WHERE username = $1)`, username); err != nil {
		t.Fatal(err)
	}
}

// overlook takes complaints off the list that are meant to be there.
func (b *browser) overlook(part string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var rest []string
	for _, c := range b.complaints {
		if !strings.Contains(c, part) {
			rest = append(rest, c)
		}
	}
	b.complaints = rest
}
