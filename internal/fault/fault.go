// Package fault holds the four failures a user can act on. Everything else is internal
// and shown as one plain sentence. Only package page turns a fault into an HTTP status.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Problem is one thing wrong with one input. Field is the input's name ("" for the whole form),
// Row is 1-based for tables and files (0 when there is no row), Message is a Chinese sentence.
type Problem struct {
	Field   string `json:"field,omitempty"`
	Row     int    `json:"row,omitempty"`
	Message string `json:"message"`
}

// InvalidError says what is wrong with what was sent, field by field.
type InvalidError struct{ Problems []Problem }

func (e *InvalidError) Error() string {
	said := make([]string, 0, len(e.Problems))
	for _, p := range e.Problems {
		said = append(said, p.Message)
	}
	return strings.Join(said, ";")
}

// Invalid returns a fault with the given problems; at least one is expected.
func Invalid(problems ...Problem) error { return &InvalidError{Problems: problems} }

// Field returns an Invalid fault about one field.
func Field(field, format string, args ...any) error {
	return Invalid(Problem{Field: field, Message: fmt.Sprintf(format, args...)})
}

// NotFoundError says that there is no such thing, or none that the asker may know of.
type NotFoundError struct{ What string }

func (e *NotFoundError) Error() string { return "没有找到" + e.What }

// NotFound returns a fault for a missing thing or one outside the asker's scope; what is its Chinese name.
func NotFound(what string) error { return &NotFoundError{What: what} }

// ForbiddenError says that the asker may not do this.
type ForbiddenError struct{ Message string }

func (e *ForbiddenError) Error() string { return e.Message }

// Forbidden returns a fault for a refused operation, with the reason as a Chinese sentence.
func Forbidden(format string, args ...any) error {
	return &ForbiddenError{Message: fmt.Sprintf(format, args...)}
}

// ConflictError says that the state of the thing does not allow this now.
type ConflictError struct{ Message string }

func (e *ConflictError) Error() string { return e.Message }

// Conflict returns a fault for an operation that came at the wrong time, with a Chinese sentence.
func Conflict(format string, args ...any) error {
	return &ConflictError{Message: fmt.Sprintf(format, args...)}
}

// Problems returns the field problems of an Invalid fault, or nil.
func Problems(err error) []Problem {
	var e *InvalidError
	if errors.As(err, &e) {
		return e.Problems
	}
	return nil
}

// Bare is the fault inside a wrapped or joined error: what was attempted, which every layer writes before it, is for the
// log and not for the person. Any other error stays as it is.
func Bare(err error) error {
	if inner := bare(err); inner != nil {
		return inner
	}
	return err
}

func bare(err error) error {
	switch e := err.(type) {
	case *InvalidError, *NotFoundError, *ForbiddenError, *ConflictError:
		return err
	case interface{ Unwrap() error }:
		return bare(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			if inner := bare(one); inner != nil {
				return inner
			}
		}
	}
	return nil
}

// IsNotFound reports whether err is a NotFound fault.
func IsNotFound(err error) bool { return is[*NotFoundError](err) }

// IsForbidden reports whether err is a Forbidden fault.
func IsForbidden(err error) bool { return is[*ForbiddenError](err) }

// IsConflict reports whether err is a Conflict fault.
func IsConflict(err error) bool { return is[*ConflictError](err) }

// IsInvalid reports whether err is an Invalid fault.
func IsInvalid(err error) bool { return is[*InvalidError](err) }

// IsFault reports whether err is one of the four failures a user can act on.
func IsFault(err error) bool {
	return IsInvalid(err) || IsNotFound(err) || IsForbidden(err) || IsConflict(err)
}

func is[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}
