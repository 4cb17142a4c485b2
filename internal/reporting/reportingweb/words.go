package reportingweb

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/number"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// shown is a cell as a reader sees it: thousands separated, with the decimals of its row and never rounded, "不适用" in
// words, "" when empty.
func shown(c number.Cell, row *reporting.Row) string {
	if !c.IsGiven() {
		return c.String()
	}
	return ui.Num(c.Value, max(places(c.Value), decimalsShown(row)))
}

// decimalsShown keeps money at two decimals; other figures are shown as they were typed.
func decimalsShown(row *reporting.Row) int32 {
	if row.Element != nil && row.Element.Money {
		return int32(row.Decimals)
	}
	return 0
}

// figureOr is a formula's value at the row's decimals, or the dash.
func figureOr(v formula.Value, decimals int) string {
	if v.Reason != "" {
		return ui.Dash
	}
	return ui.Num(v.Decimal, int32(decimals))
}

// places is how many decimals a figure really has: 840.000000 has none.
func places(d decimal.Decimal) int32 {
	_, fraction, _ := strings.Cut(d.String(), ".")
	return int32(len(fraction))
}

var hundred = decimal.NewFromInt(100)

// change is the difference from before in percent, signed, "" when there is nothing to compare with.
func change(now, before number.Cell) string {
	if !now.IsGiven() || !before.IsGiven() || before.Value.IsZero() {
		return ""
	}
	return ui.Signed(now.Value.Sub(before.Value).Mul(hundred).DivRound(before.Value.Abs(), 6), 1)
}

// statusOf is a report's state with what matters on hover.
func statusOf(r reporting.Report) ui.Status {
	s := ui.StatusFor(string(r.State))
	s.Word = r.State.Title()
	switch r.State {
	case reporting.Returned:
		s.Title = r.Reason
		if r.Reopened {
			s.Word = "已解锁"
		}
	case reporting.Submitted:
		s.Title = r.SubmittedBy + " " + ui.DateTime(r.SubmittedAt)
	case reporting.Checked:
		s.Title = r.CheckedBy + " " + ui.DateTime(r.CheckedAt)
	case reporting.Accepted:
		s.Title = r.ReviewedBy + " " + ui.DateTime(r.ReviewedAt)
	}
	return s
}

// left says how far the deadline is, in whole days of the office's calendar.
func left(due, now time.Time) (words string, tone ui.Tone) {
	days := daysBetween(now, due)
	switch {
	case now.After(due) && days == 0:
		return "今天已过截止时间", ui.Bad
	case days < 0:
		return fmt.Sprintf("已超期 %d 天", -days), ui.Bad
	case days == 0:
		return "今天截止", ui.Warn
	case days <= 3:
		return fmt.Sprintf("还有 %d 天", days), ui.Warn
	}
	return fmt.Sprintf("还有 %d 天", days), ui.Neutral
}

func daysBetween(from, to time.Time) int {
	day := func(t time.Time) time.Time {
		t = t.In(period.Shanghai)
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	return int(day(to).Sub(day(from)).Hours() / 24)
}

// dueWords says how a report stands to its deadline: how long is left, on time, late, or since when it
// waits for correction. What was returned is owed again, though it came in time once.
func dueWords(r reporting.Report, now time.Time) (words string, tone ui.Tone) {
	switch {
	case r.SentBack() && r.Reopened:
		return "解锁 " + waited(r.ReturnedAt, now), ui.Warn
	case r.SentBack() && !now.After(r.DueAt):
		return "退回 " + waited(r.ReturnedAt, now), ui.Bad
	case r.InGrace(now):
		return "宽限到 " + shortDate(r.GraceUntil), ui.Warn
	case r.SentBack() || r.ReceivedAt.IsZero():
		words, tone = left(r.DueAt, now)
		if r.Extended {
			words = "已延期," + words
		}
		return words, tone
	case r.Late(now):
		return "迟报", ui.Warn
	}
	return "按时", ui.Neutral
}

// sentBackWords says what happened to a report that waits for correction, and by what word its reason goes.
func sentBackWords(r reporting.Report) (happened, reason string) {
	if r.Reopened {
		return "已解锁更正", "解锁原因"
	}
	return "已退回", "退回原因"
}

// sentBackBy says who returned or reopened the report and when, and how many remarks came with it.
func sentBackBy(r reporting.Report) string {
	said := r.ReturnedBy + " " + ui.DateTime(r.ReturnedAt)
	if r.ReturnedFrom == reporting.Checked {
		said += "(终审)"
	}
	if r.Remarks > 0 {
		said += " · 审核意见 " + strconv.Itoa(r.Remarks) + " 条"
	}
	return said
}

// waited says how long something has been lying there.
func waited(since, now time.Time) string {
	switch days := daysBetween(since, now); {
	case since.IsZero():
		return ui.Dash
	case days <= 0:
		return "今天"
	case days == 1:
		return "昨天"
	default:
		return fmt.Sprintf("%d 天", days)
	}
}

// waitedFor says how long something has been lying there to the hour: 2 天 3 小时.
func waitedFor(since, now time.Time) string {
	if since.IsZero() || now.Before(since) {
		return ui.Dash
	}
	hours := int(now.Sub(since).Hours())
	switch days := hours / 24; {
	case hours == 0:
		return fmt.Sprintf("%d 分钟", int(now.Sub(since).Minutes()))
	case days == 0:
		return fmt.Sprintf("%d 小时", hours)
	case hours%24 == 0:
		return fmt.Sprintf("%d 天", days)
	default:
		return fmt.Sprintf("%d 天 %d 小时", days, hours%24)
	}
}

// shortTime is a moment without its year: 08-03 10:12.
func shortTime(t time.Time) string {
	if t.IsZero() {
		return ui.Dash
	}
	return t.In(period.Shanghai).Format("01-02 15:04")
}

// shortDate is a day without its year: 8月5日.
func shortDate(t time.Time) string {
	t = t.In(period.Shanghai)
	return fmt.Sprintf("%d月%d日", int(t.Month()), t.Day())
}

func id(n int64) string { return strconv.FormatInt(n, 10) }

// at is the address of a report.
func at(report int64) string { return "/reporting/" + id(report) }
