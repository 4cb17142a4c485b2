package org

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// placeProblems is what is wrong with standing below the institution above.
func placeProblems(d Draft, above Institution, closed bool) problems {
	p := problems{}
	switch {
	case d.Kind == KindCounty:
		p.add("kind", "一个县只有一个县级根机构,不能再建")
	case leaf(above.Kind):
		p.add("parent", above.KindTitle()+"下面不能再设机构")
	case above.Closed() && !closed:
		p.add("parent", "上级机构“"+above.Name+"”已关闭,请选择其他上级")
	}
	return p
}

// oddPlace is the warning that institutions of this kind usually stand elsewhere, "" when all is usual.
func oddPlace(kind, aboveKind string) string {
	k, ok := kindOf(kind)
	if !ok || len(k.Parents) == 0 || slices.Contains(k.Parents, aboveKind) {
		return ""
	}
	titles := make([]string, len(k.Parents))
	for i, name := range k.Parents {
		titles[i] = KindTitle(name)
	}
	return fmt.Sprintf("%s一般设在%s下面,现在的上级是%s", k.Title, strings.Join(titles, "或"), KindTitle(aboveKind))
}

// Warnings lists what looks odd about an institution but is allowed; an odd place is accepted once a note explains it.
func (i Institution) Warnings() []string {
	var out []string
	if odd := oddPlace(i.Kind, i.ParentKind); odd != "" && i.Note == "" {
		out = append(out, odd+";如属实,请在备注里说明原因")
	}
	if w := usccWarning(i.USCC); i.USCC != "" && w != "" {
		out = append(out, w)
	}
	if i.DivisionCode != "" && i.DivisionName == "" {
		out = append(out, "行政区划 "+i.DivisionCode+" 还没有登记,请导入行政区划")
	}
	return out
}

// divisionProblem says that the division is not one of this county. Before the county's townships are
// loaded every code of the county is believed, so that institutions may come first.
func divisionProblem(ctx context.Context, q pg.Querier, county int32, code string) (string, error) {
	if code == "" {
		return "", nil
	}
	var known, loaded, own bool
	err := q.QueryRow(ctx, `
		SELECT EXISTS (SELECT 1 FROM division WHERE county_id = $1 AND code = $2),
		       EXISTS (SELECT 1 FROM division WHERE county_id = $1 AND level <> 'county'),
		       EXISTS (SELECT 1 FROM county WHERE county_id = $1 AND code = left($2, 6))`, county, code).
		Scan(&known, &loaded, &own)
	if err != nil {
		return "", fmt.Errorf("look up division %s: %w", code, err)
	}
	return unknownDivision(code, known || own && !loaded, own), nil
}

func unknownDivision(code string, fine, own bool) string {
	switch {
	case fine:
		return ""
	case !own:
		return "行政区划 " + code + " 不属于本县"
	default:
		return "没有代码为 " + code + " 的行政区划,请核对,或先导入行政区划"
	}
}

// checkFree notes codes of the draft that another institution has, so that all problems show at once.
func checkFree(ctx context.Context, q pg.Querier, county int32, id int64, d Draft, p *problems) error {
	var code, uscc, external bool
	err := q.QueryRow(ctx, `
		SELECT coalesce(bool_or(code = $3), false), coalesce(bool_or(uscc = $4), false), coalesce(bool_or(external_code = $5), false)
		FROM institution WHERE county_id = $1 AND id <> $2 AND (code = $3 OR uscc = $4 OR external_code = $5)`,
		county, id, pg.Storable(d.Code), pg.Storable(d.USCC), pg.Storable(d.ExternalCode)).Scan(&code, &uscc, &external)
	if err != nil {
		return fmt.Errorf("look for codes in use: %w", err)
	}
	for _, used := range []struct {
		yes            bool
		field, message string
	}{{code, "code", codeTaken}, {uscc, "uscc", usccTaken}, {external, "external_code", externalTaken}} {
		if used.yes {
			p.add(used.field, used.message)
		}
	}
	return nil
}

const (
	codeTaken     = "这个机构编码已经有机构在用"
	usccTaken     = "这个统一社会信用代码已经有机构在用"
	externalTaken = "这个外部编码已经有机构在用"
)

// above finds the institution that the draft names as its parent; missing or out of scope is the field's problem.
func above(ctx context.Context, q pg.Querier, who actor.Actor, code string) (Institution, error) {
	found, err := ByCode(ctx, q, who, code)
	if fault.IsNotFound(err) {
		return found, fault.Field("parent", "没有编码为“%s”的上级机构", code)
	}
	return found, err
}
