package reporting

import (
	"context"
	"time"

	"yigai/internal/actor"
	"yigai/internal/number"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// Sheet is a report opened: the form with this month's cells, what stands beside them and what may be done.
type Sheet struct {
	Report   Report
	Form     *Form
	Layout   *Layout
	Subjects []Subject // one for an ordinary form, the institutions below for a proxy form
	Cells    map[CellKey]Cell
	Last     map[CellKey]number.Cell // last month
	LastYear map[CellKey]number.Cell // the same month last year
	Derived  map[CellKey]Derived     // by derived row's key
	Offers   map[CellKey]number.Cell // last month's figures of stocks that are still empty
	Sources  map[CellKey]SourceFigure
	Totals   map[string]Total // proxy forms: by element
	Findings []Finding
	Remarks  []Remark   // the oldest first
	Progress []Progress // by section
	Lock     *Lock      // why nothing can be typed, nil when it can
	// Incomplete are the proxy reports that derived rows sum and that are not filled yet: no hindrance, but worth a look.
	Incomplete []Incomplete

	MayEdit, MaySubmit, MayReview, MayReopen bool
	MayAskCorrection                         bool
	MayReturn                                bool   // also whoever checked it and takes that back
	ReviewRefused                            string // why who, though a reviewer, may not review this one
}

// Incomplete is a proxy report of the same institution and month that is not filled yet.
type Incomplete struct {
	Report           int64
	Title            string
	Filled, Fillable int
}

// FindingsOf lists the findings that carry their message on a cell.
func (s Sheet) FindingsOf(k CellKey) []Finding {
	var found []Finding
	for _, f := range s.Findings {
		if f.SubjectID == k.SubjectID && f.Element == k.Element {
			found = append(found, f)
		}
	}
	return found
}

// Lock says why the figures of a report cannot be changed now.
type Lock struct {
	Why   string
	Since time.Time // zero when it is not a matter of time
	By    string
}

// Open returns a report with everything the entry screen shows.
func (s *Service) Open(ctx context.Context, who actor.Actor, id int64) (Sheet, error) {
	r, err := s.Get(ctx, who, id)
	if err != nil {
		return Sheet{}, err
	}
	return s.open(ctx, s.db, who, r)
}

// OpenIn is Open of the report of a form, institution and month, read through q: the caller's snapshot holds all of it.
func (s *Service) OpenIn(ctx context.Context, q pg.Querier, who actor.Actor, form string, institution int64, m period.Month) (Sheet, error) {
	r, err := find(ctx, q, who, form, institution, m)
	if err != nil {
		return Sheet{}, err
	}
	return s.open(ctx, q, who, r)
}

func (s *Service) open(ctx context.Context, q pg.Querier, who actor.Actor, r Report) (Sheet, error) {
	f, err := s.loadFigures(ctx, q, who.CountyID, r)
	if err != nil {
		return Sheet{}, err
	}
	sheet := f.sheet()
	if sheet.Remarks, err = readRemarks(ctx, q, who, r.ID); err != nil {
		return Sheet{}, err
	}
	if r.waitsFor(who) {
		if sheet.ReviewRefused, err = s.mayNotReview(ctx, q, who, r); err != nil {
			return Sheet{}, err
		}
	}
	sheet.permit(who)
	return sheet, nil
}

func (f *figures) sheet() Sheet {
	s := Sheet{Report: f.report, Form: f.form, Layout: f.layout, Subjects: f.subjects, Cells: f.cells, Last: f.last, LastYear: f.lastYear,
		Derived: f.derived(), Findings: f.findings(), Incomplete: f.incomplete,
		Offers: f.offers(), Sources: f.sources}
	if f.form.Proxy() {
		s.Totals = f.totals()
	}
	s.Progress = f.progress(s.Findings)
	if s.Report.Checked { // the row's numbers are those of its last check, and rules change
		n := f.count(s.Findings)
		s.Report.Errors, s.Report.Warnings, s.Report.Unexplained = n.errors, n.warnings, n.unexplained
	}
	return s
}

// permit fills what who may do and the reason for what nobody may.
func (s *Sheet) permit(who actor.Actor) {
	state := s.Report.State
	s.MayEdit = who.May(ActionEnter) && state.Editable()
	s.MaySubmit = who.May(ActionSubmit) && (state == Draft || state == Returned)
	s.MayReview = s.Report.waitsFor(who) && s.ReviewRefused == ""
	s.MayReturn = s.MayReview || state == Checked && who.May(ActionReview) && s.Report.CheckedByID == who.AccountID
	s.MayReopen = who.May(ActionReopen) && state == Accepted
	s.MayAskCorrection = !s.MayReopen && state == Accepted && (who.May(ActionSubmit) || who.May(ActionReview))
	s.Lock = lockOf(s.Report)
	if s.MayReopen {
		s.Lock.Why = "已审核通过并锁定;需要更正可以解锁"
	}
	if s.Lock == nil && !s.MayEdit {
		s.Lock = &Lock{Why: "您的账号可以查看,不能填报"}
	}
}

// lockOf says why a report in its state cannot be changed by anybody.
func lockOf(r Report) *Lock {
	switch r.State {
	case Submitted:
		return &Lock{Why: "已上报,正在等待审核;需要修改请联系审核人退回", Since: r.SubmittedAt, By: r.SubmittedBy}
	case Checked:
		return &Lock{Why: "初审已通过,正在等待终审;需要修改请联系审核人退回", Since: r.CheckedAt, By: r.CheckedBy}
	case Accepted:
		return &Lock{Why: "已审核通过并锁定;需要更正请申请,由卫健局批准", Since: r.ReviewedAt, By: r.ReviewedBy}
	}
	return nil
}
