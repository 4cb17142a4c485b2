package app

import (
	"yigai/internal/account/accountweb"
	"yigai/internal/analysis/analysisweb"
	"yigai/internal/clinic/clinicweb"
	"yigai/internal/compliance/complianceweb"
	"yigai/internal/exchange/exchangeweb"
	"yigai/internal/indicator/indicatorweb"
	"yigai/internal/notice/noticeweb"
	"yigai/internal/org/orgweb"
	"yigai/internal/overview/overviewweb"
	"yigai/internal/policy/policyweb"
	"yigai/internal/register/registerweb"
	"yigai/internal/report/reportweb"
	"yigai/internal/reporting/reportingweb"
	"yigai/internal/room"
	"yigai/internal/validation/validationweb"
	"yigai/internal/workbook/workbookweb"
)

// rooms lists every capability from the ground up: a room may import only rooms above it.
func (a *App) rooms() ([]room.Room, *accountweb.Gate) {
	accounts, gate := accountweb.Room(a.Deps, a.Sessions)
	return []room.Room{
		orgweb.Room(a.Deps),
		accounts,
		policyweb.Room(a.Deps),
		registerweb.Room(a.Deps),
		clinicweb.Room(a.Deps),
		reportingweb.Room(a.Deps, reportingweb.Beside(validationweb.Marks(a.Deps))),
		workbookweb.Room(a.Deps),
		validationweb.Room(a.Deps),
		indicatorweb.Room(a.Deps),
		complianceweb.Room(a.Deps),
		exchangeweb.Room(a.Deps),
		analysisweb.Room(a.Deps),
		overviewweb.Room(a.Deps),
		noticeweb.Room(a.Deps, a.Config.Gateways.Channels()),
		reportweb.Room(a.Deps),
		a.hall(),
	}, gate
}
