package compliance

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/policy"
)

func evaluatedAt(ctx context.Context, q pg.Querier, county int32, m period.Month) (at time.Time, err error) {
	err = q.QueryRow(ctx, "SELECT evaluated_at FROM compliance_run WHERE county_id = $1 AND period = $2", county, m).Scan(&at)
	if err != nil && !pg.NoRows(err) {
		return at, fmt.Errorf("read evaluation of %s: %w", m, err)
	}
	return at, nil
}

// listRows adds up the results in scope by standard. What only one subject can show is that of the first.
func listRows(ctx context.Context, q pg.Querier, who actor.Actor, m period.Month) (map[string]Row, error) {
	rows, err := q.Query(ctx, `SELECT r.code, CASE WHEN count(DISTINCT r.subject_kind) = 1 THEN min(r.subject_kind) ELSE 'several' END,
			count(*) FILTER (WHERE r.result = 'met'), count(*) FILTER (WHERE r.result = 'not_met'), count(*) FILTER (WHERE r.result = 'not_known'),
			min(r.operator), min(r.standard), min(r.standard_max), min(r.unit), min(r.state), min(r.phase), count(DISTINCT r.standard) > 1,
			min(r.value), bool_and(r.declared), min(r.how), min(r.gap), min(r.note)
		FROM compliance_result r
		JOIN institution_public i ON i.county_id = r.county_id AND i.id = r.institution_id
		WHERE r.county_id = $1 AND `+actor.InScope+` AND r.period = $4 GROUP BY r.code LIMIT 10000`, append(who.ScopeArgs(), m)...)
	if err != nil {
		return nil, fmt.Errorf("list standards of %s: %w", m, err)
	}
	found := map[string]Row{}
	var r Row
	h := &r.Held
	_, err = pgx.ForEachRow(rows, []any{&r.Code, &r.Kind, &r.Met, &r.NotMet, &r.NotKnown, &h.Operator, &h.Number, &h.Max, &h.Unit, &h.State, &h.Phase, &h.Particular,
		&h.Value, &h.Declared, &h.How, &h.Gap, &h.Note}, func() error {
		found[r.Code] = r
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list standards of %s: %w", m, err)
	}
	return found, nil
}

// listPlaces adds up the results in scope by township institution, with the clinics below it.
func listPlaces(ctx context.Context, q pg.Querier, who actor.Actor, m period.Month) ([]Place, error) {
	rows, err := q.Query(ctx, `SELECT t.id, t.short_name, t.kind,
			count(*) FILTER (WHERE r.result = 'met'), count(*) FILTER (WHERE r.result = 'not_met'), count(*) FILTER (WHERE r.result = 'not_known')
		FROM compliance_result r
		JOIN institution_public i ON i.county_id = r.county_id AND i.id = r.institution_id
		JOIN institution_public t ON t.county_id = i.county_id AND t.kind = ANY ($5) AND i.path <@ t.path
		WHERE r.county_id = $1 AND `+actor.InScope+` AND r.period = $4
		GROUP BY t.id, t.short_name, t.kind, t.code ORDER BY t.code LIMIT 1000`, append(who.ScopeArgs(), m, places)...)
	if err != nil {
		return nil, fmt.Errorf("list townships of %s: %w", m, err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p Place, err error) {
		return p, row.Scan(&p.ID, &p.Name, &p.Kind, &p.Met, &p.NotMet, &p.NotKnown)
	})
	if err != nil {
		return nil, fmt.Errorf("list townships of %s: %w", m, err)
	}
	return found, nil
}

// places are the kinds of institution that the board adds up by.
var places = []string{org.KindCountyHospital, org.KindMCH, org.KindTownshipHospital, org.KindCommunityCentre}

// since is the first month of the unbroken run of a result.
const since = `(SELECT min(n.period) FROM compliance_result n WHERE n.county_id = r.county_id AND n.institution_id = r.institution_id AND n.code = r.code
	AND n.period <= r.period AND n.period > coalesce((SELECT max(p.period) FROM compliance_result p WHERE p.county_id = r.county_id
	AND p.institution_id = r.institution_id AND p.code = r.code AND p.period < r.period AND p.result <> r.result), '-infinity'))`

func listItems(ctx context.Context, q pg.Querier, who actor.Actor, f ItemFilter) ([]Item, error) {
	where, args, err := f.where(who)
	if err != nil {
		return nil, err
	}
	rows, err := q.Query(ctx, `SELECT r.code, r.institution_id, i.short_name, i.kind, r.subject_kind, r.result, `+since+`, r.operator, r.standard, r.standard_max,
			r.unit, r.state, r.phase, r.value, r.declared, r.how, r.gap, r.note
		FROM (SELECT r.* FROM compliance_result r
			JOIN institution_public i ON i.county_id = r.county_id AND i.id = r.institution_id
			WHERE r.county_id = $1 AND `+actor.InScope+where+` ORDER BY r.code, r.institution_id LIMIT `+strconv.Itoa(f.Limit+1)+`) r
		JOIN institution_public i ON i.county_id = r.county_id AND i.id = r.institution_id ORDER BY r.code, r.institution_id`, args...)
	if err != nil {
		return nil, fmt.Errorf("list results of %s: %w", f.Month, err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (x Item, err error) {
		h := &x.Held
		return x, row.Scan(&x.Code, &x.InstitutionID, &x.Institution, &x.InstKind, &x.Kind, &x.Result, &x.Since, &h.Operator, &h.Number, &h.Max,
			&h.Unit, &h.State, &h.Phase, &h.Value, &h.Declared, &h.How, &h.Gap, &h.Note)
	})
	if err != nil {
		return nil, fmt.Errorf("list results of %s: %w", f.Month, err)
	}
	return found, nil
}

func (f ItemFilter) where(who actor.Actor) (string, []any, error) {
	args := append(who.ScopeArgs(), f.Month)
	where := " AND r.period = $4"
	add := func(condition string, value any) {
		args = append(args, value)
		where += " AND " + strings.ReplaceAll(condition, "$n", fmt.Sprintf("$%d", len(args)))
	}
	if f.Code != "" {
		add("r.code = $n", f.Code)
	}
	if f.Institution != 0 {
		add("r.institution_id = $n", f.Institution)
	}
	if f.Below != 0 {
		add("i.path <@ (SELECT a.path FROM institution_public a WHERE a.county_id = $1 AND a.id = $n)", f.Below)
	}
	if f.Result != "" {
		add("r.result = $n", string(f.Result))
	}
	if f.Kind != "" {
		add("r.subject_kind = $n", string(f.Kind))
	}
	if f.Document != "" {
		add("r.code = ANY ($n)", codesOf(f.Document))
	}
	if f.After != "" {
		code, id, err := parseCursor(f.After)
		if err != nil {
			return "", nil, err
		}
		args = append(args, code, id)
		where += fmt.Sprintf(" AND (r.code, r.institution_id) > ($%d, $%d)", len(args)-1, len(args))
	}
	return where, args, nil
}

func codesOf(preset string) []string {
	codes := []string{}
	for _, s := range policy.Known().Of(preset) {
		codes = append(codes, s.Code)
	}
	return codes
}

func cursor(x Item) string { return x.Code + "." + strconv.FormatInt(x.InstitutionID, 10) }

func parseCursor(text string) (code string, id int64, err error) {
	code, number, _ := strings.Cut(text, ".")
	if id, err = strconv.ParseInt(number, 10, 64); err != nil {
		return "", 0, fault.Field("after", "翻页位置不对,请从第一页开始")
	}
	return pg.Storable(code), id, nil
}
