package clinic

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
	"yigai/internal/sheet"
)

// ProjectKinds and ProjectStates are what a line of the construction ledger can be.
var (
	ProjectKinds  = []Option{{"new", "新建"}, {"rebuild", "改建"}, {"extend", "扩建"}, {"conversion", "产权转换"}}
	ProjectStates = []Option{{"planned", "计划"}, {"started", "在建"}, {"done", "完成"}, {"dropped", "取消"}}
)

// ProjectDone is the state of a finished project.
const ProjectDone = "done"

// OptionTitle is what a value of a list is called.
func OptionTitle(list []Option, value string) string {
	for _, o := range list {
		if o.Value == value {
			return o.Title
		}
	}
	return value
}

// Project is one line of the construction ledger (VCL-09, VCL-18).
type Project struct {
	ID            int64
	InstitutionID int64 // the township hospital that answers for it
	Institution   string
	Name          string
	Kind, State   string
	Year          int
	StartedOn     *time.Time
	FinishedOn    *time.Time
	Area          decimal.NullDecimal
	Certificate   string // of the property right
	Budget        decimal.NullDecimal
	Bond          decimal.NullDecimal // of the budget, from special bonds
	Spent         decimal.NullDecimal
	Note          string
	Demo          bool
	Version       int
}

// ProjectFilter narrows the ledger.
type ProjectFilter struct {
	Year  int
	State string
	Kind  string
}

// mostProjects is how many lines are shown or exported.
const mostProjects = 2000

// Projects lists the ledger of the institutions in scope, the latest year first.
func (s *Service) Projects(ctx context.Context, who actor.Actor, f ProjectFilter) ([]Project, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return projects(ctx, s.db, who, "($4 = 0 OR x.year = $4) AND ($5 = '' OR x.state = $5) AND ($6 = '' OR x.kind = $6)", f.Year, pg.Storable(f.State), pg.Storable(f.Kind))
}

// Project returns one line in scope.
func (s *Service) Project(ctx context.Context, who actor.Actor, id int64) (Project, error) {
	if err := who.Require(ActionView); err != nil {
		return Project{}, err
	}
	return project(ctx, s.db, who, id)
}

func project(ctx context.Context, q pg.Querier, who actor.Actor, id int64) (Project, error) {
	found, err := projects(ctx, q, who, "x.id = $4", id)
	if err == nil && len(found) == 0 {
		err = fault.NotFound("这个建设项目")
	}
	if err != nil {
		return Project{}, err
	}
	return found[0], nil
}

func projects(ctx context.Context, q pg.Querier, who actor.Actor, where string, args ...any) ([]Project, error) {
	rows, err := q.Query(ctx, `
		SELECT x.id, i.id, i.short_name, x.name, x.kind, x.state, x.year, x.started_on, x.finished_on, x.area, x.certificate, x.budget, x.bond,
		       x.spent, x.note, x.demo, x.version
		FROM clinic_project x JOIN institution_public i ON i.county_id = x.county_id AND i.id = x.institution_id
		WHERE x.county_id = $1 AND `+actor.InScope+` AND `+where+` ORDER BY x.year DESC, x.id DESC LIMIT `+strconv.Itoa(mostProjects),
		append(who.ScopeArgs(), args...)...)
	if err != nil {
		return nil, fmt.Errorf("list projects: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p Project, err error) {
		return p, row.Scan(&p.ID, &p.InstitutionID, &p.Institution, &p.Name, &p.Kind, &p.State, &p.Year, &p.StartedOn, &p.FinishedOn, &p.Area,
			&p.Certificate, &p.Budget, &p.Bond, &p.Spent, &p.Note, &p.Demo, &p.Version)
	})
	if err != nil {
		return nil, fmt.Errorf("list projects: %w", err)
	}
	return found, nil
}

// KeepProject adds a line to the ledger (ID 0) or states an existing one anew; Version is the one the asker saw.
func (s *Service) KeepProject(ctx context.Context, who actor.Actor, p Project) (id int64, err error) {
	if err := who.Require(ActionManage); err != nil {
		return 0, err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		var was Project
		if p.ID != 0 {
			if was, err = project(ctx, tx, who, p.ID); err != nil {
				return err
			}
		}
		by, err := unit(ctx, tx, who, p.InstitutionID, "请选择负责的单位")
		if err != nil {
			return err
		}
		if problems := p.check(); len(problems) > 0 {
			return fault.Invalid(problems...)
		}
		if id, err = putProject(ctx, tx, who.CountyID, p, was); err != nil {
			return err
		}
		e := audit.Entry{Action: ActionManage, Kind: "clinic_project", ID: strconv.FormatInt(id, 10), Name: p.Name, InstitutionID: by.ID, After: p.said()}
		if was.ID != 0 {
			e.Before = was.said()
		}
		return audit.Record(ctx, tx, who, e)
	})
	return id, err
}

func putProject(ctx context.Context, q pg.Querier, county int32, p, was Project) (id int64, err error) {
	args := []any{county, p.InstitutionID, p.Name, p.Kind, p.State, p.Year, p.StartedOn, p.FinishedOn, p.Area, p.Certificate, p.Budget, p.Bond, p.Spent, p.Note}
	if was.ID == 0 {
		err = q.QueryRow(ctx, `INSERT INTO clinic_project (county_id, institution_id, name, kind, state, year, started_on, finished_on, area, certificate,
			budget, bond, spent, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id`, args...).Scan(&id)
	} else {
		err = q.QueryRow(ctx, `UPDATE clinic_project SET institution_id = $2, name = $3, kind = $4, state = $5, year = $6, started_on = $7, finished_on = $8,
			area = $9, certificate = $10, budget = $11, bond = $12, spent = $13, note = $14, version = version + 1
			WHERE county_id = $1 AND id = $15 AND version = $16 RETURNING id`, append(args, p.ID, p.Version)...).Scan(&id)
	}
	if pg.NoRows(err) {
		return 0, fault.Conflict("这个项目刚刚被别人改过,请核对后再保存")
	}
	if err != nil {
		return 0, fmt.Errorf("store project: %w", err)
	}
	return id, nil
}

// check is what does not fit together in a line of the ledger.
func (p Project) check() []fault.Problem {
	var out []fault.Problem
	add := func(wrong bool, field, message string) {
		if wrong {
			out = append(out, fault.Problem{Field: field, Message: message})
		}
	}
	add(p.Name == "", "name", "请填写项目名称")
	add(OptionTitle(ProjectKinds, p.Kind) == p.Kind, "kind", "请选择类型")
	add(OptionTitle(ProjectStates, p.State) == p.State, "state", "请选择进度")
	add(p.Year < 2000 || p.Year > 2100, "year", "请填四位年度,如 2026")
	add(p.StartedOn != nil && p.FinishedOn != nil && p.FinishedOn.Before(*p.StartedOn), "finished_on", "完工日期早于开工日期")
	add(p.State == ProjectDone && p.FinishedOn == nil, "finished_on", "已完成的项目请填完工日期")
	add(p.Bond.Valid && (!p.Budget.Valid || p.Bond.Decimal.GreaterThan(p.Budget.Decimal)), "bond", "专项债不能多于总投资")
	return out
}

func (p Project) said() map[string]string {
	out := map[string]string{"name": p.Name, "kind": OptionTitle(ProjectKinds, p.Kind), "state": OptionTitle(ProjectStates, p.State), "year": strconv.Itoa(p.Year), "certificate": p.Certificate}
	for name, d := range map[string]decimal.NullDecimal{"area": p.Area, "budget": p.Budget, "bond": p.Bond, "spent": p.Spent} {
		if d.Valid {
			out[name] = d.Decimal.String()
		}
	}
	return out
}

// ExportProjects writes the ledger.
func (s *Service) ExportProjects(ctx context.Context, who actor.Actor, f ProjectFilter, format sheet.Format, w io.Writer) error {
	if err := who.Require(audit.ActionExport); err != nil {
		return err
	}
	found, err := s.Projects(ctx, who, f)
	if err != nil {
		return err
	}
	money := func(title string) sheet.Field {
		return sheet.Field{Title: title, Unit: "元", Kind: sheet.Decimal, Decimals: 2}
	}
	meta := sheet.Meta{Title: who.County + "村卫生室建设台账", Columns: []sheet.Field{{Title: "年度"}, {Title: "项目", Width: 28}, {Title: "类型"}, {Title: "进度"}, {Title: "负责单位", Width: 20},
		{Title: "开工", Kind: sheet.Date}, {Title: "完工", Kind: sheet.Date}, {Title: "面积", Unit: "平方米", Kind: sheet.Decimal, Decimals: 1}, money("总投资"), money("其中专项债"), money("已支出"), {Title: "产权证", Width: 18}, {Title: "备注", Width: 24}}}
	e := audit.Export{Kind: "clinic_projects", Format: string(format), Name: meta.Title + "." + string(format), Rows: int64(len(found)),
		Filter: map[string]any{"year": f.Year, "state": f.State, "kind": f.Kind}}
	return s.release(ctx, who, e, w, meta, func(n int) []any {
		p := found[n]
		return []any{strconv.Itoa(p.Year), p.Name, OptionTitle(ProjectKinds, p.Kind), OptionTitle(ProjectStates, p.State), p.Institution, p.StartedOn, p.FinishedOn,
			p.Area, p.Budget, p.Bond, p.Spent, p.Certificate, p.Note}
	})
}
