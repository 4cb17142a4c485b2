package period

import (
	"database/sql/driver"
	"fmt"
)

// String returns 2026-07, 2026Q3, 2026H1 or 2026, and "" for no period.
func (p Period) String() string {
	switch p.kind {
	case KindMonth:
		return p.first.String()
	case KindQuarter:
		return fmt.Sprintf("%04dQ%d", p.first.year, p.nth())
	case KindHalf:
		return fmt.Sprintf("%04dH%d", p.first.year, p.nth())
	case KindYear:
		return fmt.Sprintf("%04d", p.first.year)
	}
	return ""
}

// Chinese returns the name a user reads: 2026年7月, 2026年第三季度, 2026年上半年, 2026年.
func (p Period) Chinese() string {
	switch p.kind {
	case KindMonth:
		return p.first.Chinese()
	case KindQuarter:
		return fmt.Sprintf("%d年第%c季度", p.first.year, []rune("一二三四")[p.nth()-1])
	case KindHalf:
		return fmt.Sprintf("%d年%c半年", p.first.year, []rune("上下")[p.nth()-1])
	case KindYear:
		return fmt.Sprintf("%d年", p.first.year)
	}
	return ""
}

// MarshalText writes p as String does.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what ParsePeriod reads; empty text is no period.
func (p *Period) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Period{}
		return nil
	}
	parsed, err := ParsePeriod(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}

// Value stores p as text, and no period as NULL.
func (p Period) Value() (driver.Value, error) {
	if p.IsZero() {
		return nil, nil
	}
	return p.String(), nil
}

// Scan reads a text column.
func (p *Period) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*p = Period{}
		return nil
	case string:
		return p.UnmarshalText([]byte(v))
	case []byte:
		return p.UnmarshalText(v)
	}
	return fmt.Errorf("scan period: unexpected %T", src)
}
