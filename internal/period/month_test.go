package period_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"yigai/internal/period"
)

func TestParseMonth(t *testing.T) {
	t.Parallel()
	july := period.NewMonth(2026, time.July)
	for _, s := range []string{"2026-07", "202607", "2026年7月", "2026年07月", "2026/7", "2026.07", " ２０２６－０７ ", "2026年7月份"} {
		got, err := period.Parse(s)
		if err != nil || got != july {
			t.Errorf("Parse(%q) = %v, %v; want %v", s, got, err, july)
		}
	}
	for _, s := range []string{"", "2026", "2026-13", "2026-00", "202613", "26-07", "1899-12", "2026-07-01", "七月", "3000-01"} {
		if got, err := period.Parse(s); err == nil {
			t.Errorf("Parse(%q) = %v; want a refusal", s, got)
		}
	}
}

func TestMonthArithmetic(t *testing.T) {
	t.Parallel()
	jan := period.NewMonth(2026, time.January)
	for _, c := range []struct{ got, want string }{
		{jan.Prev().String(), "2025-12"},
		{jan.Next().String(), "2026-02"},
		{jan.Add(-25).String(), "2023-12"},
		{jan.Add(23).String(), "2027-12"},
		{jan.SameLastYear().String(), "2025-01"},
		{jan.Chinese(), "2026年1月"},
		{period.NewMonth(2026, 13).String(), "2027-01"},
		{period.NewMonth(2026, 0).String(), "2025-12"},
		{period.NewMonth(2026, -11).String(), "2025-01"},
		{period.NewMonth(1800, 1).String(), ""},
		{period.Month{}.Next().String(), ""},
		{jan.Date().String(), "2026-01-01 00:00:00 +0000 UTC"},
		{jan.First().UTC().String(), "2025-12-31 16:00:00 +0000 UTC"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	if !jan.Before(jan.Next()) || !jan.After(jan.Prev()) || jan.Compare(jan) != 0 {
		t.Error("months are not ordered by time")
	}
	if d := period.NewMonth(2024, 2).Days(); d != 29 {
		t.Errorf("February 2024 has %d days", d)
	}
	if n := len(period.NewMonth(2026, 7).YearToDate()); n != 7 {
		t.Errorf("year to date July lists %d months", n)
	}
}

func TestMonthOfUsesShanghai(t *testing.T) {
	t.Parallel()
	lastEveningUTC := time.Date(2026, 6, 30, 16, 0, 0, 0, time.UTC)
	if got := period.MonthOf(lastEveningUTC).String(); got != "2026-07" {
		t.Errorf("got %s, want 2026-07", got)
	}
}

func TestRange(t *testing.T) {
	t.Parallel()
	jan, dec := period.NewMonth(2025, 11), period.NewMonth(2026, 2)
	months, err := period.Range(jan, dec)
	if err != nil || len(months) != 4 || months[3] != dec {
		t.Fatalf("Range = %v, %v", months, err)
	}
	for name, ends := range map[string][2]period.Month{
		"backwards":    {dec, jan},
		"without end":  {jan, {}},
		"over a bound": {period.NewMonth(1900, 1), period.NewMonth(2900, 1)},
	} {
		if _, err := period.Range(ends[0], ends[1]); err == nil {
			t.Errorf("a range %s is accepted", name)
		}
	}
}

func TestMonthTravelsThroughPgxDate(t *testing.T) {
	t.Parallel()
	july := period.NewMonth(2026, time.July)
	types := pgtype.NewMap()
	for _, format := range []int16{pgtype.BinaryFormatCode, pgtype.TextFormatCode} {
		wire, err := types.Encode(pgtype.DateOID, format, july, nil)
		if err != nil {
			t.Fatal(err)
		}
		var back period.Month
		if err := types.Scan(pgtype.DateOID, format, wire, &back); err != nil || back != july {
			t.Errorf("format %d: back = %v, %v", format, back, err)
		}
	}
	months := []period.Month{july, july.Next()}
	wire, err := types.Encode(pgtype.DateArrayOID, pgtype.BinaryFormatCode, months, nil)
	if err != nil {
		t.Fatal(err)
	}
	var back []period.Month
	if err := types.Scan(pgtype.DateArrayOID, pgtype.BinaryFormatCode, wire, &back); err != nil || len(back) != 2 || back[1] != july.Next() {
		t.Errorf("array: %v, %v", back, err)
	}
}

func TestMonthNullAndOddDates(t *testing.T) {
	t.Parallel()
	types := pgtype.NewMap()
	wire, err := types.Encode(pgtype.DateOID, pgtype.BinaryFormatCode, period.Month{}, nil)
	if err != nil || wire != nil {
		t.Errorf("no month is sent as %v, %v; want NULL", wire, err)
	}
	m := period.NewMonth(2026, 7)
	if err := m.Scan(nil); err != nil || !m.IsZero() {
		t.Errorf("NULL gives %v, %v", m, err)
	}
	if err := m.Scan(time.Date(2026, 7, 2, 0, 0, 0, 0, time.UTC)); err == nil {
		t.Error("a day inside the month is accepted")
	}
	if err := m.Scan(7); err == nil {
		t.Error("an integer is accepted")
	}
}

func TestMonthJSON(t *testing.T) {
	t.Parallel()
	type body struct {
		Month  period.Month  `json:"month"`
		Period period.Period `json:"period"`
	}
	in := body{period.NewMonth(2026, 7), period.Quarter(period.NewMonth(2026, 7))}
	text, err := json.Marshal(in)
	if err != nil || string(text) != `{"month":"2026-07","period":"2026Q3"}` {
		t.Fatalf("%s, %v", text, err)
	}
	var out body
	if err := json.Unmarshal(text, &out); err != nil || out != in {
		t.Errorf("%v, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"month":"July"}`), &out); err == nil {
		t.Error("July is accepted")
	}
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	for _, s := range []string{"2026-07-01", "2026/7/1", "20260701", "2026年7月1日", "2026.7.1", "２０２６－７－１"} {
		if got, err := period.ParseDate(s); err != nil || !got.Equal(want) {
			t.Errorf("ParseDate(%q) = %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "2026-02-29", "20261301", "2026-07", "1/7/2026", "0026-01-01"} {
		if got, err := period.ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %v; want a refusal", s, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2026-07", "2026年7月", "2026Q3", "2026H1", "２０２６", "\xff-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := period.ParsePeriod(s); err == nil {
			if again, err := period.ParsePeriod(p.String()); err != nil || again != p {
				t.Errorf("%q gives %q, which gives %v, %v", s, p, again, err)
			}
		}
		if m, err := period.Parse(s); err == nil && m.IsZero() {
			t.Errorf("%q gives no month without an error", s)
		}
	})
}
