package preset

// What a Term names.
const (
	TermElement   = "element"
	TermIndicator = "indicator"
)

// Term says what a slug of the policy seeds is here, where it differs.
type Term struct {
	Of      string // TermElement or TermIndicator
	Seed    string
	Formula string // the slug here; for an element made of several, a formula over them
	Note    string
}

func readTerms() ([]Term, error) {
	return readTable("vocabulary.csv", []string{"of", "seed_slug", "formula", "note"}, func(r *row) Term {
		return Term{Of: r.text("of"), Seed: r.text("seed_slug"), Formula: r.text("formula"), Note: r.text("note")}
	})
}

// ElementFormula says an element of the policy seeds in the product's slugs:
// mostly one slug, sometimes a sum. An element that was not renamed is returned
// as it is.
func (p *Pack) ElementFormula(seed string) string { return p.translate(TermElement, seed) }

// IndicatorSlug is the product's slug for an indicator of the policy seeds; one
// that was not renamed is returned as it is.
func (p *Pack) IndicatorSlug(seed string) string { return p.translate(TermIndicator, seed) }

func (p *Pack) translate(of, seed string) string {
	t, ok := find(p.Terms, func(t Term) bool { return t.Of == of && t.Seed == seed })
	if !ok {
		return seed
	}
	return t.Formula
}
