package workbook

import (
	"context"
	"fmt"
	"time"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/number"
	"yigai/internal/reporting"
)

// Preview is what an upload would change, before anything is stored.
type Preview struct {
	Files   []string
	Reports []Change // in the order of the workbooks
	Draft   string   // sealed; Apply takes it
}

// Change is what happens to one report.
type Change struct {
	Report     reporting.Report
	Was        reporting.State // before the import
	Lock       *reporting.Lock // why it cannot be filled
	Changed    []Line
	Conflicts  []Line // changed by somebody else since the download
	Unreadable []Line
	Findings   []reporting.Finding
	Unready    int // how many things hinder the handing in
}

// Line is one cell of a preview.
type Line struct {
	Place   string // in the workbook
	Subject string // of a proxy form
	Name    string
	Rule    number.Rule // how its figures are written
	Old     number.Cell
	New     number.Cell // of a change
	Typed   string      // of a conflict or of what is unreadable
	By      string      // who changed a conflicting cell, and when
	At      time.Time
	Problem string
}

// Clears reports whether a figure goes and none comes.
func (l Line) Clears() bool { return l.New.State == number.Empty }

// Open counts the reports that can be filled.
func (p Preview) Open() (n int) {
	for _, r := range p.Reports {
		if r.Lock == nil {
			n++
		}
	}
	return n
}

// Locked counts those that cannot.
func (p Preview) Locked() int { return len(p.Reports) - p.Open() }

// Count adds up the cells: changed, in conflict, unreadable.
func (p Preview) Count() (changed, conflicts, unreadable int) {
	for _, r := range p.Reports {
		changed, conflicts, unreadable = changed+len(r.Changed), conflicts+len(r.Conflicts), unreadable+len(r.Unreadable)
	}
	return changed, conflicts, unreadable
}

// Ready counts the reports that nothing would hinder from being handed in.
func (p Preview) Ready() (n int) {
	for _, r := range p.Reports {
		if r.Lock == nil && r.Unready == 0 && len(r.Conflicts)+len(r.Unreadable) == 0 {
			n++
		}
	}
	return n
}

// Same reports whether the workbooks say what was downloaded, so that there is nothing to import.
func (p Preview) Same() bool { return len(p.Reports) == 0 }

// Preview reads workbooks and says what they would change. With only a report's number, no other report's is taken.
func (s *Service) Preview(ctx context.Context, who actor.Actor, uploads []Upload, only int64) (Preview, error) {
	if err := who.Require(reporting.ActionEnter); err != nil {
		return Preview{}, err
	}
	readings, err := s.readAll(ctx, who, uploads, only)
	if err != nil {
		return Preview{}, err
	}
	var fills []filling
	p := Preview{}
	for _, r := range readings {
		fills = append(fills, r.fills...)
		p.Files = append(p.Files, r.file)
	}
	if len(fills) == 0 {
		return p, nil
	}
	done, err := s.reports.RehearseFills(ctx, who, reporting.Filling{Fills: fillsOf(fills)})
	if fault.IsNotFound(err) {
		return Preview{}, bad("里面有不在您数据范围内的月报,不能导入")
	}
	if err != nil {
		return Preview{}, err
	}
	if err := sameForms(fills, done); err != nil {
		return Preview{}, err
	}
	for i := range fills {
		p.Reports = append(p.Reports, changeOf(fills[i], done[i]))
	}
	p.Draft, err = s.draft(who, readings, fills, done, only)
	return p, err
}

func fillsOf(fills []filling) []reporting.Fill {
	list := make([]reporting.Fill, len(fills))
	for i, f := range fills {
		list[i] = f.fill
	}
	return list
}

// readAll reads every file; a report may stand in one of them only.
func (s *Service) readAll(ctx context.Context, who actor.Actor, uploads []Upload, only int64) ([]reading, error) {
	switch {
	case len(uploads) == 0:
		return nil, bad("请选择填好的工作簿")
	case len(uploads) > MaxFiles:
		return nil, bad("一次最多上传 %d 个文件", MaxFiles)
	}
	var readings []reading
	var problems []fault.Problem
	from := map[int64]string{}
	for _, u := range uploads {
		r, err := s.read(who, u)
		if err == nil && only != 0 {
			err = s.belongs(ctx, who, r.stamp, only)
		}
		for _, f := range r.fills {
			if other, twice := from[f.report.ID]; twice && err == nil {
				err = bad("和“%s”填的是同一份月报(%s %s),请只上传一份", other, f.report.Name, f.sheet.Form)
			}
			from[f.report.ID] = r.file
		}
		if err != nil && !fault.IsInvalid(err) {
			return nil, err
		}
		for _, p := range fault.Problems(err) {
			if len(uploads) > 1 {
				p.Message = "“" + cut(u.Name, 60) + "”:" + p.Message
			}
			problems = append(problems, p)
		}
		readings = append(readings, r)
	}
	if len(problems) > 0 {
		return nil, fault.Invalid(problems...)
	}
	return readings, nil
}

// belongs refuses another report's workbook, and says which it is.
func (s *Service) belongs(ctx context.Context, who actor.Actor, about stamp, report int64) error {
	r, err := s.reports.Get(ctx, who, report)
	if err != nil {
		return err
	}
	if all := about.reports(); len(all) == 1 && all[0].ID == report {
		return nil
	}
	return bad("这是 %s 的表,当前是 %s %s %s", about.of(), r.Institution, r.Month.Chinese(), r.FormTitle)
}

// sameForms refuses a workbook of another version of the form than the report has now.
func sameForms(fills []filling, done []reporting.Filled) error {
	var problems []fault.Problem
	for i, f := range fills {
		if now := done[i].Report; now.FormVersion != f.sheet.Version {
			problems = append(problems, fault.Problem{Field: "file", Message: fmt.Sprintf("%s 现在用表样第 %d 版,这份工作簿是第 %d 版,请重新下载",
				now.Name(), now.FormVersion, f.sheet.Version)})
		}
	}
	if len(problems) > 0 {
		return fault.Invalid(problems...)
	}
	return nil
}

func changeOf(f filling, done reporting.Filled) Change {
	c := Change{Report: done.Report, Was: done.Was, Lock: done.Lock, Findings: done.Findings, Unready: done.Unready}
	if done.Lock != nil {
		return c
	}
	changed := map[reporting.CellKey]reporting.Difference{}
	for _, d := range done.Changes {
		changed[d.Key] = d
	}
	for i, s := range done.Saved {
		line := f.line(i)
		switch d, ok := changed[s.Key]; {
		case s.Problem != "":
			line.Typed, line.Problem = f.fill.Edits[i].Typed, s.Problem
			c.Unreadable = append(c.Unreadable, line)
		case s.Conflict != nil:
			line.Old, line.Typed = s.Conflict.Cell, f.fill.Edits[i].Typed
			line.By, line.At = s.Conflict.By, s.Conflict.At
			c.Conflicts = append(c.Conflicts, line)
		case ok:
			line.Old, line.New = d.Old, d.New
			c.Changed = append(c.Changed, line)
		}
	}
	return c
}

// line says which cell an edit is about.
func (f filling) line(i int) Line {
	edit := f.fill.Edits[i]
	l := Line{Place: f.places[i]}
	for _, e := range f.sheet.Elements {
		if e.Slug == edit.Element {
			l.Name, l.Rule = e.Name, e.Rule
		}
	}
	for _, s := range f.report.Subjects {
		if s.ID == edit.SubjectID && len(f.report.Subjects) > 1 {
			l.Subject = s.Name
		}
	}
	return l
}

// ExplanationField is the name of the input that explains a warning of a preview.
func ExplanationField(report int64, f reporting.Finding) string {
	return fmt.Sprintf("x.%d.%d.%s", report, f.SubjectID, f.Key)
}
