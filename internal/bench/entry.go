package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"
	"yigai/internal/pg"
)

// Forms that are measured: the largest of the first township is its grid of clinics.
const (
	gridForm = "clinic_monthly"
	rowsForm = "township_monthly"
)

// draft is a report of the first township in the month in hand.
type draft struct {
	id      int64
	cells   int
	subject int64
	element string // of some cell of the subject
}

func (w *world) draft(ctx context.Context, form string) (d draft, err error) {
	err = w.db.QueryRow(ctx, `
		SELECT r.id, count(*), min(c.subject_id), min(e.slug)
		FROM report r JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id
		JOIN cell c ON c.county_id = r.county_id AND c.report_id = r.id
		JOIN element e ON e.county_id = c.county_id AND e.id = c.element_id
		WHERE r.county_id = $1 AND f.slug = $2 AND r.institution_id = $3 AND r.period = $4 AND r.state = 'draft' GROUP BY r.id`,
		w.county.id, form, w.county.townships[0], w.county.inHand).Scan(&d.id, &d.cells, &d.subject, &d.element)
	if err != nil {
		return d, fmt.Errorf("find a draft of %s: %w", form, err)
	}
	return d, nil
}

// entry opens and saves forms as their clerk does, one request after the other.
func entry(ctx context.Context, w *world) ([]line, error) {
	b, err := w.openWeb(ctx)
	if err != nil {
		return nil, err
	}
	var out []line
	for _, f := range []string{gridForm, rowsForm} {
		d, err := w.draft(ctx, f)
		if err != nil {
			return out, err
		}
		for _, measure := range []func(context.Context, *web, draft) (line, error){w.openForm, w.saveCell, w.saveForm} {
			l, err := measure(ctx, b, d)
			if err != nil {
				return out, err
			}
			out = append(out, l)
		}
	}
	return out, nil
}

func (w *world) openForm(ctx context.Context, b *web, d draft) (line, error) {
	const budget = 80 * time.Millisecond
	ask := func(s *site, path, cookie string) (sample, int, error) {
		size := 0
		s.times.take()
		n := w.of(150)
		_, err := repeat(n, func(int) error {
			a, err := do(ctx, s.client, call{method: http.MethodGet, url: s.base + path, cookie: cookie}, http.StatusOK)
			size = len(a.body)
			return err
		})
		times := s.times.take()
		return times[max(0, len(times)-n):], size, err
	}
	bare, _, err := ask(b.bare, fmt.Sprintf("/form/%d", d.id), b.bareUser)
	if err != nil {
		return line{}, err
	}
	ours, size, err := ask(b.site, fmt.Sprintf("/reporting/%d", d.id), b.clerk)
	if err != nil {
		return line{}, err
	}
	p95 := ours.percentile(95)
	return line{what: fmt.Sprintf("open the form of %d cells with last month, last year, findings (%d KB)", d.cells, size>>10), budget: "p95 ≤ 80 ms",
		measured: "p95 " + ms(p95), ceiling: "p95 " + ms(bare.percentile(95)) + " (one query of the same cells, bare table)",
		verdict: judge(share(p95, budget))}, nil
}

// commit is the ceiling of saving: one transaction that changes n cells and adds a line of history for each.
func (w *world) commit(ctx context.Context, d draft, n int) (sample, error) {
	return repeat(w.of(100), func(int) error {
		return pg.Tx(ctx, w.db, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, `
				WITH u AS (UPDATE cell SET at = now() WHERE county_id = $1 AND report_id = $2 AND (subject_id, element_id) IN (
					SELECT subject_id, element_id FROM cell WHERE county_id = $1 AND report_id = $2 LIMIT $3)
					RETURNING county_id, report_id, subject_id, element_id, state, value)
				INSERT INTO cell_change (county_id, report_id, subject_id, element_id, old_state, old_value, new_state, new_value, origin, by_name)
				SELECT county_id, report_id, subject_id, element_id, state, value, state, value, 'demo', 'bench' FROM u`, w.county.id, d.id, n)
			return err
		})
	})
}
