package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-chi/chi/v5/middleware"

	"yigai/internal/fault"
	"yigai/internal/page"
	"yigai/web/static"
	"yigai/web/ui"
)

// maxUpload bounds every request body; JSON has a smaller bound of its own.
const maxUpload = 52 << 20

// number gives the request the reference that a failure is found by in the log. One sent along is not used:
// it could be anything.
func number(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), middleware.RequestIDKey, rand.Text()[:10])))
	})
}

func (a *App) log(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := page.WithLog(ui.WithAssets(r.Context(), static.Path), a.Deps.Log)
		seen := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		began := time.Now()
		next.ServeHTTP(seen, r.WithContext(ctx))
		took := time.Since(began)
		observe(r, seen.Status(), took)
		a.Deps.Log.Debug("请求", "method", r.Method, "path", r.URL.Path, "status", seen.Status(), "ms", took.Milliseconds())
	})
}

// recoverPanic answers a panic like any other failure. ErrAbortHandler goes on to the server, which then cuts
// the connection: a half-written file must not look whole.
func recoverPanic(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch v := recover(); v {
			case nil:
			case http.ErrAbortHandler:
				panic(v)
			default:
				page.Fail(w, r, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// secure sets the headers that keep a page to itself: no foreign script, style, frame or referrer.
func (a *App) secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		if a.Config.Secure() {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if !strings.HasPrefix(r.URL.Path, "/static/") {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// readable refuses an address with bytes that no text has: PostgreSQL would refuse them later, as a failure of ours.
// The one header that is stored is mended instead: some old browsers send it in GBK.
func readable(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !isText(r.URL.Path):
			page.Fail(w, r, fault.NotFound("这个页面"))
			return
		case !allText(r.URL.Query()):
			page.Fail(w, r, fault.Field("", "网址里有无法识别的字符,请检查后再试"))
			return
		}
		if agent := r.UserAgent(); !isText(agent) {
			r.Header.Set("User-Agent", strings.ToValidUTF8(agent, "?"))
		}
		next.ServeHTTP(w, r)
	})
}

func allText(query url.Values) bool {
	for name, values := range query {
		if !isText(name) || slices.ContainsFunc(values, func(v string) bool { return !isText(v) }) {
			return false
		}
	}
	return true
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
		next.ServeHTTP(w, r)
	})
}
