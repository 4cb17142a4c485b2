package exchangeweb

import (
	"net/http"

	"yigai/internal/exchange"
	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

type exportView struct {
	frame   ui.Frame
	tabs    []ui.Tab
	form    ui.Form
	from    ui.Field
	to      ui.Field
	units   ui.Field
	below   ui.Check
	forms   ui.Choice
	element ui.Field
	format  ui.Choice
	codes   ui.Choice
	numbers ui.Check
}

func (h *handlers) exportForm(w http.ResponseWriter, r *http.Request) error {
	m := h.monthInHand().String()
	return h.exportPage(w, r, http.StatusOK, form.Of(map[string]string{"from": m, "to": m, "format": string(exchange.DHIS2), "descendants": "1"}))
}

// export sends the file; what is wrong with the request is shown in the form that it was sent with.
func (h *handlers) export(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	s := selectionOf(f)
	if err = f.Err(); err == nil {
		var out exchange.Output
		if out, err = h.svc.Export(r.Context(), page.Who(r), s); err == nil {
			return page.SendFile(w, out.Name, out.ContentType, out.Body)
		}
		f.Take(err)
	}
	if !fault.IsInvalid(err) || page.WantsJSON(r) {
		return err
	}
	return h.exportPage(w, r, http.StatusUnprocessableEntity, f)
}

func selectionOf(f *form.Form) exchange.Selection {
	s := exchange.Selection{Institutions: split(f.Value("institution")), Descendants: f.Bool("descendants"), Elements: split(f.Value("element")),
		Format: exchange.Format(f.Value("format")), NumbersOnly: f.Bool("numbers_only")}
	if f.Value("form") != "" {
		s.Forms = []string{f.Value("form")}
	}
	if f.Value("codes") == "code" {
		s.Codes = reporting.OtherCode
	}
	s.From, s.To = monthIn(f, "from", "起始月份"), monthIn(f, "to", "截止月份")
	return s
}

func monthIn(f *form.Form, name, label string) period.Month {
	if f.Value(name) == "" {
		return period.Month{}
	}
	return f.Month(name, label)
}

func (h *handlers) exportPage(w http.ResponseWriter, r *http.Request, status int, f *form.Form) error {
	c, err := h.reports.Catalogue(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	field := func(name, label, hint string) ui.Field {
		return ui.Field{Name: name, Label: label, Value: f.Value(name), Problem: f.Problem(name), Hint: hint}
	}
	v := exportView{frame: ui.Frame{Title: "导出给其他系统", Subtitle: "只含审核通过和载入的数、只含您数据范围内的机构;谁在何时导出了什么都有记录"}, tabs: tabs(r, "/exchange/export"),
		form: ui.Form{ID: "export", Action: "/exchange/files/figures", Submit: "导出文件", Columns: 2, Problems: page.FieldProblems(f), Note: "一次最多 100,000 个数"},
		from: field("from", "起始月份", ""), to: field("to", "截止月份", ""),
		units:   field("institution", "机构编码", "几个编码用逗号或空格隔开;不填为数据范围内全部"),
		below:   ui.Check{Name: "descendants", Label: "连同下级机构", Checked: f.Bool("descendants")},
		forms:   ui.Choice{Field: field("form", "报表", ""), Empty: "全部"},
		element: field("element", "数据项编码", "几个编码用逗号或空格隔开;不填为全部"),
		format: ui.Choice{Field: field("format", "格式", ""), Options: []ui.Option{{Value: string(exchange.DHIS2), Label: "DHIS2 JSON"},
			{Value: string(exchange.DHIS2CSV), Label: "DHIS2 CSV"}, {Value: string(exchange.ADX), Label: "ADX(XML)"}}},
		codes:   ui.Choice{Field: field("codes", "用什么编码", "没有外部编码的仍用本县编码"), Options: []ui.Option{{Value: "own", Label: "本县编码"}, {Value: "code", Label: "外部编码"}}},
		numbers: ui.Check{Name: "numbers_only", Label: "只要数", Hint: "未报写作空值并标 deleted,不适用写作 N/A;对方系统不认时勾上,略去这两种", Checked: f.Bool("numbers_only")}}
	for _, one := range c.Forms {
		v.forms.Options = append(v.forms.Options, ui.Option{Value: one.Slug, Label: one.Title})
	}
	return page.Render(w, r, status, exportPage(v))
}
