// Package report is what leaves the house and what proves it: exports of reports, figures and indicators, the log of
// every file that was taken out, and the audit trail as auditors read it.
//
// Words: an export is one file with its kind, filter, number of rows and hash; a trail is the list of audit entries.
//
// Its files are logged by package audit, as those of every room; everything is read through the other rooms' tables and
// views. Everyone with report.export
// takes out what lies in their scope; the audit trail asks for audit.view, its security part for audit.security.
//
// A file holds no time of its own: the same figures give the same bytes, so that a hash in the log proves a file.
package report

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// Names of the actions.
const (
	ActionExport   = audit.ActionExport
	ActionTrail    = "audit.view"
	ActionSecurity = "audit.security"
)

// Actions are the permissions of this room. The auditor follows the county's work; accounts, sign-ins and tokens are
// the business of the audit administrator alone (三员分立).
var Actions = []actor.Action{
	{Name: ActionExport, Title: "导出数据", Roles: []string{actor.CountyLeader, actor.BureauAdmin, actor.BureauStaff,
		actor.InstitutionAdmin, actor.Auditor}},
	{Name: ActionTrail, Title: "查看审计日志", Roles: []string{actor.Auditor, actor.AuditAdmin}},
	{Name: ActionSecurity, Title: "查看账号与登录的审计日志", Roles: []string{actor.AuditAdmin}},
}

// MaxRows bounds one export.
const MaxRows = 1_000_000

// Service makes exports, keeps their log and reads the trail.
type Service struct {
	db      *pgxpool.Pool
	replica *pgxpool.Pool // figures are read here; the log is written to db
	now     func() time.Time
	reports *reporting.Service
	allowed *actor.Permissions // says what an action is called
	most    int64
	places  chan struct{} // exports that are being made
	proving chan struct{} // the proof of a chain that is being made
}

// atOnce is how many exports are made at the same time; a pool has ten connections or more.
const atOnce = 3

// New builds the service; the replica is the same pool as db when there is none. Single reports are read through
// reports, and allowed says what the actions of the trail are called.
func New(db, replica *pgxpool.Pool, now func() time.Time, reports *reporting.Service, allowed *actor.Permissions) *Service {
	return &Service{db: db, replica: replica, now: now, reports: reports, allowed: allowed, most: MaxRows, places: make(chan struct{}, atOnce),
		proving: make(chan struct{}, 1)}
}

// monthInHand is the month whose reports are filled now: the last one that is over.
func (s *Service) monthInHand() period.Month { return period.MonthOf(s.now()).Prev() }
