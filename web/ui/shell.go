package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// Shell is what the application knows around every page: the county, the person and where they may go.
type Shell struct {
	County      string     // name of the county in view
	Counties    []Link     // other counties the person may switch to; none hides the menu
	User        string     // name of the person
	Username    string     // what they sign in with
	Role        string     // name of their role, shown in the menu
	Institution string     // where they work, shown in the menu
	Todos       int        // open to-dos
	TodosURL    string     // empty means /todos
	Messages    int        // unread messages
	MessagesURL string     // empty hides the messages
	Nav         []NavGroup // only what the role may do
	UserMenu    []Action   // empty means DefaultUserMenu
	Flashes     []Flash
	Query       string                                    // what was typed into the global search
	Count       func(ctx context.Context, s *Shell) error // fills in to-dos and messages when a bar is really shown
	Demo        bool                                      // shows the banner that the data are not real
	barless     bool                                      // TopBarMark stands where the bar belongs
}

// TopBarMark stands in a page without its bar. Text of people never holds it: templ escapes every <.
const TopBarMark = "<!--top-bar-->"

// TopBar is the bar over every page: the only part of the frame that shows who is asking.
func TopBar(s Shell) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if s.Count != nil {
			if err := s.Count(ctx, &s); err != nil {
				return err
			}
		}
		return topBar(s).Render(ctx, w)
	})
}

// WithoutTopBar returns a context in which a page leaves out its bar, to be put in when it is sent.
func WithoutTopBar(ctx context.Context) context.Context {
	s := shellFrom(ctx)
	s.barless = true
	return WithShell(ctx, s)
}

// ShellOf is what the application put around the pages of this context.
func ShellOf(ctx context.Context) Shell { return shellFrom(ctx) }

// Settled reports whether the shell is somebody's and has nothing to say that is said only once.
func (s Shell) Settled() bool { return s.User != "" && len(s.Flashes) == 0 }

// Link is a name with an address.
type Link struct {
	Label, URL string
	Active     bool
}

// NavGroup is one capability in the side navigation.
type NavGroup struct {
	Label string // empty: the items stand alone, without a heading
	Items []NavItem
}

// NavItem is one destination in the side navigation.
type NavItem struct {
	Label, URL, Icon string
	Active           bool
	Count            int // open work, shown at the right when above zero
}

// Flash is a message about what just happened, shown once.
type Flash struct {
	Tone Tone
	Text string
}

// DefaultUserMenu is what stands under the person's name when the Shell brings nothing else.
func DefaultUserMenu() []Action {
	return []Action{
		{Label: "修改密码", URL: "/account/password", Icon: "key"},
		{Label: "我的会话", URL: "/account/sessions", Icon: "display"},
		{Label: "API令牌", URL: "/account/tokens", Icon: "code-slash"},
		{Label: "退出", URL: "/logout", Icon: "box-arrow-right", Post: true},
	}
}

type contextKey int

const (
	shellKey contextKey = iota
	assetKey
)

// WithShell puts the shell where Page finds it.
func WithShell(ctx context.Context, s Shell) context.Context {
	return context.WithValue(ctx, shellKey, &s)
}

// WithAssets tells the components how a static file's name becomes its address (static.Path).
func WithAssets(ctx context.Context, path func(name string) string) context.Context {
	return context.WithValue(ctx, assetKey, path)
}

func shellFrom(ctx context.Context) Shell {
	if s, ok := ctx.Value(shellKey).(*Shell); ok {
		return *s
	}
	return Shell{}
}

// asset falls back to the address without a hash, which the static handler also serves.
func asset(ctx context.Context, name string) string {
	if path, ok := ctx.Value(assetKey).(func(string) string); ok {
		return path(name)
	}
	return "/static/" + name
}

func (s Shell) userMenu() []Action {
	if len(s.UserMenu) > 0 {
		return s.UserMenu
	}
	return DefaultUserMenu()
}

func (s Shell) todosURL() string {
	if s.TodosURL != "" {
		return s.TodosURL
	}
	return "/todos"
}
