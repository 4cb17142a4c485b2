package reportweb

import (
	"net/http"
	"net/url"
	"strconv"

	"yigai/internal/actor"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/report"
	"yigai/web/ui"
)

// exportsView is what the page of exports shows.
type exportsView struct {
	kind    report.Kind
	kinds   []report.Kind
	form    *form.Form
	choices report.Choices
	log     []report.Logged
	next    string
	check   verification

	actionWord func(action string) string
}

// exports shows one form for each kind, and the log of what was taken out.
func (h *handlers) exports(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	if f.Value("from") == "" {
		f.Values.Set("from", h.monthInHand().String())
		f.Values.Set("to", h.monthInHand().String())
	}
	return h.showExports(w, r, http.StatusOK, f.Value("kind"), f, verification{})
}

// monthInHand is the month people work on now: reports of a month are filled in the next one.
func (h *handlers) monthInHand() period.Month { return period.MonthOf(h.now()).Prev() }

func (h *handlers) showExports(w http.ResponseWriter, r *http.Request, status int, kind string, f *form.Form, check verification) error {
	v := exportsView{form: f, check: check, actionWord: h.svc.ActionWord}
	v.choose(page.Who(r), kind)
	var err error
	if v.choices, err = h.svc.Choices(r.Context(), page.Who(r)); err != nil {
		return err
	}
	before, err := beforeOf(r)
	if err != nil {
		return err
	}
	var next int64
	if v.log, next, err = h.svc.Log(r.Context(), page.Who(r), before); err != nil {
		return err
	}
	if next != 0 {
		v.next = "/exports?" + url.Values{"kind": {v.kind.Name}, "before": {strconv.FormatInt(next, 10)}}.Encode() + "#log"
	}
	return page.Render(w, r, status, exportsPage(v))
}

// choose takes the kind in view; an unknown one or one that who may not export shows the first.
func (v *exportsView) choose(who actor.Actor, name string) {
	for _, k := range report.Kinds {
		if !k.May(who) {
			continue
		}
		v.kinds = append(v.kinds, k)
		if k.Name == name || v.kind.Name == "" {
			v.kind = k
		}
	}
}

// beforeOf reads where a page of the log starts; anything that is no number starts at the top.
func beforeOf(r *http.Request) (int64, error) {
	typed := r.URL.Query().Get("before")
	if typed == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(typed, 10, 64)
	if err != nil {
		return 0, badPlace()
	}
	return n, nil
}

func (v exportsView) tabs() []ui.Tab {
	tabs := make([]ui.Tab, len(v.kinds))
	for n, k := range v.kinds {
		tabs[n] = ui.Tab{Label: k.Title, URL: "/exports?kind=" + k.Name, Active: k.Name == v.kind.Name}
	}
	return tabs
}

func (v exportsView) field(name, label string) ui.Field {
	return ui.Field{Name: name, Label: label, Value: v.form.Value(name), Problem: v.form.Problem(name)}
}

// choice is a filter of the kind in view; one that it needs has no empty option.
func (v exportsView) choice(name, label, all string, options []report.Choice) ui.Choice {
	c := ui.Choice{Field: v.field(name, label), Options: optionsOf(options), Empty: all}
	for _, need := range v.kind.Needs {
		if need == name {
			c.Required, c.Empty = true, "请选择"
		}
	}
	return c
}

func optionsOf(list []report.Choice) []ui.Option {
	options := make([]ui.Option, len(list))
	for n, c := range list {
		options[n] = ui.Option{Value: c.Code, Label: c.Title}
	}
	return options
}

func (v exportsView) oneMonth() bool {
	for _, need := range v.kind.Needs {
		if need == "month" {
			return true
		}
	}
	return false
}

func (v exportsView) formBox() ui.Form {
	path := "/exports/" + v.kind.Name
	return ui.Form{ID: "export", Action: path + ".xlsx", Submit: "导出 Excel", Columns: 2, Problems: problemsOf(v.form),
		Extra: []ui.Action{{Label: "导出 CSV", Form: "export", URL: path + ".csv", Icon: "file-earmark-text"}},
		Note:  "导出会记入日志;同样的数据每次导出的文件完全相同,可凭校验值核对"}
}

var fieldLabels = map[string]string{"from": "起始月份", "to": "截止月份", "period": "月份", "institution": "机构", "form": "报表",
	"element": "数据项", "indicator": "指标", "kind": "导出内容", "format": "格式", "sha256": "校验值", "file": "文件"}

func problemsOf(f *form.Form) []ui.FieldProblem { return pick(f, false) }

// pick takes the problems of the checking form, or all others.
func pick(f *form.Form, check bool) []ui.FieldProblem {
	var out []ui.FieldProblem
	for _, p := range f.Problems() {
		if (p.Field == "sha256" || p.Field == "file") == check {
			out = append(out, ui.FieldProblem{Field: p.Field, Label: fieldLabels[p.Field], Message: p.Message})
		}
	}
	return out
}
