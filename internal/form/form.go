// Package form reads what was typed into typed values and collects what is wrong, field by field.
// The typed strings stay, so that the same form is shown again with a message beside each field.
package form

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"yigai/internal/fault"
	"yigai/internal/number"
	"yigai/internal/period"
)

// Form is one submission: values as typed and the problems found so far.
type Form struct {
	Values   url.Values
	problems []fault.Problem
}

// MaxBody bounds what is typed in one form: the largest, a hospital's clinics of a month, has a tenth of it.
const MaxBody = 4 << 20

// Parse reads the request's form. Bytes that no text has are refused here, because the database would refuse them
// later without saying in which field.
func Parse(r *http.Request) (*Form, error) {
	if r.Body != nil {
		r.Body = http.MaxBytesReader(nil, r.Body, MaxBody)
	}
	if err := r.ParseForm(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, err
		}
		return nil, fault.Field("", "表单内容无法读取,请返回重试")
	}
	for _, values := range r.Form {
		for _, v := range values {
			if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				return nil, fault.Field("", "填写的内容里有无法保存的字符,请返回删去后再试")
			}
		}
	}
	return &Form{Values: r.Form}, nil
}

// Of wraps values, for showing a stored thing in the same form and for tests.
func Of(values map[string]string) *Form {
	f := &Form{Values: url.Values{}}
	for k, v := range values {
		f.Values.Set(k, v)
	}
	return f
}

// Value is what was typed, trimmed of nothing.
func (f *Form) Value(name string) string { return f.Values.Get(name) }

// Problem is the first problem of a field, "" when there is none.
func (f *Form) Problem(name string) string {
	for _, p := range f.problems {
		if p.Field == name {
			return p.Message
		}
	}
	return ""
}

// Problems lists everything that was found.
func (f *Form) Problems() []fault.Problem { return f.problems }

// Add notes a problem.
func (f *Form) Add(field, format string, args ...any) {
	f.problems = append(f.problems, fault.Problem{Field: field, Message: fmt.Sprintf(format, args...)})
}

// Take adds the problems of an Invalid fault and reports whether err was one.
func (f *Form) Take(err error) bool {
	problems := fault.Problems(err)
	f.problems = append(f.problems, problems...)
	return len(problems) > 0
}

// Err returns the problems as one Invalid fault, or nil.
func (f *Form) Err() error {
	if len(f.problems) == 0 {
		return nil
	}
	return fault.Invalid(f.problems...)
}

// Text reads a trimmed text of at most max characters.
func (f *Form) Text(name, label string, max int) string {
	s := strings.TrimSpace(f.Value(name))
	if n := utf8.RuneCountInString(s); n > max {
		f.Add(name, "%s最多 %d 个字,现在有 %d 个", label, max, n)
	}
	return s
}

// Required is Text that must not be empty.
func (f *Form) Required(name, label string, max int) string {
	s := f.Text(name, label, max)
	if s == "" {
		f.Add(name, "请填写%s", label)
	}
	return s
}

// Choice reads one of the allowed values.
func (f *Form) Choice(name, label string, allowed ...string) string {
	s := f.Value(name)
	if !slices.Contains(allowed, s) {
		f.Add(name, "请选择%s", label)
	}
	return s
}

// Bool reports whether a checkbox was ticked.
func (f *Form) Bool(name string) bool { return f.Value(name) != "" }

// Int reads a whole number between low and high.
func (f *Form) Int(name, label string, low, high int) int {
	n, err := strconv.Atoi(strings.TrimSpace(f.Value(name)))
	if err != nil || n < low || n > high {
		f.Add(name, "%s应为 %d 到 %d 的整数", label, low, high)
	}
	return n
}

// Decimal reads a number as people type it; the rule bounds it. Empty is a problem.
func (f *Form) Decimal(name, label string, rule number.Rule) decimal.Decimal {
	c, err := number.Parse(f.Value(name), rule)
	switch {
	case err != nil:
		f.Add(name, "%s:%s", label, err.Error())
	case c.State != number.Given:
		f.Add(name, "请填写%s", label)
	}
	return c.Value
}

// Month reads a month such as 2026-07.
func (f *Form) Month(name, label string) period.Month {
	m, err := period.Parse(f.Value(name))
	if err != nil {
		f.Add(name, "%s应为月份,如 2026-07", label)
	}
	return m
}

// Date reads a date such as 2026-07-31; empty gives nil.
func (f *Form) Date(name, label string) *time.Time {
	s := strings.TrimSpace(f.Value(name))
	if s == "" {
		return nil
	}
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		f.Add(name, "%s应为日期,如 2026-07-31", label)
		return nil
	}
	return &t
}
