package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/period"
	"yigai/internal/pg"
)

// maxMeasured bounds the figures read for the ranges of one month: 400 institutions × 200 figures × 24 months.
const maxMeasured = 2_000_000

// readAsked lists the figures that reports of a month in some states ask for. Year-to-date figures grow by themselves from month
// to month and have no range.
func readAsked(ctx context.Context, q pg.Querier, county int32, m period.Month, institutions []int64, states []State) (map[asked]peerGroup, error) {
	rows, err := q.Query(ctx, `
		SELECT s.subject_id, i.element_id, r.form_id, n.kind
		FROM report r
		JOIN form_item i ON i.county_id = r.county_id AND i.form_id = r.form_id AND i.version = r.form_version
		JOIN element e ON e.county_id = i.county_id AND e.id = i.element_id AND e.kind <> 'cumulative'
		JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id
		CROSS JOIN LATERAL (SELECT r.institution_id AS subject_id WHERE cardinality(f.subject_kinds) = 0
			UNION ALL SELECT p.subject_id FROM proxy_subject p WHERE p.county_id = r.county_id AND p.report_id = r.id) s
		JOIN institution_public n ON n.county_id = r.county_id AND n.id = s.subject_id
		WHERE r.county_id = $1 AND r.period = $2 AND r.state = ANY($5::text[])
		  AND ($3::bigint[] IS NULL OR r.institution_id = ANY($3) OR s.subject_id = ANY($3)) LIMIT $4`, county, m, institutions, maxMeasured, stateNames(states))
	if err != nil {
		return nil, fmt.Errorf("list open figures: %w", err)
	}
	found := map[asked]peerGroup{}
	var a asked
	var g peerGroup
	_, err = pgx.ForEachRow(rows, []any{&a.subject, &a.element, &g.form, &g.kind}, func() error {
		g.element = a.element
		found[a] = g
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list open figures: %w", err)
	}
	return found, nil
}

// readHistory reads the accepted figures of the months before.
func readHistory(ctx context.Context, q pg.Querier, county int32, m period.Month, open map[asked]peerGroup) (map[asked][]decimal.Decimal, error) {
	subjects, elements := idsOf(open)
	rows, err := q.Query(ctx, `SELECT institution_id, element_id, value FROM fact
		WHERE county_id = $1 AND period >= $2 AND period < $3 AND state = 'value' AND institution_id = ANY($4) AND element_id = ANY($5)
		LIMIT $6`, county, m.Add(-rangeMonths), m, subjects, elements, maxMeasured)
	if err != nil {
		return nil, fmt.Errorf("read earlier figures: %w", err)
	}
	found := map[asked][]decimal.Decimal{}
	var a asked
	var v decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&a.subject, &a.element, &v}, func() error {
		found[a] = append(found[a], v)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read earlier figures: %w", err)
	}
	return found, nil
}

func idsOf(open map[asked]peerGroup) (subjects []int64, elements []int32) {
	seen, known := map[int64]bool{}, map[int32]bool{}
	for a := range open {
		if !seen[a.subject] {
			seen[a.subject], subjects = true, append(subjects, a.subject)
		}
		if !known[a.element] {
			known[a.element], elements = true, append(elements, a.element)
		}
	}
	return subjects, elements
}

// readPeers reads the month's figures of the reports that were handed in, by what they are compared with.
func readPeers(ctx context.Context, q pg.Querier, county int32, m period.Month) (map[peerGroup]map[int64]decimal.Decimal, error) {
	rows, err := q.Query(ctx, `
		SELECT r.form_id, c.element_id, n.kind, c.subject_id, c.value
		FROM report r
		JOIN cell c ON c.county_id = r.county_id AND c.report_id = r.id AND c.state = 'value'
		JOIN institution_public n ON n.county_id = c.county_id AND n.id = c.subject_id
		WHERE r.county_id = $1 AND r.period = $2 AND r.state = ANY($4::text[]) LIMIT $3`, county, m, maxMeasured, stateNames(handedIn))
	if err != nil {
		return nil, fmt.Errorf("read figures of peers: %w", err)
	}
	found := map[peerGroup]map[int64]decimal.Decimal{}
	var g peerGroup
	var subject int64
	var v decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&g.form, &g.element, &g.kind, &subject, &v}, func() error {
		if found[g] == nil {
			found[g] = map[int64]decimal.Decimal{}
		}
		found[g][subject] = v
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read figures of peers: %w", err)
	}
	return found, nil
}

func writeRanges(ctx context.Context, tx pgx.Tx, county int32, m period.Month, list []measured) error {
	var subjects []int64
	var elements, counts []int32
	var peers []bool
	var medians, mads []decimal.Decimal
	for _, one := range list {
		subjects, elements, peers = append(subjects, one.subject), append(elements, one.element), append(peers, one.peers)
		counts = append(counts, int32(one.middle.N))
		medians, mads = append(medians, one.middle.Median), append(mads, one.middle.MAD)
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO figure_range (county_id, period, subject_id, element_id, peers, n, median, mad)
		SELECT $1, $2, x.* FROM unnest($3::bigint[], $4::int[], $5::bool[], $6::int[], $7::numeric[], $8::numeric[]) AS x
		ORDER BY 3, 4, 5
		ON CONFLICT (county_id, period, subject_id, element_id, peers)
		DO UPDATE SET n = EXCLUDED.n, median = EXCLUDED.median, mad = EXCLUDED.mad`,
		county, m, subjects, elements, peers, counts, medians, mads)
	if err != nil {
		return fmt.Errorf("write ranges: %w", err)
	}
	return nil
}

// queueRanges reads the ranges that the report's figures are compared with.
func (f *figures) queueRanges(b *pgx.Batch, county int32) {
	b.Queue(`SELECT subject_id, element_id, peers, n, median, mad FROM figure_range
		WHERE county_id = $1 AND period = $2 AND subject_id = ANY($3) AND element_id = ANY($4)`,
		county, f.report.Month, f.subjectIDs(), f.elementIDs()).Query(func(rows pgx.Rows) error {
		var subject int64
		var element int32
		var peers bool
		var m Middle
		_, err := pgx.ForEachRow(rows, []any{&subject, &element, &peers, &m.N, &m.Median, &m.MAD}, func() error {
			return f.keep(subject, element, func(k CellKey) {
				f.ranges[k] = f.ranges[k].with(peers, m)
			})
		})
		return err
	})
}

func monthOfReport(ctx context.Context, q pg.Querier, county int32, report int64) (m period.Month, err error) {
	err = q.QueryRow(ctx, `SELECT period FROM report WHERE county_id = $1 AND id = $2`, county, report).Scan(&m)
	if err != nil {
		return m, fmt.Errorf("read month of report %d: %w", report, err)
	}
	return m, nil
}

// openMonths lists the newest months of a time that have reports which are not accepted.
func openMonths(ctx context.Context, q pg.Querier, county int32, first, last period.Month) ([]period.Month, error) {
	rows, err := q.Query(ctx, `SELECT DISTINCT period FROM report
		WHERE county_id = $1 AND period BETWEEN $2 AND $3 AND state <> 'accepted' ORDER BY period DESC LIMIT $4`, county, first, last, maxOpenMonths)
	if err != nil {
		return nil, fmt.Errorf("list open months: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[period.Month])
	if err != nil {
		return nil, fmt.Errorf("list open months: %w", err)
	}
	return found, nil
}

func countyIDs(ctx context.Context, q pg.Querier) ([]int32, error) {
	rows, err := q.Query(ctx, `SELECT county_id FROM county ORDER BY county_id LIMIT 10000`)
	if err != nil {
		return nil, fmt.Errorf("list counties: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	if err != nil {
		return nil, fmt.Errorf("list counties: %w", err)
	}
	return found, nil
}
