package clinic

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Assessment is the yearly look at what a clinic is able to do.
type Assessment struct {
	Clinic     Clinic // without its values
	Year       int
	Points     map[string]decimal.Decimal // by item
	Total      decimal.Decimal
	Most       decimal.Decimal
	Level      string
	Passed     bool
	AssessedOn time.Time
	Assessors  string
	Note       string
	Demo       bool
	Version    int // 0 before the first
}

// AssessmentDraft is what an assessor states; every item needs its points.
type AssessmentDraft struct {
	Points     map[string]decimal.Decimal
	AssessedOn time.Time
	Assessors  string
	Note       string
}

// Assessments lists every clinic in scope with its assessment of the year, those without one too.
func (s *Service) Assessments(ctx context.Context, who actor.Actor, year int, township string) ([]Assessment, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return assessments(ctx, s.db, who, year, "($5 = '' OR "+clinicTownship+" = $5) AND i.closed_on IS NULL", pg.Storable(township))
}

// AssessmentOf is a clinic's assessment of the year, with Version 0 when there is none.
func (s *Service) AssessmentOf(ctx context.Context, who actor.Actor, id int64, year int) (Assessment, error) {
	if err := who.Require(ActionView); err != nil {
		return Assessment{}, err
	}
	return assessment(ctx, s.db, who, id, year)
}

func assessment(ctx context.Context, q pg.Querier, who actor.Actor, id int64, year int) (Assessment, error) {
	found, err := assessments(ctx, q, who, year, "i.id = $5", id)
	if err == nil && len(found) == 0 {
		err = fault.NotFound("这家村卫生室")
	}
	if err != nil {
		return Assessment{}, err
	}
	return found[0], nil
}

func assessments(ctx context.Context, q pg.Querier, who actor.Actor, year int, where string, args ...any) ([]Assessment, error) {
	rows, err := q.Query(ctx, `
		SELECT i.id, i.code, i.name, coalesce(t.code, ''), coalesce(t.name, ''), i.closed_on IS NOT NULL, a.points, coalesce(a.total, 0), coalesce(a.most, 0),
		       coalesce(a.level, ''), coalesce(a.passed, false), coalesce(a.assessed_on, '0001-01-01'), coalesce(a.assessors, ''),
		       coalesce(a.note, ''), coalesce(a.demo, false), coalesce(a.version, 0)
		FROM institution_public i
		LEFT JOIN institution_public p ON p.county_id = i.county_id AND p.id = i.parent_id
		LEFT JOIN division_public t ON t.county_id = i.county_id AND t.code = `+clinicTownship+` AND t.level = 'township'
		LEFT JOIN clinic_assessment a ON a.county_id = i.county_id AND a.institution_id = i.id AND a.year = $4
		WHERE i.county_id = $1 AND `+actor.InScope+` AND i.kind = 'village_clinic' AND `+where+` ORDER BY i.code LIMIT `+strconv.Itoa(MaxClinics),
		append(append(who.ScopeArgs(), year), args...)...)
	if err != nil {
		return nil, fmt.Errorf("list assessments: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (a Assessment, err error) {
		a.Year = year
		return a, row.Scan(&a.Clinic.ID, &a.Clinic.Code, &a.Clinic.Name, &a.Clinic.Township, &a.Clinic.TownshipName, &a.Clinic.Closed, &a.Points, &a.Total, &a.Most,
			&a.Level, &a.Passed, &a.AssessedOn, &a.Assessors, &a.Note, &a.Demo, &a.Version)
	})
	if err != nil {
		return nil, fmt.Errorf("list assessments: %w", err)
	}
	return found, nil
}

// Assess states a clinic's assessment of a year; total and level follow from the points. version is the one the asker saw.
func (s *Service) Assess(ctx context.Context, who actor.Actor, id int64, year, version int, d AssessmentDraft) error {
	if err := who.Require(ActionManage); err != nil {
		return err
	}
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		was, err := assessment(ctx, tx, who, id, year)
		if err != nil {
			return err
		}
		if was.Version != version {
			return fault.Conflict("%d 年的评价刚刚被别人改过,请核对后再保存", year)
		}
		if err := d.check(year, s.today()); err != nil {
			return err
		}
		total, most := decimal.Zero, MostPoints()
		for _, p := range d.Points {
			total = total.Add(p)
		}
		level := LevelFor(total, most)
		if err := putAssessment(ctx, tx, who.CountyID, was, d, total, most, level); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionManage, Kind: "clinic_assessment", ID: strconv.FormatInt(id, 10), Name: was.Clinic.Name, InstitutionID: id,
			Before: map[string]string{"year": strconv.Itoa(year), "total": was.Total.String(), "level": LevelTitle(was.Level)},
			After:  map[string]string{"year": strconv.Itoa(year), "total": total.String(), "level": level.Title}})
	})
}

func (d AssessmentDraft) check(year int, today time.Time) error {
	var problems []fault.Problem
	for _, item := range Items {
		p, given := d.Points[item.Code]
		if !given || p.IsNegative() || p.GreaterThan(item.Most) || !p.Equal(p.Round(1)) {
			problems = append(problems, fault.Problem{Field: "points." + item.Code, Message: fmt.Sprintf("%s:请填 0 到 %s 分,最多一位小数", item.Title, item.Most)})
		}
	}
	if d.AssessedOn.IsZero() || d.AssessedOn.After(today) || d.AssessedOn.Year() != year {
		problems = append(problems, fault.Problem{Field: "assessed_on", Message: fmt.Sprintf("请填 %d 年里、不晚于今天的日期", year)})
	}
	if len(problems) > 0 {
		return fault.Invalid(problems...)
	}
	return nil
}

func putAssessment(ctx context.Context, q pg.Querier, county int32, was Assessment, d AssessmentDraft, total, most decimal.Decimal, level Level) error {
	points, err := json.Marshal(d.Points)
	if err != nil {
		return fmt.Errorf("encode points: %w", err)
	}
	tag, err := q.Exec(ctx, `
		INSERT INTO clinic_assessment (county_id, institution_id, year, points, total, most, level, passed, assessed_on, assessors, note, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (county_id, institution_id, year) DO UPDATE SET points = excluded.points, total = excluded.total, most = excluded.most,
			level = excluded.level, passed = excluded.passed, assessed_on = excluded.assessed_on, assessors = excluded.assessors, note = excluded.note,
			version = excluded.version
		WHERE clinic_assessment.version = excluded.version - 1`,
		county, was.Clinic.ID, was.Year, points, total, most, level.Code, level.Passed, d.AssessedOn, d.Assessors, d.Note, was.Version+1)
	if err != nil {
		return fmt.Errorf("store assessment of clinic %d: %w", was.Clinic.ID, err)
	}
	if tag.RowsAffected() == 0 {
		return fault.Conflict("%d 年的评价刚刚被别人改过,请核对后再保存", was.Year)
	}
	return nil
}
