package orgweb

import (
	"net/http"

	"yigai/internal/audit"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/internal/room"
)

func (h *handler) routes() []room.Route {
	return append([]room.Route{
		{Method: "GET", Path: "/institutions", Action: org.ActionView, Handler: h.list, Kept: page.Alike},
		{Method: "GET", Path: "/institutions/tree", Action: org.ActionView, Handler: h.tree},
		{Method: "POST", Path: "/institutions/export", Action: audit.ActionExport, Handler: h.export},
		{Method: "GET", Path: "/institutions/new", Action: org.ActionManage, Handler: h.blank},
		{Method: "POST", Path: "/institutions", Action: org.ActionManage, Handler: h.create},
		{Method: "GET", Path: "/institutions/import", Action: org.ActionImport, Handler: h.importForm},
		{Method: "POST", Path: "/institutions/import", Action: org.ActionImport, Handler: h.importFile},
		{Method: "POST", Path: "/institutions/import/refused", Action: org.ActionImport, Handler: h.refused},
		{Method: "GET", Path: "/institutions/import/template", Action: org.ActionImport, Handler: h.template},
		{Method: "GET", Path: "/institutions/{id}", Action: org.ActionView, Handler: h.show},
		{Method: "GET", Path: "/institutions/{id}/edit", Action: org.ActionManage, Handler: h.edit},
		{Method: "POST", Path: "/institutions/{id}", Action: org.ActionManage, Handler: h.save},
		{Method: "GET", Path: "/institutions/{id}/closure", Action: org.ActionManage, Handler: h.closing},
		{Method: "POST", Path: "/institutions/{id}/closure", Action: org.ActionManage, Handler: h.close},
		{Method: "POST", Path: "/institutions/{id}/reopening", Action: org.ActionManage, Handler: h.reopen},
		{Method: "GET", Path: "/divisions", Action: org.ActionView, Handler: h.divisions},
		{Method: "POST", Path: "/divisions/export", Action: audit.ActionExport, Handler: h.exportDivisions},
		{Method: "GET", Path: "/divisions/{code}", Action: org.ActionView, Handler: h.division},
		{Method: "GET", Path: "/communities", Action: org.ActionView, Handler: h.communities},
		{Method: "GET", Path: "/communities/new", Action: org.ActionManage, Handler: h.blankCommunity},
		{Method: "POST", Path: "/communities", Action: org.ActionManage, Handler: h.createCommunity},
		{Method: "GET", Path: "/communities/{id}", Action: org.ActionView, Handler: h.community},
		{Method: "GET", Path: "/communities/{id}/edit", Action: org.ActionManage, Handler: h.editCommunity},
		{Method: "POST", Path: "/communities/{id}", Action: org.ActionManage, Handler: h.saveCommunity},
		{Method: "POST", Path: "/communities/{id}/members", Action: org.ActionManage, Handler: h.join},
		{Method: "POST", Path: "/communities/{id}/departures", Action: org.ActionManage, Handler: h.leave},
	}, h.apiRoutes()...)
}

func (h *handler) apiRoutes() []room.Route {
	return []room.Route{
		{Method: "GET", Path: "/api/v1/institutions", Action: org.ActionView, Handler: h.apiList, Doc: &room.Doc{
			Summary: "机构列表", Response: apiPage{}, Query: []room.Param{
				{Name: "kind", Description: "机构类型,可用逗号列出几个", Example: org.KindTownshipHospital},
				{Name: "parent", Description: "上级机构编码,或县代码", Example: "150523"},
				{Name: "descendants", Description: "true:连同下级的下级", Example: "true"},
				{Name: "text", Description: "名称的一部分或编码的开头;也可以写 q", Example: "麦新"},
				{Name: "township", Description: "乡镇代码(9 位)", Example: "150523103"},
				{Name: "state", Description: "open 开办中,closed 已关闭", Example: org.StateOpen},
				{Name: "limit", Description: "每页条数,最多 500", Example: "50"},
				{Name: "cursor", Description: "上一页答复里的 next"},
			}}},
		{Method: "POST", Path: "/api/v1/institutions", Action: org.ActionManage, Handler: h.apiCreate, Doc: &room.Doc{
			Summary: "新建机构;同样的机构已存在时答 200,不同时答 409", Body: apiDraft{}, Response: apiInstitution{}, Status: http.StatusCreated}},
		{Method: "PATCH", Path: "/api/v1/institutions", Action: org.ActionManage, Handler: h.apiPatch, Doc: &room.Doc{
			Summary: "修改机构,由内容里的 code 指明;没有给出的字段不变", Body: apiChange{}, Response: apiInstitution{}}},
		{Method: "GET", Path: "/api/v1/institutions/{code}", Action: org.ActionView, Handler: h.apiGet, Doc: &room.Doc{
			Summary: "一个机构", Response: apiInstitution{}}},
		{Method: "PATCH", Path: "/api/v1/institutions/{code}", Action: org.ActionManage, Handler: h.apiPatch, Doc: &room.Doc{
			Summary: "修改机构;没有给出的字段不变", Body: apiChange{}, Response: apiInstitution{}}},
	}
}
