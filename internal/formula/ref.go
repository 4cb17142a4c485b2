package formula

// Window says from which period a reference is read, seen from the period of
// the value being computed.
type Window uint8

// The windows a formula can name.
const (
	This        Window = iota // the period itself
	PrevYear                  // py(x): the same period last year
	Prev                      // pp(x): the period before
	YTD                       // ytd(x): January to the end of the period
	PrevYearYTD               // py(ytd(x)): the same months last year
)

// Ref is one figure a formula needs: an element, for every institution or one
// group of them, in a window. It is comparable and may key a map.
type Ref struct {
	Slug   string
	Group  string // "" for all, else grassroots, hospital or an institution kind
	Window Window
}

// String is the reference as a formula writes it.
func (r Ref) String() string {
	text := r.Slug
	if r.Group != "" {
		text += "@" + r.Group
	}
	return windowForms[r.Window].open + text + windowForms[r.Window].end
}

var windowForms = [...]struct{ open, end, chinese string }{
	This:        {"", "", ""},
	PrevYear:    {"py(", ")", "去年同期"},
	Prev:        {"pp(", ")", "上期"},
	YTD:         {"ytd(", ")", "本年累计"},
	PrevYearYTD: {"py(ytd(", "))", "去年同期累计"},
}

var windowNames = map[string]Window{"py": PrevYear, "pp": Prev, "ytd": YTD}

// within is the window of a reference in window w that stands inside outer.
func (w Window) within(outer Window) (Window, bool) {
	switch {
	case outer == This:
		return w, true
	case outer == PrevYear && w == YTD, outer == YTD && w == PrevYear:
		return PrevYearYTD, true
	default:
		return This, false
	}
}

// text puts the Chinese words for group and window around the element's name.
func (r Ref) text(name func(slug string) string) string {
	text := name(r.Slug)
	if text == "" {
		text = r.Slug
	}
	if r.Group != "" {
		text = GroupName(r.Group) + "的(" + text + ")"
	}
	if chinese := windowForms[r.Window].chinese; chinese != "" {
		text = chinese + "(" + text + ")"
	}
	return text
}

// GroupName is the Chinese name of an institution group, or the code itself
// when the group is not one the product ships with.
func GroupName(group string) string {
	if name, ok := groupNames[group]; ok {
		return name
	}
	return group
}

var groupNames = map[string]string{
	"grassroots":               "基层医疗卫生机构",
	"hospital":                 "医院",
	"township_level":           "乡镇级机构",
	"bureau":                   "卫健局",
	"county_hospital":          "县级医院",
	"mch_hospital":             "妇幼保健院",
	"cdc":                      "疾控中心",
	"township_hospital":        "乡镇卫生院",
	"community_health_centre":  "社区卫生服务中心",
	"community_health_station": "社区卫生服务站",
	"village_clinic":           "村卫生室",
	"partner":                  "协同部门",
}
