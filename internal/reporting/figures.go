package reporting

import (
	"context"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/number"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/preset"
)

// Subject is an institution that the figures of a report are about.
type Subject struct {
	ID   int64
	Code string
	Name string
}

// figures is everything a report's checks and derived rows look at.
type figures struct {
	report    Report
	form      *Form
	layout    *Layout
	catalogue *Catalogue
	calendar  period.Calendar

	subjects     []Subject
	cells        map[CellKey]Cell
	last         map[CellKey]number.Cell
	lastYear     map[CellKey]number.Cell
	below        map[belowKey]sum
	beside       map[belowKey]sum // figures of the institution's other forms
	ranges       map[CellKey]ranges
	setting      OutlierSetting
	belowOf      int // how many institutions below owe figures
	incomplete   []Incomplete
	before       map[ytdKey]sum
	explanations map[explained]Explanation
	known        map[sourceKey]SourceFigure
	sources      map[CellKey]SourceFigure
	unstored     map[CellKey]Cell // what is stored of the cells that show another figure because they follow a source
}

// belowKey names a sum over the institutions below the one that reports.
type belowKey struct {
	window formula.Window
	slug   string
}

// ytdKey names a sum over the months of a year.
type ytdKey struct {
	CellKey
	window formula.Window
}

// sum is a total and how many figures it holds.
type sum struct {
	total decimal.Decimal
	n     int
}

func (s sum) value() formula.Value {
	if s.n == 0 {
		return formula.Absent(formula.Missing)
	}
	return formula.Number(s.total)
}

// loadFigures reads what a report's checks need: two round trips for a proxy form, one for any other.
func (s *Service) loadFigures(ctx context.Context, q pg.Querier, county int32, r Report) (*figures, error) {
	c, err := s.catalogue(ctx, q, county)
	if err != nil {
		return nil, err
	}
	return s.loadFiguresBy(ctx, q, county, r, c)
}

// loadFiguresBy is loadFigures with a catalogue of the caller's, to try other checks than those in force.
func (s *Service) loadFiguresBy(ctx context.Context, q pg.Querier, county int32, r Report, c *Catalogue) (*figures, error) {
	form, layout, err := c.layoutOf(r.FormID, r.FormVersion)
	if err != nil {
		return nil, err
	}
	f := &figures{report: r, form: form, layout: layout, catalogue: c, calendar: s.calendar,
		cells: map[CellKey]Cell{}, last: map[CellKey]number.Cell{}, lastYear: map[CellKey]number.Cell{},
		below: map[belowKey]sum{}, beside: map[belowKey]sum{}, ranges: map[CellKey]ranges{}, setting: c.outlier, before: map[ytdKey]sum{}, explanations: map[explained]Explanation{},
		known: map[sourceKey]SourceFigure{}, sources: map[CellKey]SourceFigure{}, unstored: map[CellKey]Cell{}}
	f.subjects = []Subject{{ID: r.InstitutionID, Code: r.InstitutionCode, Name: r.Institution}}
	if form.Proxy() {
		if f.subjects, err = readSubjects(ctx, q, county, r.ID); err != nil {
			return nil, err
		}
	}
	if err := f.read(ctx, q, county); err != nil {
		return nil, fmt.Errorf("load figures of report %d: %w", r.ID, err)
	}
	return f, nil
}

// monthOf is the month a window looks at.
func (f *figures) monthOf(w formula.Window) period.Month {
	switch w {
	case formula.Prev:
		return f.report.Month.Prev()
	case formula.PrevYear, formula.PrevYearYTD:
		return f.report.Month.SameLastYear()
	}
	return f.report.Month
}

// env answers formulas about one subject, as seen from this month (base This), the last one or last year's.
func (f *figures) env(subject int64, base formula.Window) formula.Env {
	return func(ref formula.Ref) formula.Value {
		if base != formula.This {
			if ref.Window != formula.This {
				return formula.Absent(formula.Missing)
			}
			ref.Window = base
		}
		if _, here := f.layout.rows[ref.Slug]; here {
			return f.own(CellKey{subject, ref.Slug}, ref.Window)
		}
		if n, ok := calendarFigure(ref.Slug, f.monthOf(ref.Window), f.calendar); ok {
			return formula.Number(decimal.NewFromInt(int64(n)))
		}
		if slices.Contains(f.layout.beside, ref.Slug) {
			return f.beside[belowKey{ref.Window, ref.Slug}].value()
		}
		return f.below[belowKey{ref.Window, ref.Slug}].value()
	}
}

// children answers formulas about the institutions below instead of the one that reports.
func (f *figures) children(base formula.Window) formula.Env {
	return func(ref formula.Ref) formula.Value { return f.below[belowKey{base, ref.Slug}].value() }
}

func (f *figures) own(k CellKey, w formula.Window) formula.Value {
	switch w {
	case formula.Prev:
		return figure(f.last[k])
	case formula.PrevYear:
		return figure(f.lastYear[k])
	case formula.YTD, formula.PrevYearYTD:
		return f.yearToDate(k, w)
	}
	return figure(f.cells[k].Cell)
}

// yearToDate sums a flow over all months since January; a month without a figure leaves it unknown.
// Stocks and cumulative figures are their own year to date.
func (f *figures) yearToDate(k CellKey, w formula.Window) formula.Value {
	latest := figure(f.cells[k].Cell)
	if w == formula.PrevYearYTD {
		latest = figure(f.lastYear[k])
	}
	if f.layout.rows[k.Element].Element.Kind != preset.Flow || latest.Reason != "" {
		return latest
	}
	before := f.before[ytdKey{k, w}]
	if before.n < int(f.report.Month.Month())-1 {
		return formula.Absent(formula.Missing)
	}
	return formula.Number(before.total.Add(latest.Decimal))
}
