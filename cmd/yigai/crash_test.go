package main

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"yigai/internal/pgtest"
)

type value struct {
	Institution string `json:"institution"`
	Element     string `json:"element"`
	Period      string `json:"period"`
	Value       string `json:"value"`
}

type values struct {
	Values []value `json:"values"`
}

type figures struct {
	Items []struct {
		Value       string `json:"value"`
		Numerator   string `json:"numerator"`
		Denominator string `json:"denominator"`
		Display     string `json:"display"`
	} `json:"items"`
}

// define gives a county without presets two elements and one indicator.
func (s *server) define(token string) {
	s.p.t.Helper()
	for _, slug := range []string{"occupied", "opened"} {
		s.must(token, "POST", "elements", map[string]any{"slug": slug, "name_zh": slug, "unit": "床日", "kind": "flow", "decimals": 0}, nil)
	}
	s.must(token, "POST", "indicators", map[string]any{"slug": "bed_use", "name_zh": "病床使用率", "numerator": "occupied",
		"denominator": "opened", "factor": "100", "decimals": 2, "unit": "%", "direction": "range", "effective_from": "2026-01"}, nil)
}

// shows waits until the county's indicator has the display value.
func (s *server) shows(token, want string, within time.Duration) {
	s.p.t.Helper()
	deadline := time.Now().Add(within)
	last := ""
	for time.Now().Before(deadline) {
		var got figures
		_, err := s.api(s.p.t.Context(), token, "GET", "indicator-values?indicator=bed_use&institution=150523&from=2026-07&to=2026-07", nil, &got)
		if err == nil && len(got.Items) == 1 {
			if last = got.Items[0].Display; last == want {
				return
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.p.t.Fatalf("the indicator shows %q, want %q", last, want)
}

func pair(occupied, opened int) values {
	return values{[]value{{"K-T01", "occupied", "2026-07", strconv.Itoa(occupied)}, {"K-T01", "opened", "2026-07", strconv.Itoa(opened)}}}
}

// Kill the server while figures are saved: none that was acknowledged is lost, the job that was running or
// waiting runs after the restart, and nothing counts twice.
func TestKilledServerLosesNothing(t *testing.T) {
	t.Parallel()
	p := newProgram(t, pgtest.URL(t))
	token := p.newCounty()
	s := p.serve()
	s.define(token)
	s.must(token, "POST", "values?state=accepted", pair(10, 100), nil)
	s.shows(token, "10.00", 20*time.Second)

	for round := range 3 {
		acknowledged := make(chan int, 1)
		go func() {
			last := 0
			for n := 1; ; n++ {
				if _, err := s.api(t.Context(), token, "POST", "values?state=accepted", pair(n, 1000), nil); err != nil {
					acknowledged <- last
					return
				}
				last = n
			}
		}()
		time.Sleep(time.Duration(150+round*170) * time.Millisecond)
		s.kill()
		last := <-acknowledged
		if last == 0 {
			t.Fatal("nothing was acknowledged before the kill: the test proves nothing")
		}
		s = p.serve()
		var got struct{ Items []value }
		s.must(token, "GET", "values?institution=K-T01&element=occupied&from=2026-07&to=2026-07", nil, &got)
		if len(got.Items) != 1 {
			t.Fatalf("want one figure, got %+v", got.Items)
		}
		kept, err := strconv.Atoi(strings.TrimSuffix(got.Items[0].Value, ".000000"))
		if err != nil || (kept != last && kept != last+1) { // the one in flight may have been committed unacknowledged
			t.Fatalf("acknowledged %d, kept %q", last, got.Items[0].Value)
		}
		s.shows(token, fmt.Sprintf("%d.%d0", kept/10, kept%10), 30*time.Second)
	}
}

// The same for the private database's own process.
func TestKilledDatabaseLosesNothing(t *testing.T) {
	t.Parallel()
	p := newProgram(t, "")
	token := p.newCounty()
	s := p.serve()
	s.define(token)
	s.must(token, "POST", "values?state=accepted", pair(123, 1000), nil)
	killDatabase(t, p)
	deadline := time.Now().Add(30 * time.Second)
	for n := 0; ; n++ {
		_, err := s.api(t.Context(), token, "POST", "values?state=accepted", pair(456, 1000), nil)
		if err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the database does not come back: %v", err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.shows(token, "45.60", 30*time.Second)
}

func killDatabase(t *testing.T, p *program) {
	t.Helper()
	var dir string
	for _, e := range p.env {
		if v, ok := strings.CutPrefix(e, "YIGAI_DATA_DIR="); ok {
			dir = v
		}
	}
	content, err := os.ReadFile(filepath.Join(dir, "pg", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.SplitN(string(content), "\n", 2)[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

// Two web processes and one worker on one database serve one person's session and run each job once.
func TestSeveralProcessesShareOneDatabase(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	p := newProgram(t, url)
	token := p.newCounty()
	one, two := p.serve("--web-only"), p.serve("--web-only")
	p.serve("--worker-only")
	one.define(token)
	two.must(token, "POST", "values?state=accepted", pair(1007, 1550), nil)
	one.shows(token, "64.97", 20*time.Second)
	requireOneSession(t, one, two)
}

func requireOneSession(t *testing.T, one, two *server) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	got, err := browser.PostForm(one.base+"/login", url.Values{"username": {"bureau"}, "password": {"Kailu-2026-demo"}})
	if err != nil {
		t.Fatal(err)
	}
	got.Body.Close()
	got, err = browser.Get(two.base + "/") // cookies do not tell ports apart, as behind one address
	if err != nil {
		t.Fatal(err)
	}
	got.Body.Close()
	if got.StatusCode != http.StatusOK {
		t.Fatalf("signed in at one process, the other answers %s", got.Status)
	}
}

func TestSecondServerOnOneDataFolderIsRefused(t *testing.T) {
	t.Parallel()
	p := newProgram(t, "")
	s := p.serve()
	cmd := p.command("serve")
	cmd.Env = append(cmd.Env, "YIGAI_LISTEN="+freeAddress(t))
	cmd.Stderr = nil
	out, err := cmd.CombinedOutput()
	if err == nil || strings.Count(strings.TrimSpace(string(out)), "\n") > 0 || !strings.ContainsRune(string(out), '已') {
		t.Fatalf("want one sentence of refusal, got %v: %s", err, out)
	}
	s.stop()
	p.serve() // and the next start works
}
