package orgweb

import (
	"net/http"
	"strconv"

	"yigai/internal/form"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/web/ui"
)

type communitiesView struct {
	frame ui.Frame
	table ui.Table
}

func (h *handler) communities(w http.ResponseWriter, r *http.Request) error {
	who := page.Who(r)
	found, err := h.svc.Communities(r.Context(), who)
	if err != nil {
		return err
	}
	v := communitiesView{frame: ui.Frame{Title: "医共体", Subtitle: "紧密型县域医疗卫生共同体"}, table: ui.Table{ID: "communities", Caption: "医共体",
		Columns: []ui.Column{{Label: "名称", Wide: true}, {Label: "牵头医院"}, {Label: "成员单位", Unit: "家", Numeric: true}},
		Empty:   ui.Empty{Title: "还没有医共体", Hint: "由卫健局管理员新建,并选定牵头医院和成员单位", Icon: "diagram-3"}}}
	if who.May(org.ActionManage) {
		v.frame.Primary = &ui.Action{Label: "新建医共体", URL: "/communities/new", Icon: "plus-lg"}
	}
	for _, c := range found {
		v.table.Rows = append(v.table.Rows, ui.Row{URL: communityURL(c.ID), Cells: []ui.Cell{ui.Text(c.Name), ui.Text(c.LeadName), ui.Text(strconv.Itoa(c.Members))}})
	}
	return page.Render(w, r, http.StatusOK, communitiesPage(v))
}

type communityView struct {
	frame   ui.Frame
	members ui.Table
	note    string
	manage  bool
	join    ui.Form
	from    ui.Field
	chosen  ui.Choice
	leave   ui.Form
	who     ui.Choice
	until   ui.Field
}

func (h *handler) community(w http.ResponseWriter, r *http.Request) error {
	return h.showCommunity(w, r, http.StatusOK, form.Of(nil))
}

// showCommunity is the page of one community, with what was typed into its forms when that was refused.
func (h *handler) showCommunity(w http.ResponseWriter, r *http.Request, status int, f *form.Form) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	who := page.Who(r)
	c, err := h.svc.Community(r.Context(), who, id)
	if err != nil {
		return err
	}
	members, err := h.svc.Members(r.Context(), who, id)
	if err != nil {
		return err
	}
	v := communityView{frame: ui.Frame{Title: c.Name, Subtitle: "牵头医院:" + c.LeadName, Crumbs: []ui.Link{{Label: "医共体", URL: "/communities"}, {Label: c.Name}}},
		members: memberTable(members), note: memberNote(c, members), manage: who.May(org.ActionManage)}
	if v.manage {
		v.frame.Primary = &ui.Action{Label: "修改", URL: communityURL(id) + "/edit", Icon: "pencil"}
		free, err := h.free(r, members)
		if err != nil {
			return err
		}
		v.forms(c, f, free, members)
	}
	return page.Render(w, r, status, communityPage(v))
}

// memberNote counts the members, and says when some of them lie outside the reader's scope.
func memberNote(c org.Community, members []org.Membership) string {
	note, seen := "现有 "+strconv.Itoa(c.Members)+" 家", 0
	for _, m := range members {
		if m.LeftOn == nil {
			seen++
		}
	}
	if seen < c.Members {
		note += ",只列出您数据范围内的"
	}
	return note
}

func memberTable(members []org.Membership) ui.Table {
	t := ui.Table{ID: "members", Caption: "成员单位", Columns: []ui.Column{{Label: "编码"}, {Label: "机构", Wide: true}, {Label: "类型"}, {Label: "身份"}, {Label: "加入"}, {Label: "退出"}},
		Empty: ui.Empty{Title: "还没有成员单位", Icon: "hospital"}}
	for _, m := range members {
		role := "成员"
		if m.Lead {
			role = "牵头"
		}
		t.Rows = append(t.Rows, ui.Row{URL: institutionURL(m.InstitutionID), Cells: []ui.Cell{ui.Text(m.Code), ui.LinkTo(m.Name, institutionURL(m.InstitutionID)),
			ui.Text(org.KindTitle(m.Kind)), ui.Text(role), ui.Text(date(&m.JoinedOn)), ui.Text(date(m.LeftOn))}})
	}
	return t
}

// joiners are the kinds offered as members; village clinics and stations follow the institution above them.
var joiners = []string{org.KindCountyHospital, org.KindMCH, org.KindCDC, org.KindTownshipHospital, org.KindCommunityCentre}

// free lists the open institutions that are not members now.
func (h *handler) free(r *http.Request, members []org.Membership) ([]org.Institution, error) {
	all, err := h.svc.All(r.Context(), page.Who(r), org.Filter{Kinds: joiners, State: org.StateOpen})
	if err != nil {
		return nil, err
	}
	in := map[int64]bool{}
	for _, m := range members {
		in[m.InstitutionID] = in[m.InstitutionID] || m.LeftOn == nil
	}
	var out []org.Institution
	for _, i := range all {
		if !in[i.ID] {
			out = append(out, i)
		}
	}
	return out, nil
}

func (v *communityView) forms(c org.Community, f *form.Form, free []org.Institution, members []org.Membership) {
	v.join = ui.Form{ID: "join", Action: communityURL(c.ID) + "/members", Submit: "加入"}
	v.from = ui.Field{Name: "joined_on", Label: "加入日期", Required: true, Value: f.Value("joined_on"), Problem: f.Problem("joined_on")}
	v.chosen = ui.Choice{Field: ui.Field{Name: "members", Label: "成员单位", Problem: f.Problem("members"), Hint: "村卫生室随所属卫生院,不用另选"}, Values: f.Values["members"]}
	for _, i := range free {
		v.chosen.Options = append(v.chosen.Options, ui.Option{Value: i.Code, Label: i.Name})
	}
	v.leave = ui.Form{ID: "leave", Action: communityURL(c.ID) + "/departures", Submit: "退出"}
	v.until = ui.Field{Name: "left_on", Label: "退出日期", Required: true, Value: f.Value("left_on"), Problem: f.Problem("left_on"), Hint: "从这一天起不再是成员"}
	v.who = ui.Choice{Field: ui.Field{Name: "institution", Label: "成员单位", Required: true, Value: f.Value("institution"), Problem: f.Problem("institution")}, Empty: "请选择"}
	for _, m := range members {
		if m.LeftOn == nil && !m.Lead {
			v.who.Options = append(v.who.Options, ui.Option{Value: strconv.FormatInt(m.InstitutionID, 10), Label: m.Name})
		}
	}
}

func (h *handler) join(w http.ResponseWriter, r *http.Request) error {
	id, f, err := communityForm(r)
	if err != nil {
		return err
	}
	on := f.Date("joined_on", "加入日期")
	if on == nil && f.Problem("joined_on") == "" {
		f.Add("joined_on", "请填写加入日期")
	}
	if f.Err() == nil {
		err = h.svc.Join(r.Context(), page.Who(r), id, f.Values["members"], *on)
	}
	if f.Take(err) || f.Err() != nil {
		return h.showCommunity(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, communityURL(id), "已加入 "+strconv.Itoa(len(f.Values["members"]))+" 家成员单位")
}

func (h *handler) leave(w http.ResponseWriter, r *http.Request) error {
	id, f, err := communityForm(r)
	if err != nil {
		return err
	}
	on := f.Date("left_on", "退出日期")
	if on == nil && f.Problem("left_on") == "" {
		f.Add("left_on", "请填写退出日期")
	}
	institution, bad := strconv.ParseInt(f.Value("institution"), 10, 64)
	if bad != nil {
		f.Add("institution", "请选择成员单位")
	}
	if f.Err() == nil {
		err = h.svc.Leave(r.Context(), page.Who(r), id, institution, *on)
	}
	if f.Take(err) || f.Err() != nil {
		return h.showCommunity(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, communityURL(id), "已登记退出")
}

func communityForm(r *http.Request) (int64, *form.Form, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return 0, nil, err
	}
	f, err := form.Parse(r)
	return id, f, err
}
