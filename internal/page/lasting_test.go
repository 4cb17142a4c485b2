package page_test

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"yigai/internal/actor"
	"yigai/internal/page"
	"yigai/web/ui"
)

// desk is a kept page whose handler counts how often it was asked.
type desk struct {
	made   int
	now    time.Time
	answer page.Handler
	kept   *page.Lasting
}

func newDesk() *desk {
	d := &desk{now: time.Date(2026, 8, 3, 9, 0, 0, 0, time.UTC)}
	d.kept = page.NewLasting(10, 1<<20, func() time.Time { return d.now })
	d.answer = func(w http.ResponseWriter, r *http.Request) error {
		d.made++
		body := templ.Raw(fmt.Sprintf("<p>made %d for %v</p>", d.made, page.Who(r).Scope.Subtrees))
		return page.Render(w, r, http.StatusOK, templ.Join(ui.Page(ui.Frame{Title: "台账"}), body))
	}
	return d
}

// clerk is somebody of a township who saw a snapshot of the database.
func clerk(id int64, subtree, snapshot string) actor.Actor {
	return actor.Actor{AccountID: id, Name: fmt.Sprintf("person %d", id), CountyID: 1, Roles: []string{"clerk"},
		Scope: actor.Scope{Subtrees: []string{subtree}}, Snapshot: snapshot}
}

func (d *desk) visit(t *testing.T, to page.Audience, who actor.Actor, path string, flashes ...ui.Flash) (status int, body string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	ctx := ui.WithShell(actor.With(r.Context(), who), ui.Shell{User: who.Name, Flashes: flashes})
	w := httptest.NewRecorder()
	d.kept.Page(to, d.answer).ServeHTTP(w, r.WithContext(ctx))
	if w.Header().Get("Content-Encoding") != "gzip" {
		return w.Code, w.Body.String()
	}
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(text)
}

func TestLasting(t *testing.T) {
	t.Parallel()
	d := newDesk()
	shows := func(what string, to page.Audience, who actor.Actor, path string, made int) {
		t.Helper()
		status, body := d.visit(t, to, who, path)
		if want := fmt.Sprintf("<p>made %d for %v</p>", made, who.Scope.Subtrees); status != http.StatusOK || !strings.HasSuffix(body, want) {
			t.Errorf("%s: %d, the page ends %q, want %q", what, status, body[max(0, len(body)-60):], want)
		}
		if strings.Count(body, who.Name) == 0 || strings.Contains(body, ui.TopBarMark) {
			t.Errorf("%s: the page is not %s's: %s", what, who.Name, body)
		}
	}
	shows("the first", page.Alike, clerk(1, "a", "5:5:"), "/x", 1)
	shows("again", page.Alike, clerk(1, "a", "5:5:"), "/x", 1)
	shows("somebody alike", page.Alike, clerk(2, "a", "5:5:"), "/x", 1)
	shows("another scope", page.Alike, clerk(3, "b", "5:5:"), "/x", 2)
	shows("another address", page.Alike, clerk(1, "a", "5:5:"), "/x?page=2", 3)
	reviewer := clerk(4, "a", "5:5:")
	reviewer.Roles = []string{"reviewer"}
	shows("another role", page.Alike, reviewer, "/x", 4)
	shows("a change", page.Alike, clerk(1, "a", "5:6:"), "/x", 5)
	d.now = d.now.Add(time.Minute)
	shows("another minute", page.Alike, clerk(1, "a", "5:6:"), "/x", 6)
	shows("one's own", page.Oneself, clerk(1, "a", "5:6:"), "/x", 7)
	shows("another's own", page.Oneself, clerk(2, "a", "5:6:"), "/x", 8)
	shows("without a snapshot", page.Alike, clerk(1, "a", ""), "/x", 9)
	shows("kept for nobody", page.Nobody, clerk(1, "a", "5:6:"), "/x", 10)
}

func TestLastingKeepsAPagePressedAlready(t *testing.T) {
	t.Parallel()
	d := newDesk()
	part, err := page.Press(t.Context(), templ.Raw("<table></table>"))
	if err != nil {
		t.Fatal(err)
	}
	d.answer = func(w http.ResponseWriter, r *http.Request) error {
		d.made++
		inside := templ.WithChildren(r.Context(), templ.Join(page.Gap(), templ.Raw("<p>end</p>")))
		return page.RenderPressed(w, r.WithContext(inside), http.StatusOK, ui.Page(ui.Frame{Title: "台账"}), part)
	}
	who := clerk(1, "a", "5:5:")
	for range 2 {
		if _, body := d.visit(t, page.Alike, who, "/x"); !strings.Contains(body, "<table></table><p>end</p>") || !strings.Contains(body, who.Name) {
			t.Errorf("the page is not whole: %s", body)
		}
	}
	if d.made != 1 {
		t.Errorf("the page was made %d times", d.made)
	}
}

func TestLastingPassesOnWhatItMayNotKeep(t *testing.T) {
	t.Parallel()
	who := clerk(1, "a", "5:5:")
	for what, answer := range map[string]page.Handler{
		"a refusal":  func(http.ResponseWriter, *http.Request) error { return errors.New("broken") },
		"a redirect": func(w http.ResponseWriter, r *http.Request) error { return page.Redirect(w, r, "/y", "") },
		"a fragment": func(w http.ResponseWriter, r *http.Request) error {
			return page.Render(w, r, http.StatusOK, templ.Raw("<p>x</p>"))
		},
		"what is not in the database": func(w http.ResponseWriter, r *http.Request) error {
			page.Fleeting(r.Context())
			return page.Render(w, r, http.StatusOK, ui.Page(ui.Frame{Title: "台账"}))
		},
	} {
		d := newDesk()
		d.answer = func(w http.ResponseWriter, r *http.Request) error { d.made++; return answer(w, r) }
		first, _ := d.visit(t, page.Alike, who, "/x")
		second, _ := d.visit(t, page.Alike, who, "/x")
		if d.made != 2 || first != second {
			t.Errorf("%s was answered by the handler %d times of 2: %d, then %d", what, d.made, first, second)
		}
	}
	d := newDesk()
	for range 2 {
		if _, body := d.visit(t, page.Alike, who, "/x", ui.Flash{Text: "已保存"}); !strings.Contains(body, "已保存") {
			t.Errorf("the message of the moment is missing: %s", body)
		}
	}
	if d.made != 2 {
		t.Errorf("a page with a message of the moment was kept")
	}
}
