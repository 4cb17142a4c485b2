package indicatorweb

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/indicator"
	"yigai/internal/period"
	"yigai/web/ui"
)

// figure is a value on a board: the number, a mark for what is missed and for sums that are not complete.
func figure(i indicator.Indicator, j indicator.Judged) string {
	if !j.Value.Valid {
		return ui.Dash
	}
	text := ui.Num(j.Value.Decimal, i.Decimals)
	if j.Partial() {
		text += "*"
	}
	if j.Status() == indicator.NotMet {
		text += " ✗"
	}
	return text
}

// remark says on hover what a figure on a board means.
func remark(i indicator.Indicator, j indicator.Judged) string {
	text := ""
	switch {
	case !j.Value.Valid:
		text = reason(j.Reason)
	case j.HasTarget:
		text = ui.StatusFor(j.Status()).Word + ",目标 " + targetText(i, j.Target)
	}
	if j.Partial() {
		text += fmt.Sprintf(" 已审核 %d/%d 家", j.Reporting, j.Expected)
	}
	return text
}

func reason(r formula.Reason) string { return r.Text() }

func tone(j indicator.Judged) ui.Tone {
	if j.Status() == indicator.NotMet {
		return ui.Bad
	}
	return ui.Neutral
}

func statusOf(j indicator.Judged) *ui.Status {
	if j.Status() == "" {
		return nil
	}
	s := ui.StatusFor(j.Status())
	return &s
}

// targetText is a target with its mark: nothing unverified is shown as official.
func targetText(i indicator.Indicator, t indicator.Target) string {
	return t.String() + unitOf(i) + "(" + standing(t.Official) + ")"
}

func unitOf(i indicator.Indicator) string {
	if i.Unit == "%" {
		return "%"
	}
	if i.Unit == "" {
		return ""
	}
	return " " + i.Unit
}

// standing is the mark that tells an official rule from a default of ours.
func standing(official bool) string {
	if official {
		return "官方"
	}
	return "默认,非官方"
}

func standingStatus(official bool) ui.Status {
	if official {
		return ui.Status{Word: "官方口径", Tone: ui.Good, Icon: "check-circle"}
	}
	return ui.Status{Word: "默认口径(非官方)", Icon: "info-circle", Title: "公式或目标没有与官方原文核对,仅供参考"}
}

// moment is a time of computation: the clock today, the date before.
func moment(t, now time.Time) string {
	switch {
	case t.IsZero():
		return "尚未计算"
	case ui.Date(t) == ui.Date(now):
		return ui.Clock(t)
	default:
		return ui.Date(t) + " " + ui.Clock(t)
	}
}

func freshness(f indicator.Freshness, now time.Time) string {
	text := "更新于 " + moment(f.ComputedAt, now)
	if f.Due > 0 {
		text += fmt.Sprintf(" · 全县已审核 %d/%d", f.Accepted, f.Due)
	}
	return text
}

// points names the months of a trend that ends in m.
func points(values []*decimal.Decimal, m period.Month) []ui.Point {
	out := make([]ui.Point, len(values))
	for n, v := range values {
		at := m.Add(n + 1 - len(values))
		out[n] = ui.MonthPoint(at.Year(), int(at.Month()), v)
	}
	return out
}

// bounds is a target as charts draw it.
func bounds(i indicator.Indicator, t indicator.Target) *ui.Target {
	drawn := &ui.Target{Label: t.String() + unitOf(i)}
	low, high := t.Value, t.Max.Decimal
	switch t.Operator {
	case ">=", ">":
		drawn.Low = &low
	case "<=", "<":
		drawn.High = &low
	case "between":
		drawn.Low, drawn.High = &low, &high
	default:
		drawn.Low, drawn.High = &low, &low
	}
	return drawn
}

// plain shows a figure with as many decimals as it has, at most six.
func plain(d decimal.Decimal) string {
	places := min(max(-d.Exponent(), 0), 6)
	d = d.Round(places)
	for places > 0 && d.Equal(d.Round(places-1)) {
		places--
	}
	return ui.Num(d, places)
}
