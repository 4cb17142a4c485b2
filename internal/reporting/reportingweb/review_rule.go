package reportingweb

import (
	"net/http"
	"strconv"

	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/reporting"
)

// ruleView is where the county says how the reports of each form are reviewed.
type ruleView struct {
	rules []reporting.ReviewRule
	form  *form.Form
	may   bool // change them
}

func (h *handlers) reviewRules(w http.ResponseWriter, r *http.Request) error {
	return h.showReviewRules(w, r, http.StatusOK, form.Of(nil))
}

func (h *handlers) showReviewRules(w http.ResponseWriter, r *http.Request, status int, f *form.Form) error {
	rules, err := h.svc.ReviewRules(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	return page.Render(w, r, status, rulePage(ruleView{rules, f, page.Who(r).May(reporting.ActionConfigure)}))
}

func (h *handlers) setReviewRule(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	rule := reporting.ReviewRule{Form: f.Value("form"), TwoLevel: f.Bool("two_level"), Days: f.Int("days", "审核时限", 1, 30)}
	if f.Err() == nil {
		if err := h.svc.SetReviewRule(r.Context(), page.Who(r), rule); !f.Take(err) && err != nil {
			return err
		}
	}
	if f.Err() != nil {
		return h.showReviewRules(w, r, http.StatusUnprocessableEntity, f)
	}
	return page.Redirect(w, r, "/review/settings", "已保存;正在审核的月报随之调整")
}

// typed is the rule as it stands, or as it was typed and refused.
func (v ruleView) typed(rule reporting.ReviewRule) (two bool, days string) {
	if v.form.Value("form") == rule.Form {
		return v.form.Bool("two_level"), v.form.Value("days")
	}
	return rule.TwoLevel, strconv.Itoa(rule.Days)
}
