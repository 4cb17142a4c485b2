package page

import (
	"yigai/internal/form"
	"yigai/web/ui"
)

// FieldProblems lists what is wrong with a form for the summary above it, each field once, with its first problem.
func FieldProblems(f *form.Form) []ui.FieldProblem {
	var list []ui.FieldProblem
	seen := map[string]bool{}
	for _, p := range f.Problems() {
		if p.Field == "" || !seen[p.Field] {
			seen[p.Field] = true
			list = append(list, ui.FieldProblem{Field: p.Field, Message: p.Message})
		}
	}
	return list
}
