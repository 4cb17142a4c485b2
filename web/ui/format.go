package ui

import (
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// shanghai is the office's clock; China has had one zone without daylight saving since 1991.
var shanghai = time.FixedZone("CST", 8*60*60)

// Num shows a number with thousands separators, rounded half up (四舍五入, away from zero) to places.
func Num(d decimal.Decimal, places int32) string {
	return group(d.StringFixed(places))
}

// Signed shows a change: always with its sign, and with the typographic minus of a table. Zero has none.
func Signed(d decimal.Decimal, places int32) string {
	d = d.Round(places)
	switch d.Sign() {
	case 1:
		return "+" + Num(d, places)
	case -1:
		return "−" + Num(d.Neg(), places)
	default:
		return Num(d, places)
	}
}

// Dash stands where there is no number; its reason belongs beside it or in a title.
const Dash = "–"

// NumOr shows a number, or the dash when there is none.
func NumOr(d *decimal.Decimal, places int32) string {
	if d == nil {
		return Dash
	}
	return Num(*d, places)
}

// Int shows a count with thousands separators.
func Int(n int64) string {
	return group(strconv.FormatInt(n, 10))
}

// Month shows a month as 2026年7月.
func Month(year, month int) string {
	return strconv.Itoa(year) + "年" + strconv.Itoa(month) + "月"
}

// Date shows a day as 2026-07-31; the zero time is a dash.
func Date(t time.Time) string {
	return stamp(t, "2006-01-02")
}

// DateTime shows a moment to the minute, on the office's clock.
func DateTime(t time.Time) string {
	return stamp(t, "2006-01-02 15:04")
}

// Clock shows a moment of today to the second.
func Clock(t time.Time) string {
	return stamp(t, "15:04:05")
}

func stamp(t time.Time, layout string) string {
	if t.IsZero() {
		return Dash
	}
	return t.In(shanghai).Format(layout)
}

// group puts a comma before every third digit of the whole part, counted from the point.
func group(s string) string {
	sign, whole := "", s
	if strings.HasPrefix(s, "-") {
		sign, whole = "-", s[1:]
	}
	whole, fraction, found := strings.Cut(whole, ".")
	var b strings.Builder
	b.Grow(len(s) + len(whole)/3)
	b.WriteString(sign)
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	if found {
		b.WriteByte('.')
		b.WriteString(fraction)
	}
	return b.String()
}
