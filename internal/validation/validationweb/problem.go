package validationweb

import (
	"yigai/internal/form"
	"yigai/web/ui"
)

// problems lists what is wrong with a form, each field once.
func problems(f *form.Form) []ui.FieldProblem {
	var out []ui.FieldProblem
	seen := map[string]bool{}
	for _, p := range f.Problems() {
		if p.Field == "" || !seen[p.Field] {
			seen[p.Field] = true
			out = append(out, ui.FieldProblem{Field: p.Field, Message: p.Message})
		}
	}
	return out
}
