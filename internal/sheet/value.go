package sheet

import (
	"fmt"
	"reflect"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"yigai/internal/number"
	"yigai/internal/period"
)

// value is one cell on its way out: a number, a date or text; empty text is an
// empty cell.
type value struct {
	isNumber bool
	number   decimal.Decimal
	date     time.Time
	text     string
}

// valueOf reads what a caller may hand to Writer.Row.
func valueOf(v any, kind Kind) (value, error) {
	switch v := v.(type) {
	case nil:
		return value{}, nil
	case string:
		return value{text: v}, nil
	case bool:
		return value{text: yesNo(v)}, nil
	case int:
		return numeric(decimal.NewFromInt(int64(v))), nil
	case int64:
		return numeric(decimal.NewFromInt(v)), nil
	case decimal.Decimal:
		return numeric(v), nil
	case decimal.NullDecimal:
		return nullable(v), nil
	case number.Cell:
		return ofCell(v), nil
	case time.Time:
		return ofTime(v, kind), nil
	case *decimal.Decimal, *string, *time.Time, *int64:
		return ofPointer(v, kind)
	case fmt.Stringer:
		return value{text: v.String()}, nil
	}
	return value{}, fmt.Errorf("write cell: %T is not supported", v)
}

// ofPointer reads a nullable column.
func ofPointer(v any, kind Kind) (value, error) {
	pointer := reflect.ValueOf(v)
	if pointer.IsNil() {
		return value{}, nil
	}
	return valueOf(pointer.Elem().Interface(), kind)
}

func numeric(d decimal.Decimal) value { return value{isNumber: true, number: d} }

func nullable(d decimal.NullDecimal) value {
	if !d.Valid {
		return value{}
	}
	return numeric(d.Decimal)
}

func ofCell(c number.Cell) value {
	if c.IsGiven() {
		return numeric(c.Value)
	}
	return value{text: c.String()}
}

// ofTime writes a day for a date column and the minute in Shanghai elsewhere.
// Midnight UTC is a DATE from the database and already names its day.
func ofTime(t time.Time, kind Kind) value {
	if t.IsZero() {
		return value{}
	}
	if t.Location() != time.UTC || !t.Equal(t.Truncate(24*time.Hour)) {
		t = t.In(period.Shanghai)
	}
	switch kind {
	case Date:
		return value{date: t, text: t.Format(time.DateOnly)}
	case Month:
		return value{text: t.Format("2006-01")}
	}
	return value{text: t.Format("2006-01-02 15:04:05")}
}

func yesNo(b bool) string {
	if b {
		return "是"
	}
	return "否"
}

const cutMark = "…（过长，已截断）"

// fit cuts text that a spreadsheet cell cannot hold, and says so in the cell.
func fit(text string) string {
	if utf8.RuneCountInString(text) <= maxCell/2 {
		return text
	}
	units, limit := 0, maxCell-utf8.RuneCountInString(cutMark)
	for i, r := range text {
		if units += utf16Len(r); units > maxCell {
			return cutAt(text[:i], limit)
		}
	}
	return text
}

func cutAt(text string, limit int) string {
	units := 0
	for i, r := range text {
		if units += utf16Len(r); units > limit {
			return text[:i] + cutMark
		}
	}
	return text
}

func utf16Len(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

// significant is how many digits a spreadsheet keeps of a number.
const significant = 15

// storable returns the digits that a spreadsheet keeps of d, fractions rounded half up to 15 significant digits; false
// when even the integer part is longer, and only text keeps it.
func storable(d decimal.Decimal) (string, bool) {
	over := d.NumDigits() - significant
	if over > 0 || d.Exponent() > 0 {
		if d.NumDigits()+int(d.Exponent()) > significant {
			return "", false
		}
		if over > 0 {
			d = d.Round(-d.Exponent() - int32(over))
		}
	}
	return d.String(), true
}
