package org

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/pg"
	"yigai/internal/sheet"
)

// ImportInstitutions loads institutions from csv or xlsx. A code that is already there is updated where the
// file differs; institutions that the file does not mention stay as they are.
//
// A new row that names no parent gets one: the county, except for village clinics and community health
// stations, which go below the open township hospital of the same township, or its community health centre
// when there is no hospital; of several the one with the lowest code; without any the county, with a warning.
func (s *Service) ImportInstitutions(ctx context.Context, who actor.Actor, r io.Reader, o Options) (Result, error) {
	if err := who.Require(ActionImport); err != nil {
		return Result{}, err
	}
	f, err := readFile(r, InstitutionColumns)
	if err != nil {
		return Result{}, err
	}
	return s.load(ctx, who, o, f, "institution", func(tx pgx.Tx) (Result, func() error, error) {
		p, err := planInstitutions(ctx, tx, who, s.today(), f)
		if err != nil {
			return Result{}, nil, err
		}
		return p.result, func() error { return p.store(ctx, tx, who) }, nil
	})
}

// institutionPlan is what an import would do. Rows are checked against each other and against what is there;
// a refused row leaves byCode, so that rows below it are refused as well.
type institutionPlan struct {
	file      sheet.List
	who       actor.Actor
	today     time.Time
	root      Institution
	there     map[string]Institution
	division  map[string]bool
	townships map[string][]string // name → codes, several when a name is not unique
	leads     map[int64]string    // lead hospital → its community
	rows      []planned
	byCode    map[string]*planned
	hospitals map[string]Institution // township → where its clinics go
	result    Result
}

// planned is one row of the file with what shall become of it.
type planned struct {
	record
	row sheet.Row
	was *Institution
	bad bool
}

func planInstitutions(ctx context.Context, q pg.Querier, who actor.Actor, today time.Time, f sheet.List) (*institutionPlan, error) {
	p := &institutionPlan{file: f, who: who, today: today, there: map[string]Institution{}, division: map[string]bool{},
		townships: map[string][]string{}, byCode: map[string]*planned{}}
	if err := p.look(ctx, q); err != nil {
		return nil, err
	}
	p.rows = make([]planned, len(f.Rows))
	for i, row := range f.Rows {
		p.read(&p.rows[i], row)
	}
	p.checkUnique("uscc", "统一社会信用代码", func(d Draft) string { return d.USCC })
	p.checkUnique("external_code", "外部编码", func(d Draft) string { return d.ExternalCode })
	p.findHospitals()
	p.each(p.placeBelow)
	p.checkTree()
	p.each(p.weigh)
	return p, nil
}

// look reads what is already there, all of it: the file may touch anything.
func (p *institutionPlan) look(ctx context.Context, q pg.Querier) error {
	var err error
	if p.root, err = Root(ctx, q, p.who.CountyID); err != nil {
		return err
	}
	all, err := InScope(ctx, q, actor.System(p.who.CountyID, p.root.Path), Filter{})
	if err != nil {
		return err
	}
	for _, i := range all {
		p.there[i.Code] = i
	}
	if p.leads, err = leads(ctx, q, p.who.CountyID); err != nil {
		return err
	}
	areas, err := AllDivisions(ctx, q, p.who.CountyID)
	for _, d := range areas {
		p.division[d.Code] = true
		if d.Level == LevelTownship {
			p.townships[d.Name] = append(p.townships[d.Name], d.Code)
		}
	}
	return err
}

func (p *institutionPlan) read(n *planned, row sheet.Row) {
	n.row = row
	if was, known := p.there[row.Get("code")]; known {
		n.was = &was
	}
	before := len(p.result.Findings)
	n.record = p.draft(row, n.was)
	if n.Parent == "" && n.was == nil {
		n.Parent = "?" // found later by derive, when all rows are known
	}
	for _, problem := range n.problems() {
		p.refuse(row, p.column(problem.Field), problem.Message)
	}
	if first, twice := p.byCode[n.Code]; twice {
		p.refuse(row, "code", fmt.Sprintf("与第 %d 行的机构编码相同", first.row.Number))
	}
	if n.was != nil && !covers(p.who.Scope, *n.was) {
		p.refuse(row, "code", "编码已被您数据范围以外的机构使用")
	}
	p.checkDivision(n)
	if n.bad = len(p.result.Findings) > before; !n.bad {
		p.byCode[n.Code] = n
	}
}

// column is the heading under which a field of a draft stands in this file.
func (p *institutionPlan) column(field string) string {
	if field == "division" && !p.file.Has("division") {
		if p.file.Has("village") {
			return "village"
		}
		return "township"
	}
	return field
}

func (p *institutionPlan) checkDivision(n *planned) {
	if n.Division == "" || !divisionSpelling.MatchString(n.Division) {
		return
	}
	own := strings.HasPrefix(n.Division, p.root.Code)
	fine := p.division[n.Division] || own && len(p.division) <= 1
	if message := unknownDivision(n.Division, fine, own); message != "" {
		p.refuse(n.row, p.column("division"), message)
	}
}

// covers reports whether the scope holds the institution, as the scope condition does in SQL.
func covers(s actor.Scope, i Institution) bool {
	return slices.Contains(s.Institutions, i.ID) || slices.ContainsFunc(s.Subtrees, func(path string) bool {
		return i.Path == path || strings.HasPrefix(i.Path, path+".")
	})
}

func (p *institutionPlan) refuse(row sheet.Row, key, message string) {
	p.result.Findings = append(p.result.Findings, row.Finding(key, message))
}

func (p *institutionPlan) warn(row sheet.Row, key, message string) {
	p.result.Warnings = append(p.result.Warnings, row.Finding(key, message))
}

// drop refuses a row that was good by itself.
func (p *institutionPlan) drop(n *planned, key, message string) {
	n.bad = true
	delete(p.byCode, n.Code)
	p.refuse(n.row, key, message)
}

// each visits the rows that are still good.
func (p *institutionPlan) each(do func(n *planned)) {
	for i := range p.rows {
		if !p.rows[i].bad {
			do(&p.rows[i])
		}
	}
}

// checkUnique refuses a value that another row, or an institution outside the file, already has.
func (p *institutionPlan) checkUnique(key, label string, of func(Draft) string) {
	owner := map[string]string{}
	for _, i := range p.there {
		if _, inFile := p.byCode[i.Code]; !inFile {
			owner[of(DraftOf(i))] = i.Code
		}
	}
	p.each(func(n *planned) {
		value := of(n.Draft)
		if other, taken := owner[value]; taken && value != "" {
			p.drop(n, key, fmt.Sprintf("%s与机构 %s 的相同", label, other))
			return
		}
		owner[value] = n.Code
	})
}

// weigh counts a good row and notes what is odd about it.
func (p *institutionPlan) weigh(n *planned) {
	switch {
	case n.was == nil:
		p.result.Created++
	case n.unchanged():
		p.result.Unchanged++
		return
	default:
		p.result.Updated++
		p.result.Replaced = append(p.result.Replaced, n.replaces())
	}
	if warning := usccWarning(n.USCC); n.USCC != "" && warning != "" {
		p.warn(n.row, "uscc", warning)
	}
}

func (n *planned) replaces() Replacement {
	was, is := difference(closing(stated(DraftOf(*n.was)), n.was.ClosedOn, n.was.ClosedReason), closing(stated(n.Draft), n.ClosedOn, n.ClosedReason))
	return Replacement{Row: n.row.Number, Code: n.was.Code, Name: n.was.Name, Was: was, Is: is}
}

// closing adds when and why an institution closed.
func closing(f facts, on *time.Time, reason string) facts {
	if on != nil {
		f["closed_on"] = on.Format("2006-01-02")
	}
	if reason != "" {
		f["closed_reason"] = reason
	}
	return f
}

func (n *planned) unchanged() bool {
	return DraftOf(*n.was).same(n.Draft) && sameDay(n.was.ClosedOn, n.ClosedOn) && n.was.ClosedReason == n.ClosedReason
}
