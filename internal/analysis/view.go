package analysis

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// MaxViews is how many views one person keeps.
const MaxViews = 100

// View is a query kept under a name. Whoever opens a shared one sees their own scope through it.
type View struct {
	ID        int64
	Name      string
	Query     string // as in the address
	Shared    bool
	OwnerID   int64 // 0: made by the program
	Owner     string
	Version   int
	UpdatedAt time.Time
}

// ViewDraft is what people state about a view.
type ViewDraft struct {
	Name   string
	Query  string
	Shared bool
}

const longestName = 40

// check reads the draft; the query is stored as it was understood.
func (d *ViewDraft) check() error {
	var problems []fault.Problem
	add := func(field, message string) {
		problems = append(problems, fault.Problem{Field: field, Message: message})
	}
	d.Name = strings.TrimSpace(d.Name)
	switch n := utf8.RuneCountInString(d.Name); {
	case n == 0:
		add("name", "请填写名称")
	case n > longestName:
		add("name", fmt.Sprintf("名称最多 %d 个字,现在有 %d 个", longestName, n))
	}
	values, err := url.ParseQuery(d.Query)
	if err != nil {
		return fault.Field("query", "表的条件无法识别,请重新打开自定义表再保存")
	}
	q, err := Parse(values)
	switch {
	case err != nil:
		problems = append(problems, fault.Problems(err)...)
	case len(q.Items) == 0:
		add("item", "请先选择要看的项目,再保存")
	}
	if d.Query = q.String(); len(d.Query) > longestQuery {
		add("unit", "选定的单位太多,请改用类型、乡镇或上级来选")
	}
	if len(problems) > 0 {
		return fault.Invalid(problems...)
	}
	return nil
}

const longestQuery = 8000

// Views lists one's own views and the shared ones, by name.
func (s *Service) Views(ctx context.Context, who actor.Actor) ([]View, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return listViews(ctx, s.db, who)
}

// View returns one view that is one's own or shared.
func (s *Service) View(ctx context.Context, who actor.Actor, id int64) (View, error) {
	if err := who.Require(ActionView); err != nil {
		return View{}, err
	}
	return getView(ctx, s.db, who, id)
}

// MayChange reports whether who may change or remove a view: their own, and shared ones with analysis.share.
func (v View) MayChange(who actor.Actor) bool {
	if v.Shared {
		return who.May(ActionShare)
	}
	return who.May(ActionKeep) && v.OwnerID == who.AccountID
}

// Keep stores a query under a name.
func (s *Service) Keep(ctx context.Context, who actor.Actor, d ViewDraft) (v View, err error) {
	if err := allowed(who, d); err != nil {
		return v, err
	}
	if err := d.check(); err != nil {
		return v, err
	}
	v = View{Name: d.Name, Query: d.Query, Shared: d.Shared, OwnerID: who.AccountID, Owner: who.Name, Version: 1, UpdatedAt: s.now()}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := checkRoom(ctx, tx, who); err != nil {
			return err
		}
		if v.ID, err = insertView(ctx, tx, who.CountyID, v); err != nil {
			return err
		}
		return v.record(ctx, tx, who, "create", nil, v.state())
	})
	if err != nil {
		return v, fmt.Errorf("keep view %s: %w", d.Name, err)
	}
	return v, nil
}

func allowed(who actor.Actor, d ViewDraft) error {
	if err := who.Require(ActionKeep); err != nil {
		return err
	}
	if d.Shared {
		return who.Require(ActionShare)
	}
	return nil
}

func checkRoom(ctx context.Context, tx pgx.Tx, who actor.Actor) error {
	n, err := countViews(ctx, tx, who)
	if err == nil && n >= MaxViews {
		return fault.Conflict("最多保存 %d 张表,请先删除不用的", MaxViews)
	}
	return err
}

// Change states a view anew; the version is the one that was seen.
func (s *Service) Change(ctx context.Context, who actor.Actor, id int64, version int, d ViewDraft) (v View, err error) {
	if err := allowed(who, d); err != nil {
		return v, err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		before, err := changeable(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if err := d.check(); err != nil {
			return err
		}
		if err := before.unshare(who, d); err != nil {
			return err
		}
		v = before
		v.Name, v.Query, v.Shared, v.Version, v.UpdatedAt = d.Name, d.Query, d.Shared, version, s.now()
		if err := updateView(ctx, tx, who.CountyID, v); err != nil {
			return err
		}
		v.Version++
		return v.record(ctx, tx, who, "edit", before.state(), v.state())
	})
	if err != nil {
		return v, fmt.Errorf("change view %d: %w", id, err)
	}
	return v, nil
}

// unshare refuses to make a shared view somebody else's own: whoever changed it could not even open it any more.
func (v View) unshare(who actor.Actor, d ViewDraft) error {
	switch {
	case !v.Shared || d.Shared || v.OwnerID != 0 && v.OwnerID == who.AccountID:
		return nil
	case v.OwnerID == 0:
		return fault.Field("shared", "系统自带的表始终共享;不再需要时可以删除,要自己用可以另存")
	}
	return fault.Field("shared", "这张表由%s共享,只有本人可以收回;不再需要时可以删除,要自己用可以另存", v.Owner)
}

// Remove forgets a view.
func (s *Service) Remove(ctx context.Context, who actor.Actor, id int64) (v View, err error) {
	if err := who.Require(ActionKeep); err != nil {
		return v, err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) (err error) {
		if v, err = changeable(ctx, tx, who, id); err != nil {
			return err
		}
		if err := deleteView(ctx, tx, who.CountyID, id); err != nil {
			return err
		}
		return v.record(ctx, tx, who, "remove", v.state(), nil)
	})
	if err != nil {
		return v, fmt.Errorf("remove view %d: %w", id, err)
	}
	return v, nil
}

// changeable is a view that who sees and may change.
func changeable(ctx context.Context, q pg.Querier, who actor.Actor, id int64) (View, error) {
	v, err := getView(ctx, q, who, id)
	if err == nil && !v.MayChange(who) {
		return v, fault.Forbidden("共享的表只能由有共享权限的人修改;您可以另存为自己的表")
	}
	return v, err
}

func (v View) state() map[string]any {
	return map[string]any{"name": v.Name, "query": v.Query, "shared": v.Shared}
}

func (v View) record(ctx context.Context, tx pgx.Tx, who actor.Actor, done string, before, after map[string]any) error {
	e := audit.Entry{Action: "analysis." + done, Kind: "analysis_view", ID: strconv.FormatInt(v.ID, 10), Name: v.Name, InstitutionID: who.InstitutionID}
	if before != nil {
		e.Before = before
	}
	if after != nil {
		e.After = after
	}
	return audit.Record(ctx, tx, who, e)
}
