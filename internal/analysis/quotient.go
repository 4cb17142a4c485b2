package analysis

import (
	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/period"
)

// ratioPlaces is how exactly a quotient is kept, as the stored values are.
const ratioPlaces = 18

const (
	noCommonFormula = "这些月份用的公式不同,不能合并计算,请看单个月"
	notRatio        = "这个指标不是分子除以分母,不能合并计算"
)

// fractions adds up numerators and denominators of one formula.
type fractions struct {
	num, den        decimal.Decimal
	formula         parsed
	given, owed, na int
	mixed           bool
}

func (f *fractions) take(i *Item, r ratio) {
	switch {
	case !r.present:
	case r.num.Valid && r.den.Valid:
		now := i.formulas[r.version]
		if f.given > 0 && now.text != f.formula.text {
			f.mixed = true
		}
		f.formula = now
		f.num, f.den = f.num.Add(r.num.Decimal), f.den.Add(r.den.Decimal)
		f.given++
	case r.value.Valid:
		f.given, f.formula = f.given+1, i.formulas[r.version]
	case r.reason == formula.NotApplicable:
		f.na++
	default:
		f.owed++
	}
}

// outcome is Σ ÷ Σ, or why there is none.
func (f *fractions) outcome(places int32) Cell {
	switch {
	case f.given == 0:
		return Cell{State: tally{owed: f.owed, na: f.na}.state()}
	case f.mixed:
		return none(noCommonFormula)
	case !f.formula.ratio:
		return none(notRatio)
	case f.den.IsZero():
		return none(formula.ZeroDenominator.Text())
	default:
		return Cell{State: Number, Places: places, Value: f.formula.factor.Mul(f.num).DivRound(f.den, ratioPlaces)}
	}
}

// quotient is an indicator at a place over months. One value alone is shown as it was computed.
func (c *calc) quotient(p place, i *Item, months []period.Month) Cell {
	if i.toDate(months[len(months)-1]) {
		months = lastOnly(months)
	}
	if len(p.tops) == 1 && len(months) == 1 {
		return stored(i, c.ratioOf(i, p.tops[0], months[0]))
	}
	var f fractions
	var reporting, expected, complete, due int
	for _, n := range p.tops {
		before := f
		for _, m := range months {
			r := c.ratioOf(i, n, m)
			f.take(i, r)
			reporting, expected = reporting+r.reporting, expected+r.expected
		}
		if numbers, open := f.given-before.given, f.owed-before.owed; numbers+open > 0 {
			due++
			if numbers+f.na-before.na == len(months) {
				complete++
			}
		}
	}
	cell := f.outcome(i.places)
	switch {
	case len(months) == 1:
		return cell.counted(reporting, expected, "家")
	case len(p.tops) == 1:
		return cell.counted(f.given+f.na, len(months), "个月")
	default:
		return cell.counted(complete, due, "家")
	}
}

func (c *calc) ratioOf(i *Item, unit int, m period.Month) ratio {
	return c.cube.ratio(spot{i.indicator.ID, c.all[unit].ID}, m)
}

// stored is a value as it was computed, with its reason where there is none.
func stored(i *Item, r ratio) Cell {
	cell := Cell{Places: i.places}.counted(r.reporting, r.expected, "家")
	switch {
	case !r.present:
		return Cell{}
	case r.value.Valid:
		cell.State, cell.Value = Number, r.value.Decimal
	case r.reason == formula.NotApplicable:
		cell.State = NotApplicable
	case r.reason == formula.Missing:
		cell.State = Missing
	default:
		cell.State, cell.Note = None, r.reason.Text()
	}
	return cell
}
