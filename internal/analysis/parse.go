package analysis

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/period"
)

// reader reads the parameters of an address and collects what is wrong with them.
type reader struct {
	url.Values
	problems []fault.Problem
}

// Parse reads a query from the parameters of an address. The query is usable as far as it was understood; what was not is an
// Invalid fault with the parameters as fields.
func Parse(values url.Values) (Query, error) {
	r := reader{Values: values}
	q := Blank()
	r.units(&q)
	r.contents(&q)
	r.months(&q)
	r.layout(&q)
	if len(r.problems) > 0 {
		return q, fault.Invalid(r.problems...)
	}
	return q, nil
}

func (r *reader) add(field, message string) {
	r.problems = append(r.problems, fault.Problem{Field: field, Message: message})
}

func (r *reader) units(q *Query) {
	q.Kinds = r.list("kind", len(org.Kinds))
	if slices.ContainsFunc(q.Kinds, func(k string) bool { return k == "" || org.KindTitle(k) == k }) {
		r.add("kind", "机构类型无法识别,请重新选择")
		q.Kinds = nil
	}
	q.Group = r.choice("group", "", Groups)
	q.Level = r.number("level", 0, 20)
	q.Township, q.Under, q.Codes = r.text("township"), r.text("under"), r.list("unit", MaxUnits)
	q.Deep = r.Get("deep") == "1"
	q.By = r.choice("by", q.By, Groupings)
	q.Subtotal = r.choice("sub", "", Subtotals)
	if q.By != ByUnit {
		q.Subtotal = ""
	}
	q.Total = r.Get("total") != "0"
}

func (r *reader) contents(q *Query) {
	q.Items = r.list("item", MaxItems)
	for _, i := range q.Items {
		if !strings.HasPrefix(i, "e:") && !strings.HasPrefix(i, "i:") {
			r.add("item", "项目无法识别,请重新选择")
			q.Items = nil
			break
		}
	}
	if chosen := r.list("m", len(Measures)); len(chosen) > 0 {
		q.Measures = nil
		for _, m := range Measures {
			if slices.Contains(chosen, m.Name) {
				q.Measures = append(q.Measures, m.Name)
			}
		}
		if len(q.Measures) < len(chosen) {
			r.add("m", "显示内容无法识别,请重新选择")
			q.Measures = Blank().Measures
		}
	}
}

func (r *reader) months(q *Query) {
	q.When = r.choice("when", q.When, Whens)
	q.Grain = r.choice("grain", q.Grain, Grains)
	if q.When != WhenRange {
		return
	}
	q.From, q.To = r.month("from", "起始月份"), r.month("to", "截止月份")
	switch {
	case q.From.IsZero() || q.To.IsZero():
	case q.To.Before(q.From):
		r.add("to", "截止月份早于起始月份")
	case monthsBetween(q.From, q.To) >= MaxMonths:
		r.add("to", "时间最长 60 个月,请缩小范围")
	default:
		return
	}
	q.When, q.From, q.To = Blank().When, period.Month{}, period.Month{}
}

func (r *reader) month(name, label string) period.Month {
	m, err := period.Parse(r.Get(name))
	if err != nil {
		r.add(name, label+"应为月份,如 2026-07")
	}
	return m
}

func (r *reader) layout(q *Query) {
	place := map[string]string{}
	pages := 0
	for _, d := range Dimensions {
		place[d.Name] = r.choice("at_"+d.Name, q.Place[d.Name], Axes)
		if place[d.Name] == Pages {
			pages++
		}
	}
	switch {
	case pages > 1:
		r.add("at_period", "只能有一项放在分页,请把其余的放在行或列")
	case place[DimUnit] != Rows && place[DimItem] != Rows && place[DimPeriod] != Rows:
		r.add("at_unit", "至少要有一项放在行")
	default:
		q.Place = place
	}
	q.Outer, q.Hide = r.Get("outer") == "1", r.Get("hide") == "1"
	q.Page = r.text("page")
	q.Sort = r.number("sort", -MaxCells, MaxCells)
	q.Top = r.number("top", 0, MaxCells)
}

// choice reads one of the allowed names; none is what is usual.
func (r *reader) choice(name, usual string, allowed []Choice) string {
	s := r.Get(name)
	if s == "" {
		return usual
	}
	if !Has(allowed, s) {
		r.add(name, "选项无法识别,请重新选择")
		return usual
	}
	return s
}

// list reads a repeated parameter, each value once and in the order given; empty values are left out.
func (r *reader) list(name string, most int) []string {
	var out []string
	for _, s := range r.Values[name] {
		if s = strings.TrimSpace(s); s != "" && sound(s) && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if len(out) > most {
		r.add(name, "最多选 "+strconv.Itoa(most)+" 项,现在有 "+strconv.Itoa(len(out))+" 项")
		out = out[:most]
	}
	return out
}

// text reads a code; what cannot be one is a code that nothing has.
func (r *reader) text(name string) string {
	s := strings.TrimSpace(r.Get(name))
	if s != "" && !sound(s) {
		r.add(name, "网址里的 "+name+" 无法识别")
		return ""
	}
	return s
}

// sound reports whether a text can be a code of anything, and be sent to the database.
func sound(s string) bool { return len(s) <= 100 && utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func (r *reader) number(name string, low, high int) int {
	s := strings.TrimSpace(r.Get(name))
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		r.add(name, "应为整数,如 10")
		return 0
	}
	return n
}

func monthsBetween(from, to period.Month) int {
	return (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
}
