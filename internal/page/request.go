package page

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/web/ui"
)

// MaxBody bounds a JSON request; uploads set their own bound.
const MaxBody = 16 << 20

// WantsJSON reports whether the asker is the API or a script rather than a person's browser.
func WantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

// ReadJSON decodes the body into v. Unknown fields are refused by name.
func ReadJSON(w http.ResponseWriter, r *http.Request, v any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if err != nil {
		return badJSON(err)
	}
	if holdsNUL(body) {
		return fault.Field("body", `请求内容里有无法保存的字符 \u0000`)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return badJSON(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fault.Field("body", "请求内容在一个 JSON 值之后还有多余内容")
	}
	return nil
}

// holdsNUL finds the one character of JSON that PostgreSQL keeps in no text; after a backslash of its own it is none.
func holdsNUL(body []byte) bool {
	const escape = `\u0000`
	for at := bytes.Index(body, []byte(escape)); at >= 0; {
		before := body[:at]
		if slashes := len(before) - len(bytes.TrimRight(before, `\`)); slashes%2 == 0 {
			return true
		}
		next := bytes.Index(body[at+len(escape):], []byte(escape))
		if next < 0 {
			return false
		}
		at += len(escape) + next
	}
	return false
}

func badJSON(err error) error {
	var large *http.MaxBytesError
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &large):
		return err
	case errors.Is(err, io.EOF):
		return fault.Field("body", "请求内容是空的,应为 JSON")
	case errors.As(err, &syntax):
		return fault.Field("body", "请求内容不是正确的 JSON(第 %d 个字节附近)", syntax.Offset)
	case errors.As(err, &kind) && kind.Field == "":
		return fault.Field("body", "请求内容的结构不对,这里不能是 %s", kind.Value)
	case errors.As(err, &kind):
		return fault.Field(kind.Field, "%s 的类型不对,不能是 %s", kind.Field, kind.Value)
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name = strings.Trim(name, `"`)
		return fault.Field(name, "不认识的字段 %s", name)
	}
	return fault.Field("body", "请求内容不是正确的 JSON")
}

// Month reads the period in view: ?period=2026-07, else the given default.
func Month(r *http.Request, otherwise period.Month) (period.Month, error) {
	typed := r.URL.Query().Get("period")
	if typed == "" {
		return otherwise, nil
	}
	m, err := period.Parse(typed)
	if err != nil {
		return period.Month{}, fault.Field("period", "报告期“%s”无法识别,应如 2026-07", typed)
	}
	return m, nil
}

// Switch is the period switch of a page whose address takes ?period=; keep holds the other parameters.
func Switch(r *http.Request, m period.Month) *ui.Period {
	at := func(m period.Month) string {
		q := r.URL.Query()
		q.Set("period", m.String())
		return r.URL.Path + "?" + q.Encode()
	}
	return &ui.Period{Label: m.Chinese(), Prev: at(m.Prev()), Next: at(m.Next()), Picker: r.URL.Path, Value: m.String()}
}

type flashKey struct{}

// Flashes keeps messages until the next page; the session implements it.
type Flashes interface {
	Add(ctx context.Context, f ui.Flash)
}

// WithFlashes puts the keeper of messages where AddFlash finds it.
func WithFlashes(ctx context.Context, f Flashes) context.Context {
	return context.WithValue(ctx, flashKey{}, f)
}

// AddFlash shows a message on the next page.
func AddFlash(ctx context.Context, tone ui.Tone, format string, args ...any) {
	if f, ok := ctx.Value(flashKey{}).(Flashes); ok {
		f.Add(ctx, ui.Flash{Tone: tone, Text: fmt.Sprintf(format, args...)})
	}
}
