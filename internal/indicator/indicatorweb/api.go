package indicatorweb

import (
	"net/http"
	"strconv"

	"yigai/internal/fault"
	"yigai/internal/indicator"
	"yigai/internal/preset"
	"yigai/internal/room"
)

// api lists the addresses that programs use.
func (h *handler) api() []room.Route {
	with := func(r room.Route, d room.Doc) room.Route { r.Doc = &d; return r }
	patch := func(path string) room.Route {
		return room.Route{Method: http.MethodPatch, Path: path, Action: indicator.ActionManage, Handler: h.apiPatch}
	}
	return []room.Route{
		with(get("/api/v1/indicators", indicator.ActionView, h.apiList), room.Doc{Summary: "指标列表", Response: apiIndicators{}, Query: []room.Param{
			{Name: "topic", Description: "主题", Example: "公共卫生"}, {Name: "text", Description: "名称或编码的一部分", Example: "病床"},
			{Name: "state", Description: "enabled 启用,disabled 停用", Example: "enabled"}}}),
		with(post("/api/v1/indicators", indicator.ActionManage, h.apiCreate), room.Doc{Status: http.StatusCreated, Body: apiDraft{}, Response: apiIndicator{},
			Summary: "新建指标:写 formula,或者写 numerator、denominator、factor;同样的指标已存在时答 200,不同时答 409"}),
		with(patch("/api/v1/indicators"), room.Doc{Body: apiChange{}, Response: apiIndicator{},
			Summary: "修改指标,由内容里的 slug 指明;没有给出的字段不变,公式或月份变了成为新版本;给出 revision 而别人已改过时答 409"}),
		with(get("/api/v1/indicators/{slug}", indicator.ActionView, h.apiGet), room.Doc{Summary: "一个指标", Response: apiIndicator{}}),
		with(patch("/api/v1/indicators/{slug}"), room.Doc{Body: apiChange{}, Response: apiIndicator{},
			Summary: "修改指标;没有给出的字段不变,公式或月份变了成为新版本;给出 revision 而别人已改过时答 409"}),
		with(get("/api/v1/indicator-values", indicator.ActionView, h.apiValues), room.Doc{Summary: "指标值", Response: apiValuePage{}, Query: valueParams}),
	}
}

// apiIndicator is a definition as the API shows it.
type apiIndicator struct {
	Slug          string      `json:"slug"`
	NameZH        string      `json:"name_zh"`
	Formula       string      `json:"formula"`
	FormulaZH     string      `json:"formula_zh"`
	Decimals      int32       `json:"decimals"`
	Unit          string      `json:"unit"`
	Direction     string      `json:"direction"`
	Level         string      `json:"level"`
	Topic         string      `json:"topic"`
	Definition    string      `json:"definition"`
	Source        string      `json:"source"`
	Note          string      `json:"note"`
	Official      bool        `json:"official"`
	Enabled       bool        `json:"enabled"`
	Version       int         `json:"version"`
	EffectiveFrom string      `json:"effective_from"`
	Revision      int         `json:"revision"`
	Targets       []apiTarget `json:"targets"`
}

type apiTarget struct {
	Kind     string  `json:"kind"`
	Operator string  `json:"operator"`
	Value    string  `json:"value"`
	ValueMax *string `json:"value_max"`
	From     string  `json:"from"`
	To       *string `json:"to"`
	Source   string  `json:"source"`
	Official bool    `json:"official"`
}

type apiIndicators struct {
	Items []apiIndicator `json:"items"`
	Next  *string        `json:"next"`
}

// apiDraft creates an indicator: a formula, or numerator, denominator and factor.
type apiDraft struct {
	Slug          string   `json:"slug"`
	NameZH        string   `json:"name_zh"`
	Formula       string   `json:"formula"`
	Numerator     string   `json:"numerator"`
	Denominator   string   `json:"denominator"`
	Factor        flexible `json:"factor"`
	Decimals      *int     `json:"decimals"`
	Unit          string   `json:"unit"`
	Direction     string   `json:"direction"`
	Level         string   `json:"level"`
	Topic         string   `json:"topic"`
	Definition    string   `json:"definition"`
	Source        string   `json:"source"`
	Note          string   `json:"note"`
	EffectiveFrom string   `json:"effective_from"`
	Enabled       *bool    `json:"enabled"`
}

// flexible is a number that was sent as a string or as a number; whether it is one is checked with the rest.
type flexible string

// UnmarshalJSON takes both spellings.
func (f *flexible) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	text, err := strconv.Unquote(string(b))
	if err != nil {
		text = string(b)
	}
	*f = flexible(text)
	return nil
}

// usualDecimals is how many decimals an indicator shows when nothing is said.
const usualDecimals = 2

func (a apiDraft) draft() (d indicator.Draft, err error) {
	d = indicator.Draft{Slug: a.Slug, NameZH: a.NameZH, Formula: a.Formula, Numerator: a.Numerator, Denominator: a.Denominator,
		Factor: string(a.Factor), Decimals: usualDecimals, Unit: a.Unit, Direction: preset.Direction(a.Direction), Level: a.Level,
		Topic: a.Topic, Definition: a.Definition, Source: a.Source, Note: a.Note}
	if a.Decimals != nil {
		d.Decimals = *a.Decimals
	}
	d.Disabled = a.Enabled != nil && !*a.Enabled
	d.From, err = monthOf("effective_from", a.EffectiveFrom)
	return d, err
}

// apiChange holds only what shall change.
type apiChange struct {
	Slug          *string   `json:"slug"`
	NameZH        *string   `json:"name_zh"`
	Formula       *string   `json:"formula"`
	Numerator     *string   `json:"numerator"`
	Denominator   *string   `json:"denominator"`
	Factor        *flexible `json:"factor"`
	Decimals      *int      `json:"decimals"`
	Unit          *string   `json:"unit"`
	Direction     *string   `json:"direction"`
	Level         *string   `json:"level"`
	Topic         *string   `json:"topic"`
	Definition    *string   `json:"definition"`
	Source        *string   `json:"source"`
	Note          *string   `json:"note"`
	EffectiveFrom *string   `json:"effective_from"`
	Enabled       *bool     `json:"enabled"`
	Revision      *int      `json:"revision"` // that the change was made upon; left out: the one that stands
}

// apply puts the change into a draft of what is there.
func (a apiChange) apply(d *indicator.Draft) (err error) {
	for into, from := range map[*string]*string{&d.NameZH: a.NameZH, &d.Unit: a.Unit, &d.Level: a.Level, &d.Topic: a.Topic,
		&d.Definition: a.Definition, &d.Source: a.Source, &d.Note: a.Note, &d.Formula: a.Formula} {
		if from != nil {
			*into = *from
		}
	}
	if a.Numerator != nil {
		if a.Formula == nil {
			d.Formula = ""
		}
		d.Numerator = *a.Numerator
	}
	if a.Denominator != nil {
		d.Denominator = *a.Denominator
	}
	if a.Factor != nil {
		d.Factor = string(*a.Factor)
	}
	if a.Direction != nil {
		d.Direction = preset.Direction(*a.Direction)
	}
	if a.Decimals != nil {
		d.Decimals = *a.Decimals
	}
	if a.Enabled != nil {
		d.Disabled = !*a.Enabled
	}
	if a.Revision != nil {
		if d.Revision = *a.Revision; d.Revision < 1 {
			return fault.Field("revision", "revision 应是读取这个指标时得到的数")
		}
	}
	if a.EffectiveFrom != nil {
		d.From, err = monthOf("effective_from", *a.EffectiveFrom)
	}
	return err
}
