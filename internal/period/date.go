package period

import (
	"fmt"
	"regexp"
	"time"
)

var daySpelling = regexp.MustCompile(`^(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?$|^(\d{4})(\d{2})(\d{2})$`)

// ParseDate reads 2026-07-01, 2026/7/1, 20260701 and 2026年7月1日 as midnight
// UTC, the shape of a DATE column.
func ParseDate(s string) (time.Time, error) {
	parts := daySpelling.FindStringSubmatch(normalise(s))
	if parts == nil {
		return time.Time{}, fmt.Errorf("“%s”不是日期,请写成 2026-07-01", shorten(s))
	}
	if parts[1] == "" {
		parts = parts[3:]
	}
	day, err := time.Parse("2006-1-2", parts[1]+"-"+parts[2]+"-"+parts[3])
	if err != nil {
		return time.Time{}, fmt.Errorf("日历上没有“%s”这一天", shorten(s))
	}
	if day.Year() < minYear || day.Year() > maxYear {
		return time.Time{}, fmt.Errorf("“%s”里的年份应在 %d 到 %d 之间", shorten(s), minYear, maxYear)
	}
	return day, nil
}
