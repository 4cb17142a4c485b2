package reportingweb

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"yigai/internal/number"
	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// reading is a report that is read: by its reviewer, its clerk after handing it in, or anybody in whose scope it is.
type reading struct {
	*entry
	reporting.Differences
	was           map[reporting.CellKey]number.Cell // what the cells said in the submission before
	events        []reporting.Event
	reason        string           // of a return or reopening, as typed
	before, after reporting.Report // that wait as well, in the order of the grid
	corrections   []reporting.Correction
}

func (h *handlers) read(w http.ResponseWriter, r *http.Request, status int, e *entry) error {
	v, err := h.reading(r, e)
	if err != nil {
		return err
	}
	return page.Render(w, r, status, readPage(v))
}

func (h *handlers) reading(r *http.Request, e *entry) (*reading, error) {
	who, id := page.Who(r), e.Report.ID
	v := &reading{entry: e, was: map[reporting.CellKey]number.Cell{}}
	var err error
	if v.Differences, err = h.svc.Differences(r.Context(), who, id); err != nil {
		return nil, err
	}
	if v.events, err = h.svc.Events(r.Context(), who, id); err != nil {
		return nil, err
	}
	if v.corrections, err = h.svc.Corrections(r.Context(), who, e.Report.Month, id); err != nil {
		return nil, err
	}
	if v.MayReview {
		if v.before, v.after, err = h.svc.Neighbours(r.Context(), who, e.Report); err != nil {
			return nil, err
		}
	}
	for _, d := range v.Submission {
		v.was[d.Key] = d.Old
	}
	return v, nil
}

// differences shows what changed since the submission before, for the review grid.
func (h *handlers) differences(w http.ResponseWriter, r *http.Request) error {
	report, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	d, err := h.svc.Differences(r.Context(), page.Who(r), report)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, differencesRow(d))
}

func (v *reading) frame() ui.Frame {
	f := v.entry.frame()
	f.Scripts = []string{"entry-drawer.js"}
	if v.awaitsLeave() {
		return f
	}
	if v.MayReopen {
		f.Actions = append(f.Actions, ui.Action{Label: "解锁更正", URL: at(v.Report.ID) + "/reopening", Icon: "unlock", Kind: ui.Danger,
			Reason: "解锁原因", Confirm: "解锁后由填报单位更正并重新上报;审核通过前,指标仍用现在的数。"})
	}
	if v.MayAskCorrection {
		f.Actions = append(f.Actions, ui.Action{Label: "申请更正", URL: at(v.Report.ID) + "/corrections", Icon: "pencil", Post: true,
			Reason: "更正原因", Confirm: "卫健局批准后解锁,由您更正并重新上报;审核通过前,指标仍用现在的数。"})
	}
	return f
}

// awaitsLeave reports whether a correction was asked for that nobody decided.
func (v *reading) awaitsLeave() bool {
	return slices.ContainsFunc(v.corrections, func(c reporting.Correction) bool { return c.Decision == reporting.Undecided })
}

// passWord is what passing the report is called at the level it waits for.
func (v *reading) passWord() string {
	switch {
	case v.Report.AfterReview() == reporting.Checked:
		return "初审通过"
	case v.Report.State == reporting.Checked && v.Report.TwoLevel:
		return "终审通过"
	}
	return "通过"
}

// lockNotice says why nothing can be typed: what, since when, by whom.
func (v *reading) lockNotice() ui.Notice {
	n := ui.Notice{Tone: ui.Info, Title: v.Lock.Why}
	if !v.Lock.Since.IsZero() {
		n.Text = v.Lock.By + " · " + ui.DateTime(v.Lock.Since)
	}
	if v.ReviewRefused != "" {
		n.Text += "。" + v.ReviewRefused
	}
	return n
}

func (v *reading) history() []ui.Event {
	var list []ui.Event
	for i := len(v.events) - 1; i >= 0; i-- {
		e := v.events[i]
		list = append(list, ui.Event{When: ui.DateTime(e.At), Who: e.By, What: eventWord(e), Note: e.Reason, Tone: ui.StatusFor(string(e.To)).Tone})
	}
	return list
}

func sentBackLabel(r reporting.Report) string {
	if r.Reopened {
		return "解锁人"
	}
	return "退回人"
}

// whoWhen is a person with the moment, "" when it has not happened.
func whoWhen(name string, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return name + " " + ui.DateTime(at)
}

func eventWord(e reporting.Event) string {
	switch {
	case e.To == reporting.Returned && e.From == reporting.Accepted:
		return "解锁更正"
	case e.To == reporting.Returned && e.From == reporting.Checked:
		return "终审退回"
	case e.To == reporting.Checked:
		return "初审通过"
	case e.To == reporting.Accepted && e.From == reporting.Checked:
		return "终审通过"
	case e.To == reporting.Returned:
		return "退回"
	case e.To == reporting.Accepted:
		return "审核通过"
	case e.To == reporting.Submitted:
		return "上报"
	}
	return "开始填报"
}

func changes(list []reporting.Difference) []ui.Changed {
	out := make([]ui.Changed, len(list))
	for i, d := range list {
		label := d.Row.No + " " + d.Row.Name
		if d.Subject != "" {
			label = d.Subject + " " + label
		}
		about := []string{d.By + " " + shortTime(d.At)}
		if d.Comment != "" {
			about = append(about, d.Comment)
		}
		out[i] = ui.Changed{Label: label, Before: shown(d.Old, d.Row), After: shown(d.New, d.Row) + "(" + strings.Join(about, " · ") + ")"}
	}
	return out
}

// remarkField names the input of a remark sent with a return.
func remarkField(k reporting.CellKey) string { return "m." + k.Field() }
