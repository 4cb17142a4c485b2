package reportingweb

import (
	"net/http"

	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/internal/room"
)

// api lists the addresses that other systems use; the shapes are documented by the types they name.
func (h *handlers) api() []room.Route {
	route := func(method, path, action string, handler page.Handler, doc room.Doc) room.Route {
		return room.Route{Method: method, Path: "/api/v1" + path, Action: action, Handler: handler, Doc: &doc}
	}
	return []room.Route{
		route(http.MethodGet, "/elements", reporting.ActionView, h.apiElements, room.Doc{Summary: "数据项", Response: items[elementJSON]{}}),
		route(http.MethodPost, "/elements", reporting.ActionConfigure, h.apiCreateElement,
			room.Doc{Summary: "新增数据项;已有且相同的不变", Body: elementJSON{}, Response: elementJSON{}, Status: http.StatusCreated}),
		route(http.MethodPatch, "/elements/{slug}", reporting.ActionConfigure, h.apiEditElement,
			room.Doc{Summary: "修改数据项,只给要改的字段", Body: elementPatch{}, Response: elementJSON{}}),
		route(http.MethodGet, "/forms", reporting.ActionView, h.apiForms, room.Doc{Summary: "报表和表样", Response: items[formJSON]{}}),
		route(http.MethodPost, "/forms", reporting.ActionConfigure, h.apiPublishForm,
			room.Doc{Summary: "新增报表,或发布新的表样版本", Body: formIn{}, Response: formJSON{}, Status: http.StatusCreated}),
		route(http.MethodPatch, "/forms/{slug}", reporting.ActionConfigure, h.apiEditForm,
			room.Doc{Summary: "修改报表的名称、截止规则或停用", Body: formPatch{}, Response: formJSON{}}),
		route(http.MethodGet, "/reports", reporting.ActionView, h.apiReports, room.Doc{Summary: "月报", Query: reportParams, Response: items[reportJSON]{}}),
		route(http.MethodGet, "/reports/{id}", reporting.ActionView, h.apiReport, room.Doc{Summary: "一份月报", Response: reportJSON{}}),
		route(http.MethodPost, "/reports/{id}/submission", reporting.ActionSubmit, h.apiSubmit,
			room.Doc{Summary: "上报", Body: submissionIn{}, Response: reportJSON{}}),
		route(http.MethodPost, "/reports/{id}/return", reporting.ActionReview, h.apiReturn, room.Doc{Summary: "退回;可以写明看过的是第几次上报,之后又重新上报的不退回", Body: returnIn{}, Response: reportJSON{}}),
		route(http.MethodPost, "/reports/{id}/check", reporting.ActionReview, h.apiCheck,
			room.Doc{Summary: "初审通过(两级审核的报表);可以写明看过的是第几次上报", Body: acceptanceIn{}, Optional: true, Response: reportJSON{}}),
		route(http.MethodPost, "/reports/{id}/acceptance", reporting.ActionReview, h.apiAccept,
			room.Doc{Summary: "审核通过;可以写明看过的是第几次上报,之后又重新上报的不通过", Body: acceptanceIn{}, Optional: true, Response: reportJSON{}}),
		route(http.MethodPost, "/reports/{id}/reopening", reporting.ActionReopen, h.apiReopen, room.Doc{Summary: "解锁更正", Body: reasonIn{}, Response: reportJSON{}}),
	}
}

// items is one page of a list; Next goes on with ?cursor=.
type items[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

func listOf[T any](list []T, next string) items[T] {
	if list == nil {
		list = []T{}
	}
	answer := items[T]{Items: list}
	if next != "" {
		answer.Next = &next
	}
	return answer
}

var reportParams = []room.Param{
	{Name: "institution", Description: "机构编码", Example: "K-T01"},
	{Name: "descendants", Description: "连同下级机构", Example: "true"},
	{Name: "period", Description: "月份", Example: "2026-07"},
	{Name: "form", Description: "报表编码", Example: "township_monthly"},
	{Name: "state", Description: "状态,可用逗号分隔", Example: "submitted"},
	{Name: "limit", Description: "每页份数,最多 200", Example: "100"},
	{Name: "cursor", Description: "上一页给出的位置", Example: ""},
}
