package main

import (
	"testing"
	"time"
)

func TestPercentileIsExact(t *testing.T) {
	t.Parallel()
	s := make(sample, 0, 20)
	for i := 20; i >= 1; i-- {
		s = append(s, time.Duration(i))
	}
	for p, want := range map[float64]time.Duration{0: 1, 5: 1, 50: 10, 95: 19, 96: 20, 100: 20} {
		if got := s.percentile(p); got != want {
			t.Errorf("percentile %v is %d, want %d", p, got, want)
		}
	}
	if got := (sample{}).percentile(95); got != 0 {
		t.Errorf("percentile of nothing is %d", got)
	}
}

func TestVerdictIsThatOfTheWorstShare(t *testing.T) {
	t.Parallel()
	for want, shares := range map[string][]float64{"within": {0.2, 1}, "within 2×": {0.5, 1.3}, "worse": {2.01, 0.1}} {
		if got := judge(shares...); got != want {
			t.Errorf("%v is judged %q, want %q", shares, got, want)
		}
	}
}

func TestWeightsMakeFiguresKeepTheRules(t *testing.T) {
	t.Parallel()
	w := weigh([]string{"a<=b", "c>=a+b", "implies(c>0,d>=c)", "e=a+c"})
	if !(w["b"] > w["a"] && w["c"] > w["a"]+w["b"] && w["d"] > w["c"] && w["e"] == w["a"]+w["c"]) {
		t.Errorf("weights %v break a rule", w)
	}
}
