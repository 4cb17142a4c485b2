package reportingweb

import (
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/preset"
	"yigai/internal/reporting"
	"yigai/internal/room"
	"yigai/web/ui"
)

// forms lists what is asked: the forms of the county.
func (h *handlers) forms(w http.ResponseWriter, r *http.Request) error {
	c, err := h.svc.Catalogue(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, formsPage(c))
}

// elements lists the data elements with their definitions.
func (h *handlers) elements(w http.ResponseWriter, r *http.Request) error {
	who := page.Who(r)
	c, err := h.svc.Catalogue(r.Context(), who)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(r.URL.Query().Get("q"))
	return page.Render(w, r, http.StatusOK, elementsPage(c, text, who.May(reporting.ActionConfigure)))
}

func (h *handlers) newElement(w http.ResponseWriter, r *http.Request) error {
	f := form.Of(map[string]string{"kind": string(preset.Flow), "decimals": "0", "aggregation": preset.AggregateSum})
	return page.Render(w, r, http.StatusOK, elementForm(elementView{Form: f, fresh: true}))
}

func (h *handlers) createElement(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	e := readElement(f, f.Value("slug"))
	if err = f.Err(); err == nil {
		_, _, err = h.svc.CreateElement(r.Context(), page.Who(r), e)
	}
	if err != nil {
		return h.elementAgain(w, r, elementView{Form: f, fresh: true}, err)
	}
	return page.Redirect(w, r, "/elements?q="+e.Slug, "已新增数据项:"+e.NameZH)
}

func (h *handlers) editElement(w http.ResponseWriter, r *http.Request) error {
	e, err := h.element(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, elementForm(elementView{Form: elementValues(e), slug: e.Slug}))
}

func (h *handlers) updateElement(w http.ResponseWriter, r *http.Request) error {
	stored, err := h.element(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	e := readElement(f, stored.Slug)
	e.Revision = f.Int("revision", "页面内容", 1, math.MaxInt32)
	if err = f.Err(); err == nil {
		err = h.svc.EditElement(r.Context(), page.Who(r), e)
	}
	if err != nil {
		return h.elementAgain(w, r, elementView{Form: f, slug: stored.Slug}, err)
	}
	return page.Redirect(w, r, "/elements?q="+e.Slug, "已保存:"+e.NameZH)
}

func (h *handlers) element(r *http.Request) (*reporting.Element, error) {
	c, err := h.svc.Catalogue(r.Context(), page.Who(r))
	if err != nil {
		return nil, err
	}
	e, ok := c.Element(chi.URLParam(r, "slug"))
	if !ok {
		return nil, fault.NotFound("这个数据项")
	}
	return e, nil
}

// elementAgain shows the form with what was typed; a conflict is a sentence above it.
func (h *handlers) elementAgain(w http.ResponseWriter, r *http.Request, v elementView, err error) error {
	switch {
	case len(v.Problems()) > 0:
	case v.Take(err):
	case fault.IsConflict(err):
		v.Add("slug", "%s", fault.Bare(err).Error())
	default:
		return err
	}
	return page.Render(w, r, http.StatusUnprocessableEntity, elementForm(v))
}

// elementView is the form of an element.
type elementView struct {
	*form.Form
	slug  string
	fresh bool
}

func readElement(f *form.Form, slug string) reporting.Element {
	return reporting.Element{Slug: slug, NameZH: f.Required("name_zh", "名称", 60), Unit: f.Text("unit", "计量单位", 20),
		Kind: preset.Kind(f.Value("kind")), Decimals: f.Int("decimals", "小数位数", 0, 6), Money: f.Bool("money"), Negative: f.Bool("negative"),
		Aggregation: f.Value("aggregation"), Code: f.Text("code", "上报代码", 40), Definition: f.Text("definition", "填报说明", 500),
		Source: f.Text("source", "依据", 200)}
}

func elementValues(e *reporting.Element) *form.Form {
	v := map[string]string{"slug": e.Slug, "name_zh": e.NameZH, "unit": e.Unit, "kind": string(e.Kind), "decimals": strconv.Itoa(e.Decimals),
		"aggregation": e.Aggregation, "code": e.Code, "definition": e.Definition, "source": e.Source, "revision": strconv.Itoa(e.Revision)}
	if e.Money {
		v["money"] = "1"
	}
	if e.Negative {
		v["negative"] = "1"
	}
	return form.Of(v)
}

func (v elementView) field(name, label string) ui.Field {
	return ui.Field{Name: name, Label: label, Value: v.Value(name), Problem: v.Problem(name)}
}

// matches reports whether an element is what the text looks for.
func matches(e reporting.Element, text string) bool {
	return text == "" || strings.Contains(e.NameZH, text) || strings.Contains(e.Slug, strings.ToLower(text)) || e.Code == text
}

func elementHits(c *reporting.Catalogue, text string) []room.Hit {
	var hits []room.Hit
	for _, f := range c.Forms {
		if strings.Contains(f.Title, text) && len(hits) < most {
			hits = append(hits, room.Hit{Kind: "报表", Label: f.Title, Hint: "表样", URL: "/forms/" + f.Slug})
		}
	}
	for _, e := range c.Elements {
		if matches(e, text) && len(hits) < most {
			hits = append(hits, room.Hit{Kind: "数据项", Label: e.NameZH, Hint: e.Unit, URL: "/elements?q=" + e.Slug})
		}
	}
	return hits
}

func aggregationTitle(a string) string {
	switch a {
	case preset.AggregateMax:
		return "取最大"
	case preset.AggregateNone:
		return "不汇总"
	}
	return "相加"
}
