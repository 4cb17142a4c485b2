package period_test

import (
	"strings"
	"testing"
	"time"

	"yigai/internal/period"
)

func day(s string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, s, period.Shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

func TestWorkingDay(t *testing.T) {
	t.Parallel()
	c := period.China()
	for date, want := range map[string]bool{
		"2026-01-02": false, // Friday, New Year
		"2026-01-04": true,  // Sunday, made up
		"2026-02-16": false, // Monday, Spring Festival
		"2026-10-10": true,  // Saturday, made up
		"2026-11-21": false, // an ordinary Saturday
		"2026-11-23": true,  // an ordinary Monday
		"2025-10-08": false,
		"2024-02-09": true, // New Year's Eve of 2024 was not a holiday by the notice
		"2024-05-11": true,
		"2027-10-01": true, // not announced: weekends only
	} {
		if got := c.WorkingDay(day(date)); got != want {
			t.Errorf("WorkingDay(%s) = %v, want %v", date, got, want)
		}
	}
	if !c.Announced(2026) || c.Announced(2027) {
		t.Error("2026 is announced and 2027 is not")
	}
}

// The yearly totals follow from the notices: 365 or 366 days less weekends and
// holidays, plus make-up days.
func TestWorkingDaysOfTheYears(t *testing.T) {
	t.Parallel()
	for year, want := range map[int]int{2024: 251, 2025: 248, 2026: 248} {
		got := 0
		for _, m := range period.Year(period.NewMonth(year, 1)).Months() {
			got += period.China().WorkingDays(m)
		}
		if got != want {
			t.Errorf("%d has %d working days, want %d", year, got, want)
		}
	}
}

func TestDue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, month string
		day         int
		calendar    period.Calendar
		want        string
	}{
		{"an ordinary Wednesday", "2026-07", 5, period.China(), "2026-08-05 23:59:59.999999"},
		{"the default day", "2026-07", 0, period.China(), "2026-08-05 23:59:59.999999"},
		{"moved past the October holiday and its make-up Saturday is worked", "2026-09", 5, period.China(), "2026-10-08 23:59:59.999999"},
		{"moved from a Saturday", "2026-08", 5, period.China(), "2026-09-07 23:59:59.999999"},
		{"over the year", "2025-12", 2, period.China(), "2026-01-04 23:59:59.999999"},
		{"day 31 of a short month", "2026-05", 31, period.China(), "2026-06-30 23:59:59.999999"},
		{"without holidays", "2026-09", 5, period.Calendar{}, "2026-10-05 23:59:59.999999"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m, err := period.Parse(c.month)
			if err != nil {
				t.Fatal(err)
			}
			if got := period.Due(m, c.day, c.calendar).Format("2006-01-02 15:04:05.999999"); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestReadCalendarRefusesMistakes(t *testing.T) {
	t.Parallel()
	const head = "from,to,kind,name,source\n"
	for name, row := range map[string]string{
		"a day that does not exist": "2026-02-30,2026-02-30,off,x,y",
		"an end before the start":   "2026-02-03,2026-02-01,off,x,y",
		"a mistyped year":           "2026-02-03,2027-02-05,off,x,y",
		"an unknown kind":           "2026-02-03,2026-02-03,maybe,x,y",
		"a missing column":          "2026-02-03,2026-02-03,off",
	} {
		if _, err := period.ReadCalendar(strings.NewReader(head + row)); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
