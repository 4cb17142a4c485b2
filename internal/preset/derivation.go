package preset

import (
	"fmt"

	"yigai/internal/formula"
)

// Derivation says which source knows the figure of an entered element, so that nobody has to count it again.
type Derivation struct {
	Element    string // slug
	Source     string // name of a view like proxy_source
	Expression string // over the source's figures
	Note       string // shown beside the cell
}

func readDerivations() ([]Derivation, error) {
	return readTable("derivations.csv", []string{"element", "source", "expression", "note"}, func(r *row) Derivation {
		return Derivation{Element: r.text("element"), Source: r.text("source"), Expression: r.text("expression"), Note: r.text("note")}
	})
}

// checkDerivations refuses what no form asks for and expressions that cannot be read.
func (p *Pack) checkDerivations() []error {
	var problems []error
	for _, d := range p.Derivations {
		if e, ok := p.Element(d.Element); !ok || !e.OnForm {
			problems = append(problems, fmt.Errorf("derivation of %s: no form asks for this element", d.Element))
		}
		if _, err := formula.Parse(d.Expression); err != nil {
			problems = append(problems, fmt.Errorf("derivation of %s: %w", d.Element, err))
		}
	}
	return problems
}
