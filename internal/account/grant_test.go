package account_test

import (
	"slices"
	"testing"

	"yigai/internal/account"
	"yigai/internal/account/accounttest"
	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
)

// nowhere is the home of accounts that belong to no institution.
var nowhere org.Institution

func draft(name string, g account.Grant) account.Draft {
	return account.Draft{Username: name, Name: "新人", Grant: g}
}

// TestNobodyGrantsWhatTheyDoNotHold walks who may create which account.
func TestNobodyGrantsWhatTheyDoNotHold(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	bureau := w.actor(t, w.root, actor.BureauAdmin)
	hospital := w.actor(t, w.hosp, actor.InstitutionAdmin)
	system := w.actor(t, nowhere, actor.SystemAdmin)
	security := w.actor(t, nowhere, actor.SecurityAdmin)
	reporter := w.actor(t, w.hosp, actor.InstitutionReporter)

	at := func(i org.Institution, scope string, roles ...string) account.Grant {
		return account.Grant{InstitutionID: i.ID, Roles: roles, Scope: scope}
	}
	ok := func(err error) bool { return err == nil }
	cases := []struct {
		name  string
		who   actor.Actor
		grant account.Grant
		want  func(error) bool
	}{
		{"the bureau makes a hospital's administrator", bureau, at(w.hosp, "subtree", actor.InstitutionAdmin), ok},
		{"the bureau makes a second bureau administrator", bureau, at(w.root, "county", actor.BureauAdmin), ok},
		{"the bureau cannot hand out a role with an action it lacks", bureau, at(nowhere, "county", actor.Auditor), fault.IsForbidden},
		{"the bureau cannot make a system administrator", bureau, at(nowhere, "county", actor.SystemAdmin), fault.IsForbidden},
		{"the bureau cannot make a security administrator", bureau, at(nowhere, "county", actor.SecurityAdmin), fault.IsForbidden},
		{"the bureau has to choose a role", bureau, at(w.hosp, "subtree"), fault.IsInvalid},
		{"a hospital makes a reporter for itself", hospital, at(w.hosp, "subtree", actor.InstitutionReporter), ok},
		{"a hospital makes a village doctor for its clinic", hospital, at(w.clin, "institution", actor.VillageDoctor), ok},
		{"a hospital cannot reach another hospital", hospital, at(w.other, "institution", actor.InstitutionReporter), fault.IsForbidden},
		{"a hospital cannot give the whole county", hospital, at(w.hosp, "county", actor.InstitutionReporter), fault.IsForbidden},
		{"a hospital cannot list another hospital", hospital, account.Grant{InstitutionID: w.hosp.ID, Scope: "list",
			List: []int64{w.clin.ID, w.other.ID}, Roles: []string{actor.InstitutionReporter}}, fault.IsForbidden},
		{"a hospital may list its own clinic", hospital, account.Grant{InstitutionID: w.hosp.ID, Scope: "list",
			List: []int64{w.clin.ID}, Roles: []string{actor.InstitutionReporter}}, ok},
		{"a hospital cannot make another hospital administrator", hospital, at(w.hosp, "subtree", actor.InstitutionAdmin), fault.IsForbidden},
		{"the system administrator creates without a role", system, at(w.hosp, ""), ok},
		{"the system administrator hands out no role", system, at(w.hosp, "subtree", actor.VillageDoctor), fault.IsForbidden},
		{"the security administrator creates nothing", security, at(w.hosp, "subtree", actor.InstitutionReporter), fault.IsForbidden},
		{"a reporter creates nothing", reporter, at(w.hosp, "subtree", actor.InstitutionReporter), fault.IsForbidden},
		{"an unknown role is a mistake", bureau, at(w.hosp, "subtree", "emperor"), fault.IsInvalid},
		{"an unknown scope is a mistake", bureau, at(w.hosp, "world", actor.InstitutionAdmin), fault.IsInvalid},
		{"an own-institution scope needs an institution", bureau, at(nowhere, "institution", actor.InstitutionReporter), fault.IsInvalid},
		{"an empty list is a mistake", bureau, at(w.hosp, "list", actor.InstitutionReporter), fault.IsInvalid},
		{"an institution that does not exist is a mistake", bureau, account.Grant{InstitutionID: 999999, Scope: "institution",
			Roles: []string{actor.InstitutionReporter}}, fault.IsInvalid},
	}
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := w.svc.Create(t.Context(), c.who, draft("new-"+string(rune('a'+i)), c.grant))
			if !c.want(err) {
				t.Errorf("got %v", err)
			}
		})
	}
	if w.trail(t, "refused") == 0 {
		t.Error("refusals are not in the trail")
	}
}

// TestAdministratorsExcludeEachOther proves 三员分立 in code and in the database.
func TestAdministratorsExcludeEachOther(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	admins := []string{actor.SystemAdmin, actor.SecurityAdmin, actor.AuditAdmin}
	for _, one := range admins {
		for _, other := range append(slices.Clone(admins), actor.BureauAdmin, actor.Auditor) {
			if one == other {
				continue
			}
			g := account.Grant{Roles: []string{one, other}, Scope: account.ScopeCounty}
			_, _, err := w.svc.Provision(t.Context(), account.Draft{CountyID: w.county.ID, Username: "two-hats", Name: "兼任", Grant: g})
			if !fault.IsInvalid(err) {
				t.Errorf("%s with %s: %v", one, other, err)
			}
		}
	}
	a := w.account(t, nowhere, actor.SystemAdmin)
	_, err := w.db.Exec(t.Context(), "UPDATE account SET roles = '{system_admin,auditor}' WHERE id = $1", a.ID)
	if err == nil {
		t.Error("the database lets an administrator hold a business role")
	}
	t.Run("platform accounts are administrators only", func(t *testing.T) {
		g := account.Grant{Roles: []string{actor.BureauAdmin}, Scope: account.ScopeCounty}
		_, _, err := w.svc.Provision(t.Context(), account.Draft{Username: "on-high", Name: "平台", Grant: g})
		if !fault.IsInvalid(err) {
			t.Errorf("got %v", err)
		}
		g.Roles = []string{actor.SystemAdmin}
		if _, _, err := w.svc.Provision(t.Context(), account.Draft{Username: "on-high", Name: "平台", Grant: g}); err != nil {
			t.Error(err)
		}
	})
	t.Run("no preset role both creates accounts and hands out any role", func(t *testing.T) {
		for _, r := range actor.Roles {
			held := accounttest.Permissions().Of([]string{r.Name})
			if slices.Contains(held, account.ActionManage) && slices.Contains(held, account.ActionAuthorise) {
				t.Errorf("%s does both", r.Name)
			}
		}
	})
}

// TestWhoManagesWhom walks who may reset whose password, which is as good as becoming them.
func TestWhoManagesWhom(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	bureau := w.actor(t, w.root, actor.BureauAdmin)
	hospital := w.actor(t, w.hosp, actor.InstitutionAdmin)
	system := w.actor(t, nowhere, actor.SystemAdmin)
	security := w.actor(t, nowhere, actor.SecurityAdmin)
	wide := accounttest.Granted(t, w.db, w.county.ID, account.Grant{InstitutionID: w.hosp.ID, Scope: account.ScopeCounty,
		Roles: []string{actor.InstitutionReporter}})

	ok := func(err error) bool { return err == nil }
	cases := []struct {
		name string
		who  actor.Actor
		id   int64
		want func(error) bool
	}{
		{"the bureau, a reporter", bureau, w.account(t, w.hosp, actor.InstitutionReporter).ID, ok},
		{"the bureau, an auditor who holds more", bureau, w.account(t, nowhere, actor.Auditor).ID, fault.IsForbidden},
		{"the bureau, the security administrator", bureau, security.AccountID, fault.IsForbidden},
		{"a hospital, its reporter", hospital, w.account(t, w.hosp, actor.InstitutionReporter).ID, ok},
		{"a hospital, its clinic's doctor", hospital, w.account(t, w.clin, actor.VillageDoctor).ID, ok},
		{"a hospital, somebody of its own with the whole county", hospital, wide.ID, fault.IsForbidden},
		{"a hospital, another hospital's reporter", hospital, w.account(t, w.other, actor.InstitutionReporter).ID, fault.IsNotFound},
		{"the system administrator, a reporter", system, w.account(t, w.hosp, actor.InstitutionReporter).ID, ok},
		{"the system administrator, the security administrator", system, security.AccountID, fault.IsForbidden},
		{"the system administrator, the audit administrator", system, w.account(t, nowhere, actor.AuditAdmin).ID, fault.IsForbidden},
		{"the system administrator, themselves", system, system.AccountID, fault.IsForbidden},
		{"the security administrator, a reporter", security, w.account(t, w.hosp, actor.InstitutionReporter).ID, fault.IsForbidden},
		{"the command line, the security administrator", account.Operator(), security.AccountID, ok},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := w.svc.ResetPassword(t.Context(), c.who, c.id, ""); !c.want(err) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestEdit(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	bureau := w.actor(t, w.root, actor.BureauAdmin)
	security := w.actor(t, nowhere, actor.SecurityAdmin)
	system := w.actor(t, nowhere, actor.SystemAdmin)
	edit := func(who actor.Actor, id int64, do func(c *account.Change)) error {
		a, err := w.svc.Get(t.Context(), account.Operator(), id)
		if err != nil {
			return err
		}
		c := account.Change{Version: a.Version, Name: a.Name, Grant: a.Grant}
		do(&c)
		return w.svc.Edit(t.Context(), who, id, c)
	}
	auditor := func(c *account.Change) {
		c.Grant = account.Grant{Roles: []string{actor.Auditor}, Scope: account.ScopeCounty}
	}
	t.Run("the security administrator authorises what the system administrator created", func(t *testing.T) {
		a, _, err := w.svc.Create(t.Context(), system, draft("waiting-one", account.Grant{InstitutionID: w.hosp.ID}))
		if err != nil {
			t.Fatal(err)
		}
		if err := edit(security, a.ID, auditor); err != nil {
			t.Fatal(err)
		}
		got, err := w.svc.Get(t.Context(), security, a.ID)
		if err != nil || !slices.Equal(got.Grant.Roles, []string{actor.Auditor}) || got.Version != 2 {
			t.Errorf("got %+v, error %v", got.Grant, err)
		}
	})
	t.Run("nobody changes their own roles", func(t *testing.T) {
		for _, who := range []actor.Actor{bureau, security, system} {
			if err := edit(who, who.AccountID, auditor); !fault.IsForbidden(err) {
				t.Errorf("%v: %v", who.Roles, err)
			}
		}
	})
	t.Run("the system administrator renames but changes neither roles nor scope", func(t *testing.T) {
		a := w.account(t, w.hosp, actor.InstitutionReporter)
		if err := edit(system, a.ID, func(c *account.Change) { c.Name = "改名" }); err != nil {
			t.Error(err)
		}
		if err := edit(system, a.ID, func(c *account.Change) { c.Grant.Scope = account.ScopeCounty }); !fault.IsForbidden(err) {
			t.Errorf("wider scope: %v", err)
		}
	})
	t.Run("the security administrator does not rename", func(t *testing.T) {
		a := w.account(t, w.hosp, actor.InstitutionReporter)
		if err := edit(security, a.ID, func(c *account.Change) { c.Name = "改名" }); !fault.IsForbidden(err) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("the bureau cannot add what it does not hold", func(t *testing.T) {
		a := w.account(t, w.hosp, actor.InstitutionReporter)
		if err := edit(bureau, a.ID, func(c *account.Change) { c.Grant.Roles = append(c.Grant.Roles, actor.Auditor) }); !fault.IsForbidden(err) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a stale form is a conflict", func(t *testing.T) {
		a := w.account(t, w.hosp, actor.InstitutionReporter)
		if err := edit(bureau, a.ID, func(c *account.Change) { c.Version = 7 }); !fault.IsConflict(err) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("the last role cannot be taken away", func(t *testing.T) {
		a := w.account(t, w.hosp, actor.InstitutionReporter)
		if err := edit(bureau, a.ID, func(c *account.Change) { c.Grant.Roles = nil }); !fault.IsInvalid(err) {
			t.Errorf("got %v", err)
		}
	})
}

func TestCreateMistakes(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	boss := w.actor(t, w.root, actor.BureauAdmin)
	good := account.Draft{Username: "Li.Si", Name: "李四", Password: "Quiet-Hill-77",
		Grant: account.Grant{InstitutionID: w.hosp.ID, Roles: []string{actor.InstitutionReporter}, Scope: account.ScopeSubtree}}
	a, password, err := w.svc.Create(t.Context(), boss, good)
	if err != nil || a.Username != "li.si" || password != good.Password || !a.MustChange {
		t.Fatalf("got %+v %q %v", a, password, err)
	}
	for field, d := range map[string]func(account.Draft) account.Draft{
		"username": func(d account.Draft) account.Draft { return d },
		"name":     func(d account.Draft) account.Draft { d.Username, d.Name = "x2", " "; return d },
		"password": func(d account.Draft) account.Draft { d.Username, d.Password = "x3", "short"; return d },
	} {
		_, _, err := w.svc.Create(t.Context(), boss, d(good))
		if found := fault.Problems(err); len(found) != 1 || found[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	bad := good
	bad.Username = "有空 格"
	if _, _, err := w.svc.Create(t.Context(), boss, bad); !fault.IsInvalid(err) {
		t.Errorf("bad username: %v", err)
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	bureau := w.actor(t, w.root, actor.BureauAdmin)
	hospital := w.actor(t, w.hosp, actor.InstitutionAdmin)
	doctor := w.account(t, w.clin, actor.VillageDoctor)
	stranger := w.account(t, w.other, actor.InstitutionReporter)
	county, _ := orgCounty(t, w)
	foreign := accounttest.Account(t, w.db, county.ID, nowhere, actor.Auditor)

	names := func(who actor.Actor, f account.Filter) []string {
		t.Helper()
		p, err := w.svc.List(t.Context(), who, f)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, a := range p.Items {
			out = append(out, a.Username)
		}
		return out
	}
	seen := names(hospital, account.Filter{})
	if !slices.Contains(seen, doctor.Username) || slices.Contains(seen, stranger.Username) {
		t.Errorf("the hospital sees %v", seen)
	}
	seen = names(bureau, account.Filter{})
	if !slices.Contains(seen, stranger.Username) || slices.Contains(seen, foreign.Username) {
		t.Errorf("the bureau sees %v", seen)
	}
	if seen = names(account.Operator(), account.Filter{County: county.ID}); !slices.Equal(seen, []string{foreign.Username}) {
		t.Errorf("the operator sees %v in the other county", seen)
	}
	if seen = names(bureau, account.Filter{Role: actor.VillageDoctor, Institution: w.hosp.ID, State: account.StateActive, Text: doctor.Username}); !slices.Equal(seen, []string{doctor.Username}) {
		t.Errorf("filtered: %v", seen)
	}
	t.Run("pages follow each other by key", func(t *testing.T) {
		all, after := []string{}, ""
		for {
			p, err := w.svc.List(t.Context(), bureau, account.Filter{After: after, Limit: 2})
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range p.Items {
				all = append(all, a.Username)
			}
			if after = p.Next; after == "" {
				break
			}
		}
		if !slices.Equal(all, names(bureau, account.Filter{})) {
			t.Errorf("pages give %v", all)
		}
	})
	t.Run("without the permission nothing is listed", func(t *testing.T) {
		who := w.actor(t, w.hosp, actor.InstitutionReporter)
		if _, err := w.svc.List(t.Context(), who, account.Filter{}); !fault.IsForbidden(err) {
			t.Errorf("got %v", err)
		}
	})
}

// TestPlatform proves that platform administrators reach every county, and that the county's trail says so.
func TestPlatform(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	system := accounttest.Actor(t, w.svc, accounttest.Account(t, w.db, 0, nowhere, actor.SystemAdmin))
	security := accounttest.Actor(t, w.svc, accounttest.Account(t, w.db, 0, nowhere, actor.SecurityAdmin))
	d := draft("from-above", account.Grant{InstitutionID: w.hosp.ID})
	d.CountyID = w.county.ID
	a, _, err := w.svc.Create(t.Context(), system, d)
	if err != nil {
		t.Fatal(err)
	}
	g := account.Grant{InstitutionID: w.hosp.ID, Roles: []string{actor.InstitutionReporter}, Scope: account.ScopeList, List: []int64{w.other.ID}}
	if err := w.svc.Edit(t.Context(), security, a.ID, account.Change{Version: a.Version, Name: a.Name, Grant: g}); err != nil {
		t.Fatal(err)
	}
	var n int
	err = w.db.QueryRow(t.Context(), `SELECT count(*) FROM audit_entry WHERE county_id = $1
		AND action IN ('account.create', 'account.edit') AND username IN ($2, $3)`, w.county.ID, system.Username, security.Username).Scan(&n)
	if err != nil || n != 2 {
		t.Errorf("%d entries in the county's trail, error %v", n, err)
	}
	t.Run("an institution of another county is a mistake", func(t *testing.T) {
		county, _ := orgCounty(t, w)
		d := draft("misplaced", account.Grant{InstitutionID: w.hosp.ID})
		d.CountyID = county.ID
		if _, _, err := w.svc.Create(t.Context(), system, d); !fault.IsInvalid(err) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a county's administrator reaches no other county", func(t *testing.T) {
		county, _ := orgCounty(t, w)
		foreign := accounttest.Account(t, w.db, county.ID, nowhere, actor.Auditor)
		local := w.actor(t, nowhere, actor.SystemAdmin)
		if _, err := w.svc.ResetPassword(t.Context(), local, foreign.ID, ""); !fault.IsNotFound(err) {
			t.Errorf("got %v", err)
		}
		if _, err := w.svc.Places(t.Context(), local, county.ID); !fault.IsNotFound(err) {
			t.Errorf("places: %v", err)
		}
	})
}
