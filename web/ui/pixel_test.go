package ui

import (
	"math"
	"testing"

	"github.com/shopspring/decimal"
)

func TestPixelsOfAnyNumber(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"0", "-3", "4.5", "90.919535623154716578", "-0.000000000000000001", "120000000", "123456789012345678901234567890.5", "5e20"} {
		d := decimal.RequireFromString(text)
		if got, want := drawn(d), d.InexactFloat64(); math.Abs(got-want) > 1e-12*math.Abs(want) {
			t.Errorf("%s is drawn at %v", text, got)
		}
	}
}
