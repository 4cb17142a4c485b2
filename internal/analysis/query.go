package analysis

import (
	"net/url"
	"slices"
	"strconv"

	"yigai/internal/period"
)

// Query says what a table shows. Its text is the address of the table, so that it can be sent to somebody else, who sees
// their own scope through it.
type Query struct {
	Kinds    []string // kinds of institution; none: all but the county itself
	Group    string   // a group of kinds, as formulas name it
	Level    int      // of the tree, the county being 1; 0: all
	Township string   // 9-digit division code
	Under    string   // code of an institution: what stands below it
	Codes    []string // chosen institutions, instead of all others
	Deep     bool     // elements include the institutions below

	By       string // a Grouping
	Subtotal string // one of Subtotals, "" for none
	Total    bool

	Items    []string // e:slug or i:slug
	Measures []string

	When     string
	From, To period.Month // of WhenRange
	Grain    string

	Place map[string]string // axis by dimension
	Outer bool              // periods stand outside items where both share an axis

	Page string // key on the page axis, "" for the first
	Sort int    // column to sort by, from 1; negative: the greatest first; 0: as they stand
	Top  int    // rows to show, 0 for all
	Hide bool   // rows without any figure
}

// Blank is the query that the builder starts from.
func Blank() Query {
	return Query{By: ByUnit, Total: true, Measures: []string{Value}, When: WhenLast, Grain: "month",
		Place: map[string]string{DimUnit: Rows, DimItem: Columns, DimPeriod: Columns}}
}

// Values is the query as the parameters of an address; what is usual is left out.
func (q Query) Values() url.Values {
	v, usual := url.Values{}, Blank()
	put := func(name, value, usually string) {
		if value != usually {
			v.Set(name, value)
		}
	}
	v["kind"], v["unit"], v["item"] = q.Kinds, q.Codes, q.Items
	put("group", q.Group, "")
	put("level", number(q.Level), "")
	put("township", q.Township, "")
	put("under", q.Under, "")
	put("deep", flag(q.Deep), "")
	put("by", q.By, usual.By)
	put("sub", q.Subtotal, "")
	put("total", no(q.Total), "")
	if !slices.Equal(q.Measures, usual.Measures) {
		v["m"] = q.Measures
	}
	put("when", q.When, usual.When)
	if q.When == WhenRange {
		put("from", q.From.String(), "")
		put("to", q.To.String(), "")
	}
	put("grain", q.Grain, usual.Grain)
	for _, d := range Dimensions {
		put("at_"+d.Name, q.Place[d.Name], usual.Place[d.Name])
	}
	put("outer", flag(q.Outer), "")
	put("page", q.Page, "")
	put("sort", number(q.Sort), "")
	put("top", number(q.Top), "")
	put("hide", flag(q.Hide), "")
	for name, values := range v {
		if len(values) == 0 {
			delete(v, name)
		}
	}
	return v
}

// String is the query as in an address.
func (q Query) String() string { return q.Values().Encode() }

func flag(b bool) string {
	if b {
		return "1"
	}
	return ""
}

func no(b bool) string {
	if b {
		return ""
	}
	return "0"
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// on lists the dimensions on an axis, the outermost first.
func (q Query) on(axis string) []string {
	order := []string{DimUnit, DimItem, DimPeriod}
	if q.Outer {
		order = []string{DimUnit, DimPeriod, DimItem}
	}
	return slices.DeleteFunc(order, func(d string) bool { return q.Place[d] != axis })
}

// shows reports whether a measure is wanted.
func (q Query) shows(measure string) bool { return slices.Contains(q.Measures, measure) }
