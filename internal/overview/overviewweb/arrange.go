package overviewweb

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/overview"
	"yigai/internal/page"
	"yigai/web/ui"
)

const arrangementPath = "/overview/arrangement"

// Hidden fields that say which arrangement was shown.
const (
	seenIndicators = "seen_indicators"
	seenTiles      = "seen_tiles"
)

func (h *handler) arrangement(w http.ResponseWriter, r *http.Request) error {
	a, err := h.svc.Arrangement(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, arrangementPage(a, form.Of(stored(a))))
}

// stored is the arrangement as the form shows it.
func stored(a overview.Arrangement) map[string]string {
	values := map[string]string{seenIndicators: a.Seen.Indicators, seenTiles: a.Seen.Tiles}
	for n, slug := range a.Slugs {
		values[slugField(n)] = slug
	}
	for _, s := range a.Sites {
		if s.Row > 0 {
			values[rowField(s.ID)], values[columnField(s.ID)] = strconv.Itoa(s.Row), strconv.Itoa(s.Column)
		}
	}
	return values
}

func slugField(n int) string       { return fmt.Sprintf("slug%d", n+1) }
func rowField(id int64) string     { return fmt.Sprintf("row%d", id) }
func columnField(id int64) string  { return fmt.Sprintf("column%d", id) }
func problemField(id int64) string { return fmt.Sprintf("tile%d", id) }

// choose sets the key indicators; empty choices are left out.
func (h *handler) choose(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	var slugs []string
	for n := range overview.MaxIndicators {
		if slug := f.Value(slugField(n)); slug != "" {
			slugs = append(slugs, slug)
		}
	}
	return h.answer(w, r, f, h.svc.ChooseIndicators(r.Context(), page.Who(r), f.Value(seenIndicators), slugs), "主要指标已保存")
}

// place sets where townships stand; one with neither row nor column follows the others.
func (h *handler) place(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	var placed []overview.Site
	for name := range f.Values {
		id, err := strconv.ParseInt(strings.TrimPrefix(name, "row"), 10, 64)
		if !strings.HasPrefix(name, "row") || err != nil || f.Value(rowField(id))+f.Value(columnField(id)) == "" {
			continue
		}
		placed = append(placed, overview.Site{ID: id, Row: f.Int(rowField(id), "行", 1, overview.MaxRow), Column: f.Int(columnField(id), "列", 1, overview.MaxColumn)})
	}
	if err := f.Err(); err != nil {
		return h.answer(w, r, f, err, "")
	}
	return h.answer(w, r, f, h.svc.PlaceTiles(r.Context(), page.Who(r), f.Value(seenTiles), placed), "乡镇位置已保存")
}

// answer shows the form again with what is wrong, or the overview.
func (h *handler) answer(w http.ResponseWriter, r *http.Request, f *form.Form, err error, done string) error {
	if err == nil {
		return page.Redirect(w, r, arrangementPath, done)
	}
	if !fault.IsInvalid(err) {
		return err
	}
	if f.Err() == nil {
		f.Take(err)
	}
	a, err := h.svc.Arrangement(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	values := stored(a)
	for name, typed := range values { // the other form of the page was not sent
		if _, sent := f.Values[name]; !sent && !f.Values.Has(sibling(name)) {
			f.Values.Set(name, typed)
		}
	}
	return page.Render(w, r, http.StatusUnprocessableEntity, arrangementPage(a, f))
}

// sibling is a field that is sent whenever a field's own form is.
func sibling(name string) string {
	if strings.HasPrefix(name, "slug") {
		return slugField(0)
	}
	return name
}

func slugChoice(a overview.Arrangement, f *form.Form, n int) ui.Choice {
	name := slugField(n)
	c := ui.Choice{Field: ui.Field{Name: name, Label: "第 " + strconv.Itoa(n+1) + " 个", Value: f.Value(name), Problem: f.Problem(name)}, Empty: "不选"}
	for _, i := range a.Choices {
		c.Options = append(c.Options, ui.Option{Value: i.Slug, Label: i.NameZH, Group: i.Topic})
	}
	return c
}

func problems(f *form.Form, prefixes ...string) []ui.FieldProblem {
	var out []ui.FieldProblem
	for _, p := range f.Problems() {
		for _, prefix := range prefixes {
			if strings.HasPrefix(p.Field, prefix) {
				out = append(out, ui.FieldProblem{Field: p.Field, Message: p.Message})
			}
		}
	}
	return out
}

// defaultWords names the indicators that hold while none is chosen, with the reason for each.
func defaultWords(a overview.Arrangement) []ui.Term {
	var out []ui.Term
	for _, d := range overview.Defaults() {
		for _, i := range a.Choices {
			if i.Slug == d.Slug {
				out = append(out, ui.Term{Label: i.NameZH, Value: d.Reason + "(" + d.Source + ")"})
			}
		}
	}
	return out
}
