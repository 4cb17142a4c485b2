package reportingweb

import (
	"net/http"

	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/internal/room"
)

// pages lists the addresses that people open.
func (h *handlers) pages() []room.Route {
	get := func(path, action string, handler page.Handler) room.Route {
		return room.Route{Method: http.MethodGet, Path: path, Action: action, Handler: handler}
	}
	post := func(path, action string, handler page.Handler) room.Route {
		return room.Route{Method: http.MethodPost, Path: path, Action: action, Handler: handler}
	}
	return []room.Route{
		get("/reporting", reporting.ActionView, h.index).For(page.Alike),
		get("/reporting/board", reporting.ActionView, h.board).For(page.Alike),
		get("/reporting/{id}", reporting.ActionView, h.report),
		post("/reporting/{id}", reporting.ActionEnter, h.saveReport),
		get("/reporting/{id}/sibling", reporting.ActionView, h.sibling),
		post("/reporting/{id}/cells", reporting.ActionEnter, h.saveCells),
		post("/reporting/{id}/carry", reporting.ActionEnter, h.carry),
		post("/reporting/{id}/live", reporting.ActionEnter, h.live),
		post("/reporting/{id}/explanations", reporting.ActionEnter, h.explain),
		get("/reporting/{id}/cells/{subject}/{element}", reporting.ActionView, h.showDetails),
		post("/reporting/{id}/cells/{subject}/{element}/comment", reporting.ActionEnter, h.comment),
		post("/reporting/{id}/cells/{subject}/{element}/remarks", reporting.ActionView, h.remark),
		post("/reporting/{id}/cells/{subject}/{element}/resolution", reporting.ActionView, h.resolve),
		get("/reporting/{id}/differences", reporting.ActionView, h.differences),
		get("/reporting/{id}/print", reporting.ActionView, h.printReport),
		post("/reporting/{id}/signature", reporting.ActionSubmit, h.sign),
		post("/reporting/{id}/submission", reporting.ActionSubmit, h.submitReport),
		post("/reporting/{id}/return", reporting.ActionReview, h.sendBack),
		post("/reporting/{id}/remarks", reporting.ActionReview, h.sendRemarks),
		post("/reporting/{id}/acceptance", reporting.ActionReview, h.accept),
		post("/reporting/{id}/look", reporting.ActionReview, h.look),
		post("/reporting/{id}/corrections", reporting.ActionView, h.askCorrection),
		post("/reporting/{id}/reopening", reporting.ActionReopen, h.reopen),
		post("/reporting/opening", reporting.ActionConfigure, h.openMonth),
		get("/review", reporting.ActionReview, h.reviewIndex).For(page.Oneself),
		post("/review/acceptance", reporting.ActionReview, h.passMany),
		post("/review/return", reporting.ActionReview, h.returnMany),
		post("/review/choice", reporting.ActionReview, h.choose),
		post("/review/columns", reporting.ActionReview, h.keepColumns),
		get("/review/settings", reporting.ActionReview, h.reviewRules),
		post("/review/settings", reporting.ActionConfigure, h.setReviewRule),
		get("/corrections", reporting.ActionView, h.corrections),
		post("/corrections/export", reporting.ActionView, h.exportCorrections),
		post("/corrections/{id}/approval", reporting.ActionReopen, h.approveCorrection),
		post("/corrections/{id}/refusal", reporting.ActionReopen, h.refuseCorrection),
		get("/forms", reporting.ActionView, h.forms),
		get("/forms/{slug}", reporting.ActionView, h.formPreview),
		post("/forms/{slug}", reporting.ActionConfigure, h.editForm),
		post("/forms/{slug}/assignment", reporting.ActionConfigure, h.assign),
		get("/derivations", reporting.ActionView, h.derivations),
		post("/derivations", reporting.ActionConfigure, h.saveDerivation),
		get("/derivations/new", reporting.ActionConfigure, h.newDerivation),
		get("/derivations/{slug}", reporting.ActionView, h.derivation),
		get("/timeliness", reporting.ActionView, h.timeliness),
		post("/timeliness/export", reporting.ActionView, h.exportTimeliness),
		get("/deadlines", reporting.ActionExtend, h.deadlines),
		post("/deadlines/grace", reporting.ActionExtend, h.setGrace),
		post("/deadlines/calendar", reporting.ActionExtend, h.setDay),
		post("/deadlines/calendar/removal", reporting.ActionExtend, h.clearDay),
		get("/extensions", reporting.ActionExtend, h.extensions),
		post("/extensions", reporting.ActionExtend, h.extend),
		get("/elements", reporting.ActionView, h.elements),
		get("/elements/new", reporting.ActionConfigure, h.newElement),
		post("/elements", reporting.ActionConfigure, h.createElement),
		get("/elements/{slug}", reporting.ActionConfigure, h.editElement),
		post("/elements/{slug}", reporting.ActionConfigure, h.updateElement),
	}
}
