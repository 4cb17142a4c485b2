package reporting

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/number"
)

// OutlierSetting says how the usual range of a figure is reckoned: median ± Spread × MAD (median absolute deviation) of
// the institution's accepted figures of the last 24 months, but never narrower than Floor percent of the median on
// either side. So a figure that never moved (MAD 0) has a range of ± Floor percent; where median and MAD are both 0
// nothing can be said, and there is no range.
type OutlierSetting struct {
	Enabled      bool
	Months       int             // so many of the 24 months must be there
	Spread       decimal.Decimal // k
	FloorPercent decimal.Decimal
	Least        decimal.Decimal // a count that is not further than this from the median is never strange
	Peers        bool            // compare with institutions of the same kind where the own months do not suffice
	PeerSpread   decimal.Decimal // k for peers, wider: institutions differ in size
	Units        bool            // tell 元, 千元 and 万元 apart
	Version      int             // 0: the county has said nothing, these are the defaults
	By           string
	At           time.Time
}

// DefaultOutliers is what counts until a county says otherwise. No document prescribes these numbers (默认,非官方):
// 5 × MAD is 3.4 standard deviations where figures spread normally; 3 keeps counts like 4 a month quiet.
func DefaultOutliers() OutlierSetting {
	return OutlierSetting{Enabled: true, Months: 12, Spread: decimal.NewFromInt(5), FloorPercent: decimal.NewFromInt(20),
		Least: decimal.NewFromInt(3), Peers: true, PeerSpread: decimal.NewFromInt(8), Units: true}
}

// What ranges rest on.
const (
	rangeMonths   = 24
	leastPeers    = 5
	leastForUnits = 3 // months from which the size of a figure is known
)

// Middle is where figures lie and how far they usually are from it.
type Middle struct {
	N      int
	Median decimal.Decimal
	MAD    decimal.Decimal // median absolute deviation
}

// MiddleOf reckons the middle of figures, exactly; N is 0 when there are none.
func MiddleOf(values []decimal.Decimal) Middle {
	if len(values) == 0 {
		return Middle{}
	}
	m := Middle{N: len(values), Median: median(values)}
	away := make([]decimal.Decimal, len(values))
	for i, v := range values {
		away[i] = v.Sub(m.Median).Abs()
	}
	m.MAD = median(away)
	return m
}

func median(values []decimal.Decimal) decimal.Decimal {
	sorted := slices.Clone(values)
	slices.SortFunc(sorted, decimal.Decimal.Cmp)
	low, high := sorted[(len(sorted)-1)/2], sorted[len(sorted)/2]
	return low.Add(high).Mul(half)
}

var half = decimal.RequireFromString("0.5")

// Range is the usual range around a middle; ok is false where nothing can be said.
func (s OutlierSetting) Range(m Middle, k decimal.Decimal) (low, high decimal.Decimal, ok bool) {
	if m.N == 0 || m.Median.IsZero() && m.MAD.IsZero() {
		return low, high, false
	}
	width := decimal.Max(k.Mul(m.MAD), s.FloorPercent.Mul(m.Median.Abs()).Shift(-2))
	return m.Median.Sub(width), m.Median.Add(width), true
}

// ranges are the middles that a figure is compared with.
type ranges struct{ own, peers Middle }

// strange finds a figure out of its usual range. What is usual for the institution itself is never strange, however
// different its peers are; peers speak where its own months do not suffice, or as a second reason.
func (f *figures) strange(row *Row, subject Subject) (Finding, bool) {
	k := CellKey{subject.ID, row.Key}
	cell, r := f.cells[k].Cell, f.ranges[k]
	if cell.State != number.Given {
		return Finding{}, false
	}
	if why := f.mixedUp(row, cell.Value, r.own); why != "" {
		return f.reckon(CodeUnits, k, subject, why), true
	}
	if !f.setting.Enabled {
		return Finding{}, false
	}
	own, known, inside := f.ownWords(row, cell.Value, r.own)
	peers := f.peerWords(row, cell.Value, r.peers)
	switch {
	case known && inside, !known && peers == "":
		return Finding{}, false
	case known && peers != "":
		own += ";" + peers
	case !known:
		own = peers
	}
	return f.reckon(CodeOutlier, k, subject, fmt.Sprintf("%s(%s)异常:%s,请核实或说明", row.Element.NameZH, grouped(cell.Value), own)), true
}

// usual is the range of a row's figures; those of whole things are never narrower than the setting's Least on either side.
func (f *figures) usual(row *Row, m Middle, k decimal.Decimal) (low, high decimal.Decimal, ok bool) {
	low, high, ok = f.setting.Range(m, k)
	if least := f.setting.Least; ok && row.Decimals == 0 && high.Sub(m.Median).LessThan(least) {
		low, high = m.Median.Sub(least), m.Median.Add(least)
	}
	return low, high, ok
}

func (f *figures) ownWords(row *Row, v decimal.Decimal, m Middle) (words string, known, inside bool) {
	low, high, ok := f.usual(row, m, f.setting.Spread)
	if !ok || m.N < f.setting.Months {
		return "", false, false
	}
	if v.GreaterThanOrEqual(low) && v.LessThanOrEqual(high) {
		return "", true, true
	}
	return fmt.Sprintf("近 %d 个月(有数 %d 个月)中位数 %s,正常范围 %s", rangeMonths, m.N, shown(m.Median, row), span(low, high, row)), true, false
}

// peerWords says in what way a figure is out of the peers' range, "" when it is not or when there are too few of them.
func (f *figures) peerWords(row *Row, v decimal.Decimal, m Middle) string {
	low, high, ok := f.usual(row, m, f.setting.PeerSpread)
	if !f.setting.Peers || !ok || m.N < leastPeers || v.GreaterThanOrEqual(low) && v.LessThanOrEqual(high) {
		return ""
	}
	return fmt.Sprintf("同类 %d 家本月中位数 %s,正常范围 %s", m.N, shown(m.Median, row), span(low, high, row))
}

func span(low, high decimal.Decimal, row *Row) string {
	if low.IsNegative() && !row.Element.Negative {
		low = decimal.Zero
	}
	// Towards the middle, so that no figure is called strange and lies within what is shown.
	inLow, inHigh := low.RoundCeil(int32(row.Decimals)), high.RoundFloor(int32(row.Decimals))
	if inLow.GreaterThan(inHigh) {
		inLow, inHigh = low, high
	}
	return grouped(inLow) + "–" + grouped(inHigh)
}

func shown(d decimal.Decimal, row *Row) string { return grouped(d.Round(int32(row.Decimals))) }

// Factors by which 元, 千元 and 万元 differ; a figure counts as mixed up when it is between half and twice that far off.
var factors = []int64{1_000, 10_000}

// mixedUp says that a sum of money was probably entered in another unit, with the figure that was meant; "" when not.
func (f *figures) mixedUp(row *Row, v decimal.Decimal, m Middle) string {
	if !f.setting.Units || !row.Element.Money || row.Element.Unit != "元" || m.N < leastForUnits || !m.Median.IsPositive() || !v.IsPositive() {
		return ""
	}
	for _, n := range factors {
		factor := decimal.NewFromInt(n)
		switch {
		case near(v.Mul(factor), m.Median):
			unit := map[int64]string{1_000: "千元", 10_000: "万元"}[n]
			return fmt.Sprintf("%s(%s元)只有近 %d 个月中位数(%s元)的约 %d 分之一,可能按%s填写;若是,应填 %s 元", row.Element.NameZH,
				grouped(v), rangeMonths, shown(m.Median, row), n, unit, grouped(v.Mul(factor)))
		case near(v, m.Median.Mul(factor)):
			return fmt.Sprintf("%s(%s元)是近 %d 个月中位数(%s元)的约 %d 倍,可能弄错了单位;若是,应填 %s 元", row.Element.NameZH,
				grouped(v), rangeMonths, shown(m.Median, row), n, grouped(v.DivRound(factor, int32(row.Decimals))))
		}
	}
	return ""
}

// near reports whether a figure is between half and twice another.
func near(v, of decimal.Decimal) bool {
	two := decimal.NewFromInt(2)
	return v.Mul(two).GreaterThanOrEqual(of) && v.LessThanOrEqual(of.Mul(two))
}
