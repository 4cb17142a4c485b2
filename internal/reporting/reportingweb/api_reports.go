package reportingweb

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"yigai/internal/fault"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// reportJSON is a report as it travels.
type reportJSON struct {
	ID                int64        `json:"id"`
	Form              string       `json:"form"`
	Institution       string       `json:"institution"`
	Name              string       `json:"name"` // of the institution
	Period            period.Month `json:"period"`
	State             string       `json:"state"`
	StateZH           string       `json:"state_zh"`
	DueAt             time.Time    `json:"due_at"`
	Late              bool         `json:"late"`
	Filled            int          `json:"filled"`
	Fillable          int          `json:"fillable"`
	Errors            int          `json:"errors"`
	Warnings          int          `json:"warnings"`
	Unexplained       int          `json:"unexplained"`
	Submission        int          `json:"submission"`
	ResponsiblePerson string       `json:"responsible_person"`
	SubmittedBy       string       `json:"submitted_by"`
	SubmittedAt       *time.Time   `json:"submitted_at"`
	CheckedBy         string       `json:"checked_by"` // of the first of two levels of review
	CheckedAt         *time.Time   `json:"checked_at"`
	ReviewedBy        string       `json:"reviewed_by"`
	ReviewedAt        *time.Time   `json:"reviewed_at"`
	ReturnedBy        string       `json:"returned_by"` // of the last return or reopening
	ReturnedAt        *time.Time   `json:"returned_at"`
	Reason            string       `json:"reason"`
}

func (h *handlers) reportOut(r reporting.Report) reportJSON {
	return reportJSON{ID: r.ID, Form: r.FormSlug, Institution: r.InstitutionCode, Name: r.Institution, Period: r.Month, State: string(r.State),
		StateZH: r.State.Title(), DueAt: r.DueAt.In(period.Shanghai).Truncate(time.Second), Late: r.Late(h.now()), Filled: r.Filled, Fillable: r.Fillable, Errors: r.Errors,
		Warnings: r.Warnings, Unexplained: r.Unexplained, Submission: r.Submission, ResponsiblePerson: r.ResponsiblePerson,
		SubmittedBy: r.SubmittedBy, SubmittedAt: moment(r.SubmittedAt), CheckedBy: r.CheckedBy, CheckedAt: moment(r.CheckedAt), ReviewedBy: r.ReviewedBy, ReviewedAt: moment(r.ReviewedAt),
		ReturnedBy: r.ReturnedBy, ReturnedAt: moment(r.ReturnedAt), Reason: r.Reason}
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.In(period.Shanghai)
	return &t
}

func (h *handlers) apiReports(w http.ResponseWriter, r *http.Request) error {
	f, err := reportFilter(r)
	if err != nil {
		return err
	}
	found, err := h.svc.List(r.Context(), page.Who(r), f)
	if err != nil {
		return err
	}
	list := make([]reportJSON, len(found.Reports))
	for i, one := range found.Reports {
		list[i] = h.reportOut(one)
	}
	return page.JSON(w, http.StatusOK, listOf(list, found.Next))
}

func reportFilter(r *http.Request) (f reporting.Filter, err error) {
	if err := page.Known(r, "institution", "descendants", "period", "form", "state", "limit", "cursor"); err != nil {
		return f, err
	}
	q := r.URL.Query()
	f.Institution, f.Form, f.Cursor = q.Get("institution"), q.Get("form"), q.Get("cursor")
	for s := range strings.SplitSeq(q.Get("state"), ",") {
		if s == "" {
			continue
		}
		if !slices.Contains(reporting.States, reporting.State(s)) {
			return f, fault.Field("state", "没有“%s”这种状态", s)
		}
		f.States = append(f.States, reporting.State(s))
	}
	if f.Descendants, err = page.QueryFlag(r, "descendants"); err != nil {
		return f, err
	}
	if f.Limit, err = page.QueryLimit(r); err != nil {
		return f, err
	}
	f.Month, err = page.QueryMonth(r, "period")
	return f, err
}

func (h *handlers) apiReport(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	return h.answerReport(w, r, id)
}

func (h *handlers) answerReport(w http.ResponseWriter, r *http.Request, id int64) error {
	found, err := h.svc.Get(r.Context(), page.Who(r), id)
	if err != nil {
		return err
	}
	return page.JSON(w, http.StatusOK, h.reportOut(found))
}

// submissionIn hands a report in under the name of the institution's responsible person.
type submissionIn struct {
	ResponsiblePerson string `json:"responsible_person"`
}

// returnIn says why a report goes back, and which submission was looked at; without one the one that stands.
type returnIn struct {
	Reason     string `json:"reason"`
	Submission int    `json:"submission"`
}

// reasonIn says why a report is unlocked.
type reasonIn struct {
	Reason string `json:"reason"`
}

// acceptanceIn names the submission that was looked at; without one, or without a body, the one that stands is accepted.
type acceptanceIn struct {
	Submission int `json:"submission"`
}

func (h *handlers) apiSubmit(w http.ResponseWriter, r *http.Request) error {
	var in submissionIn
	return h.transition(w, r, &in, func(id int64) error {
		return renamed(h.svc.Submit(r.Context(), page.Who(r), id, in.ResponsiblePerson), "responsible", "responsible_person")
	})
}

func (h *handlers) apiReturn(w http.ResponseWriter, r *http.Request) error {
	var in returnIn
	return h.transition(w, r, &in, func(id int64) error {
		seen, err := seenBy(id, in.Submission)
		if err != nil {
			return err
		}
		return h.svc.Return(r.Context(), page.Who(r), seen, in.Reason, nil)
	})
}

func (h *handlers) apiReopen(w http.ResponseWriter, r *http.Request) error {
	var in reasonIn
	return h.transition(w, r, &in, func(id int64) error { return h.svc.Reopen(r.Context(), page.Who(r), id, in.Reason) })
}

func (h *handlers) apiAccept(w http.ResponseWriter, r *http.Request) error {
	var in acceptanceIn
	return h.transition(w, r, &in, func(id int64) error {
		seen, err := seenBy(id, in.Submission)
		if err != nil {
			return err
		}
		return h.svc.Accept(r.Context(), page.Who(r), seen)
	})
}

func (h *handlers) apiCheck(w http.ResponseWriter, r *http.Request) error {
	var in acceptanceIn
	return h.transition(w, r, &in, func(id int64) error {
		seen, err := seenBy(id, in.Submission)
		if err != nil {
			return err
		}
		return h.svc.FirstCheck(r.Context(), page.Who(r), seen)
	})
}

func seenBy(report int64, submission int) (reporting.Seen, error) {
	if submission < 0 {
		return reporting.Seen{}, fault.Field("submission", "上报次数应为 1 以上的整数")
	}
	return reporting.Seen{Report: report, Submission: submission}, nil
}

// transition reads the body, moves the report and answers with it as it then stands.
func (h *handlers) transition(w http.ResponseWriter, r *http.Request, in any, move func(id int64) error) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	if _, optional := in.(*acceptanceIn); !optional || r.ContentLength != 0 {
		if err := page.ReadJSON(w, r, in); err != nil {
			return h.unreadable(r, id, err)
		}
	}
	if err := move(id); err != nil {
		return err
	}
	return h.answerReport(w, r, id)
}

// renamed gives a problem the name that the field has on the wire.
func renamed(err error, from, to string) error {
	problems := fault.Problems(err)
	if len(problems) == 0 {
		return err
	}
	out := slices.Clone(problems)
	for i := range out {
		if out[i].Field == from {
			out[i].Field = to
		}
	}
	return fault.Invalid(out...)
}
