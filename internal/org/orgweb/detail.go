package orgweb

import (
	"context"
	"net/http"
	"sort"
	"strconv"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/web/ui"
)

type detailView struct {
	frame    ui.Frame
	closed   *ui.Notice
	warnings []ui.Notice
	terms    []ui.Term
	members  ui.Table
	children ui.Table
	below    string
	history  []ui.Event
}

func (h *handler) show(w http.ResponseWriter, r *http.Request) error {
	who := page.Who(r)
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	i, err := h.svc.Get(r.Context(), who, id)
	if err != nil {
		return err
	}
	v, err := h.detail(r.Context(), who, i)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, detailPage(v))
}

func (h *handler) detail(ctx context.Context, who actor.Actor, i org.Institution) (detailView, error) {
	const shown = 100
	children, err := h.svc.List(ctx, who, org.Filter{Parent: i.Code, Limit: shown})
	if err != nil {
		return detailView{}, err
	}
	memberships, err := h.svc.MembershipsOf(ctx, who, i)
	if err != nil {
		return detailView{}, err
	}
	history, err := h.svc.History(ctx, who, i.ID)
	if err != nil {
		return detailView{}, err
	}
	state := status(i.Closed())
	v := detailView{frame: ui.Frame{Title: i.Name, Status: &state, Crumbs: crumbs(i), Actions: changes(who, i), Primary: change(who, i)},
		warnings: warnings(i), terms: terms(i), members: membershipTable(i, memberships), children: childTable(children.Items), history: events(history)}
	if children.Total > 0 {
		v.below = "共 " + strconv.Itoa(children.Total) + " 家"
	}
	if children.Total > shown {
		v.below += ",下面是前 " + strconv.Itoa(shown) + " 家"
	}
	if i.Closed() {
		v.closed = &ui.Notice{Tone: ui.Warn, Title: "已于 " + date(i.ClosedOn) + " 关闭", Text: i.ClosedReason}
	}
	return v, nil
}

func crumbs(i org.Institution) []ui.Link {
	links := []ui.Link{{Label: "机构", URL: "/institutions"}}
	if i.ParentID != nil {
		links = append(links, ui.Link{Label: i.ParentName, URL: institutionURL(*i.ParentID)})
	}
	return append(links, ui.Link{Label: i.Name})
}

func change(who actor.Actor, i org.Institution) *ui.Action {
	if !who.May(org.ActionManage) {
		return nil
	}
	return &ui.Action{Label: "修改", URL: institutionURL(i.ID) + "/edit", Icon: "pencil"}
}

// changes are what else the reader may do with the institution.
func changes(who actor.Actor, i org.Institution) []ui.Action {
	if !who.May(org.ActionManage) || i.ParentID == nil {
		return nil
	}
	if i.Closed() {
		return []ui.Action{{Label: "恢复", URL: institutionURL(i.ID) + "/reopening", Icon: "arrow-counterclockwise", Post: true,
			Reason: "恢复原因", Values: map[string]string{"version": strconv.Itoa(i.Version)}}}
	}
	return []ui.Action{{Label: "关闭", URL: institutionURL(i.ID) + "/closure", Icon: "x-circle", Kind: ui.Danger}}
}

func warnings(i org.Institution) []ui.Notice {
	var out []ui.Notice
	for _, text := range i.Warnings() {
		out = append(out, ui.Notice{Tone: ui.Warn, Text: text})
	}
	return out
}

func terms(i org.Institution) []ui.Term {
	parent := ui.Term{Label: "上级机构", Value: i.ParentName}
	if i.ParentID != nil {
		parent.URL = institutionURL(*i.ParentID)
	}
	place := ui.Term{Label: "所在地", Value: i.DivisionCode}
	if i.DivisionName != "" {
		place.Value = i.DivisionName + " " + i.DivisionCode
		place.URL = "/divisions/" + i.DivisionCode
		if i.TownshipName != "" && i.TownshipName != i.DivisionName {
			place.Value = i.TownshipName + " " + place.Value
		}
	}
	short := i.ShortName
	if short == i.Name {
		short = ""
	}
	return []ui.Term{{Label: "机构编码", Value: i.Code}, {Label: "机构类型", Value: i.KindTitle()}, parent, place,
		{Label: "统一社会信用代码", Value: i.USCC}, {Label: "外部编码", Value: i.ExternalCode, Help: "与其他系统交换数据时使用的编码"},
		{Label: "简称", Value: short}, {Label: "开办日期", Value: date(i.OpenedOn)}, {Label: "电话", Value: i.Phone},
		{Label: "地址", Value: i.Address}, {Label: "备注", Value: i.Note, Wide: true}}
}

func membershipTable(i org.Institution, list []org.Membership) ui.Table {
	t := ui.Table{Caption: "所在医共体", Columns: []ui.Column{{Label: "医共体", Wide: true}, {Label: "身份"}, {Label: "加入"}, {Label: "退出"}},
		Empty: ui.Empty{Title: "不在医共体内", Icon: "diagram-3"}}
	for _, m := range list {
		role := "成员单位"
		if m.Lead {
			role = "牵头医院"
		}
		if m.InstitutionID != i.ID {
			role = "随" + m.Name
		}
		t.Rows = append(t.Rows, ui.Row{URL: communityURL(m.CommunityID), Cells: []ui.Cell{ui.Text(m.Community), ui.Text(role),
			ui.Text(date(&m.JoinedOn)), ui.Text(date(m.LeftOn))}})
	}
	return t
}

func childTable(list []org.Institution) ui.Table {
	t := ui.Table{ID: "children", Caption: "下级机构", Tall: true, Columns: []ui.Column{{Label: "编码"}, {Label: "名称", Wide: true}, {Label: "类型"}, {Label: "状态"}},
		Empty: ui.Empty{Title: "没有下级机构", Icon: "hospital"}}
	for _, i := range list {
		t.Rows = append(t.Rows, ui.Row{URL: institutionURL(i.ID), Cells: []ui.Cell{ui.Text(i.Code), ui.LinkTo(i.Name, institutionURL(i.ID)),
			ui.Text(i.KindTitle()), ui.Node(ui.Badge(status(i.Closed())))}})
	}
	return t
}

// fieldTitles are the Chinese names of what the audit trail keeps.
var fieldTitles = map[string]string{"code": "机构编码", "external_code": "外部编码", "name": "名称", "short_name": "简称", "kind": "类型",
	"parent": "上级机构", "uscc": "统一社会信用代码", "division": "行政区划", "address": "地址", "phone": "电话", "note": "备注",
	"opened_on": "开办日期", "closed_on": "关闭日期", "closed_reason": "关闭原因", "demo": "演示", "population": "常住人口"}

func events(history []org.Change) []ui.Event {
	out := make([]ui.Event, len(history))
	for n, c := range history {
		out[n] = ui.Event{When: ui.DateTime(c.At), Who: doer(c), What: what(c), Note: c.Reason, Changes: changed(c)}
	}
	return out
}

// doer is the person behind a change with the name they sign in with.
func doer(c org.Change) string {
	switch {
	case c.Name != "" && c.Name != c.Username:
		return c.Name + "(" + c.Username + ")"
	case c.Name == "" && c.Username == "system":
		return "系统"
	}
	return c.Username
}

func what(c org.Change) string {
	closed, touched := c.After["closed_on"]
	switch {
	case c.Action == org.ActionImport && c.Before == nil:
		return "导入"
	case c.Before == nil:
		return "新建"
	case c.Action == org.ActionImport:
		return "导入时修改"
	case touched && closed == "":
		return "恢复"
	case touched:
		return "关闭"
	}
	return "修改"
}

func changed(c org.Change) []ui.Changed {
	if c.Before == nil {
		return nil
	}
	var out []ui.Changed
	for field, after := range c.After {
		out = append(out, ui.Changed{Label: title(field), Before: spoken(field, c.Before[field]), After: spoken(field, after)})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Label < out[j].Label })
	return out
}

func title(field string) string {
	if t, known := fieldTitles[field]; known {
		return t
	}
	return field
}

func spoken(field, value string) string {
	if field == "kind" && value != "" {
		return org.KindTitle(value)
	}
	return value
}
