package ui

import (
	"context"
	"io"
	"math"
	"strconv"

	"github.com/a-h/templ"
	"github.com/shopspring/decimal"
)

// Spark is a trend as small as a word.
type Spark struct {
	Title  string
	Points []Point
	Places int32
}

// The pixels of a sparkline; app.css gives it this size.
const (
	sparkWidth  = 82
	sparkHeight = 20
)

// Sparkline is a trend as small as a word; its summary is said on hover. It is written by hand because a board has
// dozens: in steps of half a pixel, with a single picture around line and dots.
func Sparkline(s Spark) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		low, high := extremes(s.Points)
		b := make([]byte, 0, 768)
		b = append(b, `<svg class="spark" viewBox="0 0 82 20" role="img"><title>`...)
		b = append(b, templ.EscapeString(summaryOf(s.Title, s.Points, s.Places, low, high))...)
		b = append(b, `</title>`...)
		b = s.draw(b, sparkAxis(low, high))
		_, err := w.Write(append(b, `</svg>`...))
		return err
	})
}

// draw writes the line and a dot for the newest value and for values that no line reaches.
func (s Spark) draw(b []byte, a axis) []byte {
	last := lastValue(s.Points)
	var dots []byte
	pen := byte('M')
	b = append(b, `<path class="line" d="`...)
	for i, p := range s.Points {
		if p.Value == nil {
			pen = 'M'
			continue
		}
		left, top := sparkWidth*x(i, len(s.Points))/100, sparkHeight*a.y(*p.Value)/100
		b = appendPair(append(b, pen), " ", left, top)
		if i == last || lonely(s.Points, i) {
			dots = append(appendPair(append(dots, `<circle class="dot" cx="`...), `" cy="`, left, top), `" r="2"/>`...)
		}
		pen = 'L'
	}
	return append(append(b, `"/>`...), dots...)
}

// appendPair writes two coordinates in half pixels.
func appendPair(b []byte, between string, left, top float64) []byte {
	b = strconv.AppendFloat(b, math.Round(left*2)/2, 'f', -1, 64)
	b = append(b, between...)
	return strconv.AppendFloat(b, math.Round(top*2)/2, 'f', -1, 64)
}

// sparkAxis spans the values from the lowest to the highest.
func sparkAxis(low, high decimal.Decimal) axis {
	if low.Equal(high) {
		return axis{low: drawn(low) - 1, high: drawn(high) + 1}
	}
	return axis{low: drawn(low), high: drawn(high)}
}
