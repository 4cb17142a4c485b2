package reporting

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// FormChange is what may change about a form without a new version; nil leaves it. Months already open keep their deadline.
type FormChange struct {
	Title      *string
	DueDay     *int
	DueMonths  *int
	WorkingDay *bool
	Enabled    *bool
	Revision   int // of the form that the change was made upon, 0 whichever stands
}

// EditForm changes a form's title, deadline rule or whether it is asked at all. Upon an older revision than stands it is
// a Conflict.
func (s *Service) EditForm(ctx context.Context, who actor.Actor, slug string, change FormChange) error {
	if err := who.Require(ActionConfigure); err != nil {
		return err
	}
	if err := change.check(); err != nil {
		return err
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := requireWholeCounty(ctx, tx, who); err != nil {
			return err
		}
		if err := moveStamp(ctx, tx, who.CountyID); err != nil {
			return err
		}
		c, err := s.catalogue(ctx, tx, who.CountyID)
		if err != nil {
			return err
		}
		f, ok := c.Form(slug)
		if !ok {
			return fault.NotFound("这张报表")
		}
		return s.editForm(ctx, tx, who, c, f, change)
	})
	if err != nil {
		return fmt.Errorf("edit form %s: %w", slug, err)
	}
	return nil
}

func (s *Service) editForm(ctx context.Context, tx pgx.Tx, who actor.Actor, c *Catalogue, f *Form, change FormChange) error {
	before, after := f.settings(), f.settings()
	after.take(change)
	if before == after {
		return nil
	}
	if change.Revision != 0 && change.Revision != f.Revision {
		return fault.Conflict("“%s”的设置刚被别人修改过,请重新打开,核对现在的内容后再保存", f.Title)
	}
	if after.Enabled && !before.Enabled {
		if err := c.refuseTwice(f); err != nil {
			return err
		}
	}
	if err := updateForm(ctx, tx, who.CountyID, f.ID, change); err != nil {
		return err
	}
	if err := moveStamp(ctx, tx, who.CountyID); err != nil { // the catalogue read above is not the one that stands now
		return err
	}
	return audit.Record(ctx, tx, who, audit.Entry{Action: ActionConfigure, Kind: "form", ID: strconv.Itoa(int(f.ID)), Name: after.Title,
		Before: before, After: after})
}

// formSettings is what EditForm can change, as the audit trail keeps it.
type formSettings struct {
	Title      string `json:"title"`
	DueDay     int    `json:"due_day"`
	DueMonths  int    `json:"due_months"`
	WorkingDay bool   `json:"working_day"`
	Enabled    bool   `json:"enabled"`
}

func (f *Form) settings() formSettings {
	return formSettings{f.Title, f.DueDay, f.DueMonths, f.WorkingDay, f.Enabled}
}

func (s *formSettings) take(c FormChange) {
	set(&s.Title, c.Title)
	set(&s.DueDay, c.DueDay)
	set(&s.DueMonths, c.DueMonths)
	set(&s.WorkingDay, c.WorkingDay)
	set(&s.Enabled, c.Enabled)
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func (c FormChange) check() error {
	switch {
	case c.Title != nil && *c.Title == "":
		return fault.Field("title", "请填写名称")
	case c.DueDay != nil && (*c.DueDay < 1 || *c.DueDay > 28):
		return fault.Field("due_day", "截止日应在 1 到 28 日之间")
	case c.DueMonths != nil && (*c.DueMonths < 0 || *c.DueMonths > 12):
		return fault.Field("due_months", "截止月应在报告月之后 0 到 12 个月")
	}
	return nil
}
