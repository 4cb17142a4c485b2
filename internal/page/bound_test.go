package page_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"yigai/internal/page"
	"yigai/internal/pgtest"
)

func TestWithin(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	with := func(on interface {
		Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	}, limit time.Duration, sql string, headers ...string) *httptest.ResponseRecorder {
		h := page.Within(limit, func(w http.ResponseWriter, r *http.Request) error {
			if _, err := on.Exec(r.Context(), sql); err != nil {
				return err
			}
			return page.JSON(w, http.StatusOK, "done")
		})
		r, w := httptest.NewRequest(http.MethodGet, "/indicators", nil), httptest.NewRecorder()
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		h.ServeHTTP(w, r)
		return w
	}
	ask := func(limit time.Duration, sql string, headers ...string) *httptest.ResponseRecorder {
		return with(db, limit, sql, headers...)
	}
	t.Run("what is quick is answered", func(t *testing.T) {
		t.Parallel()
		if w := ask(time.Minute, "SELECT 1"); w.Code != http.StatusOK {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	t.Run("what takes too long ends with a sentence, on a page and for a program", func(t *testing.T) {
		t.Parallel()
		for _, accept := range []string{"text/html", "application/json"} {
			w := ask(200*time.Millisecond, "SELECT pg_sleep(60)", "Accept", accept)
			if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "请缩小范围") {
				t.Errorf("%s: %d %s", accept, w.Code, w.Body)
			}
		}
	})
	t.Run("so does what the server itself stops", func(t *testing.T) {
		t.Parallel()
		impatient, err := db.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer impatient.Rollback(context.Background())
		if w := with(impatient, time.Minute, "SET LOCAL statement_timeout = 100"); w.Code != http.StatusOK {
			t.Fatal(w.Body)
		}
		w := with(impatient, time.Minute, "SELECT pg_sleep(60)")
		if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "1 分钟内没有查完") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	t.Run("another error stays what it is", func(t *testing.T) {
		t.Parallel()
		if w := ask(time.Minute, "SELECT nothing"); w.Code != http.StatusInternalServerError {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
