package ui

import (
	"context"
	"io"
	"strconv"

	"github.com/a-h/templ"
)

// Fill shows how much of a small whole is done: 46/60, with a bar. It is written by hand, like the rows of a table,
// because a list has hundreds.
func Fill(done, total int) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, `<span class="fill"><svg class="fill-bar" aria-hidden="true"><rect class="`+fillTone(done, total)+
			`" width="`+percentOf(done, total)+`" height="100%"></rect></svg> <span class="num">`+
			strconv.Itoa(done)+"/"+strconv.Itoa(total)+`</span></span>`)
		return err
	})
}

func fillTone(done, total int) string {
	if total > 0 && done >= total {
		return "bar-good"
	}
	return "bar-accent"
}
