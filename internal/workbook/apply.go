package workbook

import (
	"context"
	"strings"
	"time"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// draft is a preview on its way through the browser, sealed.
type draft struct {
	Account int64          `json:"account"`
	County  int32          `json:"county"`
	Made    time.Time      `json:"made"`
	Only    int64          `json:"only,omitempty"`
	Source  map[string]any `json:"source"`
	Fills   []draftFill    `json:"fills"`
}

type draftFill struct {
	Report int64       `json:"report"`
	Person string      `json:"person,omitempty"`
	Locked bool        `json:"locked,omitempty"`
	Edits  []draftEdit `json:"edits"`
	// Warnings are those that the preview asks to explain.
	Warnings []draftWarning `json:"warnings,omitempty"`
}

type draftWarning struct {
	Field   string          `json:"field"` // of its explanation
	Key     string          `json:"key"`
	Subject int64           `json:"s"`
	Basis   reporting.Basis `json:"basis"`
}

type draftEdit struct {
	Subject int64  `json:"s"`
	Element string `json:"e"`
	Typed   string `json:"t"`
	Version int    `json:"v"`
	// Standing is the version of somebody else's figure that the preview showed, where there is one.
	Standing int `json:"o,omitempty"`
}

func (s *Service) draft(who actor.Actor, readings []reading, fills []filling, done []reporting.Filled, only int64) (string, error) {
	var files []map[string]string
	for _, r := range readings {
		files = append(files, map[string]string{"name": cut(r.file, 100), "sha256": r.sha256})
	}
	d := draft{Account: who.AccountID, County: who.CountyID, Made: s.now(), Only: only, Source: map[string]any{"files": files}}
	for i, f := range fills {
		one := draftFill{Report: f.report.ID, Person: f.fill.Responsible, Locked: done[i].Lock != nil}
		for j, e := range f.fill.Edits {
			edit := draftEdit{Subject: e.SubjectID, Element: e.Element, Typed: e.Typed, Version: e.Version}
			if done[i].Lock == nil && done[i].Saved[j].Conflict != nil {
				edit.Standing = done[i].Saved[j].Conflict.Version
			}
			one.Edits = append(one.Edits, edit)
		}
		one.Warnings = warningsOf(f.report.ID, done[i].Findings)
		d.Fills = append(d.Fills, one)
	}
	return s.seal(d)
}

func warningsOf(report int64, findings []reporting.Finding) (list []draftWarning) {
	for _, f := range findings {
		if f.Unexplained() {
			list = append(list, draftWarning{ExplanationField(report, f), f.Key, f.SubjectID, f.Basis()})
		}
	}
	return list
}

// Choice is what somebody decided about a preview.
type Choice struct {
	Only       int64 // the report that the page was about, 0 for a page of many
	Overwrite  bool  // somebody else's figures too, as the preview showed them; else theirs stay
	SkipLocked bool  // leave out the reports that cannot be filled, instead of refusing the whole
	Submit     bool  // hand in the reports that nothing hinders
	// Explained gives the explanation that was typed into a field of the preview, "" for none.
	Explained func(field string) string
}

// Done is what was stored.
type Done struct {
	Reports []reporting.Filled
	Cells   int
	Handed  int
}

// Month is the month that was filled, the first of several.
func (d Done) Month() period.Month {
	if len(d.Reports) == 0 {
		return period.Month{}
	}
	return d.Reports[0].Report.Month
}

// lifetime is how long a preview can be applied.
const lifetime = 2 * time.Hour

// Apply stores a preview, all of it or nothing.
func (s *Service) Apply(ctx context.Context, who actor.Actor, sealed string, choice Choice) (Done, error) {
	var d draft
	if err := s.unseal(sealed, &d); err != nil || d.Account != who.AccountID || d.County != who.CountyID || d.Only != choice.Only {
		return Done{}, bad("预览的内容不完整,请重新上传")
	}
	if s.now().Sub(d.Made) > lifetime {
		return Done{}, bad("预览已经过了 2 小时,请重新上传")
	}
	filling := reporting.Filling{Submit: choice.Submit, Source: d.Source, Fills: d.fills(choice)}
	if len(filling.Fills) == 0 {
		return Done{}, bad("没有可以导入的改动")
	}
	reports, err := s.reports.ApplyFills(ctx, who, filling)
	if err != nil {
		if fault.IsInvalid(err) {
			return Done{}, fault.Invalid(inFile(fault.Problems(err))...)
		}
		return Done{}, err
	}
	done := Done{Reports: reports}
	for _, r := range reports {
		done.Cells += len(r.Changes)
		if r.Handed {
			done.Handed++
		}
	}
	return done, nil
}

func inFile(problems []fault.Problem) []fault.Problem {
	for i := range problems {
		problems[i].Field = "file"
	}
	return problems
}

// fills are the edits that remain after what was chosen.
func (d draft) fills(choice Choice) []reporting.Fill {
	var list []reporting.Fill
	for _, f := range d.Fills {
		if f.Locked && choice.SkipLocked {
			continue
		}
		fill := reporting.Fill{Report: f.Report, Responsible: f.Person, Explanations: f.explanations(choice)}
		for _, e := range f.Edits {
			switch {
			case e.Standing > 0 && !choice.Overwrite:
				continue
			case e.Standing > 0:
				e.Version = e.Standing
			}
			fill.Edits = append(fill.Edits, reporting.Edit{SubjectID: e.Subject, Element: e.Element, Typed: e.Typed, Version: e.Version})
		}
		if len(fill.Edits) > 0 || f.Locked {
			list = append(list, fill)
		}
	}
	return list
}

func (f draftFill) explanations(choice Choice) (list []reporting.Explaining) {
	for _, w := range f.Warnings {
		if text := strings.TrimSpace(choice.Explained(w.Field)); text != "" {
			list = append(list, reporting.Explaining{Key: w.Key, SubjectID: w.Subject, Text: text, Seen: &w.Basis})
		}
	}
	return list
}
