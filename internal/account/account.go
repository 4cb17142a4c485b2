// Package account says who people are: accounts with roles and data scope, passwords, sessions, API tokens.
//
// Words: an account belongs to one county (county 0 is the platform itself) and holds a Grant: roles, a scope,
// a home institution. A session is one sign-in on one device; a token lets a program act for an account.
// A place is where a sign-in comes from: a device the account has signed in on before, else an address.
//
// Tables: account, account_scope, account_session, account_token, sign_in_failure.
//
// The system administrator creates, disables and resets accounts but hands out no role; the security administrator
// hands out roles and scopes but creates nothing; bureau and institution administrators do both for the business
// accounts below them, within what they hold themselves. The rules stand in grant.go, their reasons in
// docs/decisions/0008-granting-roles.md.
package account

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
)

// Account is one person's right to use the product.
type Account struct {
	ID          int64
	CountyID    int32
	County      string
	Username    string
	Name        string
	Grant       Grant
	Institution string // name of the home institution
	MustChange  bool
	Active      bool
	Blocked     bool // failed sign-ins make some place wait just now
	LastSignIn  *time.Time
	Changed     time.Time // when the password was set
	Created     time.Time
	Version     int

	places region // where the institutions of the grant stand
}

func (a Account) region() region { return a.places }

// Grant is what an account may do and where.
type Grant struct {
	InstitutionID int64 // home institution, 0 for none
	Roles         []string
	Scope         string  // one of the scopes
	List          []int64 // institutions of scope "list", each with everything below it
}

// The scopes.
const (
	ScopeCounty      = "county"
	ScopeSubtree     = "subtree"
	ScopeInstitution = "institution"
	ScopeList        = "list"
	ScopeNone        = "none" // of a new account: nothing until the security administrator decides
)

// Scopes lists the scopes that are given, with their Chinese names, widest first.
var Scopes = []struct{ Name, Title string }{
	{ScopeCounty, "全县"},
	{ScopeSubtree, "本单位及下级"},
	{ScopeInstitution, "仅本单位"},
	{ScopeList, "指定单位"},
}

// ScopeTitle is the Chinese name of a scope.
func ScopeTitle(name string) string {
	for _, s := range Scopes {
		if s.Name == name {
			return s.Title
		}
	}
	if name == ScopeNone {
		return "尚未分配"
	}
	return name
}

// Draft is an account to be created.
type Draft struct {
	CountyID int32 // only platform administrators choose; others create in their own county
	Username string
	Name     string
	Grant    Grant
	Password string // "" has one generated
	// Settled says that the person chose the password, so the first sign-in need not change it. Only for Provision.
	Settled bool
}

// Service does what people do with accounts.
type Service struct {
	db          *pgxpool.Pool
	now         func() time.Time
	permissions func() *actor.Permissions
	hashing     gate
	refusals    restraint
}

// New builds the service. The permissions are asked while serving, when all rooms are known.
func New(db *pgxpool.Pool, now func() time.Time, permissions func() *actor.Permissions) *Service {
	return &Service{db: db, now: now, permissions: permissions, hashing: newGate()}
}
