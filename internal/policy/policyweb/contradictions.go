package policyweb

import (
	"net/http"
	"slices"

	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/policy"
	"yigai/web/ui"
)

type contradictionsView struct {
	book  *policy.Book
	month period.Month
	form  *form.Form
	may   bool
}

func (h *handler) contradictions(w http.ResponseWriter, r *http.Request) error {
	return h.showContradictions(w, r, http.StatusOK, form.Of(nil))
}

func (h *handler) showContradictions(w http.ResponseWriter, r *http.Request, status int, f *form.Form) error {
	book, err := h.svc.Book(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	v := contradictionsView{book: book, month: h.today(), form: f, may: page.Who(r).May(policy.ActionManage)}
	return page.Render(w, r, status, contradictionsPage(v))
}

var relations = map[string]ui.Status{
	policy.OneHolds:  {Word: "只能执行一个数", Tone: ui.Warn, Icon: "arrow-left-right"},
	policy.BothHold:  {Word: "各自执行", Tone: ui.Info, Icon: "link-45deg"},
	policy.FillFirst: {Word: "由县填写", Tone: ui.Accent, Icon: "pencil"},
}

// sides puts the documents' numbers side by side, with the one that holds marked.
func (v contradictionsView) sides(c policy.Contradiction) ui.Table {
	t := ui.Table{Caption: c.Title, Cards: true, Columns: []ui.Column{{Label: "文件", Wide: true}, {Label: "标准", Wide: true}, {Label: "文件的数"}, {Label: "条款"}, {Label: "本县执行"}, {Label: ""}}}
	for _, s := range c.Sides {
		if s.Code == "" {
			t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(ui.Dash), ui.Text(s.Says), ui.Text(ui.Dash), ui.Text(s.Clause), ui.Text(ui.Dash), ui.Text("")}})
			continue
		}
		t.Rows = append(t.Rows, v.side(s))
	}
	return t
}

func (v contradictionsView) side(s policy.Side) ui.Row {
	standard, _ := policy.Known().Standard(s.Code)
	rule, _ := v.book.Holds(s.Code, policy.LastDay(v.month), policy.Subject{})
	chosen := slices.Contains(v.book.OrderOn(policy.LastDay(v.month)).Presets, standard.Preset)
	d := documentOf(standard.Preset)
	name := d.Short()
	if !chosen {
		name += "(未选用)"
	}
	holds := ui.Text(ui.Dash)
	if rule.Selected {
		holds = ui.Text(rule.Text())
		if rule.Standard.Code == s.Code && !rule.Open() {
			holds = ui.Node(ui.Badge(ui.Status{Word: rule.Text(), Tone: ui.Good, Icon: "check-circle-fill", Title: why(rule)}))
		}
	}
	row := ui.Row{Cells: []ui.Cell{{Text: name, Title: d.Label()}, ui.LinkTo(standard.Name, standardURL(s.Code)), ui.Text(standard.Words()), ui.Text(standard.Clause), holds, ui.Text("")}}
	if v.may && v.followed(s.Matter) && standard.Value.Valid && (rule.Standard.Code != s.Code || !rule.Selected && rule.Override == nil) {
		row.Cells[5] = ui.Node(ui.Button(ui.Action{Label: "采用这个数", Post: true, URL: "/contradictions", Kind: ui.Quiet, Reason: "采用的理由",
			Values: map[string]string{"code": s.Code, "from": v.month.String()}, Confirm: "从" + v.month.Chinese() + "起执行 " + standard.Words()}))
	}
	return row
}

// followed reports whether the county follows a document that speaks on the matter: else there is nothing to choose.
func (v contradictionsView) followed(matter string) bool {
	if matter == "" {
		return false
	}
	order := v.book.OrderOn(policy.LastDay(v.month))
	return slices.ContainsFunc(policy.Known().Of(order.Presets...), func(s policy.Standard) bool { return s.Matter == matter })
}

// why is the last step of the chain that holds.
func why(r policy.Rule) string {
	for _, s := range r.Chain {
		if s.Holds {
			return s.Text + " " + s.Note
		}
	}
	return ""
}

func (h *handler) choose(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	m := f.Month("from", "从哪月起")
	if f.Err() == nil {
		_, err := h.svc.Choose(r.Context(), page.Who(r), f.Value("code"), m, f.Value("reason"))
		if err == nil {
			return page.Redirect(w, r, "/contradictions", "已采用,从"+m.Chinese()+"起执行")
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showContradictions(w, r, http.StatusUnprocessableEntity, f)
}
