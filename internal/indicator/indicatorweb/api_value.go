package indicatorweb

import (
	"net/http"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/fault"
	"yigai/internal/indicator"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/room"
)

var valueParams = []room.Param{
	{Name: "indicator", Description: "指标编码", Example: "bed_occupancy"},
	{Name: "institution", Description: "机构编码,或县代码", Example: "K-T01"},
	{Name: "descendants", Description: "true:连同所有下级机构", Example: "false"},
	{Name: "from", Description: "开始月份", Example: "2026-07"},
	{Name: "to", Description: "结束月份", Example: "2026-07"},
	{Name: "limit", Description: "每页条数,最多 2000", Example: "500"},
	{Name: "cursor", Description: "上一页答复里的 next"},
}

// apiValue is a value as the API shows it; numbers are decimal strings.
type apiValue struct {
	Indicator   string    `json:"indicator"`
	Institution string    `json:"institution"`
	Period      string    `json:"period"`
	Numerator   *string   `json:"numerator"`
	Denominator *string   `json:"denominator"`
	Value       *string   `json:"value"`
	Display     *string   `json:"display"`
	Reason      *string   `json:"reason"`
	ReasonZH    *string   `json:"reason_zh"`
	Version     int       `json:"version"`
	Reporting   int       `json:"reporting"`
	Expected    int       `json:"expected"`
	ComputedAt  time.Time `json:"computed_at"`
}

type apiValuePage struct {
	Items []apiValue `json:"items"`
	Next  *string    `json:"next"`
}

func (h *handler) apiValues(w http.ResponseWriter, r *http.Request) error {
	f, err := valueFilter(r)
	if err != nil {
		return err
	}
	found, err := h.svc.Values(r.Context(), page.Who(r), f)
	if err != nil {
		return err
	}
	out := apiValuePage{Items: make([]apiValue, len(found.Items)), Next: some(found.Next)}
	for n, v := range found.Items {
		out.Items[n] = apiValue{Indicator: v.Indicator, Institution: v.InstitutionCode, Period: v.Month.String(), Numerator: textOf(v.Numerator),
			Denominator: textOf(v.Denominator), Value: textOf(v.Value), Display: some(v.Display()), Reason: some(string(v.Reason)),
			ReasonZH: some(v.Reason.Text()), Version: v.Version, Reporting: v.Reporting, Expected: v.Expected, ComputedAt: v.ComputedAt.In(period.Shanghai)}
	}
	return page.JSON(w, http.StatusOK, out)
}

// valueFilter reads the query; an unknown parameter or value is refused by name rather than ignored.
func valueFilter(r *http.Request) (f indicator.ValueFilter, err error) {
	q := r.URL.Query()
	f = indicator.ValueFilter{Indicator: q.Get("indicator"), Institution: q.Get("institution"), Descendants: q.Get("descendants") == "true",
		Cursor: q.Get("cursor")}
	for name := range q {
		switch text := q.Get(name); name {
		case "indicator", "institution", "cursor":
		case "descendants":
			if text != "true" && text != "false" && text != "" {
				return f, fault.Field(name, "descendants 应为 true 或 false")
			}
		case "from":
			f.From, err = monthOf(name, text)
		case "to":
			f.To, err = monthOf(name, text)
		case "limit":
			f.Limit, err = strconv.Atoi(text)
			if err != nil || f.Limit < 1 || f.Limit > 2000 {
				return f, fault.Field(name, "limit 应为 1 到 2000 的整数")
			}
		default:
			return f, fault.Field(name, "不认识的查询参数 %s", name)
		}
		if err != nil {
			return f, err
		}
	}
	return f, nil
}

func monthOf(field, text string) (period.Month, error) {
	if text == "" {
		return period.Month{}, nil
	}
	m, err := period.Parse(text)
	if err != nil {
		return m, fault.Field(field, "%s", err.Error())
	}
	return m, nil
}

// some is nil for nothing, so that JSON says null.
func some(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func textOf(d decimal.NullDecimal) *string {
	if !d.Valid {
		return nil
	}
	text := d.Decimal.String()
	return &text
}
