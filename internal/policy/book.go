package policy

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"yigai/internal/period"
)

// Book is what a county decided about policy: enough to answer every question about it without asking again.
type Book struct {
	presets   []string // of the county from its beginning
	orders    []Order  // newest first
	overrides map[string][]Override
}

// Order is a county's choice of documents from a month on, the first standing before the others.
type Order struct {
	ID      int64
	From    period.Month
	Presets []string
	Reason  string
	By      string
	At      time.Time
}

// OrderOn is the choice that holds on a day. One that nobody made has no ID: the presets the county was set up with.
func (b *Book) OrderOn(on time.Time) Order {
	for _, o := range b.orders {
		if !o.From.Date().After(day(on)) {
			return o
		}
	}
	return Order{Presets: b.presets}
}

// Orders lists the choices, the latest first.
func (b *Book) Orders() []Order { return b.orders }

// Holds answers which rule holds for a standard, a subject and a day; ok is false for a code that is no standard.
func (b *Book) Holds(code string, on time.Time, at Subject) (r Rule, ok bool) {
	asked, ok := Known().Standard(code)
	if !ok {
		return r, false
	}
	on = day(on)
	order := b.OrderOn(on)
	r = Rule{Code: code, Selected: slices.Contains(order.Presets, asked.Preset)}
	rivals := ranked(Known().rivals(asked), order)
	base := first(rivals, asked, order, on)
	mine := b.overridesOf(asked.Key(), on, at)
	if len(mine) > 0 {
		r.Override = &mine[0]
		base, _ = Known().Standard(mine[0].Code)
	}
	r.take(base, on)
	r.explain(rivals, order, mine, on)
	return r, true
}

// HoldsAll answers for every standard of the documents that the county follows on a day.
func (b *Book) HoldsAll(on time.Time, at Subject) []Rule {
	var out []Rule
	for _, s := range Known().Of(b.OrderOn(on).Presets...) {
		r, _ := b.Holds(s.Code, on, at)
		out = append(out, r)
	}
	return out
}

// ranked puts the standards of a matter in the county's order, those of other documents last.
func ranked(rivals []Standard, order Order) []Standard {
	slices.SortStableFunc(rivals, func(x, y Standard) int { return cmp.Compare(order.rank(x.Preset), order.rank(y.Preset)) })
	return rivals
}

func (o Order) rank(preset string) int {
	if n := slices.Index(o.Presets, preset); n >= 0 {
		return n
	}
	return len(o.Presets)
}

// first is the standard that gives the number: the first of the order that can be failed on the day, else the first that
// is to come, else the asked one. A standard whose document the county does not follow speaks only for itself.
func first(rivals []Standard, asked Standard, order Order, on time.Time) Standard {
	if !slices.Contains(order.Presets, asked.Preset) {
		return asked
	}
	for _, phase := range []Phase{InForce, Coming} {
		for _, s := range rivals {
			if slices.Contains(order.Presets, s.Preset) && s.phase(on) == phase {
				return s
			}
		}
	}
	return asked
}

// take fills the rule from its standard and the county's own number.
func (r *Rule) take(base Standard, on time.Time) {
	r.Standard, r.Operator, r.Value, r.Max = base, base.Operator, base.Value, base.Max
	r.State, r.Phase = base.state(), base.phase(on)
	if o := r.Override; o != nil {
		r.Operator, r.Value, r.Max = o.Operator, o.Value, o.Max
		r.State, r.Phase = Overridden, InForce
	}
}

// explain tells why the rule holds: each document, the order between them, the county's own numbers.
func (r *Rule) explain(rivals []Standard, order Order, mine []Override, on time.Time) {
	for _, s := range rivals {
		d, _ := Known().Document(s.Preset)
		step := Step{Text: d.Label() + " " + s.Clause + ":" + s.Words(), Since: text(s.From),
			Holds: r.Override == nil && s.Code == r.Standard.Code && !r.Open()}
		step.Note = r.why(s, order, on)
		r.Chain = append(r.Chain, step)
	}
	if len(rivals) > 1 && len(order.Presets) > 0 {
		d, _ := Known().Document(order.Presets[min(order.rank(rivals[0].Preset), len(order.Presets)-1)])
		r.Chain = append(r.Chain, Step{Text: "本县选用的文件里,排在最前的是" + d.Label(), Since: monthText(order.From), Note: order.Reason})
	}
	for n, o := range mine {
		r.Chain = append(r.Chain, Step{Text: "本县设定:" + Say(o.Operator, o.Value, o.Max, r.Unit) + o.whom(), Since: o.From.String(),
			Note: fmt.Sprintf("%s(%s)", o.Reason, o.By), Holds: n == 0})
	}
}

func (r *Rule) why(s Standard, order Order, on time.Time) string {
	switch {
	case !slices.Contains(order.Presets, s.Preset):
		return "本县没有选用这份文件"
	case s.phase(on) == Coming:
		return "从 " + text(s.From) + " 起考核"
	case s.phase(on) == Ended:
		return "已于 " + text(s.To) + " 结束"
	case s.state() == Blank:
		return "原文没有写数,由县填写"
	case s.state() == Undated:
		return s.StageNote + ",从哪月起执行由县填写"
	case s.Code != r.Standard.Code:
		return "排在后面"
	}
	return ""
}

// overridesOf lists the county's numbers that apply on a day to a subject, the most particular first.
func (b *Book) overridesOf(key string, on time.Time, at Subject) []Override {
	var out []Override
	for _, o := range b.overrides[key] {
		if o.holdsOn(on) && o.covers(at) {
			out = append(out, o)
		}
	}
	slices.SortStableFunc(out, func(x, y Override) int { return cmp.Compare(y.particular(), x.particular()) })
	return out
}

// Overrides lists every number the county ever set for a standard's matter, the latest first.
func (b *Book) Overrides(s Standard) []Override { return b.overrides[s.Key()] }

func day(t time.Time) time.Time {
	y, m, d := t.In(period.Shanghai).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func text(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func monthText(m period.Month) string {
	if m.IsZero() {
		return "建县起"
	}
	return m.String()
}

// Particular reports whether the county ever set a number for one kind of institution or one institution.
func (b *Book) Particular(s Standard) bool {
	return slices.ContainsFunc(b.overrides[s.Key()], func(o Override) bool { return o.particular() > 0 })
}

// BookOf is the book of a county that follows some documents and decided nothing else.
func BookOf(presets ...string) *Book {
	return &Book{presets: presets, overrides: map[string][]Override{}}
}
