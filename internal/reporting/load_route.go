package reporting

import (
	"context"
	"slices"
	"strings"

	"yigai/internal/period"
)

// loadInstitution is an institution as a load needs it.
type loadInstitution struct {
	id, parent    int64
	kind          string
	parentKind    string
	parentInScope bool
}

// figureKey names a figure; a load says each one once.
type figureKey struct {
	institution int64
	element     int32
	month       period.Month
}

// findInstitutions looks up the codes in scope, and refuses a figure that is said twice.
func (l *load) findInstitutions(ctx context.Context) error {
	var codes []string
	for _, row := range l.rows {
		codes = append(codes, strings.TrimSpace(row.source.Institution))
	}
	slices.Sort(codes)
	found, err := readLoadInstitutions(ctx, l.tx, l.who, slices.Compact(codes), l.options.Institutions)
	if err != nil {
		return err
	}
	first := map[figureKey]int{}
	l.keep(func(row *loadRow) bool {
		i, ok := found[strings.TrimSpace(row.source.Institution)]
		if !ok {
			l.refuse(row.source, "institution", row.source.Institution, "没有编码为“%s”的机构,或不在您的管理范围内", row.source.Institution)
			return false
		}
		row.institution = i
		key := figureKey{i.id, row.element.ID, row.month}
		if n, seen := first[key]; seen {
			l.refuse(row.source, "", "", "与第 %d 行是同一机构、同一月份的同一数据项", n)
			return false
		}
		first[key] = row.source.Row
		return true
	})
	return nil
}

// formChoice finds which form asks a kind of institution for an element.
type formChoice struct {
	kind    string
	element int32
}

// route decides for every row whether it belongs to a report, and to whose.
func (l *load) route(ctx context.Context) error {
	chosen, err := readAssignments(ctx, l.tx, l.who.CountyID)
	if err != nil {
		return err
	}
	if l.holders, err = readHolders(ctx, l.tx, l.who, l.institutions()); err != nil {
		return err
	}
	byMonth := map[period.Month]map[formChoice]*Form{}
	l.keep(func(row *loadRow) bool {
		forms, ok := byMonth[row.month]
		if !ok {
			forms = l.catalogue.formsIn(row.month)
			byMonth[row.month] = forms
		}
		l.assign(row, forms, chosen)
		return l.allowed(row)
	})
	return nil
}

// institutions lists those that rows are about, each once.
func (l *load) institutions() []int64 {
	ids := make([]int64, 0, len(l.rows))
	for i := range l.rows {
		ids = append(ids, l.rows[i].institution.id)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// formsIn maps kind and element to the form that records it in a month.
func (c *Catalogue) formsIn(m period.Month) map[formChoice]*Form {
	out := map[formChoice]*Form{}
	for _, f := range c.Forms {
		l := f.LayoutIn(m)
		if l == nil || !f.Enabled {
			continue
		}
		kinds := f.Kinds
		if f.Proxy() {
			kinds = f.SubjectKinds
		}
		for _, row := range l.rows {
			for _, kind := range kinds {
				out[formChoice{kind, row.Element.ID}] = f
			}
		}
	}
	return out
}

func (l *load) assign(row *loadRow, forms map[formChoice]*Form, chosen map[assignment]bool) {
	f := forms[formChoice{row.institution.kind, row.element.ID}]
	if f == nil {
		return
	}
	reporter := row.institution.id
	if f.Proxy() {
		if h, moved := l.holders[heldKey{f.ID, row.month, row.institution.id}]; moved {
			row.form, row.reporter, row.institution.parentInScope = f, h.reporter, h.inScope
			return
		}
		if !slices.Contains(f.Kinds, row.institution.parentKind) {
			return
		}
		reporter = row.institution.parent
	}
	if f.Chosen && !chosen[assignment{f.ID, reporter}] {
		return
	}
	row.form, row.reporter = f, reporter
}

// allowed asks for what the destination needs.
func (l *load) allowed(row *loadRow) bool {
	switch {
	case row.form == nil && !l.who.May(ActionLoad):
		l.refuse(row.source, "element", row.source.Element, "这个机构的报表里没有“%s”,导入它需要“导入历史数据”的权限", row.element.NameZH)
		return false
	case row.form != nil && row.form.Proxy() && !row.institution.parentInScope:
		l.refuse(row.source, "institution", row.source.Institution, "“%s”由上级机构代报,不在您的管理范围内", row.element.NameZH)
		return false
	}
	return true
}

// reportKey names a report by what it is.
type reportKey struct {
	form        int32
	institution int64
	month       period.Month
}

// loadReport is a locked report that rows go into.
type loadReport struct {
	id    int64
	state State
}

func (row *loadRow) key() reportKey { return reportKey{row.form.ID, row.reporter, row.month} }

// openReports makes the reports that rows go into and locks them.
func (l *load) openReports(ctx context.Context) error {
	wanted := map[period.Month]map[*Form][]int64{}
	seen := map[reportKey]bool{}
	for i := range l.rows {
		row := &l.rows[i]
		if row.form == nil || seen[row.key()] {
			continue
		}
		seen[row.key()] = true
		if wanted[row.month] == nil {
			wanted[row.month] = map[*Form][]int64{}
		}
		wanted[row.month][row.form] = append(wanted[row.month][row.form], row.reporter)
	}
	calendar, err := l.calendarOf(ctx, l.tx, l.who.CountyID)
	if err != nil {
		return err
	}
	for m, forms := range wanted {
		for f, reporters := range forms {
			opened, err := insertReports(ctx, l.tx, l.who.CountyID, m, []opening{openingOf(f, m, calendar)}, reporters)
			if err != nil {
				return err
			}
			if opened > 0 && !slices.Contains(l.opened, m) {
				l.opened = append(l.opened, m)
			}
		}
	}
	if l.reports, err = lockLoadReports(ctx, l.tx, l.who.CountyID, seen); err != nil {
		return err
	}
	l.keep(l.intoReport)
	return nil
}

// intoReport finds the row's report; an institution that was not open in the month has none.
func (l *load) intoReport(row *loadRow) bool {
	if row.form == nil {
		return true
	}
	r, ok := l.reports[row.key()]
	if !ok {
		l.refuse(row.source, "period", row.source.Period, "这个机构在%s还没有设立或已经撤销", row.month.Chinese())
		return false
	}
	row.report = r.id
	return true
}

// writable reports whether figures may still go into a report in this state.
func (l *load) writable(s State) bool {
	return s.Editable() || s == Accepted && l.options.Accepted
}
