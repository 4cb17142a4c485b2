// Package page is the only place where a fault becomes an HTTP status. Handlers return errors;
// pages are rendered into a buffer first, so that status and body never disagree.
package page

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"sync"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/web/ui"
)

// Handler answers a request or says why it could not.
type Handler func(w http.ResponseWriter, r *http.Request) error

// ServeHTTP turns the returned error into an answer.
func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer dropUploads(r)
	if err := h(w, r); err != nil {
		Fail(w, r, err)
	}
}

// dropUploads removes the temporary files of a form with large files. The server does so only for the request that it
// made itself, and every layer before the handler that adds to the context hands on a copy.
func dropUploads(r *http.Request) {
	if r.MultipartForm == nil {
		return
	}
	if err := r.MultipartForm.RemoveAll(); err != nil {
		logger(r.Context()).Error("上传的临时文件没有删除", "error", err)
	}
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render writes the component with the status. Nothing is sent when rendering fails.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer func() { buf.Reset(); buffers.Put(buf) }()
	if err := c.Render(r.Context(), buf); err != nil {
		return fmt.Errorf("render %s: %w", r.URL.Path, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	return sent(w.Write(buf.Bytes()))
}

// JSON writes v with the status.
func JSON(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	return sent(w.Write(append(b, '\n')))
}

// sent drops the error of a reader that went away: there is nobody left to tell.
func sent(_ int, _ error) error { return nil }

// Redirect answers a successful POST: 303 to path. The flash is shown there once.
func Redirect(w http.ResponseWriter, r *http.Request, path, flash string) error {
	if flash != "" {
		AddFlash(r.Context(), ui.Good, "%s", flash)
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// Who is the actor behind the request.
func Who(r *http.Request) actor.Actor { return actor.From(r.Context()) }

// ID reads a number from the path; anything else is a thing that does not exist.
func ID(r *http.Request, name string) (int64, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, name), 10, 64)
	if err != nil || id <= 0 {
		return 0, fault.NotFound("这个页面")
	}
	return id, nil
}

// Status is the HTTP status of an error.
func Status(err error) int {
	switch {
	case errors.As(err, new(*tooLongError)):
		return http.StatusServiceUnavailable
	case fault.IsInvalid(err):
		return http.StatusUnprocessableEntity
	case fault.IsNotFound(err):
		return http.StatusNotFound
	case fault.IsForbidden(err):
		return http.StatusForbidden
	case fault.IsConflict(err):
		return http.StatusConflict
	case errors.As(err, new(*http.MaxBytesError)):
		return http.StatusRequestEntityTooLarge
	default:
		return http.StatusInternalServerError
	}
}

// Fail answers with the error: a page for browsers, problem+json for the API and for scripts.
func Fail(w http.ResponseWriter, r *http.Request, err error) {
	status := Status(err)
	reference := middleware.GetReqID(r.Context())
	if status == http.StatusInternalServerError && r.Context().Err() != nil {
		return // the reader went away
	}
	if status >= http.StatusInternalServerError {
		logger(r.Context()).Error("请求失败", "path", r.URL.Path, "method", r.Method, "reference", reference, "error", err)
	}
	if WantsJSON(r) {
		failJSON(w, status, reference, err)
		return
	}
	t := ui.Trouble{Status: status, Message: sentence(err), Reference: reference}
	if rerr := Render(w, r, status, ui.Problem(t)); rerr != nil {
		logger(r.Context()).Error("出错页面无法显示", "error", rerr)
		http.Error(w, "系统出错了,请稍后再试", http.StatusInternalServerError)
	}
}

// Problem is an RFC 9457 problem document.
type Problem struct {
	Type     string          `json:"type"`
	Title    string          `json:"title"`
	Status   int             `json:"status"`
	Detail   string          `json:"detail"`
	Instance string          `json:"instance,omitempty"`
	Errors   []fault.Problem `json:"errors,omitempty"`
}

var titles = map[int]string{
	401: "请先登录", 403: "没有权限", 404: "没有找到", 409: "状态冲突", 413: "内容太大",
	422: "内容有误", 429: "请求太频繁", 500: "系统出错", 503: "用时太长",
}

func failJSON(w http.ResponseWriter, status int, reference string, err error) {
	p := Problem{Type: "about:blank", Title: titles[status], Status: status, Instance: reference,
		Detail: "系统出错了,已经记录,请稍后再试", Errors: fault.Problems(err)}
	if said := sentence(err); said != "" {
		p.Detail = said
	}
	WriteProblem(w, p)
}

// WriteProblem sends a problem document with its own status.
func WriteProblem(w http.ResponseWriter, p Problem) {
	b, err := json.Marshal(p)
	if err != nil {
		http.Error(w, "{}", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
	w.WriteHeader(p.Status)
	_ = sent(w.Write(b))
}

type logKey struct{}

// WithLog puts the logger where Fail finds it.
func WithLog(ctx context.Context, log *slog.Logger) context.Context {
	return context.WithValue(ctx, logKey{}, log)
}

func logger(ctx context.Context) *slog.Logger {
	if log, ok := ctx.Value(logKey{}).(*slog.Logger); ok {
		return log
	}
	return slog.Default()
}
