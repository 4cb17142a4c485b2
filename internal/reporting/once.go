package reporting

import (
	"fmt"
	"slices"

	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/period"
)

// recorded is what a version of a form asks, of whom, and in which months.
type recorded struct {
	elements []string // slugs
	kinds    []string // of the institutions that the figures are about
	from     period.Month
	until    period.Month // first month of the next version; zero: still in force
}

// overlaps reports whether two versions are in force in the same month.
func (r recorded) overlaps(o recorded) bool {
	return (r.until.IsZero() || o.from.Before(r.until)) && (o.until.IsZero() || r.from.Before(o.until))
}

// recordings lists what the versions of a form ask, newest first.
func (f *Form) recordings() []recorded {
	kinds := f.Kinds
	if f.Proxy() {
		kinds = f.SubjectKinds
	}
	var all []recorded
	until := period.Month{}
	for _, l := range f.Layouts {
		r := recorded{kinds: kinds, from: l.EffectiveFrom, until: until}
		for _, row := range l.Entered() {
			r.elements = append(r.elements, row.Key)
		}
		all = append(all, r)
		until = l.EffectiveFrom
	}
	return all
}

// askedTwice says which elements another enabled form already asks the same kind of institution for in some month: the
// figure would count twice. slug is the form itself.
func (c *Catalogue) askedTwice(slug string, mine recorded) []string {
	var said []string
	for _, other := range c.Forms {
		if other.Slug == slug || !other.Enabled {
			continue
		}
		for _, theirs := range other.recordings() {
			if !mine.overlaps(theirs) {
				continue
			}
			for _, sentence := range c.both(other, mine, theirs) {
				if !slices.Contains(said, sentence) {
					said = append(said, sentence)
				}
			}
		}
	}
	return said
}

func (c *Catalogue) both(other *Form, mine, theirs recorded) []string {
	var said []string
	for _, slug := range mine.elements {
		for _, kind := range mine.kinds {
			if slices.Contains(theirs.elements, slug) && slices.Contains(theirs.kinds, kind) {
				said = append(said, fmt.Sprintf("“%s”已由“%s”向%s收集,不能重复收集", c.bySlug[slug].NameZH, other.Title, org.KindTitle(kind)))
			}
		}
	}
	return said
}

// refuseTwice refuses to enable a form that asks for what another one asks already.
func (c *Catalogue) refuseTwice(f *Form) error {
	for _, mine := range f.recordings() {
		if said := c.askedTwice(f.Slug, mine); len(said) > 0 {
			return fault.Field("enabled", "不能启用:%s", said[0])
		}
	}
	return nil
}
