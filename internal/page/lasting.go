package page

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"yigai/internal/actor"
	"yigai/web/ui"
)

// Audience says who is shown the same page at an address, and so for whom it may be kept.
type Audience int

// A page is kept for nobody unless its route says that it is the same for everybody alike (county, data scope, home
// institution and roles), or the same for one person.
const (
	Nobody Audience = iota
	Alike
	Oneself
)

// Lasting keeps pages as they were sent for as long as nothing in the database changes, whatever it is: the snapshot
// that came with the asker says so. Only the bar with the person's name and counts is made for every request.
type Lasting struct {
	pages *Kept[lastingPage]
	now   func() time.Time
}

// NewLasting keeps nothing yet, and never more than so many pages and bytes.
func NewLasting(maxCount, maxBytes int, now func() time.Time) *Lasting {
	return &Lasting{NewKept[lastingPage](maxCount, maxBytes), now}
}

// Stamp changes with whatever a page can show: with every transaction that ends anywhere in the database, and with the
// minute, in which words like 还剩 3 小时 are written. Without it nothing may be kept.
func Stamp(who actor.Actor, now time.Time) (stamp string, ok bool) {
	return who.Snapshot + " " + now.Format("0601021504"), who.Snapshot != ""
}

// Sight tells apart who may be shown different things, by what they may see and by what they may do.
func Sight(who actor.Actor) string { return fmt.Sprintf("%s %q", Viewer(who), who.Roles) }

// Same is what make finds, for everybody of one sight and one name, until anything in the database changes.
func Same[V Sized](kept *Kept[V], who actor.Actor, name string, now time.Time, make func() (V, error)) (V, error) {
	stamp, ok := Stamp(who, now)
	if !ok {
		return make()
	}
	return kept.Get(name+" "+Sight(who), stamp, make)
}

// Page is next with what it answers kept for the audience. Messages of the moment and fragments are never kept.
func (l *Lasting) Page(to Audience, next Handler) Handler {
	if to == Nobody {
		return next
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		who, shell := Who(r), ui.ShellOf(r.Context())
		if who.Snapshot == "" || !shell.Settled() || !acceptsGzip(r) || r.Header.Get("HX-Request") != "" {
			return next(w, r)
		}
		name := r.URL.RequestURI()
		if to == Oneself {
			name = fmt.Sprint(who.AccountID) + " " + name
		}
		p, err := Same(l.pages, who, name, l.now(), func() (lastingPage, error) { return makeLasting(r, next) })
		var once *passing
		if errors.As(err, &once) {
			return once.send(w)
		}
		if err != nil {
			return err
		}
		return p.send(w, r, shell)
	}
}

// Fix renders a part of a page once, to be shown many times. It must be the same for everybody it will be shown to.
func Fix(ctx context.Context, c templ.Component) (string, error) {
	var body strings.Builder
	if err := c.Render(ui.WithShell(ctx, ui.Shell{}), &body); err != nil {
		return "", fmt.Errorf("render part of a page: %w", err)
	}
	return body.String(), nil
}

// lastingPage is a page without its bar: what comes before it, and behind it first what is compressed each time, then
// what is compressed already, then the end.
type lastingPage struct {
	header                http.Header
	before, behind, after []byte
	part                  Pressed
}

// Size is the memory the page takes.
func (p lastingPage) Size() int {
	return len(p.before) + len(p.behind) + len(p.after) + p.part.Size() + 512
}

func (p lastingPage) send(w http.ResponseWriter, r *http.Request, shell ui.Shell) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer func() { buf.Reset(); buffers.Put(buf) }()
	buf.Write(p.before)
	if err := ui.TopBar(shell).Render(r.Context(), buf); err != nil {
		return fmt.Errorf("render bar of %s: %w", r.URL.Path, err)
	}
	buf.Write(p.behind)
	copyHeader(w.Header(), p.header)
	return sendZipped(w, http.StatusOK, buf.Bytes(), p.part, p.after)
}

// passing is an answer that is not kept: no page, or one that shows more than the database.
type passing struct{ answer *recorded }

func (*passing) Error() string { return "this answer is not kept" }

func (p *passing) send(w http.ResponseWriter) error {
	a := p.answer
	if a.pressed != nil {
		a.body.Write(a.pressed.plain)
		a.body.Write(a.tail)
	}
	copyHeader(w.Header(), a.header)
	w.WriteHeader(a.status)
	return sent(w.Write(a.body.Bytes()))
}

func copyHeader(to, from http.Header) {
	for name, values := range from {
		to[name] = slices.Clone(values)
	}
}

// makeLasting lets the handler answer as ever, but with a mark where the bar belongs.
func makeLasting(r *http.Request, next Handler) (lastingPage, error) {
	answer := &recorded{header: http.Header{}, status: http.StatusOK}
	ctx := context.WithValue(ui.WithoutTopBar(r.Context()), recordKey{}, answer)
	plain := r.WithContext(ctx)
	plain.Header = r.Header.Clone()
	plain.Header.Del("Accept-Encoding")
	if err := next(answer, plain); err != nil {
		return lastingPage{}, err
	}
	before, behind, whole := bytes.Cut(answer.body.Bytes(), []byte(ui.TopBarMark))
	if answer.fleeting || answer.status != http.StatusOK || !whole {
		return lastingPage{}, &passing{answer}
	}
	if answer.pressed != nil {
		return lastingPage{header: answer.header, before: before, behind: behind, part: *answer.pressed, after: answer.tail}, nil
	}
	part, err := pressFast(behind)
	return lastingPage{header: answer.header, before: bytes.Clone(before), part: part}, err
}

// recorded is an answer before it is sent.
type recorded struct {
	header   http.Header
	status   int
	body     bytes.Buffer
	fleeting bool
	pressed  *Pressed // what RenderPressed would put behind the body, before the tail
	tail     []byte
}

func (a *recorded) Header() http.Header         { return a.header }
func (a *recorded) WriteHeader(status int)      { a.status = status }
func (a *recorded) Write(b []byte) (int, error) { return a.body.Write(b) }

type recordKey struct{}

// Fleeting says that what is shown to the asker is not only from the database, so that it must not be kept.
func Fleeting(ctx context.Context) {
	if answer, ok := ctx.Value(recordKey{}).(*recorded); ok {
		answer.fleeting = true
	}
}
