package indicatorweb

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"yigai/internal/fault"
	"yigai/internal/formula"
	"yigai/internal/indicator"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

type valueView struct {
	frame       ui.Frame
	origin      ui.Origin
	notice      *ui.Notice
	facts       *ui.Table // nil where the figures above already say everything
	pager       ui.Paging
	missing     ui.Table
	corrections ui.Table
	effects     string // address of all replaced values of the month
	asked       string // address of the corrections of the month
}

func (h *handler) value(w http.ResponseWriter, r *http.Request) error {
	m, err := period.Parse(chi.URLParam(r, "period"))
	if err != nil {
		return fault.NotFound("这个月份")
	}
	at, err := strconv.Atoi(orOne(r.URL.Query().Get("page")))
	if err != nil || at < 1 || at > 100000 {
		return fault.Field("page", "网址里的 page 应为正整数")
	}
	e, err := h.svc.Explain(r.Context(), page.Who(r), chi.URLParam(r, "slug"), chi.URLParam(r, "institution"), m, at)
	if err != nil {
		return err
	}
	v := valueView{frame: h.valueFrame(r, e), origin: origin(e), notice: noValue(e), missing: missingTable(e),
		corrections: correctionTable(e), pager: factPager(address{r.URL.Path, r.URL.Query()}, e)}
	v.effects, v.asked = "/indicators/corrections?period="+m.String(), "/corrections?period="+m.String()
	if !told(e) {
		t := factTable(e)
		v.facts = &t
	}
	return page.Render(w, r, http.StatusOK, valuePage(v))
}

// told reports whether every figure is one fact of the institution itself, so that a list of facts would repeat them.
func told(e indicator.Explained) bool {
	if e.More || e.Page > 1 {
		return false
	}
	once := map[int]bool{}
	for _, f := range e.Facts {
		if once[f.Input] || f.State != "value" || f.InstitutionID != e.Institution.ID {
			return false
		}
		once[f.Input] = true
	}
	return true
}

func orOne(text string) string {
	if text == "" {
		return "1"
	}
	return text
}

func (h *handler) valueFrame(r *http.Request, e indicator.Explained) ui.Frame {
	i, m := e.Indicator, e.Value.Month
	at := func(m period.Month) string { return valueURL(i.Slug, e.Institution.Code, m) }
	return ui.Frame{Title: i.NameZH, Subtitle: e.Institution.Name + " · " + m.Chinese(), Status: statusOf(e.Judged),
		Period: &ui.Period{Label: m.Chinese(), Prev: at(m.Prev()), Next: at(m.Next()), Value: m.String()},
		Crumbs: []ui.Link{{Label: "指标看板", URL: "/indicators?period=" + m.String()},
			{Label: i.NameZH, URL: indicatorURL(i.Slug) + "?period=" + m.String()}, {Label: e.Institution.Name}}}
}

// noValue says in one sentence why there is no value, or that it is a partial sum.
func noValue(e indicator.Explained) *ui.Notice {
	switch {
	case !e.Value.Value.Valid:
		return &ui.Notice{Tone: ui.Warn, Title: "没有数值:" + reason(e.Value.Reason), Text: why(e)}
	case e.Value.Partial() && e.Compares():
		return &ui.Notice{Tone: ui.Info, Title: fmt.Sprintf("应报 %d 家,按已审核的 %d 家同口径比较", e.Value.Expected, e.Value.Reporting),
			Text: "上期和去年同期的数也只含本月已审核的单位;其余单位列在下面,审核通过后一秒内重新计算。"}
	case e.Value.Uneven:
		return &ui.Notice{Tone: ui.Warn, Title: fmt.Sprintf("分子分母口径不齐:应报 %d 家,已审核 %d 家", e.Value.Expected, e.Value.Reporting),
			Text: "有单位只缺分子或只缺分母,数值偏小或偏大;审核齐之前不与目标比较。这些单位列在下面,审核通过后一秒内重新计算。"}
	case e.Value.Partial():
		return &ui.Notice{Tone: ui.Info, Title: fmt.Sprintf("部分合计:应报 %d 家,已审核 %d 家", e.Value.Expected, e.Value.Reporting),
			Text: "分子、分母只含已审核的数字;其余单位列在下面,审核通过后一秒内重新计算。"}
	}
	return nil
}

func why(e indicator.Explained) string {
	absent := lacking(e, false)
	if len(absent) == 0 {
		absent = lacking(e, true)
	}
	switch {
	case e.Value.Reason == formula.ZeroDenominator:
		return "分母合计为 0,除法没有意义。分子和分母照原样保留在下面。"
	case e.Value.Reason == formula.NotApplicable:
		return "填报单位把其中的数据项填为“不适用”,或者这里没有公式所要的机构类别。"
	case len(absent) > 0:
		return "缺少 " + strings.Join(absent, "、") + "。"
	}
	return ""
}

// lacking names the figures that are not there: those of this month, or those of the time it is compared with.
func lacking(e indicator.Explained, compared bool) []string {
	var absent []string
	for _, in := range e.Inputs {
		if !in.Value.Valid && in.Compared == compared {
			absent = append(absent, "“"+inputLabel(in)+"”")
		}
	}
	return absent
}

func origin(e indicator.Explained) ui.Origin {
	o := ui.Origin{Value: ui.Dash, Unit: e.Indicator.Unit, Formula: e.Text, Worked: e.Worked(inputNumber),
		Version: fmt.Sprintf("v%d,%s起", e.Version.Number, e.Version.From.Chinese()), Terms: originTerms(e)}
	if e.Value.Value.Valid {
		o.Value = ui.Num(e.Value.Value.Decimal, e.Indicator.Decimals)
		o.Worked += " = " + o.Value
	}
	for n, in := range e.Inputs {
		o.Sources = append(o.Sources, source(e, n, in))
	}
	return o
}

func inputNumber(in indicator.Input) string {
	if !in.Value.Valid {
		return "(缺)"
	}
	return plain(in.Value.Decimal)
}

func inputLabel(in indicator.Input) string {
	label := in.Element.NameZH
	if in.Group != "" {
		label += "(" + in.Group + ")"
	}
	switch in.Ref.Window {
	case formula.PrevYear:
		return "去年同期的" + label
	case formula.Prev:
		return "上期的" + label
	case formula.YTD:
		return "本年累计的" + label
	case formula.PrevYearYTD:
		return "去年同期累计的" + label
	}
	return label
}

// source is a figure of the formula: the one fact it is, or the sum of several.
func source(e indicator.Explained, n int, in indicator.Input) ui.Source {
	s := ui.Source{Label: inputLabel(in), Value: strings.TrimSpace(inputNumber(in) + " " + in.Element.Unit), Missing: !in.Value.Valid}
	if in.Calendar {
		s.Place = "由系统按工作日历算出"
		return s
	}
	var mine []indicator.Fact
	for _, f := range e.Facts {
		if f.Input == n {
			mine = append(mine, f)
		}
	}
	switch {
	case len(mine) == 1 && !e.More && e.Page == 1:
		s.Place, s.URL, s.Steps = placeOf(mine[0]), factURL(e, mine[0]), steps(mine[0])
	case in.Reported > 0:
		s.Place = fmt.Sprintf("%s至%s合计,已报 %d/%d 个月", in.Months[0].Chinese(), in.Months[len(in.Months)-1].Chinese(), in.Reported, len(in.Months))
	case len(mine) > 0 && in.Compared && e.Value.Partial():
		s.Place = in.Months[0].Chinese() + ",下列各机构合计,只含本月已审核的单位"
	case len(mine) > 0:
		s.Place = in.Months[0].Chinese() + ",下列各机构合计"
	default:
		s.Place = in.Months[0].Chinese() + ",没有已审核的数字"
	}
	if in.Control.Valid {
		s.Place += fmt.Sprintf(";核对总数 %s,成员之和 %s,差 %s", plain(in.Control.Decimal), inputNumber(in), plain(in.Difference()))
	}
	return s
}

func placeOf(f indicator.Fact) string {
	if f.FormTitle == "" {
		return f.Month.Chinese() + " 导入数据"
	}
	place := f.FormTitle + " " + f.Month.String()
	if f.RowNo != "" {
		place += " 第 " + f.RowNo + " 行"
	}
	return place
}

func factURL(e indicator.Explained, f indicator.Fact) string {
	return page.CellURL(f.ReportID, reporting.CellKey{SubjectID: f.InstitutionID, Element: e.Inputs[f.Input].Element.Slug}.Field())
}

func steps(f indicator.Fact) []string {
	var out []string
	add := func(name, verb string, at time.Time) {
		if name != "" && !at.IsZero() {
			out = append(out, name+" "+verb+" "+short(at))
		}
	}
	add(f.EnteredName, enteredVerb(f), f.EnteredAt)
	add(f.SubmittedName, "上报", f.SubmittedAt)
	add(f.AcceptedName, "审核", f.AcceptedAt)
	return out
}

// short is a moment without its year, which the month beside it tells.
func short(at time.Time) string { return at.In(period.Shanghai).Format("01-02 15:04") }

func enteredVerb(f indicator.Fact) string {
	if f.ReportID == 0 {
		return "导入"
	}
	return "填"
}

func originTerms(e indicator.Explained) []ui.Term {
	terms := []ui.Term{
		{Label: "分子", Value: numberOr(e.Value.Numerator.Valid, func() string { return plain(e.Value.Numerator.Decimal) })},
		{Label: "分母", Value: numberOr(e.Value.Denominator.Valid, func() string { return plain(e.Value.Denominator.Decimal) })},
		{Label: "系数", Value: e.Factor.String()},
		{Label: "已审核单位", Value: fmt.Sprintf("%d/%d 家", e.Value.Reporting, e.Value.Expected)},
		{Label: "目标", Value: "没有设定目标", Wide: true},
		{Label: "公式依据", Value: e.Indicator.Source + "(" + standing(e.Indicator.Official) + ")", Wide: true},
		{Label: "计算时间", Value: ui.Date(e.Value.ComputedAt) + " " + ui.Clock(e.Value.ComputedAt)},
		{Label: "公式版本", Value: versionText(e), URL: indicatorURL(e.Indicator.Slug)},
		{Label: "数据更正", Value: fmt.Sprintf("%d 次", e.Corrected())},
	}
	if j := e.Judged; j.HasTarget {
		terms[4].Value = targetText(e.Indicator, j.Target)
		if j.Target.Source != "" {
			terms[4].Value += " 依据:" + j.Target.Source
		}
	}
	return terms
}

// versionText names the version and how often a change of the formula restated this value.
func versionText(e indicator.Explained) string {
	text := fmt.Sprintf("v%d(共 %d 个版本", e.Version.Number, len(e.Indicator.Versions))
	if n := len(e.Corrections) - e.Corrected(); n > 0 {
		text += fmt.Sprintf(",这个数值因公式修改重算 %d 次", n)
	}
	return text + ")"
}

func numberOr(known bool, text func() string) string {
	if !known {
		return ""
	}
	return text()
}
