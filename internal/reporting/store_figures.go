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

// readSubjects lists the institutions below that a proxy report is about: those open in the month, and those that
// already have a figure in it.
func readSubjects(ctx context.Context, q pg.Querier, county int32, r Report, kinds []string) ([]Subject, error) {
	rows, err := q.Query(ctx, `
		SELECT i.id, i.code, i.short_name FROM institution_public i
		WHERE i.county_id = $1 AND i.parent_id = $2 AND i.kind = ANY($3)
		  AND (i.opened_on IS NULL OR i.opened_on < $4::date + interval '1 month')
		  AND (i.closed_on IS NULL OR i.closed_on > $4::date)
		   OR i.county_id = $1 AND i.id IN (SELECT subject_id FROM cell WHERE county_id = $1 AND report_id = $5)
		ORDER BY i.code LIMIT 1000`, county, r.InstitutionID, kinds, r.Month, r.ID)
	if err != nil {
		return nil, fmt.Errorf("read subjects of report %d: %w", r.ID, err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Subject])
	if err != nil {
		return nil, fmt.Errorf("read subjects of report %d: %w", r.ID, err)
	}
	return found, nil
}

// read fetches everything in one round trip.
func (f *figures) read(ctx context.Context, q pg.Querier, county int32) error {
	b := &pgx.Batch{}
	f.queueCells(b, county)
	f.queueEarlier(b, county)
	f.queueExplanations(b, county)
	if len(f.layout.children) > 0 {
		f.queueBelow(b, county)
	}
	if f.layout.ytd {
		f.queueYear(b, county)
	}
	return q.SendBatch(ctx, b).Close()
}

func (f *figures) queueCells(b *pgx.Batch, county int32) {
	b.Queue(`SELECT subject_id, element_id, state, value, comment, version, coalesce(by_id, 0), by_name, at
		FROM cell WHERE county_id = $1 AND report_id = $2`, county, f.report.ID).Query(func(rows pgx.Rows) error {
		var subject int64
		var element int32
		var state string
		var value decimal.NullDecimal
		var c Cell
		_, err := pgx.ForEachRow(rows, []any{&subject, &element, &state, &value, &c.Comment, &c.Version, &c.ByID, &c.By, &c.At}, func() error {
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

// queueBelow sums the cells of the proxy reports of the same institution, whatever their state, and counts who owes them.
func (f *figures) queueBelow(b *pgx.Batch, county int32) {
	windows := map[period.Month]formula.Window{}
	var months []time.Time
	for _, w := range []formula.Window{formula.This, formula.Prev, formula.PrevYear} {
		windows[f.monthOf(w)] = w
		months = append(months, f.monthOf(w).Date())
	}
	b.Queue(`SELECT r.period, c.element_id, sum(c.value), count(c.value)
		FROM report r
		JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id AND cardinality(f.subject_kinds) > 0
		JOIN cell c ON c.county_id = r.county_id AND c.report_id = r.id
		WHERE r.county_id = $1 AND r.institution_id = $2 AND r.period = ANY($3::date[]) AND c.element_id = ANY($4)
		GROUP BY r.period, c.element_id`,
		county, f.report.InstitutionID, months, f.ids(f.layout.children)).Query(func(rows pgx.Rows) error {
		var month period.Month
		var element int32
		var total decimal.NullDecimal
		var n int
		_, err := pgx.ForEachRow(rows, []any{&month, &element, &total, &n}, func() error {
			return f.keep(0, element, func(k CellKey) { f.below[belowKey{windows[month], k.Element}] = sum{total.Decimal, n} })
		})
		return err
	})
	f.queueProxies(b, county)
	b.Queue(`SELECT count(*) FROM institution_public i
		WHERE i.county_id = $1 AND i.parent_id = $2 AND i.kind = ANY($3)
		  AND (i.opened_on IS NULL OR i.opened_on < $4::date + interval '1 month')
		  AND (i.closed_on IS NULL OR i.closed_on > $4::date)`,
		county, f.report.InstitutionID, f.kindsBelow(), f.report.Month).QueryRow(func(row pgx.Row) error { return row.Scan(&f.belowOf) })
}

// queueProxies finds the proxy reports that the sums come from, as far as they are not complete.
func (f *figures) queueProxies(b *pgx.Batch, county int32) {
	b.Queue(`SELECT r.id, f.title, r.filled, r.fillable
		FROM report r JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id AND cardinality(f.subject_kinds) > 0
		WHERE r.county_id = $1 AND r.institution_id = $2 AND r.period = $3 AND r.filled < r.fillable
		  AND EXISTS (SELECT FROM form_item t WHERE t.county_id = r.county_id AND t.form_id = r.form_id
		              AND t.version = r.form_version AND t.element_id = ANY($4))
		ORDER BY f.position, r.id LIMIT 20`,
		county, f.report.InstitutionID, f.report.Month, f.ids(f.layout.children)).Query(func(rows pgx.Rows) (err error) {
		f.incomplete, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Incomplete])
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

// kindsBelow lists the kinds of institution whose figures are entered by proxy.
func (f *figures) kindsBelow() []string {
	kinds := []string{}
	for _, other := range f.catalogue.Forms {
		kinds = append(kinds, other.SubjectKinds...)
	}
	return kinds
}
