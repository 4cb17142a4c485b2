package noticeweb

import (
	"yigai/internal/notice"
	"yigai/internal/room"
)

func (h *handler) routes() []room.Route {
	return []room.Route{
		{Method: "GET", Path: "/account/messages", Handler: h.messages},
		{Method: "GET", Path: "/account/messages/{id}", Handler: h.openMessage},
		{Method: "POST", Path: "/account/messages/reading", Handler: h.readAll},
		{Method: "GET", Path: "/account/notifications", Handler: h.preference},
		{Method: "POST", Path: "/account/notifications", Handler: h.savePreference},
		{Method: "GET", Path: "/circulars", Action: notice.ActionView, Handler: h.circulars},
		{Method: "POST", Path: "/circulars", Action: notice.ActionIssue, Handler: h.draft},
		{Method: "GET", Path: "/circulars/{id}", Action: notice.ActionView, Handler: h.circular},
		{Method: "POST", Path: "/circulars/{id}", Action: notice.ActionIssue, Handler: h.editCircular},
		{Method: "POST", Path: "/circulars/{id}/issue", Action: notice.ActionIssue, Handler: h.issue},
		{Method: "POST", Path: "/circulars/{id}/deletion", Action: notice.ActionIssue, Handler: h.discard},
		{Method: "GET", Path: "/circulars/{id}/document.docx", Action: notice.ActionView, Handler: h.document},
		{Method: "GET", Path: "/circulars/{id}/table.xlsx", Action: notice.ActionView, Handler: h.table},
		{Method: "GET", Path: "/notice-setting", Action: notice.ActionConfigure, Handler: h.setting},
		{Method: "POST", Path: "/notice-setting", Action: notice.ActionConfigure, Handler: h.saveSetting},
		{Method: "GET", Path: "/outbox", Action: notice.ActionOutbox, Handler: h.outbox},
		{Method: "POST", Path: "/outbox/{id}/retry", Action: notice.ActionOutbox, Handler: h.retry},
		{Method: "POST", Path: "/outbox/{id}/cancellation", Action: notice.ActionOutbox, Handler: h.cancel},
	}
}
