package clinicweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"yigai/internal/clinic"
	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/web/ui"
)

func villageURL(code string) string { return "/clinics/villages/" + url.PathEscape(code) }

type villageView struct {
	frame      ui.Frame
	form       ui.Form
	version    string
	name       *ui.Field  // of a natural village
	division   *ui.Choice // of a new natural village
	population ui.Field
	seat       *ui.Choice // of an administrative village
	place      ui.Field
	note       ui.Field
	near       []nearRow
	problem    string
}

// nearRow is one neighbour with its distance.
type nearRow struct {
	village ui.Choice
	minutes ui.Field
}

func (h *handler) village(w http.ResponseWriter, r *http.Request) error {
	v, err := h.askedVillage(r)
	if err != nil {
		return err
	}
	near, err := h.svc.Neighbours(r.Context(), page.Who(r), v.Code)
	if err != nil {
		return err
	}
	f := form.Of(map[string]string{"version": strconv.Itoa(v.Version), "name": v.Name, "fixed_place": v.FixedPlace, "note": v.Note})
	if v.Stated != nil {
		f.Values.Set("population", strconv.Itoa(*v.Stated))
	}
	if v.Seat != nil {
		f.Values.Set("seat", map[bool]string{true: clinic.Yes, false: clinic.No}[*v.Seat])
	}
	for _, code := range sortedKeys(near) {
		f.Values.Add("near", code)
		f.Values.Add("minutes", strconv.Itoa(near[code]))
	}
	return h.villageForm(w, r, http.StatusOK, &v, f)
}

func (h *handler) askedVillage(r *http.Request) (clinic.Village, error) {
	return h.svc.Village(r.Context(), page.Who(r), chi.URLParam(r, "code"))
}

func (h *handler) newVillage(w http.ResponseWriter, r *http.Request) error {
	return h.villageForm(w, r, http.StatusOK, nil, form.Of(nil))
}

func (h *handler) saveVillage(w http.ResponseWriter, r *http.Request) error {
	v, err := h.askedVillage(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	draft := villageDraft(f)
	if f.Err() != nil {
		return h.villageForm(w, r, http.StatusUnprocessableEntity, &v, f)
	}
	version, err := strconv.Atoi(f.Value("version"))
	if err != nil {
		version = -1
	}
	err = h.svc.EditVillage(r.Context(), page.Who(r), v.Code, version, draft)
	switch {
	case fault.IsConflict(err):
		f.Add("", "%s", fault.Bare(err).Error())
		f.Values.Set("version", strconv.Itoa(v.Version))
		return h.villageForm(w, r, http.StatusConflict, &v, f)
	case f.Take(err):
		return h.villageForm(w, r, http.StatusUnprocessableEntity, &v, f)
	case err != nil:
		return err
	}
	return page.Redirect(w, r, coveragePath+"?township="+v.Township, "已保存“"+v.Name+"”")
}

func (h *handler) addVillage(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	draft := villageDraft(f)
	if f.Err() == nil {
		_, err = h.svc.AddNatural(r.Context(), page.Who(r), f.Value("division"), draft)
	}
	if f.Take(err) || f.Err() != nil {
		return h.villageForm(w, r, http.StatusUnprocessableEntity, nil, f)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, coveragePath, "已新增自然村“"+draft.Name+"”")
}

// villageDraft reads the form.
func villageDraft(f *form.Form) clinic.VillageDraft {
	d := clinic.VillageDraft{Name: f.Text("name", "名称", 40), FixedPlace: f.Text("fixed_place", "固定服务场所", 100), Note: f.Text("note", "备注", 500), Minutes: map[string]int{}}
	if f.Value("population") != "" {
		n := f.Int("population", "人口", 0, 1_000_000)
		d.Population = &n
	}
	if seat := f.Value("seat"); seat == clinic.Yes || seat == clinic.No {
		is := seat == clinic.Yes
		d.Seat = &is
	}
	for i, code := range f.Values["near"] {
		typed := ""
		if i < len(f.Values["minutes"]) {
			typed = f.Values["minutes"][i]
		}
		switch n, err := strconv.Atoi(typed); {
		case code == "" && typed == "":
		case code == "" || err != nil || n < 0:
			f.Add("minutes", "邻村和路程要一起填,路程填整数分钟")
		default:
			d.Minutes[code] = n
		}
	}
	return d
}

func (h *handler) villageForm(w http.ResponseWriter, r *http.Request, status int, v *clinic.Village, f *form.Form) error {
	list, err := h.svc.Coverage(r.Context(), page.Who(r), clinic.CoverFilter{})
	if err != nil {
		return err
	}
	field := func(name, label string) ui.Field {
		return ui.Field{Name: name, Label: label, Value: f.Value(name), Problem: f.Problem(name)}
	}
	view := villageView{version: f.Value("version"), population: field("population", "常住人口"), place: field("fixed_place", "固定服务场所"), note: field("note", "备注"), problem: f.Problem("minutes"),
		form: ui.Form{ID: "village", Action: "/clinics/villages", Cancel: coveragePath, Problems: page.FieldProblems(f)}}
	view.population.Unit, view.place.Hint = "人", "没有卫生室的村,平时在哪里看病"
	name := field("name", "自然村名称")
	name.Required = true
	crumbs := []ui.Link{{Label: "村卫生室", URL: path}, {Label: "村覆盖", URL: coveragePath}}
	switch {
	case v == nil:
		view.frame = ui.Frame{Title: "新增自然村", Crumbs: append(crumbs, ui.Link{Label: "新增自然村"}), Narrow: true}
		view.name, view.division = &name, divisionChoice(list, f)
	case v.Natural:
		view.name = &name
		fallthrough
	default:
		view.frame = ui.Frame{Title: v.Name, Subtitle: v.TownshipName + " " + v.Code, Crumbs: append(crumbs, ui.Link{Label: v.Name}), Narrow: true}
		view.form.Action = villageURL(v.Code)
		view.near = nearRows(list, *v, f)
	}
	if v != nil && !v.Natural {
		c := ui.Choice{Field: field("seat", "乡镇卫生院所在地"), Empty: "不清楚", Options: []ui.Option{{Value: clinic.Yes, Label: "是"}, {Value: clinic.No, Label: "否"}}}
		c.Hint = "一个乡镇标出一个,其余的就算不是"
		view.seat = &c
		if v.Stated == nil && v.Population != nil {
			view.population.Hint = "不填就用行政区划里的 " + strconv.Itoa(*v.Population) + " 人"
		}
	}
	return page.Render(w, r, status, villagePage(view))
}

func divisionChoice(list clinic.Cover, f *form.Form) *ui.Choice {
	c := ui.Choice{Field: ui.Field{Name: "division", Label: "所在行政村", Value: f.Value("division"), Problem: f.Problem("division"), Required: true}, Empty: "请选择"}
	for _, one := range list.Villages {
		if !one.Village.Natural {
			c.Options = append(c.Options, ui.Option{Value: one.Village.Code, Label: one.Village.Name, Group: one.Village.TownshipName})
		}
	}
	return &c
}

// nearRows are the neighbours stated, and room for three more.
func nearRows(list clinic.Cover, v clinic.Village, f *form.Form) []nearRow {
	const more = 3
	codes, minutes := f.Values["near"], f.Values["minutes"]
	var options []ui.Option
	for _, one := range list.Villages {
		if one.Village.Code != v.Code {
			options = append(options, ui.Option{Value: one.Village.Code, Label: one.Village.Name, Group: one.Village.TownshipName})
		}
	}
	slices.SortStableFunc(options, func(a, b ui.Option) int { return foreign(a, v) - foreign(b, v) })
	rows := make([]nearRow, len(codes)+more)
	for i := range rows {
		n := strconv.Itoa(i)
		rows[i].village = ui.Choice{Field: ui.Field{Name: "near", Label: "邻村", ID: "f-near-" + n}, Empty: "–", Options: options}
		rows[i].minutes = ui.Field{Name: "minutes", Label: "路程", ID: "f-minutes-" + n, Unit: "分钟"}
		if i < len(codes) {
			rows[i].village.Value = codes[i]
		}
		if i < len(minutes) {
			rows[i].minutes.Value = minutes[i]
		}
	}
	return rows
}

// foreign puts the villages of the own township first.
func foreign(o ui.Option, v clinic.Village) int {
	if o.Group == v.TownshipName {
		return 0
	}
	return 1
}

func sortedKeys(m map[string]int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
