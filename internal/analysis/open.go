package analysis

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/period"
)

// Open answers a query in the scope of who, with what else they could ask. A query without items gives an empty table.
func (s *Service) Open(ctx context.Context, who actor.Actor, q Query) (Table, Options, error) {
	o, err := s.Options(ctx, who)
	if err != nil {
		return Table{}, o, err
	}
	b := &build{query: q, options: &o, today: period.MonthOf(s.now())}
	b.table = Table{Query: q}
	b.table.From, b.table.To = q.Range(b.today)
	if err := b.choose(); err != nil || len(b.items) == 0 || len(b.units) == 0 {
		return b.table, o, err
	}
	if err := b.bounded(); err != nil {
		return b.table, o, err
	}
	if err := s.load(ctx, who, b); err != nil {
		return b.table, o, fmt.Errorf("open table: %w", err)
	}
	b.fill()
	return b.table, o, nil
}

// build is a table on its way.
type build struct {
	query   Query
	options *Options
	today   period.Month
	units   []int
	items   []*Item
	places  []place
	whole   place
	spans   []span
	months  []period.Month
	fixed   entry // of the page axis
	calc    *calc
	table   Table
}

// choose finds what the query names in the reader's scope.
func (b *build) choose() error {
	var lost []string
	b.items, lost = chosen(b.options.Items, b.query.Items)
	if len(lost) > 0 {
		b.note("这些项目已不存在,没有显示:" + strings.Join(lost, "、"))
	}
	for _, i := range b.items {
		if err := i.parse(); err != nil {
			return fmt.Errorf("read formula of %s: %w", i.Slug, err)
		}
	}
	b.table.Items = b.items
	b.units = selection{query: b.query, from: b.table.From, to: b.table.To, all: b.options.Units}.units()
	b.table.Units = len(b.units)
	if missing := len(b.query.Codes) - len(b.units); len(b.query.Codes) > 0 && missing > 0 {
		b.note(fmt.Sprintf("有 %d 个选定的单位不在您的数据范围内,或在这段时间没有开办", missing))
	}
	if len(b.units) > MaxUnits {
		return fault.Field("kind", "选中了 %d 个单位,最多 %d 个,请按类型、乡镇或上级缩小范围", len(b.units), MaxUnits)
	}
	if len(b.items) == 0 || len(b.units) == 0 {
		return nil
	}
	p := placer{query: b.query, all: b.options.Units, townships: b.options.townshipNames()}
	b.places, b.whole = p.places(b.units), p.total(b.units)
	b.spans = b.query.spans(b.today)
	b.paginate()
	b.months = b.query.needed(b.spans)
	return nil
}

func (b *build) note(text string) { b.table.Notes = append(b.table.Notes, text) }

// paginate keeps the one value of the page axis that is in view.
func (b *build) paginate() {
	b.fixed = nowhere
	on := b.query.on(Pages)
	if len(on) == 0 {
		return
	}
	var choices []Choice
	switch on[0] {
	case DimUnit:
		for _, p := range b.places {
			choices = append(choices, Choice{p.key, p.label})
		}
	case DimItem:
		for _, i := range b.items {
			choices = append(choices, Choice{i.Key, i.Title})
		}
	default:
		for _, s := range b.spans {
			choices = append(choices, Choice{s.key, s.label})
		}
	}
	at := max(0, slices.IndexFunc(choices, func(c Choice) bool { return c.Name == b.query.Page }))
	b.table.Pages, b.table.Page = choices, choices[at].Name
	switch on[0] {
	case DimUnit:
		b.fixed.place = at
	case DimItem:
		b.items = b.items[at : at+1]
		b.fixed.item = 0
	default:
		b.spans = b.spans[at : at+1]
		b.fixed.span = 0
	}
}

// bounded refuses a table that would be too large, before anything is read.
func (b *build) bounded() error {
	places := len(b.places)
	if b.fixed.place >= 0 {
		places = 1
	}
	cells := places * len(b.items) * len(b.spans) * len(b.query.Measures)
	if cells > MaxCells {
		return fault.Field("", "这张表有 %d 个格子,最多 %d 个,请减少单位、项目、月份或显示内容", cells, MaxCells)
	}
	if sources := len(b.whole.members) * len(b.items) * len(b.months); sources > MaxSources {
		return fault.Field("", "这张表要读 %d 个数,最多 %d 个,请减少单位、项目或月份", sources, MaxSources)
	}
	return nil
}

// load reads the figures of the table: accepted ones, who owes some, and computed values.
func (s *Service) load(ctx context.Context, who actor.Actor, b *build) error {
	c := newCube(b.months)
	b.calc = &calc{cube: c, all: b.options.Units, whole: b.whole, peers: b.places, ranks: map[ranked]map[int]int{}, wholes: map[ranked]Cell{}}
	var elements, indicators []int32
	for _, i := range b.items {
		if i.IsIndicator() {
			indicators = append(indicators, i.indicator.ID)
		} else {
			elements = append(elements, i.element.ID)
		}
	}
	if len(elements) > 0 {
		members := b.ids(b.whole.members)
		if err := readFacts(ctx, s.replica, who.CountyID, c, elements, members); err != nil {
			return err
		}
		if err := readDues(ctx, s.replica, who.CountyID, c, b.shown(), elements, members); err != nil {
			return err
		}
	}
	if len(indicators) == 0 {
		return nil
	}
	return readValues(ctx, s.replica, who.CountyID, c, indicators, b.ids(b.units))
}

func (b *build) ids(positions []int) []int64 {
	out := make([]int64, len(positions))
	for n, at := range positions {
		out[n] = b.options.Units[at].ID
	}
	return out
}

// shown lists the months of the spans themselves.
func (b *build) shown() []period.Month {
	var out []period.Month
	for _, s := range b.spans {
		out = append(out, s.months...)
	}
	return out
}
