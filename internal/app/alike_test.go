package app

import (
	"compress/gzip"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yigai/internal/account"
	"yigai/internal/account/accounttest"
	"yigai/internal/actor"
	"yigai/internal/page"
	"yigai/internal/room"
)

// topBar is the part of a page that shows who is asking.
var topBar = regexp.MustCompile(`(?s)<header class="top">.*?</header>`)

// see is a page as the browser shows it; small asks for it compressed, as every browser does.
func (w *world) see(t *testing.T, c *http.Client, path string, small bool) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", map[bool]string{true: "gzip", false: "identity"}[small])
	got, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	body := io.Reader(got.Body)
	if small {
		if body, err = gzip.NewReader(got.Body); err != nil {
			t.Fatal(err)
		}
	}
	text, err := io.ReadAll(body)
	if err != nil || got.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", path, got.Status, err)
	}
	return string(text)
}

// twin is somebody who may see and do the same as the role's account, but is another person.
func (w *world) twin(t *testing.T, role string) (client *http.Client, username string) {
	t.Helper()
	var county int32
	g := account.Grant{Roles: []string{role}}
	err := w.app.Deps.DB.QueryRow(t.Context(), `SELECT county_id, coalesce(institution_id, 0), scope FROM account WHERE username = $1`,
		w.usernames[role]).Scan(&county, &g.InstitutionID, &g.Scope)
	if err != nil {
		t.Fatal(err)
	}
	made := accounttest.Granted(t, w.app.Deps.DB, county, g)
	return accounttest.SignedIn(t, w.server.URL, made), made.Username
}

// What is kept must be what would be made, the same for two people alike, and under the name of who asks.
func TestPagesForPeopleAlikeAreTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, role := range []string{actor.BureauStaff, actor.InstitutionAdmin, actor.Auditor} {
		one := w.clients[role]
		other, name := w.twin(t, role)
		for _, route := range w.keptRoutes(role) {
			made := w.see(t, one, route.Path, false)
			for range 2 { // made to be kept, then as it was kept
				if w.see(t, one, route.Path, true) != made {
					t.Errorf("%s: what is kept of %s is not what is made", role, route.Path)
				}
			}
			others := w.see(t, other, route.Path, true)
			if !strings.Contains(topBar.FindString(others), name) {
				t.Errorf("%s: %s does not show who is asking", role, route.Path)
			}
			if route.Kept == page.Alike && topBar.ReplaceAllString(others, "") != topBar.ReplaceAllString(made, "") {
				t.Errorf("%s: %s differs between two people", role, route.Path)
			}
		}
	}
	if _, err := w.app.Deps.DB.Exec(t.Context(), `UPDATE institution SET name = '丙镇卫生院' WHERE name = '甲镇卫生院'`); err != nil {
		t.Fatal(err)
	}
	if list := w.see(t, w.clients[actor.BureauStaff], "/institutions", true); !strings.Contains(list, "丙镇卫生院") {
		t.Error("a kept page does not show a change at once")
	}
}

func (w *world) keptRoutes(role string) (kept []room.Route) {
	actions := w.app.Deps.Permissions.Of([]string{role})
	for _, one := range w.app.Rooms {
		for _, route := range one.Routes {
			if route.Kept != page.Nobody && (route.Action == "" || slices.Contains(actions, route.Action)) {
				kept = append(kept, route)
			}
		}
	}
	return kept
}
