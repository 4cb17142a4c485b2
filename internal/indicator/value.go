package indicator

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/formula"
	"yigai/internal/org"
	"yigai/internal/period"
)

// Value is what an indicator came to for an institution in a month, or the reason why it came to nothing.
type Value struct {
	IndicatorID     int32
	Indicator       string // slug
	InstitutionID   int64
	InstitutionCode string
	Institution     string
	Month           period.Month
	Version         int
	Numerator       decimal.NullDecimal
	Denominator     decimal.NullDecimal
	Value           decimal.NullDecimal
	Decimals        int32
	Reason          formula.Reason
	Reporting       int
	Expected        int
	Uneven          bool // somebody is missing above the line of the quotient and not below it, or the reverse
	ComputedAt      time.Time
}

// Display is the value rounded half up for reading, "" when there is none.
func (v Value) Display() string {
	if !v.Value.Valid {
		return ""
	}
	return v.Value.Decimal.StringFixed(v.Decimals)
}

// Partial reports whether somebody who was due has not reported.
func (v Value) Partial() bool { return v.Reporting < v.Expected }

// ValueFilter narrows a list of values; the zero value lets everything in scope through.
type ValueFilter struct {
	Indicator   string // slug
	Institution string // code
	Descendants bool   // with Institution: everything below it too
	From, To    period.Month
	Cursor      string
	Limit       int
}

// ValuePage is one page of values with the way to the next.
type ValuePage struct {
	Items []Value
	Next  string // "" at the end
}

// Sizes of a page of values.
const (
	usualValues = 500
	mostValues  = 2000
)

// valueKey is the place between two values of the list.
type valueKey struct {
	Period      string `json:"p"`
	Indicator   int32  `json:"x"`
	Institution int64  `json:"i"`
}

func (k valueKey) String() string {
	b, err := json.Marshal(k)
	if err != nil {
		panic(err) // a string and two numbers always encode
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func parseValueKey(text string) (k valueKey, err error) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(b, &k)
	}
	if err == nil {
		_, err = time.Parse(time.DateOnly, k.Period)
	}
	if err != nil {
		return k, fault.Field("cursor", "翻页位置无法识别,请从第一页重新开始")
	}
	return k, nil
}

// Values lists computed values in scope by month, indicator and institution.
func (s *Service) Values(ctx context.Context, who actor.Actor, f ValueFilter) (ValuePage, error) {
	if err := who.Require(ActionView); err != nil {
		return ValuePage{}, err
	}
	if !f.From.IsZero() && !f.To.IsZero() && f.To.Before(f.From) {
		return ValuePage{}, fault.Field("to", "结束月份 %s 早于开始月份 %s", f.To, f.From)
	}
	if f.Indicator != "" {
		if _, err := bySlug(ctx, s.db, who.CountyID, f.Indicator); err != nil {
			return ValuePage{}, err
		}
	}
	if f.Institution != "" {
		at, err := org.ByCode(ctx, s.db, who, f.Institution)
		if err != nil {
			return ValuePage{}, err
		}
		f.Institution = at.Code // as stored, whatever odd characters were asked with
	}
	if f.Limit <= 0 {
		f.Limit = usualValues
	}
	size := min(f.Limit, mostValues)
	f.Limit = size + 1 // one more tells whether there is a next page
	found, err := listValues(ctx, s.db, who, f)
	if err != nil || len(found) <= size {
		return ValuePage{Items: found}, err
	}
	last := found[size-1]
	next := valueKey{last.Month.String() + "-01", last.IndicatorID, last.InstitutionID}
	return ValuePage{Items: found[:size], Next: next.String()}, nil
}
