// Package accounttest builds accounts and signed-in people for tests, through the room's own operations.
package accounttest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
)

// Password is what every built account signs in with.
const Password = "Lucky-River-42"

var made atomic.Int64

// Service is the room on the database at orgtest.Now, with the actions of account and org declared.
func Service(db *pgxpool.Pool) *account.Service { return At(db, orgtest.Now) }

// At is the room with a clock of its own.
func At(db *pgxpool.Pool, now func() time.Time) *account.Service {
	return account.New(db, now, Permissions)
}

// Permissions are those of this room and of org, plus two stand-ins for the work of a reporter and a reviewer.
func Permissions() *actor.Permissions {
	declared := append(append([]actor.Action{}, org.Actions...), account.Actions...)
	return actor.NewPermissions(append(declared,
		actor.Action{Name: "test.enter", Title: "填报", Roles: []string{actor.BureauAdmin, actor.InstitutionAdmin, actor.InstitutionReporter}},
		actor.Action{Name: "test.review", Title: "审核", Roles: []string{actor.BureauAdmin, actor.BureauStaff}},
		actor.Action{Name: "test.audit", Title: "查看审计日志", Roles: []string{actor.Auditor, actor.AuditAdmin}}))
}

// Account makes an account with the roles at an institution (the zero one for none), with the scope that its first
// role is offered first. It need not change its password.
func Account(t testing.TB, db *pgxpool.Pool, county int32, home org.Institution, roles ...string) account.Account {
	t.Helper()
	return Granted(t, db, county, account.Grant{InstitutionID: home.ID, Roles: roles, Scope: offered(roles)})
}

// Granted makes an account with exactly the grant.
func Granted(t testing.TB, db *pgxpool.Pool, county int32, g account.Grant) account.Account {
	t.Helper()
	n := made.Add(1)
	a, _, err := Service(db).Provision(context.Background(), account.Draft{CountyID: county, Settled: true,
		Username: fmt.Sprintf("user-%d", n), Name: fmt.Sprintf("测试员%d", n), Grant: g, Password: Password})
	if err != nil {
		t.Fatalf("make account with %v: %v", g.Roles, err)
	}
	return a
}

func offered(roles []string) string {
	for _, r := range actor.Roles {
		if len(roles) > 0 && r.Name == roles[0] {
			return r.Scope
		}
	}
	return account.ScopeInstitution
}

// Actor signs the account in on the service and is who asks from then on.
func Actor(t testing.TB, s *account.Service, a account.Account) actor.Actor {
	t.Helper()
	who, err := s.SignIn(context.Background(), a.Username, Password, account.Origin{Address: "192.0.2.1", Agent: "test"})
	if err != nil {
		t.Fatalf("sign in %s: %v", a.Username, err)
	}
	return who
}

// Client is a browser: it keeps cookies and does not follow redirects.
func Client(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatalf("make cookie jar: %v", err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// SignedIn is a browser that has signed in to the server at the address as the account.
func SignedIn(t testing.TB, address string, a account.Account) *http.Client {
	t.Helper()
	c := Client(t)
	r, err := c.PostForm(address+"/login", url.Values{"username": {a.Username}, "password": {Password}})
	if err != nil {
		t.Fatalf("sign in %s: %v", a.Username, err)
	}
	defer func() { _ = r.Body.Close() }()
	if r.StatusCode != http.StatusSeeOther {
		body, _ := io.ReadAll(r.Body)
		t.Fatalf("sign in %s: status %d\n%s", a.Username, r.StatusCode, body)
	}
	return c
}
