package validation

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/reporting"
)

// FollowUp is a mark on one cell of a report: somebody has to look into it.
type FollowUp struct {
	ID            int64
	Report        int64
	InstitutionID int64
	Institution   string
	SubjectID     int64
	Subject       string
	Month         period.Month
	Form          string // title
	Element       string // slug
	ElementName   string
	Rule          string // code of the finding it is about, "" for none
	Note          string
	OwnerID       int64
	Owner         string
	DueOn         time.Time // midnight UTC
	MadeBy        string
	MadeAt        time.Time
	DoneBy        string
	DoneAt        time.Time // zero: open
	DoneNote      string
}

// Open reports whether nobody has said what came of it.
func (f FollowUp) Open() bool { return f.DoneAt.IsZero() }

// Overdue reports whether it is open after its day.
func (f FollowUp) Overdue(now time.Time) bool {
	return f.Open() && now.In(period.Shanghai).Format(time.DateOnly) > f.DueOn.Format(time.DateOnly)
}

// Name is what a reader recognises it by.
func (f FollowUp) Name() string {
	return f.Institution + " " + f.Month.Chinese() + " " + f.ElementName
}

// FollowDraft is what somebody says who marks a cell.
type FollowDraft struct {
	Report  int64
	Subject int64
	Element string
	Rule    string
	Note    string
	Owner   int64
	DueOn   time.Time
}

const maxNote = 500

// Follow marks a cell to be looked into.
func (s *Service) Follow(ctx context.Context, who actor.Actor, d FollowDraft) (f FollowUp, err error) {
	if err := who.Require(ActionFollow); err != nil {
		return f, err
	}
	if f, err = s.cellOf(ctx, who, d); err != nil {
		return f, err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := d.check(ctx, tx, who, &f, s.now()); err != nil {
			return err
		}
		f.MadeBy, f.MadeAt = who.Name, s.now()
		if f.ID, err = insertFollowUp(ctx, tx, who, f); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionFollow, Kind: "follow_up", ID: strconv.FormatInt(f.ID, 10), Name: f.Name(),
			InstitutionID: f.InstitutionID, After: map[string]any{"note": f.Note, "owner": f.Owner, "due_on": f.DueOn.Format(time.DateOnly)}})
	})
	if err != nil {
		return f, fmt.Errorf("mark a cell of report %d: %w", d.Report, err)
	}
	return f, nil
}

// Cell is what a draft is about, for the page that asks the rest.
func (s *Service) Cell(ctx context.Context, who actor.Actor, d FollowDraft) (FollowUp, error) {
	if err := who.Require(ActionFollow); err != nil {
		return FollowUp{}, err
	}
	return s.cellOf(ctx, who, d)
}

// cellOf is the cell that a mark is about; it must be in scope and on the form.
func (s *Service) cellOf(ctx context.Context, who actor.Actor, d FollowDraft) (FollowUp, error) {
	sheet, err := s.reporting.Open(ctx, who, d.Report)
	if err != nil {
		return FollowUp{}, err
	}
	r := sheet.Report
	f := FollowUp{Report: r.ID, InstitutionID: r.InstitutionID, Institution: r.Institution, Month: r.Month, Form: r.FormTitle, SubjectID: d.Subject,
		Element: d.Element, Rule: d.Rule, Note: strings.TrimSpace(d.Note), OwnerID: d.Owner, DueOn: d.DueOn}
	row, ok := sheet.Layout.Row(d.Element)
	if !ok {
		return f, fault.NotFound("这一格")
	}
	f.ElementName = row.Element.NameZH
	for _, one := range sheet.Subjects {
		if one.ID == d.Subject {
			f.Subject = one.Name
			return f, nil
		}
	}
	return f, fault.NotFound("这一格")
}

func (d FollowDraft) check(ctx context.Context, q pg.Querier, who actor.Actor, f *FollowUp, now time.Time) error {
	var problems []fault.Problem
	add := func(field, message string) {
		problems = append(problems, fault.Problem{Field: field, Message: message})
	}
	if n := utf8.RuneCountInString(f.Note); n == 0 || n > maxNote {
		add("note", fmt.Sprintf("请写明要核实什么,最多 %d 个字", maxNote))
	}
	if d.DueOn.IsZero() || d.DueOn.Format(time.DateOnly) < now.In(period.Shanghai).Format(time.DateOnly) {
		add("due_on", "请填写完成日期,不早于今天")
	}
	if utf8.RuneCountInString(d.Rule) > 80 {
		add("rule", "规则编号太长")
	}
	owners, err := listOwners(ctx, q, who.CountyID, f.InstitutionID)
	if err != nil {
		return err
	}
	for _, o := range owners {
		if o.ID == d.Owner {
			f.Owner = o.Name
		}
	}
	if f.Owner == "" {
		add("owner", "请选择负责人;只能是看得到这个单位月报的人")
	}
	if len(problems) > 0 {
		return fault.Invalid(problems...)
	}
	return nil
}

// Resolve says what came of a mark; its owner may, and whoever may mark.
func (s *Service) Resolve(ctx context.Context, who actor.Actor, id int64, note string) error {
	note = strings.TrimSpace(note)
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		f, err := s.get(ctx, tx, who, id)
		switch {
		case err != nil:
			return err
		case f.OwnerID != who.AccountID && !who.May(ActionFollow):
			return fault.Forbidden("只有负责人和可以标记跟进的人能办结")
		case !f.Open():
			return fault.Conflict("%s已在%s办结", f.DoneBy, f.DoneAt.In(period.Shanghai).Format("1月2日"))
		}
		if n := utf8.RuneCountInString(note); n == 0 || n > maxNote {
			return fault.Field("note", "请写明核实结果,最多 %d 个字", maxNote)
		}
		if err := closeFollowUp(ctx, tx, who, id, note, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionFollow, Kind: "follow_up", ID: strconv.FormatInt(id, 10), Name: f.Name(),
			InstitutionID: f.InstitutionID, After: map[string]any{"done": note}})
	})
	if err != nil {
		return fmt.Errorf("resolve follow-up %d: %w", id, err)
	}
	return nil
}

// FollowFilter selects marks; zero fields do not filter.
type FollowFilter struct {
	State  string // open or done
	Mine   bool   // whose owner is the asker
	Report int64
	Month  period.Month
}

// FollowUps lists marks in scope: open ones first, by their day, at most 200.
func (s *Service) FollowUps(ctx context.Context, who actor.Actor, f FollowFilter) ([]FollowUp, error) {
	if err := who.Require(reporting.ActionView); err != nil {
		return nil, err
	}
	found, err := listFollowUps(ctx, s.db, who, f, 0)
	if err != nil {
		return nil, err
	}
	return found, s.nameElements(ctx, who, found)
}

// FollowUp returns one mark.
func (s *Service) FollowUp(ctx context.Context, who actor.Actor, id int64) (FollowUp, error) {
	return s.get(ctx, s.db, who, id)
}

func (s *Service) get(ctx context.Context, q pg.Querier, who actor.Actor, id int64) (FollowUp, error) {
	if err := who.Require(reporting.ActionView); err != nil {
		return FollowUp{}, err
	}
	found, err := listFollowUps(ctx, q, who, FollowFilter{}, id)
	if err != nil {
		return FollowUp{}, err
	}
	if len(found) == 0 {
		return FollowUp{}, fault.NotFound("这条跟进")
	}
	return found[0], s.nameElements(ctx, who, found)
}

func (s *Service) nameElements(ctx context.Context, who actor.Actor, found []FollowUp) error {
	c, err := s.reporting.CatalogueOf(ctx, s.db, who.CountyID)
	if err != nil {
		return err
	}
	for i := range found {
		found[i].ElementName = found[i].Element
		if e, ok := c.Element(found[i].Element); ok {
			found[i].ElementName = e.NameZH
		}
	}
	return nil
}

// Todos counts the open marks that somebody owns.
func (s *Service) Todos(ctx context.Context, who actor.Actor) (int, error) {
	return countOwn(ctx, s.db, who)
}

// Owner is somebody who may be asked to look into a figure.
type Owner struct {
	ID          int64
	Name        string
	Institution string
}

// Owners lists who can be asked about a report: active accounts that see its institution, its own people first.
func (s *Service) Owners(ctx context.Context, who actor.Actor, report int64) ([]Owner, error) {
	if err := who.Require(ActionFollow); err != nil {
		return nil, err
	}
	r, err := s.reporting.Get(ctx, who, report)
	if err != nil {
		return nil, err
	}
	return listOwners(ctx, s.db, who.CountyID, r.InstitutionID)
}
