package reportingweb

import (
	"errors"
	"net/http"

	"yigai/internal/fault"
	"yigai/internal/page"
)

// plainly lets a handler's fault answer with its own sentence: what was attempted, which every layer writes before it,
// is for the log and not for the person.
func plainly(h page.Handler) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error { return bareFault(h(w, r)) }
}

// bareFault is the fault inside a wrapped error; any other error stays as it is.
func bareFault(err error) error {
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		switch inner.(type) {
		case *fault.InvalidError, *fault.NotFoundError, *fault.ForbiddenError, *fault.ConflictError:
			return inner
		}
	}
	return err
}
