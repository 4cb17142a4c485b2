// Package actor says who is asking: the account, its county, what it may do and which
// institutions it may see. Every operation of every room takes an Actor as its second argument.
package actor

import (
	"context"
	"slices"

	"yigai/internal/fault"
)

// Action is one permission, declared by the room that asks for it.
type Action struct {
	Name  string   // "reporting.submit"
	Title string   // 上报月报
	Roles []string // preset roles that hold it
}

// Actor is who asks. The zero value may do nothing.
type Actor struct {
	AccountID       int64
	Username        string
	Name            string
	CountyID        int32
	County          string // name of the county, for the page head
	Demo            bool   // the county and its figures are made up
	InstitutionID   int64  // the home institution, 0 if none
	Institution     string // its name
	InstitutionKind string
	Roles           []string
	Actions         []string // sorted
	Scope           Scope
	Address         string // where the request came from
	SessionID       int64  // 0 for tokens and the command line
	TokenID         int64  // 0 unless an API token asks
	MustChange      bool   // the password has to be changed before anything else
	// Snapshot is what of the database could be seen when the actor was read, "" when that is not known: who reads later
	// with the same one before and after sees the same rows.
	Snapshot string
}

// Scope is the data scope: whole subtrees of the institution tree and single institutions.
type Scope struct {
	Subtrees     []string // ltree paths; the county's root path means the whole county
	Institutions []int64
}

// InScope is the data scope in SQL, over an institution called i; the statement's first arguments are ScopeArgs.
const InScope = `(i.path <@ ANY($2::text[]::ltree[]) OR i.id = ANY($3::bigint[]))`

// ScopeArgs are the county as $1, and the subtrees and single institutions that InScope asks for.
func (a Actor) ScopeArgs() []any {
	subtrees := a.Scope.Subtrees
	if subtrees == nil {
		subtrees = []string{} // nobody's, and not unknown: NULL would make the condition neither true nor false
	}
	return []any{a.CountyID, subtrees, a.Scope.Institutions}
}

// May reports whether the actor holds the action.
func (a Actor) May(action string) bool {
	_, ok := slices.BinarySearch(a.Actions, action)
	return ok
}

// Require returns a Forbidden fault unless the actor holds the action.
func (a Actor) Require(action string) error {
	if a.May(action) {
		return nil
	}
	return fault.Forbidden("您的账号没有这项操作的权限,请联系本单位管理员")
}

// Mark is what every file says that leaves a county whose figures are made up; "" elsewhere.
func (a Actor) Mark() string {
	if a.Demo {
		return "演示数据,非真实数据"
	}
	return ""
}

// HasRole reports whether the actor holds the preset role.
func (a Actor) HasRole(role string) bool { return slices.Contains(a.Roles, role) }

// SignedIn reports whether there is somebody behind the actor.
func (a Actor) SignedIn() bool { return a.AccountID != 0 }

// Grant returns a copy of the actor that also holds the actions; for the system itself and for tests.
func (a Actor) Grant(actions ...string) Actor {
	a.Actions = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(a.Actions), actions...))))
	return a
}

// System is the program itself acting in a county: jobs and the command line.
// It sees the whole county and holds exactly the given actions.
func System(county int32, rootPath string, actions ...string) Actor {
	return Actor{Username: "system", Name: "系统", CountyID: county,
		Scope: Scope{Subtrees: []string{rootPath}}}.Grant(actions...)
}

type key struct{}

// With returns a context that carries the actor.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, key{}, a) }

// From returns the actor of the context; the zero Actor when nobody has signed in.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(key{}).(Actor)
	return a
}
