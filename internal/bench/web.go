package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"yigai/internal/account"
	"yigai/internal/account/accountweb"
	"yigai/internal/actor"
	"yigai/internal/app"
	"yigai/internal/jobs"
)

// password is what every account of the bench signs in with; the database is gone when the bench ends.
const password = "Lucky-River-42"

// userCount is how many people work at the same time.
const userCount = 50

// web is the product and the bare pages, each on an address of its own.
type web struct {
	app      *app.App
	site     *site
	bare     *site
	stopBare func()
	worker   *jobs.Runner
	endSeals context.CancelFunc // the sealer ends with its context
	bureau   []string           // cookies of staff who see the whole county
	clerk    string             // cookie of who enters the first township's figures
	auditor  string
	bareUser string
}

// openWeb starts the servers, makes the accounts and signs everybody in.
func (w *world) openWeb(ctx context.Context) (*web, error) {
	if w.web != nil {
		return w.web, nil
	}
	if _, err := w.compute(ctx); err != nil {
		return nil, err
	}
	b := &web{}
	w.web = b
	var err error
	if b.site, err = newSite(func(base string) http.Handler {
		b.app = app.New(app.Config{DataDir: w.dir, BaseURL: base}, w.db, time.Now, w.log)
		return b.app.Handler()
	}); err != nil {
		return nil, err
	}
	if b.bare, err = newSite(func(string) http.Handler {
		h, stop := w.bareHandler()
		b.stopBare = stop
		return h
	}); err != nil {
		return nil, err
	}
	return b, w.signEverybodyIn(ctx, b)
}

func (b *web) close() error {
	var err error
	if b.worker != nil {
		err = b.worker.Stop(context.Background())
		b.endSeals()
	}
	for _, s := range []*site{b.site, b.bare} {
		if s != nil {
			err = errors.Join(err, s.close())
		}
	}
	if b.stopBare != nil {
		b.stopBare()
	}
	return err
}

func (w *world) signEverybodyIn(ctx context.Context, b *web) error {
	in, err := do(ctx, b.bare.client, call{method: http.MethodGet, url: b.bare.base + "/in"}, http.StatusOK)
	if err != nil {
		return err
	}
	b.bareUser = in.cookie("bare")
	for i := range userCount {
		cookie, err := w.newUser(ctx, b, fmt.Sprintf("staff-%02d", i+1), account.Grant{Roles: []string{actor.BureauStaff}, Scope: account.ScopeCounty})
		if err != nil {
			return err
		}
		b.bureau = append(b.bureau, cookie)
	}
	home := w.county.townships[0]
	if b.clerk, err = w.newUser(ctx, b, "clerk", account.Grant{InstitutionID: home, Roles: []string{actor.InstitutionAdmin}, Scope: account.ScopeSubtree}); err != nil {
		return err
	}
	b.auditor, err = w.newUser(ctx, b, "auditor", account.Grant{Roles: []string{actor.Auditor}, Scope: account.ScopeCounty})
	return err
}

// newUser makes an account, signs it in and checks that a page knows its name: a benchmark of the sign-in page is fast.
func (w *world) newUser(ctx context.Context, b *web, username string, g account.Grant) (cookie string, err error) {
	service := account.New(w.db, time.Now, func() *actor.Permissions { return b.app.Deps.Permissions })
	_, _, err = service.Provision(ctx, account.Draft{CountyID: w.county.id, Settled: true, Username: username, Name: "测算员" + username, Grant: g, Password: password})
	if err != nil {
		return "", fmt.Errorf("make account %s: %w", username, err)
	}
	if cookie, err = signIn(ctx, b.site.client, b.site.base, username); err != nil {
		return "", err
	}
	home, err := do(ctx, b.site.client, call{method: http.MethodGet, url: b.site.base + "/", cookie: cookie, plain: true}, http.StatusOK)
	if err == nil && !strings.Contains(string(home.body), "测算员"+username) {
		err = fmt.Errorf("the home page does not know %s", username)
	}
	return cookie, err
}

func signIn(ctx context.Context, client *http.Client, base, username string) (cookie string, err error) {
	in, err := do(ctx, client, call{method: http.MethodPost, url: base + "/login", kind: "application/x-www-form-urlencoded",
		body: url.Values{"username": {username}, "password": {password}}.Encode()}, http.StatusSeeOther)
	if err != nil {
		return "", fmt.Errorf("sign in %s: %w", username, err)
	}
	return in.cookie(accountweb.SessionCookie), nil
}
