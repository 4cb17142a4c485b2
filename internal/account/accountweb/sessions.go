package accountweb

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/alexedwards/scs/v2"

	"yigai/internal/account"
	"yigai/internal/page"
	"yigai/web/ui"
)

// Cookies of the product.
const (
	SessionCookie = "yigai_session"
	deviceCookie  = "yigai_device"
)

// NewSessions is the session manager as the gate expects it. The lifetime is fixed; the idle limit is kept with the
// account's session, because scs would write to the database at every request for it. Tokens are stored hashed.
func NewSessions(store scs.Store, baseURL string) *scs.SessionManager {
	m := scs.New()
	m.Store, m.Codec = store, account.CookieCodec{}
	m.Lifetime = account.Lifetime
	m.HashTokenInStore = true
	m.Cookie.Name = SessionCookie
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Secure = strings.HasPrefix(baseURL, "https://")
	m.Cookie.Persist = false // on a shared computer, closing the browser ends it
	return m
}

// flashes keeps messages in the session until the next page.
type flashes struct{ sessions *scs.SessionManager }

var _ page.Flashes = flashes{}

// Add keeps one more message.
func (f flashes) Add(ctx context.Context, flash ui.Flash) {
	list := append(f.read(f.sessions.GetBytes(ctx, account.KeyFlashes)), flash)
	b, err := json.Marshal(list)
	if err != nil {
		panic(err) // two strings always encode
	}
	f.sessions.Put(ctx, account.KeyFlashes, b)
}

func (f flashes) take(ctx context.Context) []ui.Flash {
	if !f.sessions.Exists(ctx, account.KeyFlashes) {
		return nil
	}
	return f.read(f.sessions.PopBytes(ctx, account.KeyFlashes))
}

// read takes what an older program may have kept in another shape as nothing.
func (f flashes) read(b []byte) []ui.Flash {
	var list []ui.Flash
	if json.Unmarshal(b, &list) != nil {
		return nil
	}
	return list
}
