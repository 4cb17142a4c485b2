package number

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// Limits of what a figure can be: 15 integer digits are all that a spreadsheet
// keeps exactly, and longer text is no figure.
const (
	maxIntegerDigits = 15
	maxRunes         = 40
)

// Rule says what is expected in a cell.
type Rule struct {
	Unit     string // 人次, 元, % …; the same unit typed after the number is accepted
	Decimals int32  // the most decimal places; 0 means whole numbers
	Negative bool   // whether a negative number makes sense
}

// Error is a figure that cannot be accepted; its text is one Chinese sentence for the user.
type Error struct {
	Typed   string // what was typed, as it was
	Message string
}

func (e *Error) Error() string { return e.Message }

// Parse reads one typed cell. The error is always an *Error.
func Parse(s string, r Rule) (Cell, error) {
	text := fold(s)
	if state, ok := word(text); ok {
		return Cell{State: state}, nil
	}
	value, problem := r.read(text)
	if problem != "" {
		return Cell{}, &Error{Typed: s, Message: problem}
	}
	return Of(value), nil
}

// fold turns full-width characters into half-width ones, the Chinese full stop
// typed for a decimal point included, and trims blanks and the apostrophe of text.
func fold(s string) string {
	folded := strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '。':
			return '.'
		case r == '−':
			return '-'
		case r == '￥':
			return '¥'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return asText.ReplaceAllString(strings.Trim(folded, " \t\r\n\u00a0\u3000\u200b\ufeff"), "$1")
}

// asText matches the apostrophe by which Excel keeps a figure as text.
var asText = regexp.MustCompile(`^'([+-]?[\d.,].*)$`)

// word recognises the spellings of empty and not applicable.
func word(text string) (State, bool) {
	switch strings.ToUpper(text) {
	case "", "-", "--", "–", "—", "——", "未报":
		return Empty, true
	case NotApplicableText, "N/A", "NA":
		return NotApplicable, true
	}
	return Empty, false
}

// plain is a number with an optional sign and correctly placed thousands separators.
var plain = regexp.MustCompile(`^([+-]?)(\d+|\d{1,3}(?:,\d{3})+)?(\.\d+)?$`)

// read returns the number in text, or the sentence that refuses it.
func (r Rule) read(text string) (decimal.Decimal, string) {
	if utf8.RuneCountInString(text) > maxRunes {
		return decimal.Zero, fmt.Sprintf("“%s”太长,%s", echo(text), r.expected())
	}
	body, problem := r.cutUnit(text)
	if problem != "" {
		return decimal.Zero, problem
	}
	parts := plain.FindStringSubmatch(body)
	if parts == nil || parts[2]+parts[3] == "" {
		return decimal.Zero, r.diagnose(text, body)
	}
	return r.check(text, parts[1], strings.ReplaceAll(parts[2], ",", ""), parts[3])
}

// check applies the limits of the rule to a well-formed number.
func (r Rule) check(text, sign, integer, fraction string) (decimal.Decimal, string) {
	if len(strings.TrimLeft(integer, "0")) > maxIntegerDigits {
		return decimal.Zero, fmt.Sprintf("“%s”超过 %d 位整数,请核对", echo(text), maxIntegerDigits)
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction)-1 > int(r.Decimals) {
		return decimal.Zero, r.tooPrecise(text)
	}
	value, err := decimal.NewFromString(sign + "0" + integer + strings.TrimSuffix(fraction, "."))
	if err != nil {
		return decimal.Zero, r.unreadable(text)
	}
	if value.IsNegative() && !r.Negative {
		return decimal.Zero, fmt.Sprintf("“%s”是负数,这一项不能小于 0", echo(text))
	}
	return value, ""
}
