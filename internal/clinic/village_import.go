package clinic

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
	"yigai/internal/sheet"
)

// villageFields are the columns of the template; villageFileColumns recognise them.
var villageFields = []sheet.Field{{Title: "村代码", Width: 18}, {Title: "村名", Width: 20}, {Title: "乡镇", Width: 14}, {Title: "常住人口", Unit: "人", Kind: sheet.Int},
	{Title: "卫生院所在地"}, {Title: "固定服务场所", Width: 24}, {Title: "邻村路程", Width: 36}, {Title: "备注", Width: 24}}

var villageFileColumns = []sheet.Column{
	{Key: "code", Titles: []string{"村代码", "行政区划代码", "代码"}, Required: true},
	{Key: "name", Titles: []string{"村名", "名称", "自然村名称"}}, {Key: "township", Titles: []string{"乡镇", "所属乡镇"}},
	{Key: "population", Titles: []string{"常住人口", "人口"}, Unit: "人"},
	{Key: "seat", Titles: []string{"卫生院所在地", "是否卫生院所在地"}},
	{Key: "fixed_place", Titles: []string{"固定服务场所"}},
	{Key: "minutes", Titles: []string{"邻村路程", "邻村路程(分钟)"}},
	{Key: "note", Titles: []string{"备注"}},
}

// ImportVillages loads what is known of villages: one a row by its code, a natural village under the code of its
// administrative village with -01, -02 …; distances as “150523100201:10、150523100202:15” (minutes). A column that the file
// lacks, and a cell that is empty, change nothing.
func (s *Service) ImportVillages(ctx context.Context, who actor.Actor, r io.Reader, o Options) (Result, error) {
	if err := who.Require(ActionManage); err != nil {
		return Result{}, err
	}
	file, err := readFile(r, villageFileColumns)
	if err != nil {
		return Result{}, err
	}
	return s.load(ctx, who, o, file, "village_import", func(tx pgx.Tx) (Result, func() error, error) {
		p, err := planVillages(ctx, tx, who, file)
		if err != nil {
			return Result{}, nil, err
		}
		return p.result, func() error { return p.store(ctx, tx, who, o.Demo) }, nil
	})
}

type villagePlan struct {
	file    sheet.List
	known   map[string]Village
	minutes map[string]map[string]int
	changed []villageChange
	result  Result
}

type villageChange struct {
	was   Village
	draft VillageDraft
}

func planVillages(ctx context.Context, q pg.Querier, who actor.Actor, file sheet.List) (*villagePlan, error) {
	p := &villagePlan{file: file, known: map[string]Village{}, minutes: map[string]map[string]int{}}
	there, err := villages(ctx, q, who, "true")
	if err != nil {
		return nil, err
	}
	for _, v := range there {
		p.known[v.Code] = v
	}
	pairs, err := minutes(ctx, q, who.CountyID)
	if err != nil {
		return nil, err
	}
	for pair, n := range pairs {
		p.near(pair.A, pair.B, n)
		p.near(pair.B, pair.A, n)
	}
	first := map[string]int{}
	for _, row := range file.Rows {
		p.read(row, first)
	}
	return p, nil
}

func (p *villagePlan) near(a, b string, n int) {
	if p.minutes[a] == nil {
		p.minutes[a] = map[string]int{}
	}
	p.minutes[a][b] = n
}

func (p *villagePlan) refuse(row sheet.Row, key, message string) {
	p.result.Findings = append(p.result.Findings, row.Finding(key, message))
}

func (p *villagePlan) read(row sheet.Row, first map[string]int) {
	code := row.Get("code")
	was, known := p.known[code]
	if !known {
		was, known = p.natural(code)
	}
	switch {
	case !known:
		p.refuse(row, "code", "您的数据范围内没有代码为“"+code+"”的村")
		return
	case first[code] > 0:
		p.refuse(row, "code", fmt.Sprintf("与第 %d 行是同一个村", first[code]))
		return
	}
	first[code] = row.Number
	draft, before := p.draft(row, was), len(p.result.Findings)
	if err := draft.check(code); err != nil {
		p.refuse(row, "code", fault.Problems(err)[0].Message)
	}
	if was.Natural && draft.Name == "" {
		p.refuse(row, "name", "请填写自然村的名称")
	}
	switch {
	case len(p.result.Findings) > before || draft.Minutes == nil:
	case fmt.Sprint(p.stated(was).said()) == fmt.Sprint(draft.said()):
		p.result.Unchanged++
	default:
		p.result.Updated++
		p.changed = append(p.changed, villageChange{was, draft})
	}
}

// natural is a natural village that is not there yet.
func (p *villagePlan) natural(code string) (Village, bool) {
	division, number, ok := strings.Cut(code, "-")
	around, known := p.known[division]
	if _, err := strconv.Atoi(number); !ok || !known || len(number) != 2 || err != nil {
		return Village{}, false
	}
	return Village{Code: code, Division: division, Natural: true, Township: around.Township}, true
}

func (p *villagePlan) stated(v Village) VillageDraft {
	d := VillageDraft{Population: v.Stated, Seat: v.Seat, FixedPlace: v.FixedPlace, Note: v.Note, Minutes: map[string]int{}}
	if v.Natural {
		d.Name = v.Name
	}
	for other, n := range p.minutes[v.Code] {
		d.Minutes[other] = n
	}
	return d
}

// draft reads a row over what is stated; Minutes is nil when the row was refused.
func (p *villagePlan) draft(row sheet.Row, was Village) VillageDraft {
	d, refused := p.stated(was), false
	no := func(key string, err error) {
		p.refuse(row, key, err.Error())
		refused = true
	}
	if name := row.Get("name"); name != "" && was.Natural {
		d.Name = name
	}
	for key, text := range map[string]*string{"fixed_place": &d.FixedPlace, "note": &d.Note} {
		if typed := row.Get(key); typed != "" {
			*text = typed
		}
	}
	if n, stated, err := wholeNumber(row.Get("population"), "人"); err != nil {
		no("population", err)
	} else if stated {
		d.Population = &n
	}
	if seat, err := (Field{Type: TypeYes}).Parse(row.Get("seat")); err != nil {
		no("seat", err)
	} else if seat != "" {
		yes := seat == Yes
		d.Seat = &yes
	}
	if err := p.readMinutes(row.Get("minutes"), d.Minutes); err != nil {
		no("minutes", err)
	}
	if refused {
		d.Minutes = nil
	}
	return d
}

// wholeNumber reads a count; stated is false for an empty cell.
func wholeNumber(typed, unit string) (n int, stated bool, err error) {
	const most = 1_000_000
	text, err := Field{Type: TypeNumber, Unit: unit, Most: most}.Parse(typed)
	if err != nil || text == "" {
		return 0, false, err
	}
	n, err = strconv.Atoi(text)
	return n, true, err
}

func (p *villagePlan) readMinutes(typed string, into map[string]int) error {
	for _, one := range strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune("、,,;; \n", r) }) {
		code, number, ok := strings.Cut(strings.ReplaceAll(one, ":", ":"), ":")
		n, err := strconv.Atoi(strings.TrimSuffix(number, "分钟"))
		if !ok || err != nil {
			return errors.New("“" + one + "”看不懂,应写成“邻村代码:分钟”,如 150523100201:10")
		}
		into[code] = n
	}
	return nil
}

func (p *villagePlan) store(ctx context.Context, tx pgx.Tx, who actor.Actor, demo bool) error {
	codes := []string{}
	for _, c := range p.changed {
		codes = append(codes, c.was.Division)
	}
	if err := haveVillages(ctx, tx, who.CountyID, codes); err != nil {
		return err
	}
	for _, c := range p.changed {
		if c.was.Version == 0 && !c.was.Natural {
			c.was.Version = 1 // haveVillages has just made it
		}
		if err := saveVillage(ctx, tx, who, c.was, c.draft); err != nil {
			return fmt.Errorf("village %s: %w", c.was.Code, err)
		}
	}
	if !demo {
		return nil
	}
	if _, err := tx.Exec(ctx, `UPDATE village SET demo = true WHERE county_id = $1`, who.CountyID); err != nil {
		return fmt.Errorf("mark villages as made up: %w", err)
	}
	return nil
}

// WriteVillageTemplate writes the villages in scope with what is known of them, to be filled in and sent back.
func (s *Service) WriteVillageTemplate(ctx context.Context, who actor.Actor, w io.Writer) error {
	if err := who.Require(ActionManage); err != nil {
		return err
	}
	found, err := villages(ctx, s.db, who, "true")
	if err != nil {
		return err
	}
	meta := sheet.Meta{Title: "村情填写表", Note: "邻村路程写成“邻村代码:分钟”,几个之间用顿号;空着表示不改", Columns: villageFields}
	return writeRows(w, sheet.XLSX, meta, len(found), func(n int) []any {
		v := found[n]
		row := []any{v.Code, v.Name, v.TownshipName, nil, nil, v.FixedPlace, nil, v.Note}
		if v.Stated != nil {
			row[3] = *v.Stated
		}
		if v.Seat != nil {
			row[4] = map[bool]string{true: "是", false: "否"}[*v.Seat]
		}
		return row
	})
}
