package ui

import (
	"strings"

	"github.com/shopspring/decimal"
)

// path draws the points as a line that breaks at gaps.
func path(points []Point, a axis) string {
	b := make([]byte, 0, 14*len(points))
	pen := byte('M')
	for i, p := range points {
		if p.Value == nil {
			pen = 'M'
			continue
		}
		b = appendCoord(append(b, pen), x(i, len(points)))
		b = appendCoord(append(b, ' '), a.y(*p.Value))
		pen = 'L'
	}
	return string(b)
}

// lonely tells whether a point has a gap on both sides, so that no line shows it.
func lonely(points []Point, i int) bool {
	before := i > 0 && points[i-1].Value != nil
	after := i < len(points)-1 && points[i+1].Value != nil
	return points[i].Value != nil && !before && !after
}

func values(points []Point) []decimal.Decimal {
	var out []decimal.Decimal
	for _, p := range points {
		if p.Value != nil {
			out = append(out, *p.Value)
		}
	}
	return out
}

// lastValue is the index of the newest point that has a value, or -1.
func lastValue(points []Point) int {
	for i := len(points) - 1; i >= 0; i-- {
		if points[i].Value != nil {
			return i
		}
	}
	return -1
}

func (l Line) axis() axis {
	all := append(values(l.Points), values(l.Compare)...)
	if l.Target != nil {
		for _, bound := range []*decimal.Decimal{l.Target.Low, l.Target.High} {
			if bound != nil {
				all = append(all, *bound)
			}
		}
	}
	return newAxis(all)
}

// extremes are the lowest and the highest value, both zero without any.
func extremes(points []Point) (low, high decimal.Decimal) {
	found := false
	for _, p := range points {
		switch {
		case p.Value == nil:
		case !found:
			low, high, found = *p.Value, *p.Value, true
		case p.Value.LessThan(low):
			low = *p.Value
		case p.Value.GreaterThan(high):
			high = *p.Value
		}
	}
	return low, high
}

// summary says a series in words, for those who do not see it.
func summary(title string, points []Point, places int32) string {
	low, high := extremes(points)
	return summaryOf(title, points, places, low, high)
}

func summaryOf(title string, points []Point, places int32, low, high decimal.Decimal) string {
	n := lastValue(points)
	if n < 0 {
		return title + ":没有数据"
	}
	return title + ":最近 " + points[n].Label + " " + Num(*points[n].Value, places) +
		",最低 " + Num(low, places) + ",最高 " + Num(high, places)
}

func (p Point) tooltip(unit string, places int32) string {
	if p.Value == nil {
		return p.Label + ":未报"
	}
	return strings.TrimSpace(p.Label + ":" + Num(*p.Value, places) + " " + unit)
}

func (p Point) short() string {
	if p.Short == "" {
		return p.Label
	}
	return p.Short
}

// tickPlaces shows ticks with as many decimals as they need.
func tickPlaces(ticks []decimal.Decimal) int32 {
	var places int32
	for _, t := range ticks {
		for places < 4 && !t.Equal(t.Round(places)) {
			places++
		}
	}
	return places
}

// labelClass keeps a dozen labels on a wide screen and half of them on a phone.
func labelClass(i, n int) string {
	step := max(1, (n+11)/12)
	switch fromEnd := n - 1 - i; {
	case fromEnd%step != 0:
		return "axis-x hidden"
	case fromEnd%(step*3) != 0:
		return "axis-x minor"
	default:
		return "axis-x"
	}
}
