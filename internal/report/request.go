package report

import (
	"fmt"
	"slices"

	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/sheet"
)

// The kinds of export.
const (
	KindReports         = "reports"          // one form: institutions × elements
	KindReport          = "report"           // one report, laid out like its form
	KindValues          = "values"           // accepted figures, one a row
	KindIndicatorValues = "indicator-values" // indicator values with version and sums
	KindCompleteness    = "completeness"     // who reported when
	KindInstitutions    = "institutions"
	KindAudit           = "audit"
)

// Request says what is to be exported. Zero fields do not filter; an institution stands for everything below it too.
type Request struct {
	Kind        string       `json:"kind"`
	Format      sheet.Format `json:"format"`
	From        period.Month `json:"from,omitzero"`
	To          period.Month `json:"to,omitzero"`
	Institution string       `json:"institution,omitempty"` // code
	Form        string       `json:"form,omitempty"`        // slug
	Element     string       `json:"element,omitempty"`     // slug
	Indicator   string       `json:"indicator,omitempty"`   // slug
	Trail       TrailFilter  `json:"trail,omitzero"`        // of the audit trail
}

// During sets the months from a period as people and scripts write it: 2026-07, 2026Q3, 2026H1 or 2026.
func (r *Request) During(text string) error {
	p, err := period.ParsePeriod(text)
	if err != nil {
		return fault.Field("period", "%s", err.Error())
	}
	r.From, r.To = p.First(), p.Last()
	return nil
}

// maxMonths bounds the months of one export: ten years.
const maxMonths = 120

// settle fills what a kind needs and refuses what it cannot mean.
func (r Request) settle(inHand period.Month) (Request, error) {
	k, ok := KindOf(r.Kind)
	if !ok {
		return r, fault.Field("kind", "没有“%s”这种导出内容", r.Kind)
	}
	if r.Format != sheet.XLSX && r.Format != sheet.CSV {
		return r, fault.Field("format", "导出格式只能是 xlsx 或 csv")
	}
	if k.Dated {
		if err := r.settleMonths(k, inHand); err != nil {
			return r, err
		}
	} else {
		r.From, r.To = period.Month{}, period.Month{}
	}
	r.forget(k)
	return r, r.missing(k)
}

// forget drops the filters that the kind does not know, so that the log tells no filter that did nothing.
func (r *Request) forget(k Kind) {
	for name, filter := range map[string]*string{"institution": &r.Institution, "form": &r.Form, "element": &r.Element, "indicator": &r.Indicator} {
		if !k.Takes(name) {
			*filter = ""
		}
	}
	if k.Name != KindAudit {
		r.Trail = TrailFilter{}
	}
}

func (r *Request) settleMonths(k Kind, inHand period.Month) error {
	if r.From.IsZero() && r.To.IsZero() && k.AllMonths {
		return nil
	}
	if r.From.IsZero() && r.To.IsZero() {
		r.From = inHand
	}
	if r.From.IsZero() {
		r.From = r.To
	}
	if r.To.IsZero() {
		r.To = r.From
	}
	months, err := period.Range(r.From, r.To)
	if err != nil {
		return fault.Field("to", "%s", err.Error())
	}
	if len(months) > maxMonths {
		return fault.Field("to", "一次最多导出 %d 个月,请缩短范围", maxMonths)
	}
	return nil
}

func (r Request) missing(k Kind) error {
	var problems []fault.Problem
	if slices.Contains(k.Needs, "form") && r.Form == "" {
		problems = append(problems, fault.Problem{Field: "form", Message: "请选择报表"})
	}
	if slices.Contains(k.Needs, "institution") && r.Institution == "" {
		problems = append(problems, fault.Problem{Field: "institution", Message: "请选择机构"})
	}
	if slices.Contains(k.Needs, "month") && r.From != r.To {
		problems = append(problems, fault.Problem{Field: "to", Message: k.Title + "一次只能导出一个月"})
	}
	if len(problems) > 0 {
		return fault.Invalid(problems...)
	}
	return nil
}

// Months says the period in words, "" for all time.
func (r Request) Months() string {
	switch {
	case r.From.IsZero():
		return ""
	case r.From == r.To:
		return r.From.Chinese()
	}
	return fmt.Sprintf("%s至%s", r.From.Chinese(), r.To.Chinese())
}
