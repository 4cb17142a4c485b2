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

// The half pixels of a sparkline; app.css gives it 82 × 20 pixels.
const (
	sparkWidth  = 164
	sparkHeight = 40
)

// Sparkline is a trend as small as a word; its summary is said on hover. It is written by hand because a board has
// dozens: in steps from one half pixel to another, with a single picture around line and dots.
func Sparkline(s Spark) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		low, high := extremes(s.Points)
		b := make([]byte, 0, 768)
		b = append(b, `<svg class="spark" viewBox="0 0 164 40" role="img"><title>`...)
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
	var at spot
	started := false // the line, since the last gap
	b = append(b, `<path class="line" d="`...)
	for i, p := range s.Points {
		if p.Value == nil {
			started = false
			continue
		}
		to := spot{halfPixel(sparkWidth * x(i, len(s.Points))), halfPixel(sparkHeight * a.y(*p.Value))}
		if started {
			b = spot{to.left - at.left, to.top - at.top}.append(append(b, 'l'))
		} else {
			b = to.append(append(b, 'M'))
		}
		if i == last || lonely(s.Points, i) {
			dots = to.dot(dots)
		}
		at, started = to, true
	}
	return append(append(b, `"/>`...), dots...)
}

// spot is a place in the picture, or the way from one to another.
type spot struct{ left, top int64 }

func halfPixel(percent float64) int64 { return int64(math.Round(percent / 100)) }

// append writes the two numbers; a minus is enough between them.
func (p spot) append(b []byte) []byte {
	b = strconv.AppendInt(b, p.left, 10)
	if p.top >= 0 {
		b = append(b, ' ')
	}
	return strconv.AppendInt(b, p.top, 10)
}

func (p spot) dot(b []byte) []byte {
	b = strconv.AppendInt(append(b, `<circle class="dot" cx="`...), p.left, 10)
	b = strconv.AppendInt(append(b, `" cy="`...), p.top, 10)
	return append(b, `" r="4"/>`...)
}

// sparkAxis spans the values from the lowest to the highest.
func sparkAxis(low, high decimal.Decimal) axis {
	if low.Equal(high) {
		return axis{low: drawn(low) - 1, high: drawn(high) + 1}
	}
	return axis{low: drawn(low), high: drawn(high)}
}
