package clinic

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// plain is a number without superfluous zeros.
func plain(text string) (string, error) {
	d, err := decimal.NewFromString(text)
	if err != nil {
		return "", fmt.Errorf("read number %q: %w", text, err)
	}
	return d.String(), nil
}

// known is the number of a field, not valid when it is not known.
func (v Values) known(field string) decimal.NullDecimal {
	d, err := decimal.NewFromString(v[field])
	return decimal.NullDecimal{Decimal: d, Valid: err == nil}
}

// more reports whether both are known and the first is larger.
func more(a, b string) bool {
	x, errX := decimal.NewFromString(a)
	y, errY := decimal.NewFromString(b)
	return errX == nil && errY == nil && x.GreaterThan(y)
}
