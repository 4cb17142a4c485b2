package ui_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"yigai/web/ui"
)

func TestNum(t *testing.T) {
	t.Parallel()
	cases := []struct {
		in     string
		places int32
		want   string
	}{
		{"0", 0, "0"}, {"0", 2, "0.00"}, {"999", 0, "999"}, {"1000", 0, "1,000"}, {"1234567.891", 2, "1,234,567.89"},
		{"-1234.5", 1, "-1,234.5"}, {"-999", 0, "-999"}, {"-100000", 0, "-100,000"},
		{"0.5", 0, "1"}, {"1.5", 0, "2"}, {"2.5", 0, "3"}, {"-2.5", 0, "-3"}, {"2.345", 2, "2.35"}, {"64.965", 2, "64.97"}, {"2.4999", 0, "2"},
		{"-0.001", 2, "0.00"}, {"999.995", 2, "1,000.00"}, {"0.1", 3, "0.100"}, {"12345678901234567890.125", 2, "12,345,678,901,234,567,890.13"},
	}
	for _, c := range cases {
		if got := ui.Num(decimal.RequireFromString(c.in), c.places); got != c.want {
			t.Errorf("Num(%s, %d) = %q, want %q", c.in, c.places, got, c.want)
		}
	}
}

func TestSigned(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"5.63": "+5.6", "-2.45": "−2.5", "0": "0.0", "-0.04": "0.0", "0.05": "+0.1", "-1234.56": "−1,234.6"} {
		if got := ui.Signed(decimal.RequireFromString(in), 1); got != want {
			t.Errorf("Signed(%s) = %q, want %q", in, got, want)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	late := time.Date(2026, 7, 31, 20, 5, 9, 0, time.UTC)
	for got, want := range map[string]string{
		ui.Month(2026, 7):                         "2026年7月",
		ui.Date(late):                             "2026-08-01",
		ui.Date(late.Truncate(24 * time.Hour)):    "2026-07-31",
		ui.DateTime(late):                         "2026-08-01 04:05",
		ui.Clock(late):                            "04:05:09",
		ui.Date(time.Time{}):                      ui.Dash,
		ui.NumOr(nil, 2):                          ui.Dash,
		ui.NumOr(dec("1550"), 0) + ui.Int(-12000): "1,550-12,000",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
