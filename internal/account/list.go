package account

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
)

// States of an account that a list can be narrowed to.
const (
	StateActive   = "active"
	StateDisabled = "disabled"
	StateBlocked  = "blocked" // some place has to wait after failed sign-ins
	StateWaiting  = "waiting" // without a role
)

// Filter narrows a list of accounts. The zero value lets everything through.
type Filter struct {
	County      int32 // for platform administrators; 0 means all
	Role        string
	Institution int64 // with everything below it
	State       string
	Text        string // part of a name or username
	After       string // username that the page starts behind
	Limit       int    // 50 unless given
}

// Page is one page of a list.
type Page struct {
	Items []Account
	Next  string // After of the next page, "" at the end
}

// List is one page of the accounts in the asker's scope, by username.
func (s *Service) List(ctx context.Context, who actor.Actor, f Filter) (Page, error) {
	if err := who.Require(ActionView); err != nil {
		return Page{}, err
	}
	if f.Limit <= 0 || f.Limit > 500 {
		f.Limit = 50
	}
	found, err := listAccounts(ctx, s.db, who, f, s.now())
	if err != nil {
		return Page{}, err
	}
	if len(found) <= f.Limit {
		return Page{Items: found}, nil
	}
	found = found[:f.Limit]
	return Page{Items: found, Next: found[f.Limit-1].Username}, nil
}

// Get is one account in the asker's scope.
func (s *Service) Get(ctx context.Context, who actor.Actor, id int64) (Account, error) {
	if err := who.Require(ActionView); err != nil {
		return Account{}, err
	}
	return visible(ctx, s.db, who, "a.id = $6", id, s.now(), "")
}

// ByUsername is Get for whoever knows the name, such as the command line.
func (s *Service) ByUsername(ctx context.Context, who actor.Actor, username string) (Account, error) {
	if err := who.Require(ActionView); err != nil {
		return Account{}, err
	}
	return visible(ctx, s.db, who, "a.username = $6", fold(username), s.now(), "")
}

func (s *Service) lockVisible(ctx context.Context, tx pgx.Tx, who actor.Actor, id int64) (Account, error) {
	return visible(ctx, tx, who, "a.id = $6", id, s.now(), "FOR UPDATE OF a")
}

// Rights says what the asker may do with an account, so that a page offers only that.
type Rights struct{ Manage, Rename, Grant bool }

// RightsOn tells what the asker may do with an account.
func (s *Service) RightsOn(who actor.Actor, a Account) Rights {
	manage := s.mayManage(who, a) == nil
	return Rights{Manage: manage, Rename: manage,
		Grant: s.mayEdit(who, a, false) == nil && (who.May(ActionAuthorise) || len(s.Grantable(who)) > 0)}
}

// Place is an institution that a grant can name.
type Place struct {
	ID         int64
	Name, Kind string
	Depth      int // below the county root
}

// Places lists the open institutions of a county within the asker's scope, in the order of the tree.
func (s *Service) Places(ctx context.Context, who actor.Actor, county int32) ([]Place, error) {
	if who.CountyID != 0 && who.CountyID != county {
		return nil, fault.NotFound("这个县")
	}
	return listPlaces(ctx, s.db, who, county, s.now())
}

// Counties lists the counties in which the asker may create accounts; for most people that is their own.
func (s *Service) Counties(ctx context.Context, who actor.Actor) ([]org.County, error) {
	if who.CountyID != 0 {
		return []org.County{{ID: who.CountyID, Name: who.County}}, nil
	}
	found, err := org.Counties(ctx, s.db)
	if err != nil {
		return nil, fmt.Errorf("list counties for accounts: %w", err)
	}
	return append([]org.County{{ID: 0, Name: "平台管理"}}, found...), nil
}
