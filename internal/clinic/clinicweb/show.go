package clinicweb

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"yigai/internal/actor"
	"yigai/internal/clinic"
	"yigai/internal/page"
	"yigai/web/ui"
)

type showView struct {
	frame   ui.Frame
	notices []ui.Notice
	rules   ui.Table
	groups  []termGroup
	history []ui.Event
}

// termGroup is what is known under one heading.
type termGroup struct {
	title string
	terms []ui.Term
}

func (h *handler) show(w http.ResponseWriter, r *http.Request) error {
	who := page.Who(r)
	c, err := h.asked(r)
	if err != nil {
		return err
	}
	v, err := h.view(r.Context(), who, c)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, showPage(v))
}

// asked is the clinic that the address names.
func (h *handler) asked(r *http.Request) (clinic.Clinic, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return clinic.Clinic{}, err
	}
	return h.svc.Get(r.Context(), page.Who(r), id)
}

func (h *handler) view(ctx context.Context, who actor.Actor, c clinic.Clinic) (showView, error) {
	history, err := h.svc.History(ctx, who, c.ID)
	if err != nil {
		return showView{}, err
	}
	limits, err := h.svc.Limits(ctx, who)
	if err != nil {
		return showView{}, err
	}
	names, err := h.svc.VillageNames(ctx, who, c.Served())
	if err != nil {
		return showView{}, err
	}
	v := showView{frame: showFrame(who, c), notices: notices(who, c), groups: termGroups(c, names), history: events(history),
		rules: ruleTable(c.Values.Judge(limits, h.now()))}
	return v, nil
}

func showFrame(who actor.Actor, c clinic.Clinic) ui.Frame {
	f := ui.Frame{Title: c.Name, Subtitle: strings.Trim(c.TownshipName+" "+c.Code, " "), Crumbs: crumbs(c)}
	if who.May(clinic.ActionEdit) && !c.Closed {
		f.Primary = &ui.Action{Label: "填写", URL: clinicURL(c.ID) + "/edit", Icon: "pencil"}
	}
	f.Actions = []ui.Action{{Label: "照片", URL: clinicURL(c.ID) + "/photos", Icon: "paperclip"}, {Label: "能力评价", URL: clinicURL(c.ID) + "/assessment", Icon: "award"},
		{Label: "机构资料", URL: "/institutions/" + strconv.FormatInt(c.ID, 10), Icon: "hospital"}}
	return f
}

func crumbs(c clinic.Clinic) []ui.Link {
	links := []ui.Link{{Label: "村卫生室", URL: path}}
	if c.Township != "" {
		links = append(links, ui.Link{Label: c.TownshipName, URL: path + "?township=" + c.Township})
	}
	return append(links, ui.Link{Label: c.Name})
}

func notices(who actor.Actor, c clinic.Clinic) []ui.Notice {
	var out []ui.Notice
	if c.Closed {
		out = append(out, ui.Notice{Tone: ui.Warn, Text: "这家卫生室已关闭,资料只能查看。"})
	}
	if c.Demo {
		out = append(out, ui.Notice{Text: "这些资料是演示用的,不是真实情况。"})
	}
	missing := c.Values.Missing()
	if len(missing) == 0 || c.Closed {
		return out
	}
	titles := make([]string, len(missing))
	for i, f := range missing {
		titles[i] = f.Title
	}
	const shown = 8
	text := strings.Join(titles[:min(shown, len(titles))], "、")
	if len(titles) > shown {
		text += "等"
	}
	n := ui.Notice{Tone: ui.Warn, Title: "还有 " + strconv.Itoa(len(missing)) + " 项没有填", Text: text}
	return append(out, n)
}

func termGroups(c clinic.Clinic, villages []string) []termGroup {
	out := make([]termGroup, 0, len(clinic.Groups))
	for i, title := range clinic.Groups {
		g := termGroup{title: title}
		if i == 0 {
			served := ui.Term{Label: "服务的村", Value: strings.Join(villages, "、"), Wide: true}
			if len(c.Villages) == 0 && served.Value != "" {
				served.Value += "(按所在地)"
			}
			g.terms = append(g.terms, served)
		}
		for _, f := range clinic.In(title) {
			g.terms = append(g.terms, term(f, c.Values[f.Name]))
		}
		out = append(out, g)
	}
	return out
}

func term(f clinic.Field, value string) ui.Term {
	t := ui.Term{Label: f.Title, Value: f.Word(value), Wide: f.Name == "equipment" || f.Name == "note"}
	if value != "" && f.Unit != "" {
		t.Value += " " + f.Unit
	}
	return t
}

func ruleTable(list []clinic.Judgement) ui.Table {
	t := ui.Table{ID: "rules", Caption: "对照标准", Cards: true, Columns: []ui.Column{{Label: "标准"}, {Label: "要求"}, {Label: "现在", Wide: true}, {Label: "结论"}, {Label: "依据", HidePhone: true}}}
	for _, j := range list {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.Text(j.Title), ui.Text(j.Asked), ui.Text(dash(j.Found)), ui.Node(ui.Badge(verdict(j.Verdict))), ui.Text(dash(j.Source))}})
	}
	return t
}

func events(history []clinic.Event) []ui.Event {
	out := make([]ui.Event, len(history))
	for n, e := range history {
		out[n] = ui.Event{When: ui.DateTime(e.At), Who: e.Who, What: did(e), Changes: changes(e)}
		if first := filledFirst(out[n].Changes); first > mostFirst {
			out[n].Changes, out[n].Note = nil, "填了 "+strconv.Itoa(first)+" 项"
		}
	}
	return out
}

// mostFirst is how many fields filled at once are still listed one by one.
const mostFirst = 8

// filledFirst counts the changes when all of them only filled what was empty.
func filledFirst(list []ui.Changed) int {
	if slices.ContainsFunc(list, func(c ui.Changed) bool { return c.Before != "" }) {
		return 0
	}
	return len(list)
}

func did(e clinic.Event) string {
	switch {
	case e.Kind == "clinic_assessment":
		return "能力评价"
	case e.Kind == "clinic_photo":
		return "照片"
	case e.Action == clinic.ActionManage:
		return "导入"
	}
	return "填写"
}

// changes are in the order of the register.
func changes(e clinic.Event) []ui.Changed {
	var out []ui.Changed
	add := func(name, title string) {
		if after, ok := e.After[name]; ok && e.Before != nil {
			out = append(out, ui.Changed{Label: title, Before: e.Before[name], After: after})
		}
	}
	for _, f := range clinic.Fields {
		add(f.Name, f.Title)
	}
	add("villages", "服务的村")
	return slices.Clip(out)
}
