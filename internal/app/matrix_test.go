package app

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yigai/internal/actor"
	"yigai/internal/room"
)

// The matrix: every route × every role × own and foreign scope.
//
//   - nobody signed in: only public routes answer
//   - a role without the route's action: 403
//   - a role with it: anything but 401, 403 by the guard, and 5xx
//   - a clerk of one township on an address of another township's: 404
//   - an auditor changes nothing
func TestRouteRoleScopeMatrix(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, one := range w.app.Rooms {
		for _, route := range one.Routes {
			w.checkRoute(t, route)
		}
	}
}

func (w *world) checkRoute(t *testing.T, route room.Route) {
	t.Helper()
	own, err := w.fill(route.Path, w.home)
	if err != nil {
		t.Errorf("%s %s: %v", route.Method, route.Path, err)
		return
	}
	w.checkNobody(t, route, own)
	for _, role := range actor.Roles {
		w.checkRole(t, route, role.Name, own)
	}
	if strings.Contains(route.Path, "{") && !w.shared(route.Path) {
		w.checkForeign(t, route)
	}
}

func (w *world) checkNobody(t *testing.T, route room.Route, path string) {
	t.Helper()
	got := w.ask(t, nil, route.Method, path)
	open := got.StatusCode != http.StatusUnauthorized && !isSignIn(got)
	if open != (route.Action == room.Public) {
		t.Errorf("nobody %s %s: %s %s", route.Method, path, got.Status, got.Header.Get("Location"))
	}
}

func isSignIn(r *http.Response) bool {
	return r.StatusCode == http.StatusSeeOther && strings.HasPrefix(r.Header.Get("Location"), "/login")
}

func (w *world) checkRole(t *testing.T, route room.Route, role, path string) {
	t.Helper()
	if endsSession(route) {
		return
	}
	got := w.ask(t, w.clients[role], route.Method, path)
	holds := route.Action == "" || route.Action == room.Public || slices.Contains(w.app.Deps.Permissions.Of([]string{role}), route.Action)
	switch {
	case got.StatusCode >= 500:
		t.Errorf("%s %s %s: %s", role, route.Method, path, got.Status)
	case !holds && got.StatusCode != http.StatusForbidden:
		t.Errorf("%s lacks %s but %s %s answers %s", role, route.Action, route.Method, path, got.Status)
	case holds && got.StatusCode == http.StatusUnauthorized:
		t.Errorf("%s holds %s but %s %s answers %s", role, route.Action, route.Method, path, got.Status)
	case role == actor.Auditor && changes(route) && !ownAffair(route.Path) && got.StatusCode != http.StatusForbidden:
		t.Errorf("an auditor may %s %s: %s", route.Method, path, got.Status)
	}
}

// checkForeign asks a clerk of the home township for the other township's things.
func (w *world) checkForeign(t *testing.T, route room.Route) {
	t.Helper()
	path, err := w.fill(route.Path, w.foreign)
	if err != nil {
		t.Errorf("%s %s: %v", route.Method, route.Path, err)
		return
	}
	for _, role := range []string{actor.InstitutionAdmin, actor.InstitutionReporter, actor.VillageDoctor} {
		got := w.ask(t, w.clients[role], route.Method, path)
		if got.StatusCode != http.StatusNotFound && got.StatusCode != http.StatusForbidden {
			t.Errorf("%s of another township: %s %s answers %s, want 404", role, route.Method, path, got.Status)
		}
		held := route.Action == "" || slices.Contains(w.app.Deps.Permissions.Of([]string{role}), route.Action)
		if held && got.StatusCode == http.StatusForbidden {
			t.Errorf("%s: %s %s says 403 and so gives away that it exists, want 404", role, route.Method, path)
		}
	}
}

func changes(r room.Route) bool { return r.Method != http.MethodGet && r.Method != http.MethodHead }

// ownAffair are posts that change nothing of the county: those about one's own account, files, and the proof of the chain.
func ownAffair(path string) bool {
	return strings.HasSuffix(path, "/export") || slices.ContainsFunc([]string{"/account/", "/login", "/logout", "/exports/", "/analysis/table.", "/exchange/files/", "/audit/"},
		func(own string) bool { return strings.HasPrefix(path, own) })
}

func endsSession(r room.Route) bool {
	return changes(r) && (r.Path == "/logout" || r.Path == "/login" || strings.HasPrefix(r.Path, "/account/sessions"))
}

var param = regexp.MustCompile(`\{[^}]+\}`)

// fill puts one township's things into a route's path. A parameter that the world does not know is an error,
// so that a new route has to say what it is about.
func (w *world) fill(path string, of map[string]string) (string, error) {
	var unknown string
	filled := param.ReplaceAllStringFunc(path, func(p string) string {
		key := w.key(path, strings.Trim(p, "{}"))
		v, ok := of[key]
		if !ok {
			unknown = key
		}
		return url.PathEscape(v)
	})
	if unknown != "" {
		return "", fmt.Errorf("the matrix does not know %q: add it to world_test.go", unknown)
	}
	return filled, nil
}
