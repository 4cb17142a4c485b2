package demo

import (
	"math/big"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"yigai/internal/reporting"
)

// cell is one figure of a report with how it came about.
type cell struct {
	*story
	subject int64
	element int32
	value   pgtype.Numeric // not valid: not applicable
	before  pgtype.Numeric // what a corrected cell said first
	fixed   bool
	at      time.Time
	fixedAt time.Time
}

// cells lists the figures of a report in the order of the form; a draft ends somewhere in the middle.
func (b *book) cells(s *story) []cell {
	layout := b.layouts[s.form]
	var all []cell
	for _, subject := range b.subjects(s) {
		f := b.world.figures(subject.code, s.month)
		for _, row := range layout {
			if v, there := f[row.Slug]; there {
				all = append(all, cell{story: s, subject: subject.id, element: row.ID, value: numeric(v, row.Decimals)})
			}
		}
	}
	if s.part > 0 {
		all = all[:len(all)*s.part/100]
	}
	b.date(s, all)
	if s.corrected {
		b.correct(s, all)
	}
	return all
}

// date spreads the typing over the time before the submission.
func (b *book) date(s *story, all []cell) {
	const typing = 90 * time.Minute
	for i := range all {
		all[i].at = s.entered.Add(typing * time.Duration(i) / time.Duration(len(all)))
	}
}

// correct has the corrected element say something else before the report was sent back.
func (b *book) correct(s *story, all []cell) {
	for i := range all {
		if c := &all[i]; c.element == b.elements[correctedElement] {
			tooFew := new(big.Int).Div(new(big.Int).Mul(c.value.Int, big.NewInt(8)), big.NewInt(10))
			c.before, c.fixed = pgtype.Numeric{Int: tooFew, Exp: c.value.Exp, Valid: true}, true
			c.fixedAt = s.events[len(s.events)-3].at // the return to draft
		}
	}
}

// numeric writes a figure in its smallest unit as a decimal number.
func numeric(v int64, decimals int) pgtype.Numeric {
	if v == na {
		return pgtype.Numeric{}
	}
	return pgtype.Numeric{Int: big.NewInt(v), Exp: -int32(decimals), Valid: true}
}

// spelt is how the database spells whether there is a figure.
func spelt(v pgtype.Numeric) string {
	if v.Valid {
		return "value"
	}
	return "na"
}

// subject is an institution that a report is about.
type subject struct {
	id   int64
	code string
}

func (b *book) subjects(s *story) []subject {
	if s.form != formClinic {
		return []subject{{s.institution, s.code}}
	}
	var below []subject
	for _, one := range b.world.sizes {
		if one.parent == s.code {
			below = append(below, subject{b.ids[one.code], one.code})
		}
	}
	return below
}

// book is everything that is written about the reports.
type book struct {
	world    *world
	ids      map[string]int64
	layouts  map[string][]*reporting.Element // entered elements by form
	elements map[string]int32
}

func newBook(w *world, ids map[string]int64, c *reporting.Catalogue) *book {
	b := &book{world: w, ids: ids, layouts: map[string][]*reporting.Element{}, elements: map[string]int32{}}
	for _, f := range c.Forms {
		for _, row := range f.LayoutIn(w.open).Entered() {
			b.layouts[f.Slug] = append(b.layouts[f.Slug], row.Element)
			b.elements[row.Element.Slug] = row.Element.ID
		}
	}
	return b
}
