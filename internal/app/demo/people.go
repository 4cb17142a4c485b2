package demo

import (
	"context"
	"fmt"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/fault"
)

// post is one account of the demo.
type post struct {
	username, role, place string
	scope                 string // "" for the one that the role is offered first
}

// bureau is the health commission of the county.
const bureau = "K-B01"

// posts are the accounts: one for each role, clerks for four township hospitals and the lead hospital.
var posts = []post{
	{"leader", actor.CountyLeader, bureau, ""},
	{"bureau", actor.BureauAdmin, bureau, ""},
	{"reviewer", actor.BureauStaff, bureau, ""},
	{"reviewer2", actor.BureauStaff, bureau, ""},
	{"hospital", actor.LeadHospital, leadCode, account.ScopeList},
	{"hospital-clerk", actor.InstitutionReporter, leadCode, ""},
	{"maixin-admin", actor.InstitutionAdmin, "K-T04", ""},
	{"maixin", actor.InstitutionReporter, "K-T04", ""},
	{"kailu", actor.InstitutionReporter, "K-T01", ""},
	{"dayushu", actor.InstitutionReporter, "K-T02", ""},
	{"heilongba", actor.InstitutionReporter, "K-T03", ""},
	{"village", actor.VillageDoctor, "K-V082", ""},
	{"family", actor.FamilyDoctor, "K-T04", ""},
	{"secondment", actor.SecondmentOfficer, bureau, ""},
	{"finance", actor.FinanceOfficer, bureau, ""},
	{"insurance", actor.PartnerDepartment, insurer, ""},
	{"auditor", actor.Auditor, bureau, ""},
	{"sysadmin", actor.SystemAdmin, "", ""},
	{"secadmin", actor.SecurityAdmin, "", ""},
	{"auditadmin", actor.AuditAdmin, "", ""},
}

// person entered, submitted or reviewed; id 0 is somebody without an account.
type person struct {
	id   int64
	name string
}

// staff knows who does the reporting of each institution, and the reviewers.
type staff struct {
	clerks    map[string]person // by code
	reviewers []person
	names     names
}

// people makes the accounts. Those of a load that was broken off get a new password, to be changed at the first sign-in.
func (l *load) people(ctx context.Context) error {
	n, err := readNames()
	if err != nil {
		return err
	}
	l.staff = staff{clerks: map[string]person{}, names: n}
	there, err := l.accounts.List(ctx, account.Operator(), account.Filter{County: l.county.ID, Limit: 500})
	if err != nil {
		return err
	}
	known := map[string]account.Account{}
	for _, a := range there.Items {
		known[a.Username] = a
	}
	for _, p := range posts {
		if err := l.employ(ctx, p, known); err != nil {
			return fmt.Errorf("account %s: %w", p.username, err)
		}
	}
	return nil
}

func (l *load) employ(ctx context.Context, p post, known map[string]account.Account) (err error) {
	a, there := known[p.username]
	var password string
	if there {
		password, err = l.accounts.ResetPassword(ctx, account.Operator(), a.ID, "")
	} else {
		a, password, err = l.accounts.Provision(ctx, l.draft(p))
	}
	if fault.IsFault(err) {
		return fmt.Errorf("用户名 %s 无法建立,数据库里可能已有别的账号: %w", p.username, err)
	}
	if err != nil {
		return err
	}
	l.made = append(l.made, Account{Username: p.username, Name: a.Name, Role: actor.RoleTitle(p.role), Place: l.placeName(p), Password: password})
	l.staff.note(p, person{a.ID, a.Name})
	return nil
}

func (l *load) draft(p post) account.Draft {
	g := account.Grant{InstitutionID: l.ids[p.place], Roles: []string{p.role}, Scope: p.scope}
	if g.Scope == "" {
		g.Scope = offeredScope(p.role)
	}
	if g.Scope == account.ScopeList {
		for _, code := range append(l.members(), leadCode) {
			g.List = append(g.List, l.ids[code])
		}
	}
	return account.Draft{CountyID: l.county.ID, Username: p.username, Name: l.staff.names.of(p.username), Grant: g, Settled: true}
}

func offeredScope(role string) string {
	for _, r := range actor.Roles {
		if r.Name == role {
			return r.Scope
		}
	}
	return account.ScopeInstitution
}

func (l *load) placeName(p post) string {
	if s, ok := l.world.byCode[p.place]; ok {
		return s.name
	}
	return Name
}

func (s *staff) note(p post, who person) {
	switch p.role {
	case actor.InstitutionReporter, actor.PartnerDepartment:
		s.clerks[p.place] = who
	case actor.BureauStaff:
		s.reviewers = append(s.reviewers, who)
	}
}

// clerk is who fills the institution's reports; most have no account in the demo.
func (s *staff) clerk(code string) person {
	if known, ok := s.clerks[code]; ok {
		return known
	}
	return person{name: s.names.of("clerk " + code)}
}

// names are what synthetic people are called.
type names struct{ family, given []string }

func readNames() (n names, err error) {
	rows, err := readTable("names.csv")
	for _, row := range rows {
		if row[0] == "family" {
			n.family = append(n.family, row[1])
		} else {
			n.given = append(n.given, row[1])
		}
	}
	return n, err
}

// of is the name of one person, the same every time.
func (n names) of(who string) string {
	pick := func(list []string, part string) string { return list[draw(0, int64(len(list)-1), "name", part, who)] }
	return pick(n.family, "family") + pick(n.given, "given")
}
