package indicator

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// sought are the figures of an explained value: per input the element, the months, the kinds and its place.
type sought struct {
	elements []int32
	from, to []string
	kinds    []string // |kind|kind|, "" for all
	inputs   []int32
	compared []bool // only members with this month's figures count
	paired   []bool // of them, the element itself is asked this month
}

func (e Explained) sought() (w sought) {
	for n, in := range e.Inputs {
		if in.Calendar {
			continue
		}
		kinds := ""
		if in.Ref.Group != "" {
			kinds = "|" + strings.Join(kindsOf(in.Ref.Group), "|") + "|"
		}
		w.elements, w.inputs, w.kinds = append(w.elements, in.Element.ID), append(w.inputs, int32(n)), append(w.kinds, kinds)
		w.compared, w.paired = append(w.compared, in.Compared), append(w.paired, in.Compared && in.paired)
		w.from = append(w.from, in.Months[0].String()+"-01")
		w.to = append(w.to, in.Months[len(in.Months)-1].String()+"-01")
	}
	return w
}

// facts reads one page of facts and one more, in the order of the inputs, each by institution and month.
func (s *Service) facts(ctx context.Context, who actor.Actor, e Explained) ([]Fact, error) {
	number, err := s.rowNumbers(ctx, who.CountyID)
	if err != nil {
		return nil, err
	}
	w := e.sought()
	rows, err := s.db.Query(ctx, `
		SELECT w.input, i.id, i.code, i.name, o.period, o.state, o.value, o.comment, coalesce(o.report_id, 0), coalesce(o.form_id, 0),
		       coalesce(o.form_title, ''), coalesce(o.entered_name, o.by_name), coalesce(o.entered_at, o.at),
		       coalesce(o.submitted_name, ''), o.submitted_at, coalesce(o.reviewed_name, ''), o.reviewed_at, w.element
		FROM unnest($5::int[], $6::text[]::date[], $7::text[]::date[], $8::text[], $9::int[], $10::bool[], $11::bool[])
		     AS w(element, first, last, kinds, input, compared, paired)
		JOIN indicator_fact_origin o ON o.county_id = $1 AND o.element_id = w.element AND o.period BETWEEN w.first AND w.last
		JOIN institution_public i ON i.county_id = o.county_id AND i.id = o.institution_id
		WHERE `+inScope+` AND i.path <@ $4::text::ltree AND (w.kinds = '' OR strpos(w.kinds, '|' || i.kind || '|') > 0)
		  AND (NOT w.compared OR i.closed_on <= $12 OR NOT (i.id = ANY($13) OR w.paired AND NOT EXISTS (
		       SELECT FROM reporting_fact t WHERE t.county_id = $1 AND t.period = $12 AND t.element_id = w.element
		              AND t.institution_id = i.id AND t.state <> 'empty')))
		ORDER BY w.input, i.code COLLATE "C", o.period LIMIT $14 OFFSET $15`,
		who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, e.Institution.Path, w.elements, w.from, w.to, w.kinds, w.inputs,
		w.compared, w.paired, e.Value.Month, e.missing, FactsPage+1, (e.Page-1)*FactsPage)
	if err != nil {
		return nil, fmt.Errorf("read facts of a value: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Fact, error) { return scanFact(row, number) })
	if err != nil {
		return nil, fmt.Errorf("read facts of a value: %w", err)
	}
	return found, nil
}

func scanFact(row pgx.CollectableRow, number func(form, element int32, m period.Month) string) (f Fact, err error) {
	var form, element int32
	var submitted, accepted *time.Time
	err = row.Scan(&f.Input, &f.InstitutionID, &f.InstitutionCode, &f.Institution, &f.Month, &f.State, &f.Value, &f.Comment,
		&f.ReportID, &form, &f.FormTitle, &f.EnteredName, &f.EnteredAt, &f.SubmittedName, &submitted, &f.AcceptedName, &accepted, &element)
	if submitted != nil {
		f.SubmittedAt = *submitted
	}
	if accepted != nil {
		f.AcceptedAt = *accepted
	}
	f.RowNo = number(form, element, f.Month)
	return f, err
}

// rowNumbers answers where on its form an element stands.
func (s *Service) rowNumbers(ctx context.Context, county int32) (func(form, element int32, m period.Month) string, error) {
	catalogue, err := s.reporting.CatalogueOf(ctx, s.db, county)
	if err != nil {
		return nil, fmt.Errorf("read forms: %w", err)
	}
	slugs := map[int32]string{}
	for _, e := range catalogue.Elements {
		slugs[e.ID] = e.Slug
	}
	return func(form, element int32, m period.Month) string {
		for _, f := range catalogue.Forms {
			if f.ID != form {
				continue
			}
			if layout := f.LayoutIn(m); layout != nil {
				if row, ok := layout.Row(slugs[element]); ok {
					return row.No
				}
			}
		}
		return ""
	}, nil
}

// debtors lists who in scope owes figures of the month, at most FactsPage.
func (s *Service) debtors(ctx context.Context, who actor.Actor, e Explained) ([]Debtor, error) {
	rows, err := s.db.Query(ctx, `
		SELECT i.id, i.code, i.name, coalesce(max(d.report_id), 0),
		       coalesce((SELECT state FROM report_public r WHERE r.county_id = $1 AND r.id = max(d.report_id)), ''), coalesce(array_agg(DISTINCT e.name_zh) FILTER (WHERE d.owed), '{}')
		FROM (SELECT unnest(missing) AS id FROM indicator_value
		      WHERE county_id = $1 AND period = $4 AND indicator_id = $5 AND institution_id = $6) m
		JOIN institution_public i ON i.county_id = $1 AND i.id = m.id
		LEFT JOIN LATERAL (SELECT d.report_id, d.element_id, coalesce(f.state, 'empty') = 'empty' AS owed FROM reporting_due d
			LEFT JOIN reporting_fact f ON f.county_id = $1 AND f.period = $4 AND f.element_id = d.element_id AND f.institution_id = d.institution_id
			WHERE d.county_id = $1 AND d.period = $4 AND d.institution_id = i.id AND d.element_id = ANY($7)) d ON true
		LEFT JOIN element_public e ON e.county_id = $1 AND e.id = d.element_id
		WHERE `+inScope+`
		GROUP BY i.id, i.code, i.name ORDER BY i.code COLLATE "C" LIMIT $8`,
		who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, e.Value.Month, e.Value.IndicatorID, e.Value.InstitutionID,
		e.sought().elements, FactsPage)
	if err != nil {
		return nil, fmt.Errorf("read missing institutions: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d Debtor, err error) {
		err = row.Scan(&d.InstitutionID, &d.Code, &d.Name, &d.ReportID, &d.ReportState, &d.Elements)
		return d, err
	})
	if err != nil {
		return nil, fmt.Errorf("read missing institutions: %w", err)
	}
	return found, nil
}

func readCorrections(ctx context.Context, q pg.Querier, county int32, v Value) ([]Correction, error) {
	rows, err := q.Query(ctx, `SELECT version, value, inputs, computed_at, replaced_at FROM indicator_correction
		WHERE county_id = $1 AND period = $2 AND indicator_id = $3 AND institution_id = $4 ORDER BY id DESC LIMIT 50`,
		county, v.Month, v.IndicatorID, v.InstitutionID)
	if err != nil {
		return nil, fmt.Errorf("read earlier values: %w", err)
	}
	next := v.Version
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Correction, err error) {
		err = row.Scan(&c.Version, &c.Value, &c.Inputs, &c.ComputedAt, &c.ReplaceAt)
		c.NewVersion, next = next, c.Version
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("read earlier values: %w", err)
	}
	return found, nil
}
