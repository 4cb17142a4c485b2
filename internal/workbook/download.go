package workbook

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// Report returns one report as a workbook: on paper's pattern, or with a row for each institution where the form has one.
func (s *Service) Report(ctx context.Context, who actor.Actor, id int64) (File, error) {
	opened, err := s.reports.Open(ctx, who, id)
	if err != nil {
		return File{}, err
	}
	r := opened.Report
	name := r.FormTitle + "-" + r.Institution + "-" + r.Month.String() + ".xlsx"
	return s.file(ctx, who, name, r.Month, [][]reporting.Sheet{{opened}})
}

// maxReports bounds one workbook.
const maxReports = 400

// Month returns the reports in scope of a month, a worksheet for each form with a row for each institution; no forms
// means all of them. Offices gather figures in such a list already, and twenty-three rows can be read, sorted and
// pasted at once, where twenty-three worksheets cannot.
func (s *Service) Month(ctx context.Context, who actor.Actor, m period.Month, forms []string) (File, error) {
	if err := who.Require(reporting.ActionView); err != nil {
		return File{}, err
	}
	reports, err := s.list(ctx, who, m, forms)
	if err != nil {
		return File{}, err
	}
	if len(reports) == 0 {
		return File{}, fault.Field("forms", "%s没有您能看到的月报", m.Chinese())
	}
	groups, err := s.open(ctx, who, reports)
	if err != nil {
		return File{}, err
	}
	return s.file(ctx, who, "月报汇总填报-"+m.String()+".xlsx", m, groups)
}

// list reads the month's reports page by page.
func (s *Service) list(ctx context.Context, who actor.Actor, m period.Month, forms []string) ([]reporting.Report, error) {
	var all []reporting.Report
	for f := (reporting.Filter{Month: m}); ; {
		p, err := s.reports.List(ctx, who, f)
		if err != nil {
			return nil, err
		}
		for _, r := range p.Reports {
			if len(forms) == 0 || slices.Contains(forms, r.FormSlug) {
				all = append(all, r)
			}
		}
		if len(all) > maxReports {
			return nil, fault.Field("forms", "超过 %d 份月报,请少选几张表", maxReports)
		}
		if f.Cursor = p.Next; p.Next == "" {
			return all, nil
		}
	}
}

// open opens the reports, those of one version of a form together.
func (s *Service) open(ctx context.Context, who actor.Actor, reports []reporting.Report) ([][]reporting.Sheet, error) {
	var groups [][]reporting.Sheet
	for _, r := range reports {
		opened, err := s.reports.Open(ctx, who, r.ID)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(groups, func(g []reporting.Sheet) bool {
			return g[0].Report.FormID == r.FormID && g[0].Report.FormVersion == r.FormVersion
		})
		if at < 0 {
			groups = append(groups, nil)
			at = len(groups) - 1
		}
		groups[at] = append(groups[at], opened)
	}
	return groups, nil
}

// file writes the workbook and its line in the log before it leaves the house.
func (s *Service) file(ctx context.Context, who actor.Actor, name string, m period.Month, groups [][]reporting.Sheet) (File, error) {
	people, err := s.reports.Responsibles(ctx, who)
	if err != nil {
		return File{}, err
	}
	content, rows, err := s.write(who, m, groups, people)
	if err != nil {
		return File{}, fmt.Errorf("write workbook of %s: %w", m, err)
	}
	filter := map[string]string{"from": m.String(), "to": m.String(), "reports": strconv.Itoa(count(groups))}
	if count(groups) == 1 {
		r := groups[0][0].Report
		filter["form"], filter["institution"] = r.FormSlug, r.InstitutionCode
	}
	e := audit.Export{Kind: "workbook", Format: "xlsx", Name: name, Rows: int64(rows), Filter: filter}
	if err := audit.RecordExport(ctx, s.db, who, e.Measure(content), s.now()); err != nil {
		return File{}, fmt.Errorf("log workbook of %s: %w", m, err)
	}
	return File{name, content}, nil
}

func count(groups [][]reporting.Sheet) (n int) {
	for _, g := range groups {
		n += len(g)
	}
	return n
}

// write makes the file: the worksheets, and the stamp on the hidden one.
func (s *Service) write(who actor.Actor, m period.Month, groups [][]reporting.Sheet, people map[int64]string) (content []byte, rows int, err error) {
	b, err := newBook()
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, b.file.Close()) }()
	about := stamp{County: who.CountyID, Month: m.String()}
	for _, g := range groups {
		paper := len(g) == 1 && !g[0].Layout.Grid && len(groups) == 1
		sheet := stampOf(b.name(g[0].Report.FormTitle), paper, g, people)
		if paper {
			err = b.paper(sheet, g[0])
		} else {
			err = b.tables(sheet, g)
		}
		if err != nil {
			return nil, 0, err
		}
		about.Sheets = append(about.Sheets, sheet)
		rows += sheet.rows()
	}
	sealed, err := s.seal(about)
	if err != nil {
		return nil, 0, err
	}
	if err := b.hide(about, sealed); err != nil {
		return nil, 0, err
	}
	out, err := b.finish()
	return out, rows, err
}

// rows counts the rows that figures are typed in.
func (s stampedSheet) rows() (n int) {
	if s.Paper {
		return len(s.Elements)
	}
	for _, r := range s.Reports {
		n += len(r.Subjects)
	}
	return n
}

// stampSheet is hidden in every workbook.
const stampSheet = "系统信息"

// sealLabel stands before every piece of the seal.
const sealLabel = "校验"

// pieceSize is less than the 32 767 characters that a cell takes.
const pieceSize = 30_000

// hide writes the stamp: in plain words for whoever looks, and sealed.
func (b *book) hide(about stamp, sealed string) error {
	if _, err := b.file.NewSheet(stampSheet); err != nil {
		return err
	}
	rows := append([][2]string{{"说明", "上传时核对用,请不要改动"}}, about.plain()...)
	for len(sealed) > 0 {
		n := min(pieceSize, len(sealed))
		rows = append(rows, [2]string{sealLabel, sealed[:n]})
		sealed = sealed[n:]
	}
	for i, row := range rows {
		for j, text := range row {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				return err
			}
			if err := b.file.SetCellStr(stampSheet, at, text); err != nil {
				return err
			}
		}
	}
	if err := b.file.ProtectSheet(stampSheet, &excelize.SheetProtectionOptions{}); err != nil {
		return err
	}
	return b.file.SetSheetVisible(stampSheet, false, true)
}

// plain says what the seal holds; on reading both must agree.
func (s stamp) plain() [][2]string {
	rows := [][2]string{{"月份", s.Month}}
	for _, sheet := range s.Sheets {
		rows = append(rows, [2]string{"报表", sheet.Slug + " 第 " + strconv.Itoa(sheet.Version) + " 版"})
		for _, r := range sheet.Reports {
			rows = append(rows, [2]string{"月报", strconv.FormatInt(r.ID, 10) + " " + r.Name})
		}
	}
	return rows
}
