package accountweb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/alexedwards/scs/v2"

	"yigai/internal/account"
	"yigai/internal/page"
	"yigai/internal/secret"
)

// once carries a new password or token over the redirect after it was made, so that loading the page again makes no
// second one. It lies sealed in the session of who made it and is taken out by the page that shows it.
type once struct {
	sessions *scs.SessionManager
	box      *secret.Box
}

// news is something that is shown once: on one page, with how it came about.
type news struct{ Path, Said, Secret string }

// redirect leads to the page that shows the news.
func (o once) redirect(w http.ResponseWriter, r *http.Request, n news) error {
	plain, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("write a secret down: %w", err)
	}
	sealed, err := o.box.Seal(string(plain))
	if err != nil {
		return fmt.Errorf("keep a secret for the next page: %w", err)
	}
	o.sessions.Put(r.Context(), account.KeySecret, sealed)
	return page.Redirect(w, r, n.Path, "")
}

// take returns the news for the page that is asked for and forgets it; without any, its secret is empty.
func (o once) take(w http.ResponseWriter, r *http.Request) (news, error) {
	sealed := o.sessions.GetBytes(r.Context(), account.KeySecret)
	if len(sealed) == 0 || r.Method != http.MethodGet {
		return news{}, nil
	}
	n, err := o.open(sealed)
	if err == nil && n.Path != r.URL.Path {
		return news{}, nil
	}
	o.forget(r.Context())
	if errors.Is(err, secret.ErrForeign) { // another server, with another key, sealed it: it has to be made again
		return news{}, nil
	}
	w.Header().Set("Cache-Control", "no-store")
	return n, err
}

func (o once) open(sealed []byte) (n news, err error) {
	plain, err := o.box.Open(sealed)
	if err != nil {
		return news{}, err
	}
	if err := json.Unmarshal([]byte(plain), &n); err != nil {
		return news{}, fmt.Errorf("read a kept secret: %w", err)
	}
	return n, nil
}

func (o once) forget(ctx context.Context) { o.sessions.Remove(ctx, account.KeySecret) }
