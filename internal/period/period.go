// Package period holds the calendar of the work: months, quarters, halves and
// years as comparable values, the public holidays, and when a report is due.
//
// Everything happens in Asia/Shanghai. A Month travels to PostgreSQL as the
// DATE of its first day and to JSON as "2026-07"; a Period travels as text
// (2026-07, 2026Q3, 2026H1, 2026). The package owns no table and asks no permission.
package period

import (
	"encoding"
	"fmt"
	"strconv"
	"strings"
	"time"
)

var (
	_ encoding.TextMarshaler   = Period{}
	_ encoding.TextUnmarshaler = (*Period)(nil)
)

// Kind is the length of a Period.
type Kind int

// The kinds of period, from short to long.
const (
	KindMonth Kind = iota + 1
	KindQuarter
	KindHalf
	KindYear
)

// monthsIn is how many months a kind spans.
var monthsIn = map[Kind]int{KindMonth: 1, KindQuarter: 3, KindHalf: 6, KindYear: 12}

// Period is a month, quarter, half or year; the zero value is no period.
type Period struct {
	kind  Kind
	first Month
}

// Quarter returns the quarter that contains m.
func Quarter(m Month) Period { return containing(KindQuarter, m) }

// Half returns the half year that contains m.
func Half(m Month) Period { return containing(KindHalf, m) }

// Year returns the year that contains m.
func Year(m Month) Period { return containing(KindYear, m) }

// Period returns m as a period of one month.
func (m Month) Period() Period { return containing(KindMonth, m) }

func containing(k Kind, m Month) Period {
	if m.IsZero() {
		return Period{}
	}
	n := monthsIn[k]
	start := (int(m.month)-1)/n*n + 1
	return Period{kind: k, first: NewMonth(m.year, time.Month(start))}
}

// ParsePeriod reads 2026-07, 2026Q3, 2026H1, 2026 and their Chinese forms.
func ParsePeriod(s string) (Period, error) {
	text := strings.ToUpper(normalise(s))
	if m, err := Parse(text); err == nil {
		return m.Period(), nil
	}
	year, rest, err := cutYear(text)
	if err != nil {
		return Period{}, fmt.Errorf("“%s”不是报告期,请写成 2026-07、2026Q3、2026H1 或 2026", shorten(s))
	}
	if k, nth, ok := spelling(rest); ok {
		return containing(k, NewMonth(year, time.Month((nth-1)*monthsIn[k]+1))), nil
	}
	return Period{}, fmt.Errorf("“%s”不是报告期,请写成 2026-07、2026Q3、2026H1 或 2026", shorten(s))
}

// cutYear splits the four digits of the year from what follows.
func cutYear(s string) (int, string, error) {
	if len(s) < 4 || strings.Trim(s[:4], "0123456789") != "" {
		return 0, "", strconv.ErrSyntax
	}
	year, err := strconv.Atoi(s[:4])
	if err != nil || year < minYear || year > maxYear {
		return 0, "", strconv.ErrRange
	}
	return year, s[4:], nil
}

// spelling reads what stands after the year.
func spelling(s string) (Kind, int, bool) {
	switch strings.TrimPrefix(strings.TrimPrefix(s, "年"), "-") {
	case "":
		return KindYear, 1, true
	case "Q1", "第1季度", "1季度", "一季度", "第一季度":
		return KindQuarter, 1, true
	case "Q2", "第2季度", "2季度", "二季度", "第二季度":
		return KindQuarter, 2, true
	case "Q3", "第3季度", "3季度", "三季度", "第三季度":
		return KindQuarter, 3, true
	case "Q4", "第4季度", "4季度", "四季度", "第四季度":
		return KindQuarter, 4, true
	case "H1", "上半年":
		return KindHalf, 1, true
	case "H2", "下半年":
		return KindHalf, 2, true
	}
	return 0, 0, false
}

// IsZero reports whether p is no period.
func (p Period) IsZero() bool { return p.first.IsZero() }

// Kind returns the length of p.
func (p Period) Kind() Kind { return p.kind }

// First returns the first month of p.
func (p Period) First() Month { return p.first }

// Last returns the last month of p.
func (p Period) Last() Month { return p.first.Add(monthsIn[p.kind] - 1) }

// Contains reports whether m lies in p.
func (p Period) Contains(m Month) bool {
	return !p.IsZero() && !m.Before(p.first) && !m.After(p.Last())
}

// Months lists the months of p in order.
func (p Period) Months() []Month {
	if p.IsZero() {
		return nil
	}
	months := make([]Month, monthsIn[p.kind])
	for i := range months {
		months[i] = p.first.Add(i)
	}
	return months
}

// Prev returns the period of the same kind just before p.
func (p Period) Prev() Period { return p.shift(-monthsIn[p.kind]) }

// Next returns the period of the same kind just after p.
func (p Period) Next() Period { return p.shift(monthsIn[p.kind]) }

// SameLastYear returns the same period one year earlier.
func (p Period) SameLastYear() Period { return p.shift(-12) }

func (p Period) shift(months int) Period {
	return containing(p.kind, p.first.Add(months))
}

func (p Period) nth() int { return (int(p.first.month)-1)/monthsIn[p.kind] + 1 }
