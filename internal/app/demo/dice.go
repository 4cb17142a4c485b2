package demo

import (
	"hash/fnv"
	"math/rand/v2"
	"strconv"

	"yigai/internal/period"
)

// seed is the only thing that makes this demo county and not another one.
const seed = 150523

// draw gives a number from lo to hi that depends on the names alone: the same on every machine and in any order.
func draw(lo, hi int64, names ...string) int64 {
	h := fnv.New64a()
	for _, name := range names {
		_, _ = h.Write([]byte(name)) // a hash never fails
		_, _ = h.Write([]byte{0})
	}
	return lo + rand.New(rand.NewPCG(h.Sum64(), seed)).Int64N(hi-lo+1)
}

// moment is one institution in one month; every figure is drawn from it.
type moment struct {
	size
	month period.Month
}

// at is the same institution in another month.
func (m moment) at(month period.Month) moment { return moment{m.size, month} }

// always is what an institution is like, whatever the month.
func (m moment) always(what string, lo, hi int64) int64 { return draw(lo, hi, m.code, what) }

// yearly differs from year to year, so that figures counted from January never fall within a year.
func (m moment) yearly(what string, lo, hi int64) int64 {
	return draw(lo, hi, m.code, what, strconv.Itoa(m.month.Year()))
}

// monthly is the noise of everyday work.
func (m moment) monthly(what string, lo, hi int64) int64 {
	return draw(lo, hi, m.code, what, m.month.String())
}

// elapsed is the number of months since the forms came into force; beyond ten years nothing grows any more.
func (m moment) elapsed() int64 {
	const longest = 120
	return min(max(int64(m.month.Year()-2024)*12+int64(m.month.Month())-1, 0), longest)
}

// ordinal is the month of the year, 1 to 12.
func (m moment) ordinal() int64 { return int64(m.month.Month()) }

// days of the month.
func (m moment) days() int64 { return int64(m.month.Days()) }

// whole is 100 % in the unit that shares are given in.
const whole = 10_000

// of takes a share in hundredths of a percent, rounded half up. With a fixed share it never falls while n rises.
func of(n, share int64) int64 { return (n*share + whole/2) / whole }

// season is how much busier than the average each month is.
type season [12]int64

func (s season) of(m moment) int64 { return s[m.month.Month()-1] }
