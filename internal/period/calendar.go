package period

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"time"
)

//go:embed data/holidays.csv
var holidaysCSV []byte

// Calendar knows which days are worked: Monday to Friday, except for the
// announced holidays and make-up days. The zero Calendar knows weekends only.
type Calendar struct {
	days  map[string]bool // date → worked
	years map[int]bool    // years with an announcement
}

// China returns the calendar of the State Council's yearly notices that the
// product carries; see Announced for the years it covers.
func China() Calendar { return china }

var china = mustCalendar(holidaysCSV)

func mustCalendar(data []byte) Calendar {
	c, err := ReadCalendar(bytes.NewReader(data))
	if err != nil {
		panic(err)
	}
	return c
}

// ReadCalendar reads rows of from, to, kind (off or work), name, source.
func ReadCalendar(r io.Reader) (Calendar, error) {
	c := Calendar{days: map[string]bool{}, years: map[int]bool{}}
	reader := csv.NewReader(r)
	reader.FieldsPerRecord = 5
	rows, err := reader.ReadAll()
	if err != nil {
		return c, fmt.Errorf("read holidays: %w", err)
	}
	for i, row := range rows[min(1, len(rows)):] {
		if err := c.add(row[0], row[1], row[2]); err != nil {
			return c, fmt.Errorf("read holidays: row %d: %w", i+2, err)
		}
	}
	return c, nil
}

// maxHoliday is longer than any announced holiday, so a mistyped year is noticed.
const maxHoliday = 31

func (c Calendar) add(from, to, kind string) error {
	first, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return err
	}
	last, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return err
	}
	days := int(last.Sub(first).Hours()/24) + 1
	if days < 1 || days > maxHoliday || (kind != "off" && kind != "work") {
		return fmt.Errorf("%s to %s %q is no holiday or make-up day", from, to, kind)
	}
	for i := range days {
		day := first.AddDate(0, 0, i)
		c.days[day.Format(time.DateOnly)] = kind == "work"
		c.years[day.Year()] = true
	}
	return nil
}

// With returns the calendar with days of somebody's own over the announced ones: date (2026-07-11) → worked.
func (c Calendar) With(days map[string]bool) Calendar {
	if len(days) == 0 {
		return c
	}
	own := Calendar{days: maps.Clone(c.days), years: c.years}
	if own.days == nil {
		own.days = map[string]bool{}
	}
	maps.Copy(own.days, days)
	return own
}

// After returns the day that lies n worked days after the day of t, at the same clock time.
func (c Calendar) After(t time.Time, n int) time.Time {
	t = t.In(Shanghai)
	for n > 0 {
		t = t.AddDate(0, 0, 1)
		if c.WorkingDay(t) {
			n--
		}
	}
	return t
}

// Until counts the worked days after the day of from up to and including the day of to; negative when to lies before.
func (c Calendar) Until(from, to time.Time) int {
	from, to = midnight(from), midnight(to)
	if to.Before(from) {
		return -c.Until(to, from)
	}
	n := 0
	for day := from.AddDate(0, 0, 1); !day.After(to); day = day.AddDate(0, 0, 1) {
		if c.WorkingDay(day) {
			n++
		}
	}
	return n
}

func midnight(t time.Time) time.Time {
	t = t.In(Shanghai)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, Shanghai)
}

// Announced reports whether the holidays of a year are known; for another year
// the calendar falls back to weekends and a date shown from it is provisional.
func (c Calendar) Announced(year int) bool { return c.years[year] }

// WorkingDay reports whether the day of t in Shanghai is worked.
func (c Calendar) WorkingDay(t time.Time) bool {
	t = t.In(Shanghai)
	if worked, known := c.days[t.Format(time.DateOnly)]; known {
		return worked
	}
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
}

// WorkingDays counts the worked days of m.
func (c Calendar) WorkingDays(m Month) int {
	n := 0
	for i := range m.Days() {
		if c.WorkingDay(m.day(i+1, Shanghai)) {
			n++
		}
	}
	return n
}

// NextWorkingDay returns midnight of the first worked day on or after the day of t.
func (c Calendar) NextWorkingDay(t time.Time) time.Time {
	t = t.In(Shanghai)
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, Shanghai)
	for !c.WorkingDay(day) {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

// DefaultDueDay is the day of the following month a report is due on when the
// county has set no other.
const DefaultDueDay = 5

// Due returns the last moment at which the report of m is on time: the given
// day of the next month (0 means DefaultDueDay, a day the month lacks means its
// last), moved to the next working day.
func Due(m Month, day int, c Calendar) time.Time {
	if m.IsZero() {
		return time.Time{}
	}
	if day <= 0 {
		day = DefaultDueDay
	}
	next := m.Next()
	worked := c.NextWorkingDay(next.day(min(day, next.Days()), Shanghai))
	// PostgreSQL keeps microseconds; one less than midnight prints as the day itself.
	return worked.AddDate(0, 0, 1).Add(-time.Microsecond)
}
