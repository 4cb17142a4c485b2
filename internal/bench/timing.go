package main

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// sample is a set of measured times.
type sample []time.Duration

// percentile is exact: the smallest measured time that at least p percent of all do not exceed.
func (s sample) percentile(p float64) time.Duration {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	return sorted[max(0, int(math.Ceil(p/100*float64(len(sorted))))-1)]
}

// repeat runs do n times after a tenth as many unmeasured ones.
func repeat(n int, do func(i int) error) (sample, error) {
	var s sample
	for i := range n + n/10 {
		began := time.Now()
		if err := do(i); err != nil {
			return nil, err
		}
		if i >= n/10 {
			s = append(s, time.Since(began))
		}
	}
	return s, nil
}

// ms writes a time in milliseconds, seconds from one second on.
func ms(d time.Duration) string {
	switch {
	case d >= time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d >= 10*time.Millisecond:
		return fmt.Sprintf("%.0f ms", float64(d)/1e6)
	}
	return fmt.Sprintf("%.1f ms", float64(d)/1e6)
}

// share is how much of a budget a time uses.
func share(d, budget time.Duration) float64 { return float64(d) / float64(budget) }
