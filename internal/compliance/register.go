package compliance

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"

	"yigai/internal/formula"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// registers are the views that rooms offer their registers by, in the shape of a fact: county_id, institution_id,
// element, period_month, value. One that is not there yet gives nothing, and what asks for its elements is not known.
var registers = []string{"register_facts", "clinic_facts", "facility_facts", "staff_facts"}

// counted is the first part of the elements that count the institutions of a kind by name.
const counted = "institutions_"

// holdings are what registers hold of a month: by element, then by institution.
type holdings map[string]map[int64]decimal.Decimal

// readRegisters reads the wanted elements of a month from every register there is.
func readRegisters(ctx context.Context, q pg.Querier, county int32, m period.Month, wanted []string, places *tree) (holdings, error) {
	h := places.count()
	for _, view := range registers {
		var there bool
		if err := q.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL", view).Scan(&there); err != nil {
			return nil, fmt.Errorf("look for register %s: %w", view, err)
		}
		if !there {
			continue
		}
		if err := h.read(ctx, q, view, county, m, wanted); err != nil {
			return nil, fmt.Errorf("read register %s: %w", view, err)
		}
	}
	return h, nil
}

func (h holdings) read(ctx context.Context, q pg.Querier, view string, county int32, m period.Month, wanted []string) error {
	rows, err := q.Query(ctx, "SELECT element, institution_id, value FROM "+pgx.Identifier{view}.Sanitize()+
		" WHERE county_id = $1 AND period_month = $2 AND element = ANY($3) AND value IS NOT NULL", county, m, wanted)
	if err != nil {
		return err
	}
	var element string
	var institution int64
	var value pgtype.Numeric
	_, err = pgx.ForEachRow(rows, []any{&element, &institution, &value}, func() error {
		h.put(element, institution, decimal.NewFromBigInt(value.Int, value.Exp))
		return nil
	})
	return err
}

func (h holdings) put(element string, institution int64, value decimal.Decimal) {
	if h[element] == nil {
		h[element] = map[int64]decimal.Decimal{}
	}
	h[element][institution] = value
}

// count makes the elements that the register of institutions itself answers.
func (t *tree) count() holdings {
	h := holdings{}
	for _, k := range org.Kinds {
		h[counted+k.Name] = map[int64]decimal.Decimal{}
	}
	for _, n := range t.nodes {
		if t.open[n.ID] {
			h.put(counted+n.Kind, n.ID, decimal.NewFromInt(1))
		}
	}
	return h
}

// has reports whether some register gives every element of a formula.
func (h holdings) has(e *formula.Expr) bool {
	return !slices.ContainsFunc(e.Refs(), func(r formula.Ref) bool { return h[r.Slug] == nil })
}

// at computes a formula at an institution: each element summed over it and what stands below. Institutions that give
// one element and not another leave the figure incomplete: then nothing is known, and the note says of how many.
func (h holdings) at(e *formula.Expr, below []int64) Fact {
	sums, given := map[string]decimal.Decimal{}, map[string]int{}
	most := 0
	for _, ref := range e.Refs() {
		for _, id := range below {
			if v, ok := h[ref.Slug][id]; ok {
				sums[ref.Slug] = sums[ref.Slug].Add(v)
				given[ref.Slug]++
			}
		}
		most = max(most, given[ref.Slug])
	}
	counting := len(e.Refs()) == 1 && isCount(e.Refs()[0].Slug)
	if most == 0 && !counting {
		return Fact{Note: "登记里还没有填写"}
	}
	for _, ref := range e.Refs() {
		if n := given[ref.Slug]; n < most {
			return Fact{Note: fmt.Sprintf("登记不全:应填 %d 家,还有 %d 家没有填写", most, most-n)}
		}
	}
	v := e.Eval(func(r formula.Ref) formula.Value { return formula.Number(sums[r.Slug]) })
	if v.Reason != "" {
		return Fact{Note: v.Reason.Text()}
	}
	return Fact{Value: decimal.NullDecimal{Decimal: v.Decimal, Valid: true}, How: FromRegister, Note: ""}
}

// isCount reports whether an element counts: nothing there is 0, and not unknown.
func isCount(element string) bool {
	return len(element) > len(counted) && element[:len(counted)] == counted
}
