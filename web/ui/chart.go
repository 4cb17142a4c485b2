package ui

import (
	"math"
	"math/bits"
	"strconv"

	"github.com/shopspring/decimal"
)

// Point is one value of a series; a nil Value is a gap, never a zero.
type Point struct {
	Label string // in the tooltip: 2026年7月
	Short string // on the axis; empty means Label
	Mark  string // in a second row under the axis, with a hairline: where a year begins
	Value *decimal.Decimal
}

// MonthPoint is a month's value; the axis says 7月, and the year at every January.
func MonthPoint(year, month int, value *decimal.Decimal) Point {
	p := Point{Label: Month(year, month), Short: strconv.Itoa(month) + "月", Value: value}
	if month == 1 {
		p.Mark = strconv.Itoa(year) + "年"
	}
	return p
}

// Target is what a value should reach: at least Low, at most High, or between both.
type Target struct {
	Low, High *decimal.Decimal
	Label     string // "60–85"
}

// Line is a chart of one series over time, with its target and the year before.
type Line struct {
	Title   string
	Unit    string
	Points  []Point
	Compare []Point // the same months a year before
	Target  *Target
	Places  int32
	Numbers bool // a table of the numbers, folded, beneath
}

// Rank is a list of bars in the given order, with a target line.
type Rank struct {
	Title  string
	Unit   string
	Items  []Bar
	Target *decimal.Decimal
	Most   *decimal.Decimal // a second line, where the target is a range
	Places int32
}

// Bar is one line of a Rank.
type Bar struct {
	Label, URL string
	Value      *decimal.Decimal
	Tone       Tone
	Note       string // why there is no value, or what stands out
	Place      string // before the label: the rank, which equals share
	Mark       string // behind the value
	Own        bool   // the reader's, set off
}

// Tile is one cell of a TileGrid.
type Tile struct {
	Label, Value, URL, Title string
	Status                   Status
}

// axis maps values to percent of the plot's height. Floating point is for pixels only: every number
// that is read comes from the decimals.
type axis struct {
	low, high float64
	ticks     []decimal.Decimal
}

func newAxis(values []decimal.Decimal) axis {
	if len(values) == 0 {
		return axis{high: 1}
	}
	low, high := decimal.Min(values[0], values[1:]...), decimal.Max(values[0], values[1:]...)
	lo, hi := drawn(low), drawn(high)
	if lo > 0 && lo < hi*0.4 {
		lo = 0
	}
	if size := math.Max(math.Abs(lo), math.Abs(hi)); hi-lo <= size*flat {
		margin := math.Max(1, size*0.1)
		lo, hi = lo-margin, hi+margin
	}
	step := niceStep((hi - lo) / 4)
	return ticked(math.Floor(lo/step), math.Ceil(hi/step), step)
}

// flat is how little of their own size values may differ by to be drawn as equal: closer together, the steps between
// them would be too small to count in floating point.
const flat = 1e-12

// mostTicks bounds an axis; five or six are usual.
const mostTicks = 12

func ticked(first, last, step float64) axis {
	a := axis{low: first * step, high: last * step}
	unit := decimal.NewFromFloat(step)
	for i := range min(int(last-first)+1, mostTicks) {
		a.ticks = append(a.ticks, unit.Mul(decimal.NewFromFloat(first+float64(i))))
	}
	return a
}

// niceStep rounds a distance up to 1, 2, 2.5 or 5 times a power of ten.
func niceStep(raw float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if raw <= m*power*1.0000001 {
			return m * power
		}
	}
	return 10 * power
}

// drawn is about the number: exact enough to place a pixel, and without the big fractions that the conversion to the
// nearest float goes through.
func drawn(d decimal.Decimal) float64 {
	size, words := 0.0, d.Coefficient().Bits()
	for i := len(words) - 1; i >= 0; i-- {
		size = math.Ldexp(size, bits.UintSize) + float64(words[i])
	}
	return float64(d.Sign()) * size / math.Pow10(int(-d.Exponent()))
}

// y is the distance from the top in percent.
func (a axis) y(d decimal.Decimal) float64 {
	return 100 * (a.high - drawn(d)) / (a.high - a.low)
}

// x is the distance from the left in percent of point i of n.
func x(i, n int) float64 {
	if n < 2 {
		return 50
	}
	return 100 * float64(i) / float64(n-1)
}

func appendCoord(b []byte, v float64) []byte {
	return strconv.AppendFloat(b, math.Round(v*100)/100, 'f', -1, 64)
}

func percent(v float64) string {
	return string(append(appendCoord(nil, v), '%'))
}
