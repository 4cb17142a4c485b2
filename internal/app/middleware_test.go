package app

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"yigai/internal/account/accounttest"
	"yigai/internal/actor"
	"yigai/internal/org/orgtest"
	"yigai/internal/page"
	"yigai/internal/pgtest"
)

func TestServerKeepsItsDoor(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	proxies, err := readProxies("127.0.0.1,::1")
	if err != nil {
		t.Fatal(err)
	}
	config := Config{Listen: "127.0.0.1:0", BaseURL: "https://yigai.example.cn", DataDir: t.TempDir(), TrustedProxies: proxies}
	a := New(config, db, orgtest.Now, slog.New(slog.NewTextHandler(io.Discard, nil)))
	ask := func(method, target, body string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, target, strings.NewReader(body))
		r.RemoteAddr = "127.0.0.1:5000"
		if body != "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, r)
		return w
	}

	t.Run("pages keep to themselves and are not stored", func(t *testing.T) {
		h := ask("GET", "/login", "").Header()
		for name, says := range map[string]string{"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff",
			"Strict-Transport-Security": "max-age", "Cache-Control": "no-store"} {
			if !strings.Contains(h.Get(name), says) {
				t.Errorf("%s is %q", name, h.Get(name))
			}
		}
	})
	t.Run("another method is told which ones there are", func(t *testing.T) {
		w := ask("DELETE", "/api/v1/institutions", "")
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, POST, PATCH" || !strings.Contains(w.Header().Get("Content-Type"), "problem+json") {
			t.Errorf("%d, Allow %q: %s", w.Code, w.Header().Get("Allow"), w.Body)
		}
		if w := ask("POST", "/readyz", ""); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("a page: %d", w.Code)
		}
	})
	t.Run("a reference sent along is not used", func(t *testing.T) {
		w := ask("GET", "/api/v1/me", "", "X-Request-Id", "forged")
		if w.Code != http.StatusUnauthorized || strings.Contains(w.Body.String(), "forged") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	t.Run("what no text holds is refused in a sentence", func(t *testing.T) {
		for target, want := range map[string]int{"/login?next=%00": 422, "/login?%ff=1": 422, "/institutions/%00": 404, "/login?next=%E5%BC%80": 200} {
			if w := ask("GET", target, ""); w.Code != want {
				t.Errorf("%s: %d", target, w.Code)
			}
		}
		if w := ask("POST", "/login", "username=a%00&password=x"); w.Code != 422 {
			t.Errorf("sign-in with NUL: %d", w.Code)
		}
	})
	t.Run("another site's form is refused", func(t *testing.T) {
		if w := ask("POST", "/login", "username=a", "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden {
			t.Errorf("%d", w.Code)
		}
	})
	t.Run("the session and the trail name the person's address, and an odd browser is no obstacle", func(t *testing.T) {
		county, root := orgtest.County(t, db)
		made := accounttest.Account(t, db, county.ID, root, actor.BureauAdmin)
		form := url.Values{"username": {made.Username}, "password": {accounttest.Password}}.Encode()
		w := ask("POST", "/login", form, "X-Forwarded-For", "1.1.1.1, 198.51.100.7", "User-Agent", "\xc2\xf3\xd0\xc2")
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		var session, trail string
		err := db.QueryRow(t.Context(), `SELECT (SELECT address FROM account_session WHERE account_id = $1),
			(SELECT address FROM audit_entry WHERE action = 'account.sign_in' AND account_id = $1)`, made.ID).Scan(&session, &trail)
		if err != nil || session != "198.51.100.7" || trail != session {
			t.Errorf("session from %q, trail from %q (%v)", session, trail, err)
		}
	})
}

// A file that breaks off half-way must not look whole: the connection is cut.
func TestAbortedAnswersStayAborted(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(recoverPanic(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if _, err := io.WriteString(w, "half a file"); err != nil {
			t.Error(err)
		}
		panic(http.ErrAbortHandler)
	})))
	defer s.Close()
	r, err := http.Get(s.URL)
	if err == nil {
		_, err = io.ReadAll(r.Body)
		r.Body.Close()
	}
	if err == nil {
		t.Error("the reader takes half a file for a whole one")
	}
	w := httptest.NewRecorder()
	quiet := httptest.NewRequestWithContext(page.WithLog(t.Context(), slog.New(slog.DiscardHandler)), "GET", "/", nil)
	recoverPanic(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(errors.New("secret")) })).ServeHTTP(w, quiet)
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("a panic answers %d %s", w.Code, w.Body)
	}
}

func TestMethodLabelsAreFew(t *testing.T) {
	t.Parallel()
	if methodLabel("GET") != "GET" || methodLabel("X-1") != "other" || methodLabel("get") != "other" {
		t.Error("a client can invent labels")
	}
}
