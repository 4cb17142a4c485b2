package reporting

import (
	"strings"

	"github.com/shopspring/decimal"
)

// grouped writes a figure with thousands separators: 1,180,000.5.
func grouped(d decimal.Decimal) string {
	text := d.Abs().String()
	whole, fraction, _ := strings.Cut(text, ".")
	var b strings.Builder
	if d.IsNegative() {
		b.WriteString("−")
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	if fraction != "" {
		b.WriteString("." + fraction)
	}
	return b.String()
}
