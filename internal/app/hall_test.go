package app

import (
	"strings"
	"testing"
	"time"
)

func TestTheHomePageShowsTheDayOfTheOffice(t *testing.T) {
	early := time.Date(2026, 11, 21, 21, 40, 0, 0, time.UTC) // 05:40 of the next day in Shanghai
	if got := (greeting{Name: "王芳", County: "开鲁县", Now: early}).subtitle(); !strings.HasSuffix(got, "2026-11-22") {
		t.Errorf("subtitle = %q", got)
	}
}
