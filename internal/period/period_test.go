package period_test

import (
	"testing"

	"yigai/internal/period"
)

func TestParsePeriod(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, text, chinese, first, last string }{
		{"2026-07", "2026-07", "2026年7月", "2026-07", "2026-07"},
		{"2026Q3", "2026Q3", "2026年第三季度", "2026-07", "2026-09"},
		{"2026q1", "2026Q1", "2026年第一季度", "2026-01", "2026-03"},
		{"2026年第四季度", "2026Q4", "2026年第四季度", "2026-10", "2026-12"},
		{"2026H1", "2026H1", "2026年上半年", "2026-01", "2026-06"},
		{"2026年下半年", "2026H2", "2026年下半年", "2026-07", "2026-12"},
		{"2026", "2026", "2026年", "2026-01", "2026-12"},
		{"２０２６年", "2026", "2026年", "2026-01", "2026-12"},
	} {
		p, err := period.ParsePeriod(c.in)
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
			continue
		}
		got := [...]string{p.String(), p.Chinese(), p.First().String(), p.Last().String()}
		if want := [...]string{c.text, c.chinese, c.first, c.last}; got != want {
			t.Errorf("%q = %v, want %v", c.in, got, want)
		}
		if n := len(p.Months()); !p.Contains(p.Months()[n-1]) || p.Contains(p.Last().Next()) {
			t.Errorf("%q does not contain its months", c.in)
		}
	}
	for _, s := range []string{"", "2026Q5", "2026H3", "20", "1899", "2026W1", "2026-13", "上半年"} {
		if p, err := period.ParsePeriod(s); err == nil {
			t.Errorf("%q = %v; want a refusal", s, p)
		}
	}
}

func TestPeriodNeighbours(t *testing.T) {
	t.Parallel()
	q1, err := period.ParsePeriod("2026Q1")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		got  period.Period
		want string
	}{
		{q1.Prev(), "2025Q4"}, {q1.Next(), "2026Q2"}, {q1.SameLastYear(), "2025Q1"},
		{period.Half(q1.Last()).Prev(), "2025H2"}, {period.Year(q1.First()).Next(), "2027"},
		{period.Period{}.Next(), ""},
	} {
		if c.got.String() != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

func TestPeriodColumn(t *testing.T) {
	t.Parallel()
	q := period.Quarter(period.NewMonth(2026, 8))
	stored, err := q.Value()
	if err != nil {
		t.Fatal(err)
	}
	var back period.Period
	if err := back.Scan(stored); err != nil || back != q {
		t.Errorf("back = %v, %v", back, err)
	}
	if err := back.Scan(nil); err != nil || !back.IsZero() || back.Months() != nil {
		t.Errorf("NULL = %v, %v", back, err)
	}
	if err := back.Scan(1.5); err == nil {
		t.Error("a number is accepted")
	}
}
