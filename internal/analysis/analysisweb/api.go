package analysisweb

import (
	"net/http"

	"yigai/internal/analysis"
	"yigai/internal/page"
	"yigai/internal/room"
)

// apiTable is a table for programs: the same as on the page, with every number as it is computed.
type apiTable struct {
	From    string      `json:"from"`
	To      string      `json:"to"`
	Heads   []string    `json:"heads"`
	Columns []apiColumn `json:"columns"`
	Rows    []apiRow    `json:"rows"`
	Pages   []string    `json:"pages,omitempty"`
	Page    string      `json:"page,omitempty"`
	Notes   []string    `json:"notes,omitempty"`
}

type apiColumn struct {
	Group   string `json:"group,omitempty"`
	Label   string `json:"label"`
	Unit    string `json:"unit,omitempty"`
	Measure string `json:"measure"`
}

type apiRow struct {
	Heads []string  `json:"heads"`
	Sum   string    `json:"sum,omitempty"` // subtotal or total
	Cells []apiCell `json:"cells"`
}

type apiCell struct {
	State string  `json:"state"` // unasked, missing, not_applicable, value, none
	Value *string `json:"value,omitempty"`
	Note  string  `json:"note,omitempty"`
	Given int     `json:"given,omitempty"`
	Due   int     `json:"due,omitempty"`
}

func (h *handler) api() room.Route {
	return room.Route{Method: http.MethodGet, Path: "/api/v1/analysis", Action: analysis.ActionView, Handler: h.apiTable, Doc: &room.Doc{
		Summary: "自定义表:单位 × 项目 × 时间;参数与网页 /analysis 的网址相同", Response: apiTable{}, Query: []room.Param{
			{Name: "item", Description: "项目,可重复:e:数据项代码 或 i:指标代码", Example: "e:visits_total"},
			{Name: "kind", Description: "机构类型,可重复;不给为数据范围内各类机构", Example: "township_hospital"},
			{Name: "township", Description: "乡镇代码(9 位)", Example: "150523103"},
			{Name: "under", Description: "上级机构编码", Example: "150523"},
			{Name: "unit", Description: "机构编码,可重复;给出后 kind、township、under 不起作用", Example: "K-T04"},
			{Name: "by", Description: "合并:unit、kind、township、parent、all", Example: "unit"},
			{Name: "m", Description: "显示,可重复:value、yoy、pop、share、rank、ytd", Example: "value"},
			{Name: "when", Description: "时间:last、ytd、last12,或 range 加 from、to", Example: "range"},
			{Name: "from", Description: "起始月份", Example: "2026-01"},
			{Name: "to", Description: "截止月份,最长 60 个月", Example: "2026-06"},
			{Name: "grain", Description: "month、quarter、half、year", Example: "quarter"},
		}}}
}

func (h *handler) apiTable(w http.ResponseWriter, r *http.Request) error {
	q, err := analysis.Parse(r.URL.Query())
	if err != nil {
		return err
	}
	t, _, err := h.svc.Open(r.Context(), page.Who(r), q)
	if err != nil {
		return err
	}
	return page.JSON(w, http.StatusOK, newAPITable(t))
}

func newAPITable(t analysis.Table) apiTable {
	out := apiTable{From: t.From.String(), To: t.To.String(), Heads: append([]string{}, t.Heads...), Columns: []apiColumn{}, Rows: []apiRow{}, Page: t.Page, Notes: t.Notes}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, apiColumn{c.Group, c.Label, c.Unit, c.Measure})
	}
	for _, p := range t.Pages {
		out.Pages = append(out.Pages, p.Name)
	}
	for _, r := range t.Rows {
		row := apiRow{Heads: r.Heads, Cells: make([]apiCell, len(r.Cells))}
		switch {
		case r.Total:
			row.Sum = "total"
		case r.Subtotal:
			row.Sum = "subtotal"
		}
		for n, c := range r.Cells {
			row.Cells[n] = newAPICell(c)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

var stateNames = map[analysis.State]string{analysis.Unasked: "unasked", analysis.Missing: "missing",
	analysis.NotApplicable: "not_applicable", analysis.Number: "value", analysis.None: "none"}

func newAPICell(c analysis.Cell) apiCell {
	out := apiCell{State: stateNames[c.State], Given: c.Given, Due: c.Due}
	switch c.State {
	case analysis.Number:
		text := c.Value.String()
		out.Value = &text
	case analysis.None:
		out.Note = c.Note
	}
	return out
}
