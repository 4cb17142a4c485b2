package validationweb

import (
	"yigai/internal/reporting"
	"yigai/internal/room"
	"yigai/internal/validation"
)

func (h *handler) routes() []room.Route {
	return []room.Route{
		{Method: "GET", Path: "/check-rules", Action: reporting.ActionView, Handler: h.rules},
		{Method: "POST", Path: "/check-rules", Action: reporting.ActionManageRules, Handler: h.saveRule},
		{Method: "GET", Path: "/check-rules/new", Action: reporting.ActionManageRules, Handler: h.newRule},
		{Method: "GET", Path: "/check-rules/elements", Action: reporting.ActionManageRules, Handler: h.elements},
		{Method: "POST", Path: "/check-rules/check", Action: reporting.ActionManageRules, Handler: h.checkExpression},
		{Method: "POST", Path: "/check-rules/trial", Action: reporting.ActionManageRules, Handler: h.tryRule},
		{Method: "GET", Path: "/check-rules/{rule}", Action: reporting.ActionView, Handler: h.rule},
		{Method: "GET", Path: "/check-rules/{rule}/edit", Action: reporting.ActionManageRules, Handler: h.editRule},
		{Method: "GET", Path: "/check-settings", Action: reporting.ActionManageRules, Handler: h.setting},
		{Method: "POST", Path: "/check-settings", Action: reporting.ActionManageRules, Handler: h.saveSetting},
		{Method: "POST", Path: "/check-settings/limits", Action: reporting.ActionManageRules, Handler: h.saveLimit},
		{Method: "GET", Path: "/validation", Action: validation.ActionView, Handler: h.runs},
		{Method: "POST", Path: "/validation", Action: validation.ActionRun, Handler: h.start},
		{Method: "GET", Path: "/validation/{id}", Action: validation.ActionView, Handler: h.run},
		{Method: "GET", Path: "/validation/{id}/progress", Action: validation.ActionView, Handler: h.progress},
		{Method: "POST", Path: "/validation/{id}/cancellation", Action: validation.ActionRun, Handler: h.cancel},
		{Method: "GET", Path: "/validation/{id}/results.xlsx", Action: validation.ActionView, Handler: h.export},
		{Method: "GET", Path: "/follow-ups", Action: reporting.ActionView, Handler: h.followUps},
		{Method: "POST", Path: "/follow-ups", Action: validation.ActionFollow, Handler: h.follow},
		{Method: "GET", Path: "/follow-ups/new", Action: validation.ActionFollow, Handler: h.newFollowUp},
		{Method: "GET", Path: "/follow-ups/{id}", Action: reporting.ActionView, Handler: h.followUp},
		{Method: "POST", Path: "/follow-ups/{id}/resolution", Action: reporting.ActionView, Handler: h.resolve},
	}
}
