package preset

// Term is a slug of the policy seeds that the product calls differently.
type Term struct {
	Of   string // "element" or "indicator"
	Seed string
	Slug string
	Note string
}

func readTerms() ([]Term, error) {
	return readTable("vocabulary.csv", []string{"of", "seed_slug", "slug", "note"}, func(r *row) Term {
		return Term{Of: r.text("of"), Seed: r.text("seed_slug"), Slug: r.text("slug"), Note: r.text("note")}
	})
}

// ElementSlug is the product's slug for an element of the policy seeds; a slug
// that was not renamed is returned as it is.
func (p *Pack) ElementSlug(seed string) string { return p.translate("element", seed) }

// IndicatorSlug is the product's slug for an indicator of the policy seeds; a
// slug that was not renamed is returned as it is.
func (p *Pack) IndicatorSlug(seed string) string { return p.translate("indicator", seed) }

func (p *Pack) translate(of, seed string) string {
	t, ok := find(p.Terms, func(t Term) bool { return t.Of == of && t.Seed == seed })
	if !ok {
		return seed
	}
	return t.Slug
}
