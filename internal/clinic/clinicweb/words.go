package clinicweb

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/clinic"
	"yigai/internal/period"
	"yigai/web/ui"
)

func dash(text string) string {
	if text == "" {
		return ui.Dash
	}
	return text
}

// word is a field's value as people read it.
func word(field string, v clinic.Values) string {
	f, _ := clinic.FieldOf(field)
	return f.Word(v[field])
}

// figure is a number in a cell; what is not known is a dash.
func figure(value string) ui.Cell {
	d, err := decimal.NewFromString(value)
	if err != nil {
		return ui.Figure(nil, 0)
	}
	return ui.Figure(&d, max(0, -d.Exponent()))
}

// today is the day in the office as fields spell it.
func (h *handler) today() string { return h.now().In(period.Shanghai).Format(time.DateOnly) }

// verdict is a judgement as a badge.
func verdict(v clinic.Verdict) ui.Status {
	switch v {
	case clinic.Met:
		return ui.StatusFor("met")
	case clinic.NotMet:
		return ui.StatusFor("not_met")
	case clinic.Exempt:
		return ui.Status{Word: "不要求", Icon: "dash-circle"}
	}
	return ui.StatusFor("not_known")
}
func groupFirst(list []ui.Option, groups ...string) {
	rank := func(o ui.Option) int {
		if i := slices.Index(groups, o.Group); i >= 0 {
			return i
		}
		return len(groups)
	}
	slices.SortStableFunc(list, func(a, b ui.Option) int { return rank(a) - rank(b) })
}
