package clinicweb

import (
	"net/http"

	"yigai/internal/audit"
	"yigai/internal/clinic"
	"yigai/internal/page"
	"yigai/internal/room"
)

func get(path, action string, h page.Handler) room.Route {
	return room.Route{Method: http.MethodGet, Path: path, Action: action, Handler: h}
}

func post(path, action string, h page.Handler) room.Route {
	return room.Route{Method: http.MethodPost, Path: path, Action: action, Handler: h}
}

func (h *handler) routes() []room.Route {
	return []room.Route{
		get("/clinics", clinic.ActionView, h.list),
		post("/clinics/export", audit.ActionExport, h.export),
		get("/clinics/grid", clinic.ActionEdit, h.grid),
		post("/clinics/grid", clinic.ActionEdit, h.saveGrid),
		get("/clinics/import", clinic.ActionManage, h.importForm),
		post("/clinics/import", clinic.ActionManage, h.importFile),
		post("/clinics/import/refused", clinic.ActionManage, h.refused),
		get("/clinics/import/template", clinic.ActionManage, h.template),
		get("/clinics/coverage", clinic.ActionView, h.coverage),
		post("/clinics/coverage/export", audit.ActionExport, h.exportCoverage),
		get("/clinics/villages/new", clinic.ActionManage, h.newVillage),
		post("/clinics/villages", clinic.ActionManage, h.addVillage),
		get("/clinics/villages/{code}", clinic.ActionManage, h.village),
		post("/clinics/villages/{code}", clinic.ActionManage, h.saveVillage),
		get("/clinics/visits", clinic.ActionView, h.visits),
		get("/clinics/visits/new", clinic.ActionManage, h.newVisit),
		post("/clinics/visits", clinic.ActionManage, h.planVisit),
		get("/clinics/visits/{id}", clinic.ActionManage, h.visit),
		post("/clinics/visits/{id}", clinic.ActionManage, h.logVisit),
		get("/clinics/assessments", clinic.ActionView, h.assessments),
		get("/clinics/projects", clinic.ActionView, h.projects),
		post("/clinics/projects/export", audit.ActionExport, h.exportProjects),
		get("/clinics/projects/new", clinic.ActionManage, h.newProject),
		post("/clinics/projects", clinic.ActionManage, h.addProject),
		get("/clinics/projects/{id}", clinic.ActionManage, h.project),
		post("/clinics/projects/{id}", clinic.ActionManage, h.saveProject),
		get("/clinics/{id}/assessment", clinic.ActionView, h.assessment),
		post("/clinics/{id}/assessment", clinic.ActionManage, h.assess),
		get("/clinics/{id}/photos", clinic.ActionView, h.photos),
		post("/clinics/{id}/photos", clinic.ActionEdit, h.addPhoto),
		get("/clinics/{id}/photos/{photo}", clinic.ActionView, h.picture),
		post("/clinics/{id}/photos/{photo}/removal", clinic.ActionEdit, h.removePhoto),
		get("/clinics/{id}", clinic.ActionView, h.show),
		get("/clinics/{id}/edit", clinic.ActionEdit, h.edit),
		post("/clinics/{id}", clinic.ActionEdit, h.save),
	}
}
