package register

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/pg"
)

// Entry is one line of a register.
type Entry struct {
	ID            int64
	Type          string
	InstitutionID int64
	Institution   string
	StartsOn      time.Time         // the first day it holds, midnight UTC
	EndsOn        *time.Time        // the first day it no longer holds; nil while it does
	Content       map[string]string // by field slug; what is not known is not there
	Version       int
	By            string // who wrote it last
	At            time.Time
	Withdrawn     string // why it was taken back as a mistake, "" when it stands
}

// Name is what a reader recognises it by: the first listed field.
func (e Entry) Name() string {
	t, _ := TypeOf(e.Type)
	for _, f := range t.Fields {
		if f.Listed && e.Content[f.Slug] != "" {
			return e.Content[f.Slug]
		}
	}
	return t.Title
}

// Holds reports whether the entry holds on the day.
func (e Entry) Holds(day time.Time) bool {
	return e.Withdrawn == "" && !day.Before(e.StartsOn) && (e.EndsOn == nil || day.Before(*e.EndsOn))
}

// ExpiresIn is the number of days until the entry expires, negative when it has; false when it does not expire.
func (e Entry) ExpiresIn(today time.Time) (int, bool) {
	t, _ := TypeOf(e.Type)
	f, ok := t.expiry()
	if !ok || e.Content[f.Slug] == "" {
		return 0, false
	}
	day, err := time.Parse(time.DateOnly, e.Content[f.Slug])
	if err != nil {
		return 0, false
	}
	return int(day.Sub(today).Hours() / 24), true
}

// Draft is what somebody types for an entry, each field as typed.
type Draft struct {
	StartsOn *time.Time
	EndsOn   *time.Time
	Typed    map[string]string
}

// Add enters something in a register of an institution.
func (s *Service) Add(ctx context.Context, who actor.Actor, slug string, institution int64, d Draft) (e Entry, err error) {
	t, err := s.mayKeep(who, slug)
	if err != nil {
		return e, err
	}
	if e, err = t.entry(d); err != nil {
		return e, err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		at, err := org.Get(ctx, tx, who, institution)
		switch {
		case err != nil:
			return err
		case !t.For(at.Kind):
			return fault.Field("institution", "“%s”不用登记%s", at.Name, t.Title)
		}
		e.InstitutionID, e.Institution, e.By, e.At, e.Version = at.ID, at.Name, who.Name, s.now(), 1
		if e.ID, err = insert(ctx, tx, who, e); err != nil {
			return err
		}
		return note(ctx, tx, who, nil, e)
	})
	if err != nil {
		return e, fmt.Errorf("add to register %s: %w", slug, err)
	}
	return e, nil
}

func (s *Service) mayKeep(who actor.Actor, slug string) (Type, error) {
	if err := who.Require(ActionKeep); err != nil {
		return Type{}, err
	}
	t, ok := TypeOf(slug)
	if !ok {
		return t, fault.NotFound("这本台账")
	}
	return t, nil
}

// entry checks what was typed, everything at once.
func (t Type) entry(d Draft) (Entry, error) {
	content, problems := t.content(d.Typed)
	e := Entry{Type: t.Slug, Content: content, EndsOn: d.EndsOn}
	if d.StartsOn == nil {
		problems = append(problems, fault.Problem{Field: "starts_on", Message: "请填写开始日期"})
	} else {
		e.StartsOn = *d.StartsOn
	}
	if d.StartsOn != nil && d.EndsOn != nil && !d.EndsOn.After(*d.StartsOn) {
		problems = append(problems, fault.Problem{Field: "ends_on", Message: "结束日期应晚于开始日期"})
	}
	if len(problems) > 0 {
		return e, fault.Invalid(problems...)
	}
	return e, nil
}

// Change writes an entry anew; version is the one that was seen, so that nobody else's change is lost.
func (s *Service) Change(ctx context.Context, who actor.Actor, id int64, version int, d Draft) (Entry, error) {
	return s.change(ctx, who, id, version, func(t Type, e Entry) (Entry, error) {
		changed, err := t.entry(d)
		e.Content, e.StartsOn, e.EndsOn = changed.Content, changed.StartsOn, changed.EndsOn
		return e, err
	})
}

// Withdraw takes an entry back that was made by mistake; it stays readable, with the reason, and counts nowhere.
func (s *Service) Withdraw(ctx context.Context, who actor.Actor, id int64, version int, reason string) error {
	_, err := s.change(ctx, who, id, version, func(_ Type, e Entry) (Entry, error) {
		stored, problem := Field{Slug: "reason", Label: "撤销原因", Kind: Words, Required: true}.read(reason)
		if problem != "" {
			return e, fault.Field("reason", "%s", problem)
		}
		e.Withdrawn = stored
		return e, nil
	})
	return err
}

// change applies a change to an entry in scope, if it is still as it was seen.
func (s *Service) change(ctx context.Context, who actor.Actor, id int64, version int, do func(Type, Entry) (Entry, error)) (e Entry, err error) {
	if err := who.Require(ActionKeep); err != nil {
		return e, err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		old, err := get(ctx, tx, who, id, "FOR UPDATE OF e")
		switch {
		case err != nil:
			return err
		case old.Withdrawn != "":
			return fault.Conflict("这条登记已撤销,不能再改")
		case old.Version != version:
			return fault.Conflict("%s在%s改过这条登记,请看过现在的内容再改", old.By, old.At.In(s.now().Location()).Format("1月2日 15:04"))
		}
		t, _ := TypeOf(old.Type)
		if e, err = do(t, old); err != nil {
			return err
		}
		e.Version, e.By, e.At = old.Version+1, who.Name, s.now()
		if err := update(ctx, tx, who, e); err != nil {
			return err
		}
		return note(ctx, tx, who, &old, e)
	})
	if err != nil {
		return e, fmt.Errorf("change register entry %d: %w", id, err)
	}
	return e, nil
}

// note writes the trail: every field before and after.
func note(ctx context.Context, tx pgx.Tx, who actor.Actor, before *Entry, after Entry) error {
	e := audit.Entry{Action: ActionKeep, Kind: "register_entry", ID: strconv.FormatInt(after.ID, 10), Name: after.trailName(), InstitutionID: after.InstitutionID, After: after.trail()}
	if before != nil {
		e.Before = before.trail()
	}
	return audit.Record(ctx, tx, who, e)
}

func (e Entry) trailName() string {
	t, _ := TypeOf(e.Type)
	return e.Institution + " " + t.Title + " " + e.Name()
}

// trail is the entry as people read it in the audit trail, by the labels of its fields.
func (e Entry) trail() map[string]any {
	t, _ := TypeOf(e.Type)
	fields := map[string]any{"开始日期": e.StartsOn.Format(time.DateOnly)}
	if e.EndsOn != nil {
		fields["结束日期"] = e.EndsOn.Format(time.DateOnly)
	}
	if e.Withdrawn != "" {
		fields["撤销原因"] = e.Withdrawn
	}
	for _, f := range t.Fields {
		if value := e.Content[f.Slug]; value != "" {
			fields[f.Label] = value
		}
	}
	return fields
}
