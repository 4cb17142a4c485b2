package reportingweb

import (
	"net/http"
	"strconv"
	"strings"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/reporting"
)

// keepExplanations stores the explanations of a posted form.
func (h *handlers) keepExplanations(r *http.Request, report int64, f *form.Form) error {
	var problems []fault.Problem
	for _, x := range explanations(f) {
		done, err := h.svc.Explain(r.Context(), page.Who(r), report, x)
		// A warning that the figures just saved no longer raise needs no explanation any more.
		if err != nil && !fault.IsInvalid(err) && !fault.IsNotFound(err) {
			return err
		}
		problems = append(problems, fault.Problems(err)...)
		if done.Stale != nil {
			problems = append(problems, fault.Problem{Field: reporting.WarningField(x.Key, x.SubjectID), Message: done.Stale.Why})
		}
	}
	if len(problems) > 0 {
		return fault.Invalid(problems...)
	}
	return nil
}

// explanations are the explanations of a form as typed.
func explanations(f *form.Form) []reporting.Explaining {
	var list []reporting.Explaining
	for name := range f.Values {
		rest, ok := strings.CutPrefix(name, "x.")
		subject, key, found := strings.Cut(rest, ".")
		n, err := strconv.ParseInt(subject, 10, 64)
		if text := strings.TrimSpace(f.Value(name)); ok && found && err == nil && text != "" {
			list = append(list, reporting.Explaining{Key: key, SubjectID: n, Text: text, Seen: basisIn(f.Value("b" + name))})
		}
	}
	return list
}

// explanationBase says what a warning shows, so that neither other figures are explained nor somebody else's words lost.
func explanationBase(f reporting.Finding) string {
	return strconv.Itoa(f.Version) + "~" + f.Figures
}

// basisIn is the inverse of explanationBase, nil for what does not say.
func basisIn(text string) *reporting.Basis {
	version, figures, found := strings.Cut(text, "~")
	n, err := strconv.Atoi(version)
	if !found || err != nil {
		return nil
	}
	return &reporting.Basis{Figures: figures, Version: n}
}
