package clinic

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
	"yigai/internal/sheet"
)

// Options say how an import treats what it finds.
type Options struct {
	DryRun  bool // look only: nothing is stored
	Partial bool // store the good rows although others are refused; else all rows or none
	Demo    bool // what is loaded is made up
}

// Result is what an import did, or would do in a dry run.
type Result struct {
	Rows               int
	Updated, Unchanged int
	Findings           []sheet.Finding // why rows are refused
	Warnings           []sheet.Finding // columns that are not read
	Header             []string
	Refused            []sheet.RefusedRow
	Stored             bool
}

// WriteRefused writes the refused rows as they came, with the reason beside each.
func (r Result) WriteRefused(format sheet.Format, w io.Writer) error {
	return sheet.WriteRefused(format, w, r.Header, r.Refused)
}

// Import loads the register from csv or xlsx, one clinic a row, recognised by its code. A column that the file lacks, and a
// cell that is empty, change nothing; "-" empties a cell.
func (s *Service) Import(ctx context.Context, who actor.Actor, r io.Reader, o Options) (Result, error) {
	if err := who.Require(ActionManage); err != nil {
		return Result{}, err
	}
	file, err := readFile(r, clinicFileColumns())
	if err != nil {
		return Result{}, err
	}
	return s.load(ctx, who, o, file, "clinic_import", func(tx pgx.Tx) (Result, func() error, error) {
		p, err := s.planClinics(ctx, tx, who, file, o)
		if err != nil {
			return Result{}, nil, err
		}
		return p.result, func() error { return s.store(ctx, tx, who, ActionManage, p.changed) }, nil
	})
}

// readFile reads a list whole; what cannot be read at all is a problem of the field "file".
func readFile(r io.Reader, columns []sheet.Column) (sheet.List, error) {
	limits := sheet.DefaultLimits
	limits.Rows = MaxClinics
	f, err := sheet.Read(r, columns, limits)
	var refused *sheet.Error
	if errors.As(err, &refused) {
		return f, fault.Field("file", "%s", refused.Message)
	}
	return f, err
}

// load runs an import in one transaction: plan, then store unless it is a dry run or rows are refused.
func (s *Service) load(ctx context.Context, who actor.Actor, o Options, file sheet.List, kind string,
	plan func(tx pgx.Tx) (Result, func() error, error),
) (Result, error) {
	var result Result
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		r, store, err := plan(tx)
		if err != nil {
			return err
		}
		slices.SortStableFunc(r.Findings, func(a, b sheet.Finding) int { return a.Row - b.Row })
		r.Rows, r.Header, r.Refused, r.Warnings = len(file.Rows), file.Header, sheet.Refused(file.Rows, r.Findings), file.Findings
		result = r
		if o.DryRun || len(r.Findings) > 0 && !o.Partial {
			return nil
		}
		result.Stored = true
		if r.Updated == 0 {
			return nil
		}
		if err := store(); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionManage, Kind: kind, After: map[string]string{"rows": strconv.Itoa(r.Rows),
			"updated": strconv.Itoa(r.Updated), "unchanged": strconv.Itoa(r.Unchanged), "refused": strconv.Itoa(len(r.Refused))}})
	})
	if err != nil {
		return Result{}, err
	}
	return result, nil
}

// columnVillages is the key of the column of villages served.
const columnVillages = "villages"

// clinicFileColumns are the headings of a register file; names are for readers and not read back.
func clinicFileColumns() []sheet.Column {
	out := []sheet.Column{{Key: "code", Titles: []string{titleCode, "编码", "卫生室编码"}, Required: true},
		{Key: "name", Titles: []string{titleName, "名称", "卫生室名称"}}, {Key: "township", Titles: []string{titleTownship, "乡镇"}},
		{Key: columnVillages, Titles: []string{titleVillages, "服务的村", "服务村"}}}
	for _, f := range Fields {
		out = append(out, sheet.Column{Key: f.Name, Titles: []string{f.Title}, Unit: f.Unit})
	}
	return out
}

// clinicPlan is what an import of the register would do.
type clinicPlan struct {
	file    sheet.List
	known   map[string]Clinic // in scope, by code
	village map[string]bool
	demo    bool
	changed []edited
	result  Result
}

func (s *Service) planClinics(ctx context.Context, q pg.Querier, who actor.Actor, file sheet.List, o Options) (*clinicPlan, error) {
	p := &clinicPlan{file: file, known: map[string]Clinic{}, village: map[string]bool{}, demo: o.Demo}
	there, err := all(ctx, q, who, Filter{Closed: true}, s.today())
	if err != nil {
		return nil, err
	}
	for _, c := range there {
		p.known[c.Code] = c
	}
	villages, err := readVillages(ctx, q, "SELECT "+villageColumns+villageFrom+" WHERE d.county_id = $1 AND d.level = 'village' ORDER BY "+byCode, who.CountyID)
	if err != nil {
		return nil, err
	}
	for _, v := range villages {
		p.village[v.Code] = true
	}
	first := map[string]int{}
	for _, row := range file.Rows {
		p.read(row, first)
	}
	return p, nil
}

// read judges one row; what is wrong with it stands among the findings.
func (p *clinicPlan) read(row sheet.Row, first map[string]int) {
	code := row.Get("code")
	c, known := p.known[code]
	switch {
	case code == "":
		p.refuse(row, "code", "请填写机构编码")
		return
	case first[code] > 0:
		p.refuse(row, "code", fmt.Sprintf("与第 %d 行是同一家", first[code]))
		return
	case !known:
		p.refuse(row, "code", "您的数据范围内没有编码为“"+code+"”的村卫生室")
		return
	case c.Closed:
		p.refuse(row, "code", "这家卫生室已关闭,资料不能再改")
		return
	}
	first[code] = row.Number
	before := len(p.result.Findings)
	after, changed := c.apply(p.change(row))
	for _, problem := range after.Values.Check() {
		p.refuse(row, problem.Field, problem.Message)
	}
	switch {
	case len(p.result.Findings) > before:
	case len(changed) == 0:
		p.result.Unchanged++
	default:
		after.Demo = p.demo
		p.result.Updated++
		p.changed = append(p.changed, edited{c, after, changed})
	}
}

// emptied is what somebody writes into a cell to say that it shall become empty.
const emptied = "-"

func (p *clinicPlan) change(row sheet.Row) Change {
	change := Change{Values: Values{}}
	for _, f := range Fields {
		switch typed := row.Get(f.Name); typed {
		case "":
		case emptied:
			change.Values[f.Name] = ""
		default:
			value, err := f.Parse(typed)
			if err != nil {
				p.refuse(row, f.Name, err.Error())
				continue
			}
			change.Values[f.Name] = value
		}
	}
	change.Villages = p.villages(row)
	return change
}

func (p *clinicPlan) villages(row sheet.Row) []string {
	typed := row.Get(columnVillages)
	if typed == "" {
		return nil
	}
	codes := []string{}
	for _, code := range strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune("、,,;; \n", r) }) {
		if code == emptied {
			continue
		}
		if !p.village[code] {
			p.refuse(row, columnVillages, "没有代码为 "+code+" 的村")
			return nil
		}
		codes = append(codes, code)
	}
	return codes
}

func (p *clinicPlan) refuse(row sheet.Row, key, message string) {
	p.result.Findings = append(p.result.Findings, row.Finding(key, message))
}
