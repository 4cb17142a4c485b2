package clinic

import (
	"context"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Edit states what is known of one clinic from this month on. version is the one the asker saw; another one is a Conflict.
// A change that changes nothing leaves version and trail alone.
func (s *Service) Edit(ctx context.Context, who actor.Actor, id int64, version int, change Change) (Clinic, error) {
	if err := who.Require(ActionEdit); err != nil {
		return Clinic{}, err
	}
	var after Clinic
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		was, err := one(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if was.Version != version {
			return fault.Conflict("“%s”的资料刚刚被别人修改过,请核对现在的内容后再保存", was.Name)
		}
		after, err = s.edit(ctx, tx, who, was, change)
		return err
	})
	return after, err
}

func (s *Service) edit(ctx context.Context, tx pgx.Tx, who actor.Actor, was Clinic, change Change) (Clinic, error) {
	after, changed := was.apply(change)
	if len(changed) == 0 {
		return was, nil
	}
	if problems := after.Values.Check(); len(problems) > 0 {
		return was, fault.Invalid(problems...)
	}
	if was.Closed {
		return was, fault.Conflict("“%s”已关闭,资料不能再改", was.Name)
	}
	if err := s.store(ctx, tx, who, ActionEdit, []edited{{was, after, changed}}); err != nil {
		return was, err
	}
	return one(ctx, tx, who, was.ID)
}

// edited is a clinic before and after a change, with the names of what changes.
type edited struct {
	was, after Clinic
	changed    []string
}

// store writes changed clinics and their trail.
func (s *Service) store(ctx context.Context, tx pgx.Tx, who actor.Actor, action string, list []edited) error {
	if len(list) == 0 {
		return nil
	}
	states := make([]Clinic, len(list))
	for i, e := range list {
		states[i] = e.after
	}
	if err := put(ctx, tx, who.CountyID, s.month(), s.now(), states); err != nil {
		return err
	}
	if err := putVillages(ctx, tx, who.CountyID, states); err != nil {
		return err
	}
	for _, e := range list {
		if err := e.record(ctx, tx, who, action); err != nil {
			return err
		}
	}
	return nil
}

func (e edited) record(ctx context.Context, tx pgx.Tx, who actor.Actor, action string) error {
	before, after := map[string]string{}, map[string]string{}
	for _, name := range e.changed {
		before[name], after[name] = e.was.said(name), e.after.said(name)
	}
	return audit.Record(ctx, tx, who, audit.Entry{Action: action, Kind: "clinic", ID: strconv.FormatInt(e.was.ID, 10), Name: e.was.Name,
		InstitutionID: e.was.ID, Before: before, After: after})
}

// said is a field as the trail keeps it.
func (c Clinic) said(name string) string {
	if name == fieldVillages {
		return strings.Join(c.Villages, " ")
	}
	f, _ := FieldOf(name)
	return f.Word(c.Values[name])
}
