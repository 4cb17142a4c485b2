package account

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

const longestReason = 500

// Deactivate keeps an account from signing in and ends its sessions; tokens stop working with it.
func (s *Service) Deactivate(ctx context.Context, who actor.Actor, id int64, reason string) error {
	return s.change(ctx, who, id, "account.deactivate", reason, func(tx pgx.Tx, a Account) (any, any, error) {
		if n := utf8.RuneCountInString(strings.TrimSpace(reason)); n == 0 || n > longestReason {
			return nil, nil, fault.Field("reason", "请填写停用原因,最多 %d 个字", longestReason)
		}
		if !a.Active {
			return nil, nil, fault.Conflict("这个账号已经停用")
		}
		if err := setActive(ctx, tx, a, false); err != nil {
			return nil, nil, err
		}
		_, err := endSessions(ctx, tx, a.CountyID, a.ID, 0, 0, endedDeactivated, s.now())
		return map[string]any{"active": true}, map[string]any{"active": false}, err
	})
}

// Activate lets a deactivated account sign in again.
func (s *Service) Activate(ctx context.Context, who actor.Actor, id int64) error {
	return s.change(ctx, who, id, "account.activate", "", func(tx pgx.Tx, a Account) (any, any, error) {
		if a.Active {
			return nil, nil, fault.Conflict("这个账号没有停用")
		}
		return map[string]any{"active": false}, map[string]any{"active": true}, setActive(ctx, tx, a, true)
	})
}

// Unlock forgets the failed sign-ins of an account, so that no place has to wait.
func (s *Service) Unlock(ctx context.Context, who actor.Actor, id int64) error {
	return s.change(ctx, who, id, "account.unlock", "", func(tx pgx.Tx, a Account) (any, any, error) {
		return nil, nil, forgetName(ctx, tx, nameHash(a.Username))
	})
}

// change runs one operation on an account that the asker may manage, and records it.
func (s *Service) change(ctx context.Context, who actor.Actor, id int64, action, reason string,
	do func(tx pgx.Tx, a Account) (before, after any, err error)) error {
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := who.Require(ActionManage); err != nil {
			return err
		}
		a, err := s.lockVisible(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if err := s.mayManage(who, a); err != nil {
			return err
		}
		before, after, err := do(tx, a)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, who, a, action, strings.TrimSpace(reason), before, after)
	})
	return s.refused(ctx, who, action, strconv.FormatInt(id, 10), err)
}

// record writes to the trail of the account's county, also when a platform administrator acts.
func (s *Service) record(ctx context.Context, tx pgx.Tx, who actor.Actor, a Account, action, reason string, before, after any) error {
	return audit.Record(ctx, tx, in(who, a.CountyID), audit.Entry{Action: action, Kind: "account",
		ID: strconv.FormatInt(a.ID, 10), Name: a.Username, InstitutionID: a.Grant.InstitutionID,
		Before: before, After: after, Reason: reason})
}

func in(who actor.Actor, county int32) actor.Actor {
	who.CountyID = county
	return who
}

// state is what the trail keeps of an account.
func (a Account) state() map[string]any {
	m := map[string]any{"name": a.Name, "roles": a.Grant.Roles, "scope": a.Grant.Scope}
	if a.Institution != "" {
		m["institution"] = a.Institution
	}
	if len(a.Grant.List) > 0 {
		m["list"] = a.Grant.List
	}
	return m
}
