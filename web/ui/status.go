package ui

// Tone is the meaning of a colour. A tone never stands alone: a word or an icon says the same.
type Tone string

// The tones.
const (
	Neutral Tone = ""
	Info    Tone = "info"
	Good    Tone = "good"
	Warn    Tone = "warn"
	Bad     Tone = "bad"
	Accent  Tone = "accent"
)

// Status is a state as users see it: colour, word and icon together.
type Status struct {
	Word  string
	Tone  Tone
	Icon  string
	Title string // said on hover: since when, why
}

// StatusFor gives the status of a state's code: the report states, and late, missing, met, not_met,
// not_known, active, ended, expired. An unknown code is shown as it is, without colour.
func StatusFor(code string) Status {
	if s, ok := statuses[code]; ok {
		return s
	}
	return Status{Word: code, Icon: "circle"}
}

// WithTitle returns the status with an explanation on hover.
func (s Status) WithTitle(title string) Status {
	s.Title = title
	return s
}

var statuses = map[string]Status{
	"not_started": {Word: "未开始", Icon: "circle"},
	"draft":       {Word: "填报中", Tone: Info, Icon: "circle-half"},
	"submitted":   {Word: "已上报", Tone: Accent, Icon: "send"},
	"checked":     {Word: "初审通过", Tone: Info, Icon: "check-circle"},
	"returned":    {Word: "已退回", Tone: Bad, Icon: "arrow-return-left"},
	"accepted":    {Word: "已通过", Tone: Good, Icon: "check-circle-fill"},
	"locked":      {Word: "已锁定", Icon: "lock-fill"},
	"late":        {Word: "迟报", Tone: Warn, Icon: "clock"},
	"missing":     {Word: "漏报", Tone: Bad, Icon: "dash-circle"},
	"met":         {Word: "达标", Tone: Good, Icon: "check-circle-fill"},
	"not_met":     {Word: "未达标", Tone: Bad, Icon: "x-circle-fill"},
	"not_known":   {Word: "无数据", Icon: "dash-circle"},
	"active":      {Word: "生效中", Tone: Good, Icon: "check-circle"},
	"ended":       {Word: "已结束", Icon: "circle"},
	"expired":     {Word: "已到期", Tone: Warn, Icon: "clock"},
}
