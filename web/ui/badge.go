package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// Badge shows a status by colour, word and icon. It is written by hand, like the rows of a table, because a list has
// hundreds.
func Badge(s Status) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		b := append(make([]byte, 0, 256), `<span class="badge-state`...)
		b = append(appendTone(b, s.Tone), '"')
		if s.Title != "" {
			b = append(append(append(b, ` title="`...), templ.EscapeString(s.Title)...), '"')
		}
		b = append(b, '>')
		if s.Icon != "" {
			b = append(appendIcon(ctx, b, s.Icon), ' ')
		}
		b = append(append(b, templ.EscapeString(s.Word)...), `</span>`...)
		_, err := w.Write(b)
		return err
	})
}

// Icon draws one picture of web/static/icons.svg; it is decoration, the word beside it carries the meaning.
func Icon(name string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		_, err := w.Write(appendIcon(ctx, make([]byte, 0, 128), name))
		return err
	})
}

func appendIcon(ctx context.Context, b []byte, name string) []byte {
	b = append(b, `<svg class="icon" aria-hidden="true" focusable="false"><use href="`...)
	b = append(append(b, templ.EscapeString(asset(ctx, "icons.svg"))...), '#')
	return append(append(b, templ.EscapeString(name)...), `"></use></svg>`...)
}

func appendTone(b []byte, t Tone) []byte {
	if t == Neutral {
		return b
	}
	return append(append(b, " tone-"...), templ.EscapeString(string(t))...)
}
