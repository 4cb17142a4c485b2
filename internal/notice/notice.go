// Package notice tells people what happened and what is owed: messages inside the product, reminders before and after
// deadlines, the outbox of the gateways, and circulars (通报) about units that were late.
//
// Words: a message is for one person; a reminder is a message about reports that are owed; the outbox holds what is to
// leave by a gateway (gateway); a circular is the numbered notice of a month or quarter, which stays as it was once
// it is issued.
//
// Tables: message, message_preference, message_address, outbox, notice_setting, circular, circular_counter; it reads the
// view account_reach to find who is meant by a role and a place. Everybody reads their own messages and says by which
// channel they want which kind; notice.view reads issued circulars, notice.issue drafts and issues them,
// notice.configure sets the county's reminders and templates, notice.outbox looks after what leaves.
//
// Every message has a source, what it is about, so that a job that runs twice or on two servers says it once.
package notice

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/gateway"
	"yigai/internal/reporting"
	"yigai/internal/secret"
)

// Names of the actions.
const (
	ActionView      = "notice.view"
	ActionIssue     = "notice.issue"
	ActionConfigure = "notice.configure"
	ActionOutbox    = "notice.outbox"
)

// Actions are the permissions of this room.
var Actions = []actor.Action{
	{Name: ActionView, Title: "查看通报", Roles: []string{
		actor.CountyLeader, actor.BureauAdmin, actor.BureauStaff, actor.LeadHospital, actor.InstitutionAdmin,
		actor.InstitutionReporter, actor.FinanceOfficer, actor.PartnerDepartment, actor.Auditor}},
	{Name: ActionIssue, Title: "起草、印发通报", Roles: []string{actor.BureauAdmin}},
	{Name: ActionConfigure, Title: "设置催报和通报", Roles: []string{actor.BureauAdmin}},
	{Name: ActionOutbox, Title: "管理外发消息", Roles: []string{actor.BureauAdmin, actor.SystemAdmin}},
}

// Outside is how messages leave the house.
type Outside struct {
	Channels []gateway.Channel
	Box      *secret.Box // seals where people are reached
	BaseURL  string      // where a message says to sign in
}

// Service tells people in all counties of one database.
type Service struct {
	db          *pgxpool.Pool
	now         func() time.Time
	reporting   *reporting.Service
	permissions *actor.Permissions
	out         Outside
}

// New builds the service. Permissions may still be empty; they are read while serving.
func New(db *pgxpool.Pool, now func() time.Time, r *reporting.Service, p *actor.Permissions, out Outside) *Service {
	return &Service{db: db, now: now, reporting: r, permissions: p, out: out}
}

// rolesWith are the preset roles that hold an action.
func (s *Service) rolesWith(action string) []string {
	for _, a := range s.permissions.Declared() {
		if a.Name == action {
			return a.Roles
		}
	}
	return []string{}
}

// Channels are the ways out that this installation has, in the order they are shown.
func (s *Service) Channels() []string {
	var out []string
	for _, t := range gateway.Titles {
		for _, c := range s.out.Channels {
			if c.Name() == t.Name {
				out = append(out, t.Name)
			}
		}
	}
	return out
}
