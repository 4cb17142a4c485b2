package indicator

import (
	"sync"

	"yigai/internal/formula"
	"yigai/internal/org"
	"yigai/internal/preset"
	"yigai/internal/reporting"
)

// presetGroups are the groups of institution kinds that formulas name after @.
var presetGroups = sync.OnceValue(func() map[string]preset.Group {
	pack, err := preset.Load()
	if err != nil {
		panic(err) // embedded and tested
	}
	groups := make(map[string]preset.Group, len(pack.Groups))
	for _, g := range pack.Groups {
		groups[g.Slug] = g
	}
	return groups
})

// kindsOf lists the kinds of institution in a group, none for a group nobody knows.
func kindsOf(group string) []string {
	if g, ok := presetGroups()[group]; ok {
		return g.Kinds
	}
	return org.KindsOf(group)
}

func kindSet(group string) map[string]bool {
	if group == "" {
		return nil
	}
	set := map[string]bool{}
	for _, kind := range kindsOf(group) {
		set[kind] = true
	}
	return set
}

// formulaText is the formula in Chinese, generated from the stored one.
func formulaText(expr *formula.Expr, known map[string]reporting.Element) string {
	return expr.Text(func(slug string) string { return known[slug].NameZH })
}
