package orgweb

import (
	"slices"

	"yigai/internal/form"
	"yigai/internal/org"
	"yigai/web/ui"
)

// parentKinds are the kinds that others may stand below.
func parentKinds() []string {
	var out []string
	for _, k := range org.Kinds {
		out = append(out, k.Parents...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// byKind puts options of one kind together, in the order of the kinds.
func byKind(options []ui.Option) {
	rank := map[string]int{}
	for n, k := range org.Kinds {
		rank[k.Title] = n
	}
	slices.SortStableFunc(options, func(a, b ui.Option) int { return rank[a.Group] - rank[b.Group] })
}

// divisionChoice offers townships with their villages; a stored code that is not among them stays choosable.
func divisionChoice(areas []org.Division, f *form.Form) ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "division", Label: "所在乡镇、村", Value: f.Value("division"), Problem: f.Problem("division")}, Empty: "不属于某个乡镇"}
	township, known := "", c.Value == ""
	for _, d := range areas {
		label := d.Name
		if d.Level != org.LevelVillage {
			township = d.Name
		}
		known = known || d.Code == c.Value
		c.Options = append(c.Options, ui.Option{Value: d.Code, Label: label, Group: township})
	}
	if !known {
		c.Options = append(c.Options, ui.Option{Value: c.Value, Label: c.Value + "(未登记)", Group: "其他"})
	}
	return c
}
