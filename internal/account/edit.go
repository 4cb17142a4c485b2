package account

import (
	"context"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Change is what Edit sets.
type Change struct {
	Version int // of the account as it was shown
	Name    string
	Grant   Grant
}

// Edit renames an account or changes what it may do and where. The name needs the right to manage, the grant the
// right to hand out everything that is added or taken away.
func (s *Service) Edit(ctx context.Context, who actor.Actor, id int64, c Change) error {
	c.Name, c.Grant = strings.TrimSpace(c.Name), c.Grant.tidy()
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := who.Require(ActionManage); err != nil && !who.May(ActionAuthorise) {
			return err
		}
		a, err := s.lockVisible(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if a.Version != c.Version {
			return fault.Conflict("这个账号刚被其他人修改过,请刷新后重新填写")
		}
		if err := s.checkEdit(ctx, tx, who, a, c); err != nil {
			return err
		}
		before := a.state()
		if err := updateGrant(ctx, tx, a, c); err != nil {
			return err
		}
		if a, err = lockAccount(ctx, tx, id, s.now()); err != nil {
			return err
		}
		return s.record(ctx, tx, who, a, "account.edit", "", before, a.state())
	})
	return s.refused(ctx, who, "account.edit", strconv.FormatInt(id, 10), err)
}

func (s *Service) checkEdit(ctx context.Context, tx pgx.Tx, who actor.Actor, a Account, c Change) error {
	if err := s.mayEdit(who, a, c.Name != a.Name); err != nil {
		return err
	}
	same := c.Grant.equal(a.Grant)
	if !same {
		if err := s.mayHandOut(who, a.Grant, c.Grant); err != nil {
			return err
		}
	}
	r, err := regionOf(ctx, tx, a.CountyID, c.Grant.institutions())
	if err != nil {
		return err
	}
	if err := c.check(a, r); err != nil || same {
		return err
	}
	return s.covers(who, c.Grant, r)
}

func (c Change) check(a Account, r region) error {
	found := c.Grant.check(a.CountyID, r)
	if m := checkName(c.Name); m != "" {
		found = append(found, fault.Problem{Field: "name", Message: m})
	}
	if len(c.Grant.Roles) == 0 && len(a.Grant.Roles) > 0 {
		found = append(found, fault.Problem{Field: "roles", Message: "请至少保留一个角色;不再使用的账号请停用"})
	}
	if len(found) > 0 {
		return fault.Invalid(found...)
	}
	return nil
}

// mayEdit asks for the account itself; what the new grant may hold is asked by mayHandOut and covers.
func (s *Service) mayEdit(who actor.Actor, a Account, renamed bool) error {
	if who.May(ActionAuthorise) && !renamed {
		return notOneself(who, a)
	}
	return s.mayManage(who, a)
}
