package period

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Value stores m as the DATE of its first day, and no month as NULL.
func (m Month) Value() (driver.Value, error) {
	if m.IsZero() {
		return nil, nil
	}
	return m.Date(), nil
}

// Scan reads a DATE column; a day other than the first is refused, because it
// means that the column does not hold months.
func (m *Month) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*m = Month{}
		return nil
	case time.Time:
		return m.scanTime(v)
	case string:
		return m.scanText(v)
	case []byte:
		return m.scanText(string(v))
	}
	return fmt.Errorf("scan month: unexpected %T", src)
}

func (m *Month) scanTime(t time.Time) error {
	if t.Day() != 1 {
		return fmt.Errorf("scan month: %s is not the first of a month", t.Format(time.DateOnly))
	}
	*m = NewMonth(t.Year(), t.Month())
	return nil
}

func (m *Month) scanText(s string) error {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return m.scanTime(t)
	}
	return m.UnmarshalText([]byte(s))
}

// MarshalText writes 2026-07, and nothing for no month.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what Parse reads; empty text is no month.
func (m *Month) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Month{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}
