package period

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Shanghai is the one time zone of the product; fixed, so that it needs no
// zone database on the machine. (The summer times of 1986–1991 do not matter to reports.)
var Shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Years outside these bounds are typing mistakes.
const (
	minYear = 1900
	maxYear = 2999
)

// maxRange bounds Range: a hundred years.
const maxRange = 1200

// Month is one calendar month; it is comparable, and the zero value is no month.
type Month struct {
	year  int
	month time.Month
}

// NewMonth returns a month, carrying months beyond 1–12 into the year as
// time.Date does; a year outside 1900–2999 gives the zero Month.
func NewMonth(year int, m time.Month) Month {
	n := int(m) - 1
	year, n = year+n/12, n%12
	if n < 0 {
		year, n = year-1, n+12
	}
	if year < minYear || year > maxYear {
		return Month{}
	}
	return Month{year: year, month: time.Month(n + 1)}
}

// MonthOf returns the month in which t falls in Shanghai.
func MonthOf(t time.Time) Month {
	t = t.In(Shanghai)
	return NewMonth(t.Year(), t.Month())
}

var (
	monthDigits    = regexp.MustCompile(`^(\d{4})(\d{2})$`)
	monthSeparated = regexp.MustCompile(`^(\d{4})(?:[-/.]|年)(\d{1,2})月?(?:份)?$`)
)

// Parse reads 2026-07, 202607, 2026/7, 2026.7 and 2026年7月.
func Parse(s string) (Month, error) {
	text := normalise(s)
	parts := monthSeparated.FindStringSubmatch(text)
	if parts == nil {
		parts = monthDigits.FindStringSubmatch(text)
	}
	if parts == nil {
		return Month{}, fmt.Errorf("“%s”不是月份,请写成 2026-07", shorten(s))
	}
	return monthFromDigits(s, parts[1], parts[2])
}

func monthFromDigits(typed, year, month string) (Month, error) {
	y, errYear := strconv.Atoi(year)
	m, errMonth := strconv.Atoi(month)
	if errYear != nil || errMonth != nil || m < 1 || m > 12 {
		return Month{}, fmt.Errorf("“%s”里的月份应在 1 到 12 之间", shorten(typed))
	}
	result := NewMonth(y, time.Month(m))
	if result.IsZero() {
		return Month{}, fmt.Errorf("“%s”里的年份应在 %d 到 %d 之间", shorten(typed), minYear, maxYear)
	}
	return result, nil
}

// normalise turns full-width characters into half-width ones and drops blanks.
func normalise(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '\u3000' || r == '\u00a0' || r == '\t':
			return -1
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		}
		return r
	}, s)
}

// shorten keeps an error message on one line whatever was typed.
func shorten(s string) string {
	runes := []rune(strings.ToValidUTF8(s, "?"))
	if len(runes) > 20 {
		return string(runes[:20]) + "…"
	}
	return string(runes)
}

// IsZero reports whether m is no month.
func (m Month) IsZero() bool { return m == Month{} }

// Year returns the year of m.
func (m Month) Year() int { return m.year }

// Month returns the month within the year.
func (m Month) Month() time.Month { return m.month }

// String returns 2026-07, and "" for no month.
func (m Month) String() string {
	if m.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", m.year, int(m.month))
}

// Chinese returns 2026年7月, and "" for no month.
func (m Month) Chinese() string {
	if m.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d年%d月", m.year, int(m.month))
}

// First returns the first moment of m in Shanghai.
func (m Month) First() time.Time { return m.day(1, Shanghai) }

// Date returns the first day of m as midnight UTC, the shape of a DATE column.
func (m Month) Date() time.Time { return m.day(1, time.UTC) }

// day returns midnight of a day of m; no month gives the zero time.
func (m Month) day(n int, in *time.Location) time.Time {
	if m.IsZero() {
		return time.Time{}
	}
	return time.Date(m.year, m.month, n, 0, 0, 0, 0, in)
}

// Days returns how many days m has.
func (m Month) Days() int {
	if m.IsZero() {
		return 0
	}
	return time.Date(m.year, m.month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// Add returns the month n months later, earlier when n is negative.
func (m Month) Add(n int) Month {
	if m.IsZero() {
		return m
	}
	return NewMonth(m.year, m.month+time.Month(n))
}

// Prev returns the month before m.
func (m Month) Prev() Month { return m.Add(-1) }

// Next returns the month after m.
func (m Month) Next() Month { return m.Add(1) }

// SameLastYear returns the same month one year earlier.
func (m Month) SameLastYear() Month { return m.Add(-12) }

// Compare orders months by time; no month comes first.
func (m Month) Compare(n Month) int {
	return cmp.Or(cmp.Compare(m.year, n.year), cmp.Compare(m.month, n.month))
}

// Before reports whether m is earlier than n.
func (m Month) Before(n Month) bool { return m.Compare(n) < 0 }

// After reports whether m is later than n.
func (m Month) After(n Month) bool { return m.Compare(n) > 0 }

// YearToDate lists the months from January to m.
func (m Month) YearToDate() []Month {
	months := make([]Month, 0, int(m.month))
	for i := time.January; i <= m.month; i++ {
		months = append(months, NewMonth(m.year, i))
	}
	return months
}

// Range lists the months from..to, both included, at most a hundred years.
func Range(from, to Month) ([]Month, error) {
	if from.IsZero() || to.IsZero() {
		return nil, fmt.Errorf("请写明开始月份和结束月份")
	}
	n := (to.year-from.year)*12 + int(to.month-from.month) + 1
	if n < 1 {
		return nil, fmt.Errorf("结束月份 %s 早于开始月份 %s", to, from)
	}
	if n > maxRange {
		return nil, fmt.Errorf("%s 至 %s 超过 %d 个月,请缩短范围", from, to, maxRange)
	}
	months := make([]Month, n)
	for i := range months {
		months[i] = from.Add(i)
	}
	return months, nil
}
