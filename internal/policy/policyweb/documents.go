package policyweb

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/policy"
	"yigai/web/ui"
)

type documentsView struct {
	order  policy.Order
	orders []policy.Order
	may    bool
}

func (h *handler) documents(w http.ResponseWriter, r *http.Request) error {
	book, err := h.svc.Book(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	v := documentsView{order: book.OrderOn(h.now()), orders: book.Orders(), may: page.Who(r).May(policy.ActionManage)}
	return page.Render(w, r, http.StatusOK, documentsPage(v))
}

func (v documentsView) frame() ui.Frame {
	f := ui.Frame{Title: "政策文件", Subtitle: "本县选用 " + strconv.Itoa(len(v.order.Presets)) + " 份"}
	if v.may {
		f.Primary = &ui.Action{Label: "选用和先后", Icon: "sliders", URL: "/policy-order"}
	}
	return f
}

// table lists the chosen documents in their order, then the others.
func (v documentsView) table() ui.Table {
	t := ui.Table{ID: "documents", Caption: "政策文件", Cards: true, Columns: []ui.Column{{Label: "先后", Centre: true}, {Label: "文件", Wide: true}, {Label: "文号"},
		{Label: "成文日期"}, {Label: "地区"}, {Label: "标准", Numeric: true}, {Label: "任务", Numeric: true}, {Label: "补助", Numeric: true}, {Label: "原文"}}}
	for _, d := range v.sorted() {
		place := ui.Cell{Text: "未选用", Title: "本县没有选用这份文件"}
		if n := slices.Index(v.order.Presets, d.Preset); n >= 0 {
			place = ui.Node(ui.Tag(fmt.Sprintf("第 %d", n+1)))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{place, ui.LinkTo(d.Title, "/policies/"+d.Preset), ui.Text(dash(d.Number)), ui.Text(dash(d.Issued)), ui.Text(d.Region),
			ui.Text(strconv.Itoa(len(policy.Known().Of(d.Preset)))), ui.Text(strconv.Itoa(len(tasksOf(d.Preset)))), ui.Text(strconv.Itoa(len(subsidiesOf(d.Preset)))),
			{Text: d.Part, Title: d.Source}}})
	}
	return t
}

func (v documentsView) sorted() []policy.Document {
	list := slices.Clone(policy.Known().Documents)
	rank := func(d policy.Document) int {
		if n := slices.Index(v.order.Presets, d.Preset); n >= 0 {
			return n
		}
		return len(v.order.Presets)
	}
	slices.SortStableFunc(list, func(a, b policy.Document) int { return rank(a) - rank(b) })
	return list
}

func (v documentsView) history() []ui.Event {
	var out []ui.Event
	for _, o := range v.orders {
		what := o.From.Chinese() + "起:"
		for n, p := range o.Presets {
			if n > 0 {
				what += " → "
			}
			what += documentOf(p).Short()
		}
		out = append(out, ui.Event{When: ui.DateTime(o.At), Who: o.By, What: what, Note: o.Reason})
	}
	return out
}

type documentView struct {
	d     policy.Document
	place int // 0: not chosen
	rules []policy.Rule
}

func (h *handler) document(w http.ResponseWriter, r *http.Request) error {
	d, ok := policy.Known().Document(chi.URLParam(r, "preset"))
	if !ok {
		return fault.NotFound("这份文件")
	}
	book, err := h.svc.Book(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	on := policy.LastDay(h.today())
	v := documentView{d: d, place: 1 + slices.Index(book.OrderOn(on).Presets, d.Preset)}
	for _, s := range policy.Known().Of(d.Preset) {
		rule, _ := book.Holds(s.Code, on, policy.Subject{})
		v.rules = append(v.rules, rule)
	}
	return page.Render(w, r, http.StatusOK, documentPage(v))
}

func (v documentView) frame() ui.Frame {
	s := ui.Status{Word: "未选用", Icon: "circle"}
	if v.place > 0 {
		s = ui.Status{Word: fmt.Sprintf("本县选用,第 %d", v.place), Tone: ui.Good, Icon: "check-circle"}
	}
	return ui.Frame{Title: v.d.Title, Status: &s, Crumbs: []ui.Link{{Label: "政策文件", URL: "/policies"}, {Label: v.d.Short()}}}
}

func (v documentView) terms() []ui.Term {
	return []ui.Term{{Label: "文号", Value: v.d.Number}, {Label: "成文日期", Value: v.d.Issued}, {Label: "地区", Value: v.d.Region},
		{Label: "原文", Value: v.d.Source + " " + v.d.Part}, {Label: "说明", Value: v.d.Note}}
}

func subsidiesOf(preset string) (out []policy.Subsidy) {
	for _, s := range policy.Known().Subsidies {
		if s.Preset == preset {
			out = append(out, s)
		}
	}
	return out
}

func tasksOf(preset string) (out []policy.Task) {
	for _, t := range policy.Known().Tasks {
		if t.Preset == preset {
			out = append(out, t)
		}
	}
	return out
}

func (v documentView) subsidies() ui.Table {
	t := ui.Table{ID: "subsidies", Caption: "补助", Cards: true, Columns: []ui.Column{{Label: "补助"}, {Label: "金额"}, {Label: "谁付"}, {Label: "给谁"}, {Label: "条件", Wide: true}, {Label: "条款"}}}
	for _, s := range subsidiesOf(v.d.Preset) {
		op := "="
		if s.Max.Valid {
			op = "between"
		}
		amount := policy.Say(op, s.Amount, s.Max, s.Unit)
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(s.Name), {Text: amount, Title: s.Note}, ui.Text(s.Payer), ui.Text(s.Receiver), ui.Text(s.Condition), ui.Text(s.Clause)}})
	}
	return t
}

func (v documentView) tasks() ui.Table {
	t := ui.Table{ID: "tasks", Caption: "任务", Cards: true, Columns: []ui.Column{{Label: "序号", Numeric: true}, {Label: "任务", Wide: true}, {Label: "牵头单位"}, {Label: "期限"}, {Label: "可衡量的目标", Wide: true}, {Label: "条款"}}}
	for _, x := range tasksOf(v.d.Preset) {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(x.No), {Text: x.Title, Title: x.Summary}, ui.Text(x.Lead), ui.Text(dash(x.Deadline)), ui.Text(dash(x.Target)), ui.Text(x.Clause)}})
	}
	return t
}

func dash(s string) string {
	if s == "" {
		return ui.Dash
	}
	return s
}

type orderView struct{ form *form.Form }

func (h *handler) order(w http.ResponseWriter, r *http.Request) error {
	book, err := h.svc.Book(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	values := map[string]string{"from": h.today().Next().String()}
	for n, p := range book.OrderOn(h.now()).Presets {
		values[rankField(p)] = strconv.Itoa(n + 1)
	}
	return page.Render(w, r, http.StatusOK, orderPage(orderView{form.Of(values)}))
}

func rankField(preset string) string { return "rank_" + preset }

func (h *handler) arrange(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	o := policy.Order{From: f.Month("from", "从哪月起"), Presets: ranked(f), Reason: f.Value("reason")}
	if f.Err() == nil {
		err := h.svc.Arrange(r.Context(), page.Who(r), o)
		if err == nil {
			return page.Redirect(w, r, "/policies", "已保存;从"+o.From.Chinese()+"起按新的文件和先后判断")
		}
		if !f.Take(err) {
			return err
		}
	}
	return page.Render(w, r, http.StatusUnprocessableEntity, orderPage(orderView{f}))
}

// ranked lists the presets that were given a place, by their place.
func ranked(f *form.Form) []string {
	place := map[string]int{}
	var out []string
	for _, d := range policy.Known().Documents {
		if f.Value(rankField(d.Preset)) == "" {
			continue
		}
		place[d.Preset] = f.Int(rankField(d.Preset), "先后", 1, 99)
		out = append(out, d.Preset)
	}
	slices.SortStableFunc(out, func(a, b string) int { return place[a] - place[b] })
	return out
}

func issued(d policy.Document) string {
	if t, err := time.Parse(time.DateOnly, d.Issued); err == nil {
		return d.Region + ",成文 " + ui.Date(t)
	}
	return d.Region
}
