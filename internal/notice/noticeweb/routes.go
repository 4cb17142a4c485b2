package noticeweb

import "yigai/internal/room"

func (h *handler) routes() []room.Route {
	return []room.Route{
		{Method: "GET", Path: "/account/messages", Handler: h.messages},
		{Method: "GET", Path: "/account/messages/{id}", Handler: h.openMessage},
		{Method: "POST", Path: "/account/messages/reading", Handler: h.readAll},
		{Method: "GET", Path: "/account/notifications", Handler: h.preference},
		{Method: "POST", Path: "/account/notifications", Handler: h.savePreference},
	}
}
