package reporting

import (
	"context"
	"time"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// State says where a report stands.
type State string

// The states of a report.
const (
	NotStarted State = "not_started"
	Draft      State = "draft"
	Submitted  State = "submitted"
	Checked    State = "checked" // the first of two levels of review has passed it
	Returned   State = "returned"
	Accepted   State = "accepted"
)

// States lists all states in the order a report goes through them.
var States = []State{NotStarted, Draft, Submitted, Checked, Returned, Accepted}

// Title is the Chinese name of the state.
func (s State) Title() string {
	switch s {
	case NotStarted:
		return "未开始"
	case Draft:
		return "填报中"
	case Submitted:
		return "已上报"
	case Checked:
		return "初审通过"
	case Returned:
		return "已退回"
	case Accepted:
		return "已审核"
	}
	return string(s)
}

// Editable reports whether figures can be entered in this state.
func (s State) Editable() bool { return s == NotStarted || s == Draft || s == Returned }

// Report is one form of one institution in one month.
type Report struct {
	ID                int64
	FormID            int32
	FormSlug          string
	FormTitle         string
	FormVersion       int
	InstitutionID     int64
	InstitutionCode   string
	Institution       string // short name
	InstitutionKind   string
	Month             period.Month
	State             State
	DueAt             time.Time // with the extension
	GraceUntil        time.Time // until when it still counts as on time; zero without grace
	Extended          bool      // the deadline was put off for this unit
	Submission        int       // number of the last submission, 0 before the first
	Filled            int
	Fillable          int
	Errors            int
	Warnings          int
	Unexplained       int
	ResponsiblePerson string
	SubmittedByID     int64
	SubmittedBy       string
	SubmittedAt       time.Time // zero before the first submission
	ReceivedAt        time.Time // of the first submission
	CheckedByID       int64
	CheckedBy         string    // of the first of two levels, for this submission
	CheckedAt         time.Time // zero before it
	ReviewedBy        string
	ReviewedAt        time.Time // of the last acceptance, which the facts rest on
	ReturnedBy        string
	ReturnedAt        time.Time // of the last return or reopening
	ReturnedFrom      State     // the state it was in then: the level that returned it
	Reopened          bool      // it was a reopening
	Reason            string    // of it; empty once accepted
	Remarks           int       // on cells of the last submission, counted while it waits for correction
	Version           int
	UpdatedAt         time.Time
	SavedAt           time.Time // when a figure, comment or explanation was stored last; zero: never
	Checked           bool      // whether the findings were counted; history is taken as it was
	TwoLevel          bool      // its form is reviewed by two people, one after the other
	ReviewDays        int       // working days in which each level of review should pass
	ReviewDueAt       time.Time // of the level it waits for; known in the inbox and the grid only

	position int
}

// SentBack reports whether the report waits for correction after a return or reopening, however much of it is corrected.
func (r Report) SentBack() bool {
	return r.State == Returned || r.State == Draft && !r.ReturnedAt.IsZero()
}

// Late reports whether the report came after its deadline and grace, or has not come though it has passed.
func (r Report) Late(now time.Time) bool {
	if r.ReceivedAt.IsZero() {
		return now.After(r.OnTimeUntil())
	}
	return r.ReceivedAt.After(r.OnTimeUntil())
}

// OnTimeUntil is the last moment at which the report still counts as on time: the deadline, or the end of the grace.
func (r Report) OnTimeUntil() time.Time {
	if r.GraceUntil.IsZero() {
		return r.DueAt
	}
	return r.GraceUntil
}

// InGrace reports whether the report is awaited after its deadline but within the grace.
func (r Report) InGrace(now time.Time) bool {
	return r.ReceivedAt.IsZero() && now.After(r.DueAt) && !now.After(r.OnTimeUntil())
}

// Name is what a reader recognises the report by.
func (r Report) Name() string {
	return r.FormTitle + " · " + r.Institution + " · " + r.Month.Chinese()
}

// Filter selects reports; zero fields do not filter.
type Filter struct {
	Month         period.Month
	Form          string // slug
	States        []State
	Institution   string // code
	InstitutionID int64
	Descendants   bool // of the institution too
	LateAt        time.Time
	Limit         int    // at most 200, which is also the default
	Cursor        string // where the last page ended
}

// Page is one page of reports; Next is empty at the end.
type Page struct {
	Reports []Report
	Next    string
}

const maxPage = 200

// List returns reports in scope, newest month first, then by form and the institution's code.
func (s *Service) List(ctx context.Context, who actor.Actor, f Filter) (Page, error) {
	return list(ctx, s.db, who, f)
}

func list(ctx context.Context, q pg.Querier, who actor.Actor, f Filter) (Page, error) {
	if err := who.Require(ActionView); err != nil {
		return Page{}, err
	}
	after, err := parseCursor(f.Cursor)
	if err != nil {
		return Page{}, err
	}
	if f.Limit <= 0 || f.Limit > maxPage {
		f.Limit = maxPage
	}
	found, err := listReports(ctx, q, who, f, after)
	if err != nil {
		return Page{}, err
	}
	p := Page{Reports: found}
	if len(found) > f.Limit {
		p.Reports = found[:f.Limit]
		p.Next = cursorAfter(found[f.Limit-1])
	}
	return p, nil
}

// Get returns one report in scope.
func (s *Service) Get(ctx context.Context, who actor.Actor, id int64) (Report, error) {
	if err := who.Require(ActionView); err != nil {
		return Report{}, err
	}
	return getReport(ctx, s.db, who, id)
}

// Find returns the report of a form, institution and month.
func (s *Service) Find(ctx context.Context, who actor.Actor, form string, institution int64, m period.Month) (Report, error) {
	return find(ctx, s.db, who, form, institution, m)
}

func find(ctx context.Context, q pg.Querier, who actor.Actor, form string, institution int64, m period.Month) (Report, error) {
	p, err := list(ctx, q, who, Filter{Form: form, InstitutionID: institution, Month: m, Limit: 1})
	if err != nil {
		return Report{}, err
	}
	if len(p.Reports) == 0 {
		return Report{}, fault.NotFound("这份月报")
	}
	return p.Reports[0], nil
}

// Events lists what happened to a report, oldest first.
func (s *Service) Events(ctx context.Context, who actor.Actor, id int64) ([]Event, error) {
	if _, err := s.Get(ctx, who, id); err != nil {
		return nil, err
	}
	return readEvents(ctx, s.db, who.CountyID, id)
}

// Event is one change of a report's state.
type Event struct {
	From, To State
	Reason   string
	By       string
	At       time.Time
}
