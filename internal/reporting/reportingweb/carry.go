package reportingweb

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yigai/internal/page"
	"yigai/internal/reporting"
)

// carry takes last month's figures over, of one cell or a whole section, in a browser without scripts. What was typed
// beside it is stored first, all or none.
func (h *handlers) carry(w http.ResponseWriter, r *http.Request) error {
	report, f, err := posted(r)
	if err != nil {
		return err
	}
	e, err := h.open(r, report)
	if err != nil {
		return err
	}
	if err := h.keepForm(r, e, f); err != nil {
		return h.again(w, r, report, f, err)
	}
	// What was typed just now is no offer any more.
	if e, err = h.open(r, report); err != nil {
		return err
	}
	edits := e.carried(f.Value("carry"))
	if _, err := h.svc.SaveSheet(r.Context(), page.Who(r), report, edits); err != nil {
		return h.again(w, r, report, f, err)
	}
	return page.Redirect(w, r, at(report)+"?section="+section(f), "已沿用上月 "+strconv.Itoa(len(edits))+" 格,请核对有无变化")
}

// carried are the edits that take over one cell (its field) or a section (section.2).
func (e *entry) carried(asked string) []reporting.Edit {
	var list []reporting.Edit
	for i, s := range e.Layout.Sections {
		all := asked == "section."+strconv.Itoa(i)
		for _, row := range s.Rows {
			for _, subject := range e.Subjects {
				k := e.key(subject, row)
				if offer, ok := e.Offers[k]; ok && (all || asked == k.Field()) {
					list = append(list, reporting.Edit{SubjectID: k.SubjectID, Element: k.Element, Typed: offer.String(), Version: e.Cells[k].Version, Carried: true})
				}
			}
		}
	}
	return list
}

// offersIn counts what a section could take over.
func (e *entry) offersIn(s reporting.Section) int {
	n := 0
	for _, row := range s.Rows {
		for _, subject := range e.Subjects {
			if _, ok := e.Offers[e.key(subject, row)]; ok {
				n++
			}
		}
	}
	return n
}

// offer is for the script and the eye: what an empty cell could take over from last month.
func (e *entry) offer(row *reporting.Row, k reporting.CellKey) templ.Attributes {
	offer, ok := e.Offers[k]
	if !ok || !e.MayEdit {
		return nil
	}
	return templ.Attributes{"data-offer": shown(offer, row), "placeholder": shown(offer, row) + "?", "title": "上月是 " + shown(offer, row) + ",按 = 沿用"}
}

// originWords say how a cell got its figure; nothing about one that somebody typed.
func originWords(o reporting.Origin) string {
	switch o {
	case reporting.Carried:
		return "沿用上月,还没有改动"
	case reporting.FromSource:
		return "自动取数,来源变了跟着变;上报后不再变"
	}
	return ""
}

// originClass marks such a cell.
func originClass(o reporting.Origin) string {
	switch o {
	case reporting.Carried:
		return " cell-carried"
	case reporting.FromSource:
		return " cell-derived"
	}
	return ""
}

// sourceOf is what is known elsewhere of a cell, while that still matters.
func (e *entry) sourceOf(k reporting.CellKey) (reporting.SourceFigure, bool) {
	s, ok := e.Sources[k]
	return s, ok && (e.Report.State != reporting.Accepted || e.Cells[k].Origin == reporting.FromSource)
}

// sourceSays is what a source knows, with how many have said something when there are several.
func sourceSays(s reporting.SourceFigure, row *reporting.Row) string {
	said := "还没有数"
	if s.Value.Reason == "" {
		said = figureOr(s.Value, row.Decimals)
	}
	if s.Expected > 1 {
		said += "(" + strconv.FormatInt(s.Filled, 10) + "/" + strconv.FormatInt(s.Expected, 10) + " 已填)"
	}
	return said
}

// unlikeSource lists the figures that say something else than their source, for the reviewer.
func (e *entry) unlikeSource() []reporting.Finding {
	var list []reporting.Finding
	for _, f := range e.Findings {
		if f.Code == reporting.CodeSource {
			list = append(list, f)
		}
	}
	return list
}

// rowOf names the row of a finding as the form does.
func (e *entry) rowOf(f reporting.Finding) string {
	row, ok := e.Layout.Row(f.Element)
	if !ok {
		return f.Element
	}
	return strings.TrimSpace(row.No + " " + row.Name)
}
