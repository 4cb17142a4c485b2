package org

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/number"
	"yigai/internal/pg"
	"yigai/internal/sheet"
)

// DivisionColumns are the headings that a file of divisions is recognised by.
var DivisionColumns = []sheet.Column{
	{Key: "code", Titles: []string{"行政区划代码", "区划代码", "代码", "编码", "统计用区划代码"}, Required: true},
	{Key: "name", Titles: []string{"名称", "区划名称", "行政区划名称"}, Required: true},
	{Key: "parent_code", Titles: []string{"上级代码", "上级区划代码", "上级行政区划代码"}},
	{Key: "level", Titles: []string{"级别", "层级"}},
	{Key: "population", Titles: []string{"常住人口", "人口"}, Unit: "人"},
}

var levelWords = map[string]string{
	"county": LevelCounty, "县": LevelCounty, "县级": LevelCounty, "旗": LevelCounty, "区": LevelCounty,
	"township": LevelTownship, "乡": LevelTownship, "镇": LevelTownship, "乡镇": LevelTownship, "乡级": LevelTownship, "街道": LevelTownship,
	"village": LevelVillage, "村": LevelVillage, "村级": LevelVillage, "社区": LevelVillage, "嘎查": LevelVillage,
}

// ImportDivisions loads the county's townships and villages from csv or xlsx. A division that is already
// there is updated where it differs; what the file does not mention stays.
func (s *Service) ImportDivisions(ctx context.Context, who actor.Actor, r io.Reader, o Options) (Result, error) {
	if err := who.Require(ActionImport); err != nil {
		return Result{}, err
	}
	f, err := readFile(r, DivisionColumns)
	if err != nil {
		return Result{}, err
	}
	return s.load(ctx, who, o, f, "division", func(tx pgx.Tx) (Result, func() error, error) {
		p, err := planDivisions(ctx, tx, who, f)
		if err != nil {
			return Result{}, nil, err
		}
		return p.result, func() error { return p.store(ctx, tx, who) }, nil
	})
}

type divisionPlan struct {
	file    sheet.List
	root    Division
	there   map[string]Division
	row     map[string]int // code → row of the file that states it well
	changed []Division
	result  Result
}

func planDivisions(ctx context.Context, q pg.Querier, who actor.Actor, f sheet.List) (*divisionPlan, error) {
	all, err := AllDivisions(ctx, q, who.CountyID)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 || all[0].Level != LevelCounty {
		return nil, fault.NotFound("这个县")
	}
	p := &divisionPlan{file: f, root: all[0], there: map[string]Division{}, row: map[string]int{}}
	for _, d := range all {
		d.Villages, d.Institutions = 0, 0
		p.there[d.Code] = d
	}
	read := p.read()
	for _, level := range []string{LevelCounty, LevelTownship, LevelVillage} { // above before below
		for i, d := range read {
			if d.Level == level {
				p.place(f.Rows[i], d)
			}
		}
	}
	return p, nil
}

// read understands each row by itself; a row that is refused comes back without a level.
func (p *divisionPlan) read() []Division {
	out := make([]Division, len(p.file.Rows))
	for i, row := range p.file.Rows {
		d := Division{Code: divisionCode(row.Get("code")), Name: row.Get("name")}
		d.Level = levelOf(d.Code)
		if key, message := p.problem(row, &d); message != "" {
			p.refuse(row, key, message)
			continue
		}
		p.row[d.Code] = row.Number
		out[i] = d
	}
	return out
}

// divisionCode undoes the padding of lists that write every code with 12 digits.
func divisionCode(text string) string {
	if len(text) == 12 {
		text = strings.TrimSuffix(text, "000")
	}
	if len(text) == 9 {
		text = strings.TrimSuffix(text, "000")
	}
	return text
}

func (p *divisionPlan) problem(row sheet.Row, d *Division) (key, message string) {
	switch {
	case !divisionSpelling.MatchString(d.Code):
		return "code", "代码应为 6 位(县)、9 位(乡镇)或 12 位(村)数字"
	case !strings.HasPrefix(d.Code, p.root.Code):
		return "code", fmt.Sprintf("不属于%s(%s),请核对文件和所选的县", p.root.Name, p.root.Code)
	case p.row[d.Code] != 0:
		return "code", fmt.Sprintf("与第 %d 行的代码相同", p.row[d.Code])
	case d.Name == "":
		return "name", "请填写名称"
	case !printable(d.Name) || len([]rune(d.Name)) > 100:
		return "name", "名称太长,或有无法保存的字符"
	}
	if level := row.Get("level"); level != "" && levelWords[strings.ToLower(level)] != d.Level {
		return "level", fmt.Sprintf("%d 位代码应为%s,级别却是“%s”", len(d.Code), LevelTitle(d.Level), level)
	}
	if parent := divisionCode(row.Get("parent_code")); parent != "" && d.Level != LevelCounty && parent != d.above() {
		return "parent_code", "代码在 " + d.above() + " 之内,上级代码却是 " + parent
	}
	d.Parent = d.above()
	return p.population(row, d)
}

func (p *divisionPlan) population(row sheet.Row, d *Division) (key, message string) {
	d.Population = p.there[d.Code].Population
	cell, err := number.Parse(row.Get("population"), number.Rule{Unit: "人"})
	switch {
	case err != nil:
		return "population", err.Error()
	case !cell.IsGiven():
		return "", ""
	case cell.Value.GreaterThan(decimal.NewFromInt(math.MaxInt32)):
		return "population", "常住人口太大,请核对"
	}
	count := int(cell.Value.IntPart())
	d.Population = &count
	return "", ""
}

// place compares a readable row with what is there; its township must be there or stand in the file.
func (p *divisionPlan) place(row sheet.Row, d Division) {
	_, stored := p.there[d.Parent]
	if d.Parent != "" && !stored && p.row[d.Parent] == 0 {
		delete(p.row, d.Code)
		p.refuse(row, "code", "没有代码为 "+d.Parent+" 的"+LevelTitle(levelOf(d.Parent))+",请先导入")
		return
	}
	was, known := p.there[d.Code]
	switch {
	case !known:
		p.result.Created++
	case was.Name == d.Name && samePopulation(was.Population, d.Population):
		p.result.Unchanged++
		return
	default:
		p.result.Updated++
		before, after := difference(was.facts(), d.facts())
		p.result.Replaced = append(p.result.Replaced, Replacement{Row: row.Number, Code: d.Code, Name: was.Name, Was: before, Is: after})
	}
	p.changed = append(p.changed, d)
}

func samePopulation(a, b *int) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

func (p *divisionPlan) refuse(row sheet.Row, key, message string) {
	p.result.Findings = append(p.result.Findings, row.Finding(key, message))
}

func (p *divisionPlan) store(ctx context.Context, tx pgx.Tx, who actor.Actor) error {
	b, err := json.Marshal(p.changed)
	if err != nil {
		return fmt.Errorf("encode divisions: %w", err)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO division (county_id, code, name, level, parent_code, population)
		SELECT $1, r.code, r.name, r.level, nullif(r.parent_code, ''), r.population
		FROM jsonb_to_recordset($2::jsonb) AS r(code text, name text, level text, parent_code text, population int)
		ON CONFLICT (county_id, code) DO UPDATE SET name = excluded.name, population = excluded.population`, who.CountyID, b)
	if err != nil {
		return fmt.Errorf("store divisions: %w", err)
	}
	return p.trail(ctx, tx, who)
}

func (p *divisionPlan) trail(ctx context.Context, tx pgx.Tx, who actor.Actor) error {
	t := newTrail(tx)
	for _, d := range p.changed {
		var before facts
		if was, known := p.there[d.Code]; known {
			before = was.facts()
		}
		if err := t.division(ctx, who, d, before); err != nil {
			return err
		}
	}
	return t.send(ctx)
}

func (d Division) facts() facts {
	f := facts{"name": d.Name}
	if d.Population != nil {
		f["population"] = strconv.Itoa(*d.Population)
	}
	return f
}
