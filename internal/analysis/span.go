package analysis

import (
	"fmt"

	"yigai/internal/period"
)

// span is one period of a table: a month, quarter, half-year or year as far as it lies in the query's months.
type span struct {
	label  string
	key    string
	months []period.Month
	length int // months of the whole period, for the one before
}

func (s span) last() period.Month { return s.months[len(s.months)-1] }

// Range is the first and last month of a query opened at a moment. People work on last month: nothing of this one is there.
func (q Query) Range(today period.Month) (from, to period.Month) {
	last := today.Prev()
	switch {
	case q.When == WhenYear:
		return last.YearToDate()[0], last
	case q.When == WhenTwelve:
		return last.Add(-11), last
	case q.When == WhenRange && !q.From.IsZero():
		return q.From, q.To
	default:
		return last, last
	}
}

// spans cuts the months of a query into its periods.
func (q Query) spans(today period.Month) []span {
	from, to := q.Range(today)
	var out []span
	for m := from; !m.After(to); {
		whole := periodOf(m, grainKinds[q.Grain])
		s := span{key: whole.String(), length: len(whole.Months())}
		for ; !m.After(to) && whole.Contains(m); m = m.Next() {
			s.months = append(s.months, m)
		}
		s.label = s.name(whole)
		out = append(out, s)
	}
	return out
}

// name is the period, or its months where the query holds only some of them.
func (s span) name(whole period.Period) string {
	first := s.months[0]
	switch {
	case len(s.months) == s.length:
		return whole.Chinese()
	case len(s.months) == 1:
		return first.Chinese()
	default:
		return fmt.Sprintf("%d年%d–%d月", first.Year(), first.Month(), s.last().Month())
	}
}

func periodOf(m period.Month, k period.Kind) period.Period {
	switch k {
	case period.KindQuarter:
		return period.Quarter(m)
	case period.KindHalf:
		return period.Half(m)
	case period.KindYear:
		return period.Year(m)
	default:
		return m.Period()
	}
}

// shifted are the same months earlier.
func shifted(months []period.Month, by int) []period.Month {
	out := make([]period.Month, len(months))
	for n, m := range months {
		out[n] = m.Add(-by)
	}
	return out
}

// needed lists every month that a table is computed from, ascending.
func (q Query) needed(spans []span) []period.Month {
	seen := map[period.Month]bool{}
	add := func(months []period.Month) {
		for _, m := range months {
			seen[m] = true
		}
	}
	for _, s := range spans {
		add(s.months)
		if q.shows(YearOn) {
			add(shifted(s.months, 12))
		}
		if q.shows(PeriodOn) {
			add(shifted(s.months, s.length))
		}
		if q.shows(Cumulated) {
			add(s.last().YearToDate())
		}
	}
	return ascending(seen)
}
