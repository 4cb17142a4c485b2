package reportingweb

import (
	"bytes"
	"net/http"
	"slices"

	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
	"yigai/web/ui"
)

// correctionView is the corrections of a month's figures, and those that are not finished in any month.
type correctionView struct {
	view
	month     period.Month
	period    *ui.Period
	open      []reporting.Correction
	list      []reporting.Correction
	mayDecide bool
}

func (h *handlers) corrections(w http.ResponseWriter, r *http.Request) error {
	who := page.Who(r)
	v := correctionView{view: h.view(), mayDecide: who.May(reporting.ActionReopen)}
	var err error
	if v.month, err = page.Month(r, h.monthInHand()); err != nil {
		return err
	}
	v.period = page.Switch(r, v.month)
	if v.open, err = h.svc.Corrections(r.Context(), who, period.Month{}, 0); err != nil {
		return err
	}
	if v.list, err = h.svc.Corrections(r.Context(), who, v.month, 0); err != nil {
		return err
	}
	v.list = slices.DeleteFunc(v.list, reporting.Correction.Open) // they stand above
	return page.Render(w, r, http.StatusOK, correctionPage(v))
}

func (h *handlers) exportCorrections(w http.ResponseWriter, r *http.Request) error {
	m, err := page.Month(r, h.monthInHand())
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := h.svc.ExportCorrections(r.Context(), page.Who(r), m, sheet.XLSX, &out); err != nil {
		return err
	}
	return page.SendFile(w, m.Chinese()+"更正.xlsx", "", out.Bytes())
}

// askCorrection asks for leave to correct an accepted report.
func (h *handlers) askCorrection(w http.ResponseWriter, r *http.Request) error {
	report, f, err := posted(r)
	if err != nil {
		return err
	}
	if err := h.svc.AskCorrection(r.Context(), page.Who(r), report, f.Value("reason")); err != nil {
		return h.againRead(w, r, report, f, err)
	}
	return page.Redirect(w, r, at(report), "已提出更正申请,等待卫健局批准")
}

func (h *handlers) approveCorrection(w http.ResponseWriter, r *http.Request) error {
	one, _, err := posted(r)
	if err != nil {
		return err
	}
	if err := h.svc.ApproveCorrection(r.Context(), page.Who(r), one); err != nil {
		return err
	}
	return page.Redirect(w, r, "/corrections", "已批准,等待填报单位更正;审核通过前,指标仍用原来的数")
}

func (h *handlers) refuseCorrection(w http.ResponseWriter, r *http.Request) error {
	one, f, err := posted(r)
	if err != nil {
		return err
	}
	if err := h.svc.RefuseCorrection(r.Context(), page.Who(r), one, f.Value("reason")); err != nil {
		return err
	}
	return page.Redirect(w, r, "/corrections", "已回复不批准")
}

func (v correctionView) status(c reporting.Correction) ui.Status {
	s := ui.Status{Word: c.Title(), Tone: ui.Warn, Icon: "clock"}
	switch {
	case c.Decision == reporting.Rejected:
		s.Tone, s.Icon, s.Title = ui.Neutral, "x-circle", c.Answer
	case c.To > 0:
		s.Tone, s.Icon = ui.Good, "check-circle-fill"
	case c.Decision == reporting.Approved:
		s.Tone, s.Icon = ui.Info, "circle-half"
	}
	return s
}

// correctedWords are the figures of a correction as a list of changes.
func correctedWords(c reporting.Correction) []ui.Changed {
	out := make([]ui.Changed, len(c.Changes))
	for i, one := range c.Changes {
		row := &reporting.Row{Element: &one.Element, Decimals: one.Element.Decimals}
		label := one.Element.NameZH
		if one.SubjectID != c.InstitutionID {
			label = one.Subject + " " + label
		}
		out[i] = ui.Changed{Label: label, Before: shownOr(one.Old, row), After: shownOr(one.New, row)}
	}
	return out
}

func decidedWord(c reporting.Correction) string {
	if c.Decision == reporting.Rejected {
		return "不批准"
	}
	return "批准"
}
