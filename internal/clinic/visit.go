package clinic

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

// The states of a visit.
const (
	VisitPlanned = "planned"
	VisitHeld    = "held"
	VisitDropped = "dropped"
)

// Visit is a round of visiting service (巡诊) in a village.
type Visit struct {
	ID            int64
	Village       string // code
	VillageName   string
	Township      string // name
	InstitutionID int64  // who comes
	Institution   string
	PlannedOn     time.Time
	State         string
	HeldOn        *time.Time
	Patients      *int
	Doctors       string
	Note          string
	Version       int
}

// VisitDraft plans a visit.
type VisitDraft struct {
	Village       string
	InstitutionID int64
	PlannedOn     time.Time
	Note          string
}

// VisitLog says what became of a visit.
type VisitLog struct {
	State    string // VisitHeld or VisitDropped
	HeldOn   *time.Time
	Patients *int
	Doctors  string
	Note     string
}

// mostVisits is how many are listed.
const mostVisits = 500

// Visits lists those of the institutions in scope, the latest first; state narrows them.
func (s *Service) Visits(ctx context.Context, who actor.Actor, state string) ([]Visit, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return visits(ctx, s.db, who, "($4 = '' OR x.state = $4)", pg.Storable(state))
}

// Visit returns one in scope.
func (s *Service) Visit(ctx context.Context, who actor.Actor, id int64) (Visit, error) {
	if err := who.Require(ActionView); err != nil {
		return Visit{}, err
	}
	return visit(ctx, s.db, who, id)
}

func visit(ctx context.Context, q pg.Querier, who actor.Actor, id int64) (Visit, error) {
	found, err := visits(ctx, q, who, "x.id = $4", id)
	if err == nil && len(found) == 0 {
		err = fault.NotFound("这次巡诊")
	}
	if err != nil {
		return Visit{}, err
	}
	return found[0], nil
}

func visits(ctx context.Context, q pg.Querier, who actor.Actor, where string, args ...any) ([]Visit, error) {
	rows, err := q.Query(ctx, `
		SELECT x.id, x.village_code, CASE WHEN v.name = '' THEN d.name ELSE v.name END, t.name, i.id, i.short_name, x.planned_on, x.state,
		       x.held_on, x.patients, x.doctors, x.note, x.version
		FROM clinic_visit x
		JOIN institution_public i ON i.county_id = x.county_id AND i.id = x.institution_id
		JOIN village v ON v.county_id = x.county_id AND v.code = x.village_code
		JOIN division_public d ON d.county_id = x.county_id AND d.code = v.division_code
		JOIN division_public t ON t.county_id = x.county_id AND t.code = d.parent_code
		WHERE x.county_id = $1 AND `+actor.InScope+` AND `+where+` ORDER BY x.planned_on DESC, x.id DESC LIMIT `+strconv.Itoa(mostVisits),
		append(who.ScopeArgs(), args...)...)
	if err != nil {
		return nil, fmt.Errorf("list visits: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (v Visit, err error) {
		return v, row.Scan(&v.ID, &v.Village, &v.VillageName, &v.Township, &v.InstitutionID, &v.Institution, &v.PlannedOn, &v.State,
			&v.HeldOn, &v.Patients, &v.Doctors, &v.Note, &v.Version)
	})
	if err != nil {
		return nil, fmt.Errorf("list visits: %w", err)
	}
	return found, nil
}

// PlanVisit plans a visit of an institution in scope to a village in scope.
func (s *Service) PlanVisit(ctx context.Context, who actor.Actor, d VisitDraft) (id int64, err error) {
	if err := who.Require(ActionManage); err != nil {
		return 0, err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		to, by, err := d.places(ctx, tx, who)
		if err != nil {
			return err
		}
		if err := haveVillages(ctx, tx, who.CountyID, []string{to.Division}); err != nil {
			return err
		}
		err = tx.QueryRow(ctx, `INSERT INTO clinic_visit (county_id, village_code, institution_id, planned_on, note) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
			who.CountyID, to.Code, by.ID, d.PlannedOn, d.Note).Scan(&id)
		if pg.Violates(err, "clinic_visit_once") {
			return fault.Field("planned_on", "这家单位这一天已经安排了到这个村的巡诊")
		}
		if err != nil {
			return fmt.Errorf("plan visit: %w", err)
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionManage, Kind: "clinic_visit", ID: strconv.FormatInt(id, 10), Name: to.Name, InstitutionID: by.ID,
			After: map[string]string{"planned_on": d.PlannedOn.Format(time.DateOnly), "institution": by.Name, "note": d.Note}})
	})
	return id, err
}

func (d VisitDraft) places(ctx context.Context, q pg.Querier, who actor.Actor) (Village, org.Institution, error) {
	to, err := village(ctx, q, who, d.Village)
	if fault.IsNotFound(err) {
		err = fault.Field("village", "请选择要去的村")
	}
	if err != nil {
		return to, org.Institution{}, err
	}
	by, err := unit(ctx, q, who, d.InstitutionID, "请选择派出巡诊的单位")
	return to, by, err
}

// unit is the open institution in scope that somebody chose; none, or another one, is the field's problem.
func unit(ctx context.Context, q pg.Querier, who actor.Actor, id int64, ask string) (org.Institution, error) {
	if id == 0 { // the zero filter of org would find any
		return org.Institution{}, fault.Field("institution", "%s", ask)
	}
	by, err := org.Get(ctx, q, who, id)
	if fault.IsNotFound(err) || err == nil && by.Closed() {
		err = fault.Field("institution", "%s", ask)
	}
	return by, err
}

// LogVisit says that a planned visit was held, or dropped.
func (s *Service) LogVisit(ctx context.Context, who actor.Actor, id int64, version int, l VisitLog) error {
	if err := who.Require(ActionManage); err != nil {
		return err
	}
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		was, err := visit(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if err := l.check(s.today()); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `UPDATE clinic_visit SET state = $4, held_on = $5, patients = $6, doctors = $7, note = $8, version = version + 1
			WHERE county_id = $1 AND id = $2 AND version = $3`, who.CountyID, id, version, l.State, l.HeldOn, l.Patients, l.Doctors, l.Note)
		if err != nil {
			return fmt.Errorf("log visit %d: %w", id, err)
		}
		if tag.RowsAffected() == 0 {
			return fault.Conflict("这次巡诊刚刚被别人改过,请核对后再保存")
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionManage, Kind: "clinic_visit", ID: strconv.FormatInt(id, 10), Name: was.VillageName,
			InstitutionID: was.InstitutionID, Before: map[string]string{"state": was.State, "doctors": was.Doctors}, After: map[string]string{"state": l.State, "doctors": l.Doctors}})
	})
}

func (l VisitLog) check(today time.Time) error {
	switch {
	case l.State != VisitHeld && l.State != VisitDropped:
		return fault.Field("state", "请选择已开展还是取消")
	case l.State == VisitDropped && (l.HeldOn != nil || l.Patients != nil):
		return fault.Field("state", "取消的巡诊不填日期和人次")
	case l.State == VisitDropped && l.Note == "":
		return fault.Field("note", "请写明取消的原因")
	case l.State == VisitHeld && l.HeldOn == nil:
		return fault.Field("held_on", "请填写开展的日期")
	case l.HeldOn != nil && l.HeldOn.After(today):
		return fault.Field("held_on", "开展的日期不能晚于今天")
	}
	return nil
}

// Units lists the open hospitals and centres in scope, which visit villages and answer for construction.
func (s *Service) Units(ctx context.Context, who actor.Actor) ([]org.Institution, error) {
	if err := who.Require(ActionManage); err != nil {
		return nil, err
	}
	return org.InScope(ctx, s.db, who, org.Filter{State: org.StateOpen, Kinds: []string{org.KindTownshipHospital, org.KindCommunityCentre, org.KindCountyHospital}})
}
