package reporting

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// read fetches everything in one round trip.
func (f *figures) read(ctx context.Context, q pg.Querier, county int32) error {
	b := &pgx.Batch{}
	f.queueCells(b, county)
	f.queueEarlier(b, county)
	f.queueExplanations(b, county)
	if len(f.layout.children) > 0 {
		f.queueBelow(b, county)
	}
	if len(f.layout.beside) > 0 {
		f.queueBeside(b, county)
	}
	f.queueRanges(b, county)
	f.queueSources(b, county)
	if f.layout.ytd {
		f.queueYear(b, county)
	}
	if err := q.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	f.follow()
	return nil
}

func (f *figures) queueCells(b *pgx.Batch, county int32) {
	b.Queue(`SELECT subject_id, element_id, state, value, comment, origin, version, coalesce(by_id, 0), by_name, at
		FROM cell WHERE county_id = $1 AND report_id = $2`, county, f.report.ID).Query(func(rows pgx.Rows) error {
		var subject int64
		var element int32
		var state string
		var value decimal.NullDecimal
		var c Cell
		_, err := pgx.ForEachRow(rows, []any{&subject, &element, &state, &value, &c.Comment, &c.Origin, &c.Version, &c.ByID, &c.By, &c.At}, func() error {
			c.Cell = cellOf(state, value)
			return f.keep(subject, element, func(k CellKey) { f.cells[k] = c })
		})
		return err
	})
}

// queueEarlier reads last month and last year: the cells of this form's reports, and where there are none (a subject
// that belonged to another institution then) the facts.
func (f *figures) queueEarlier(b *pgx.Batch, county int32) {
	months := []time.Time{f.report.Month.Prev().Date(), f.report.Month.SameLastYear().Date()}
	b.Queue(`SELECT fa.period, fa.institution_id, fa.element_id, fa.state, fa.value FROM fact fa
		WHERE fa.county_id = $1 AND fa.period = ANY($2::date[]) AND fa.institution_id = ANY($3) AND fa.element_id = ANY($4)`,
		county, months, f.subjectIDs(), f.elementIDs()).Query(f.keepEarlier)
	b.Queue(`SELECT r.period, c.subject_id, c.element_id, c.state, c.value
		FROM report r JOIN cell c ON c.county_id = r.county_id AND c.report_id = r.id
		WHERE r.county_id = $1 AND r.form_id = $2 AND r.institution_id = $3 AND r.period = ANY($4::date[])`,
		county, f.report.FormID, f.report.InstitutionID, months).Query(f.keepEarlier)
}

func (f *figures) keepEarlier(rows pgx.Rows) error {
	var month period.Month
	var subject int64
	var element int32
	var state string
	var value decimal.NullDecimal
	_, err := pgx.ForEachRow(rows, []any{&month, &subject, &element, &state, &value}, func() error {
		into := f.last
		if month == f.report.Month.SameLastYear() {
			into = f.lastYear
		}
		return f.keep(subject, element, func(k CellKey) { into[k] = cellOf(state, value) })
	})
	return err
}

// keep hands a stored figure on under its key.
func (f *figures) keep(subject int64, element int32, store func(CellKey)) error {
	e, ok := f.catalogue.byID[element]
	if !ok {
		return fmt.Errorf("element %d is not in the catalogue", element)
	}
	store(CellKey{subject, e.Slug})
	return nil
}

func (f *figures) queueExplanations(b *pgx.Batch, county int32) {
	b.Queue(`SELECT rule_code, subject_id, figures, text, version, by_name, at FROM explanation
		WHERE county_id = $1 AND report_id = $2`, county, f.report.ID).Query(func(rows pgx.Rows) error {
		var k explained
		var e Explanation
		_, err := pgx.ForEachRow(rows, []any{&k.key, &k.subject, &e.Figures, &e.Text, &e.Version, &e.By, &e.At}, func() error {
			f.explanations[k] = e
			return nil
		})
		return err
	})
}

// queueYear sums the facts of the months before this one, this year and last.
func (f *figures) queueYear(b *pgx.Batch, county int32) {
	for _, w := range []formula.Window{formula.YTD, formula.PrevYearYTD} {
		to := f.monthOf(w)
		from := period.NewMonth(to.Year(), time.January)
		b.Queue(`SELECT institution_id, element_id, sum(value), count(value) FROM fact
			WHERE county_id = $1 AND period >= $2 AND period < $3 AND institution_id = ANY($4) AND element_id = ANY($5)
			GROUP BY institution_id, element_id`, county, from, to, f.subjectIDs(), f.elementIDs()).Query(func(rows pgx.Rows) error {
			var subject int64
			var element int32
			var total decimal.NullDecimal
			var n int
			_, err := pgx.ForEachRow(rows, []any{&subject, &element, &total, &n}, func() error {
				return f.keep(subject, element, func(k CellKey) { f.before[ytdKey{k, w}] = sum{total.Decimal, n} })
			})
			return err
		})
	}
}

func (f *figures) subjectIDs() []int64 {
	ids := make([]int64, len(f.subjects))
	for i, s := range f.subjects {
		ids[i] = s.ID
	}
	return ids
}

func (f *figures) elementIDs() []int32 {
	ids := make([]int32, 0, len(f.layout.rows))
	for _, row := range f.layout.rows {
		ids = append(ids, row.Element.ID)
	}
	return ids
}

func (f *figures) ids(slugs []string) []int32 {
	ids := make([]int32, 0, len(slugs))
	for _, slug := range slugs {
		if e, ok := f.catalogue.bySlug[slug]; ok {
			ids = append(ids, e.ID)
		}
	}
	return ids
}
