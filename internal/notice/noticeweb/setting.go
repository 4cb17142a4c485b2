package noticeweb

import (
	"net/http"
	"strconv"
	"strings"

	"yigai/internal/form"
	"yigai/internal/notice"
	"yigai/internal/page"
	"yigai/web/ui"
)

func (h *handler) setting(w http.ResponseWriter, r *http.Request) error {
	n, err := h.svc.Setting(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	days := make([]string, len(n.RemindBefore))
	for i, d := range n.RemindBefore {
		days[i] = strconv.Itoa(d)
	}
	f := form.Of(map[string]string{"version": strconv.Itoa(n.Version), "remind_before": strings.Join(days, "、"), "overdue": n.Overdue, "returned_after": strconv.Itoa(n.Returned),
		"issuer": n.Issuer, "symbol": n.Symbol, "heading": n.Heading, "opening": n.Opening, "closing": n.Closing})
	return page.Render(w, r, http.StatusOK, settingPage(f))
}

func (h *handler) saveSetting(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	n := notice.Setting{Version: shownVersion(f), RemindBefore: daysOf(f), Overdue: f.Value("overdue"), Returned: f.Int("returned_after", "退回后催报", 0, 30), Issuer: f.Value("issuer"),
		Symbol: f.Value("symbol"), Heading: f.Value("heading"), Opening: f.Value("opening"), Closing: f.Value("closing")}
	if f.Err() == nil {
		if err := h.svc.SaveSetting(r.Context(), page.Who(r), n); !f.Take(err) && err != nil {
			return err
		}
	}
	if f.Err() != nil {
		return page.Render(w, r, http.StatusUnprocessableEntity, settingPage(f))
	}
	return page.Redirect(w, r, "/notice-setting", "已保存")
}

// daysOf reads "3、1" as people write it; empty means none.
func daysOf(f *form.Form) []int {
	var days []int
	for _, part := range strings.FieldsFunc(f.Value("remind_before"), func(r rune) bool { return strings.ContainsRune("、,,;; \t", r) }) {
		n, err := strconv.Atoi(part)
		if err != nil {
			f.Add("remind_before", "“%s”不是天数,应如 3、1", part)
			return nil
		}
		days = append(days, n)
	}
	return days
}

func settingField(f *form.Form, name, label, hint string) ui.Field {
	return ui.Field{Name: name, Label: label, Value: f.Value(name), Problem: f.Problem(name), Hint: hint, Rows: 5}
}
