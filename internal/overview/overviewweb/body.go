package overviewweb

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/shopspring/decimal"

	"yigai/internal/indicator"
	"yigai/internal/overview"
	"yigai/internal/period"
	"yigai/internal/preset"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// many is how many townships make a ranking of two columns.
const many = 12

// body is what changes with the indicators only.
type body struct {
	stats    []ui.Stat
	filter   ui.Filter
	by       ui.Choice
	note     string
	rank     ui.Rank
	tiles    ui.TileMap
	keys     ui.Table
	ranking  ui.Table
	twoParts bool // the ranking is long
}

func newBody(v overview.View, a asked) body {
	b := body{stats: stats(v), rank: ranking(v), tiles: tileMap(v), keys: keyTable(v), ranking: rankingTable(v),
		filter: ui.Filter{Action: path, Keep: map[string]string{"period": v.Month.String()}}, by: choice(v), note: directionNote(v.By)}
	b.twoParts = len(b.rank.Items) > many
	return b
}

func choice(v overview.View) ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "by", Label: "指标", Value: v.By.Slug}}
	for _, topic := range indicator.Topics(v.Choices) {
		for _, i := range v.Choices {
			if i.Topic == topic {
				c.Options = append(c.Options, ui.Option{Value: i.Slug, Label: i.NameZH, Group: topic})
			}
		}
	}
	return c
}

func directionNote(i indicator.Indicator) string {
	switch i.Direction {
	case preset.Up:
		return "数值大的在前;名次相同为并列"
	case preset.Down:
		return "数值小的在前;名次相同为并列"
	case preset.Range:
		return "离目标区间近的在前,区间内并列"
	default:
		return "只作观察,数值大的在前"
	}
}

func indicatorURL(slug string, m period.Month) string {
	return "/indicators/" + url.PathEscape(slug) + "?period=" + m.String()
}

func valueURL(slug, institution string, m period.Month) string {
	return "/indicators/" + url.PathEscape(slug) + "/values/" + url.PathEscape(institution) + "/" + m.String()
}

func stats(v overview.View) []ui.Stat {
	var out []ui.Stat
	for _, x := range v.Items {
		i := x.Indicator
		s := ui.Stat{Label: i.NameZH, Unit: i.Unit, Value: ui.Dash, URL: indicatorURL(i.Slug, v.Month), Trend: points(x.Trend, v.Month), Status: status(x.Now)}
		if x.Now.Present {
			s.URL = valueURL(i.Slug, v.Focus.Code, v.Month)
		}
		if x.Now.HasTarget {
			s.Target = x.Now.Target.String()
		}
		if !x.Now.Value.Valid {
			s.Unit, s.Note = "", noValue(x.Now)
		} else {
			s.Value = ui.Num(x.Now.Value.Decimal, i.Decimals)
			s.ChangeNote, s.Change, s.ChangeTone = change(x)
		}
		if x.Now.Value.Valid && x.Now.Partial() {
			s.Note = fmt.Sprintf("%d/%d 家", x.Now.Reporting, x.Now.Expected)
		}
		out = append(out, s)
	}
	return out
}

// change is the difference from the month before, and whether it is for the better.
func change(x indicator.Headline) (note, text string, tone ui.Tone) {
	last := x.LastMonth()
	if last == nil {
		return "", "", ui.Neutral
	}
	d := x.Now.Value.Decimal.Sub(*last)
	switch {
	case d.Round(x.Indicator.Decimals).IsZero():
	case x.Indicator.Direction == preset.Up:
		tone = better(d.IsPositive())
	case x.Indicator.Direction == preset.Down:
		tone = better(d.IsNegative())
	}
	return "较上月", ui.Signed(d, x.Indicator.Decimals), tone
}

func better(yes bool) ui.Tone {
	if yes {
		return ui.Good
	}
	return ui.Bad
}

func status(j indicator.Judged) *ui.Status {
	if j.Status() == "" {
		return nil
	}
	s := ui.StatusFor(j.Status())
	if j.Value.Valid && j.Status() == indicator.NotKnown {
		s.Word, s.Title = "暂不判定", "分子和分母来自不同的单位,等应报单位都审核通过后再与目标比较"
	}
	return &s
}

func noValue(j indicator.Judged) string {
	if !j.Present {
		return "本月没有"
	}
	return j.Reason.Text()
}

func points(values []*decimal.Decimal, m period.Month) []ui.Point {
	out := make([]ui.Point, len(values))
	for n, v := range values {
		at := m.Add(n + 1 - len(values))
		out[n] = ui.MonthPoint(at.Year(), int(at.Month()), v)
	}
	return out
}

func title(v overview.View) string { return v.By.NameZH + " · " + v.Month.Chinese() }

func ranking(v overview.View) ui.Rank {
	r := ui.Rank{Title: "排名", Unit: v.By.Unit, Places: v.By.Decimals}
	labels := map[int64]string{}
	for _, t := range v.Tiles {
		labels[t.Place.ID] = t.Label
	}
	for _, x := range v.Ranking {
		if !x.Now.Present {
			continue
		}
		b := ui.Bar{Label: labels[x.Place.ID], URL: valueURL(v.By.Slug, x.Place.Code, v.Month), Value: x.Now.Number(), Place: place(x.Rank),
			Mark: mark(x.Now), Own: x.Place.ID == v.Own, Note: said(v.By, x)}
		if x.Now.Status() == indicator.NotMet {
			b.Tone = ui.Warn
		}
		if !x.Now.Value.Valid {
			b.Note = noValue(x.Now)
		}
		r.Items = append(r.Items, b)
		if r.Target == nil && x.Now.HasTarget {
			r.Target, r.Most = bounds(x.Now.Target)
		}
	}
	return r
}

func bounds(t indicator.Target) (low, high *decimal.Decimal) {
	if t.Max.Valid {
		high = &t.Max.Decimal
	}
	return &t.Value, high
}

func place(rank int) string {
	if rank == 0 {
		return ui.Dash
	}
	return strconv.Itoa(rank)
}

// mark stands behind a figure: part of the sum is missing, the target is missed.
func mark(j indicator.Judged) string {
	text := ""
	if j.Value.Valid && j.Partial() {
		text = "*"
	}
	if j.Status() == indicator.NotMet {
		text += "✗"
	}
	return text
}

// said is a township's figure in words.
func said(i indicator.Indicator, r indicator.Ranked) string {
	text := r.Place.Name + " " + i.NameZH
	if !r.Now.Value.Valid {
		return text + ":" + noValue(r.Now)
	}
	text += ":" + ui.Num(r.Now.Value.Decimal, i.Decimals) + " " + i.Unit
	if r.Now.HasTarget {
		text += "," + status(r.Now).Word + ",目标 " + r.Now.Target.String()
	}
	if r.Rank > 0 {
		text += ",第 " + strconv.Itoa(r.Rank) + " 名"
	}
	if r.Now.Partial() {
		text += fmt.Sprintf(",已审核 %d/%d 家", r.Now.Reporting, r.Now.Expected)
	}
	return text
}

func tileMap(v overview.View) ui.TileMap {
	m := ui.TileMap{ID: "township-map", Title: "分布", Unit: v.By.Unit, Places: v.By.Decimals}
	for _, t := range v.Tiles {
		tile := ui.MapTile{Label: t.Label, URL: "/institutions/" + strconv.FormatInt(t.Place.ID, 10), Title: said(v.By, t.Ranked), Row: t.Row, Column: t.Column,
			Value: t.Now.Number(), Note: "未报未审", Mark: mark(t.Now), Own: t.Place.ID == v.Own}
		if t.Now.Present {
			tile.URL = valueURL(v.By.Slug, t.Place.Code, v.Month)
		} else {
			tile.Note = "本月没有"
		}
		m.Tiles = append(m.Tiles, tile)
	}
	return m
}

// progress is the completeness by form, every part leading to the reports it counts.
func progress(tallies []overview.Tally, m period.Month) ui.Stack {
	s := ui.Stack{Title: "报送进度"}
	for _, t := range tallies {
		at := url.Values{"period": {m.String()}, "form": {t.Slug}}
		row := ui.StackRow{Label: t.Title, URL: "/reporting?" + at.Encode(), Note: fmt.Sprintf("%d/%d", t.Received(), t.Due()), NoteTitle: "已报/应报" + timely(t.Came)}
		if n := t.Came.Missing; n > 0 {
			row.Note, row.Tone = row.Note+fmt.Sprintf(" 漏%d", n), ui.Bad
			row.NoteTitle += fmt.Sprintf(";%d 份已过截止时间仍未报", n)
		}
		for _, state := range shownStates {
			at.Set("state", string(state))
			is := ui.StatusFor(string(state))
			row.Parts = append(row.Parts, ui.StackPart{Label: is.Word, Tone: is.Tone, URL: "/reporting?" + at.Encode(), Count: t.States[state]})
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// timely is the rate that every page calls so; nothing before the first report is due.
func timely(t reporting.Tally) string {
	rate := t.Timely()
	if !rate.Valid {
		return ""
	}
	return ";及时率 " + ui.Num(rate.Decimal, 1) + "%"
}

var shownStates = []reporting.State{reporting.Accepted, reporting.Checked, reporting.Submitted, reporting.Returned, reporting.Draft, reporting.NotStarted}
