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
		get("/clinics/{id}", clinic.ActionView, h.show),
		get("/clinics/{id}/edit", clinic.ActionEdit, h.edit),
		post("/clinics/{id}", clinic.ActionEdit, h.save),
	}
}
