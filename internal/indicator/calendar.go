package indicator

import (
	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/period"
)

// calendarFigure answers the elements that follow from the month itself; days add up over the months of a year.
func calendarFigure(slug string, w formula.Window, m period.Month, c period.Calendar) formula.Value {
	months := windowMonths(w, m)
	var count func(period.Month) int
	switch slug {
	case "calendar_days":
		count = period.Month.Days
	case "workdays":
		count = c.WorkingDays
	case "months_elapsed":
		count, months = func(m period.Month) int { return int(m.Month()) }, months[len(months)-1:]
	default:
		return formula.Absent(formula.Missing)
	}
	n := 0
	for _, m := range months {
		n += count(m)
	}
	return formula.Number(decimal.NewFromInt(int64(n)))
}

// windowMonths lists the months a window covers, seen from m.
func windowMonths(w formula.Window, m period.Month) []period.Month {
	switch w {
	case formula.PrevYear:
		return []period.Month{m.SameLastYear()}
	case formula.Prev:
		return []period.Month{m.Prev()}
	case formula.YTD:
		return m.YearToDate()
	case formula.PrevYearYTD:
		return m.SameLastYear().YearToDate()
	}
	return []period.Month{m}
}
