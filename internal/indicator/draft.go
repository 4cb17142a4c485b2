package indicator

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/preset"
)

// Draft is what people state about an indicator. The formula is written whole, or as factor × numerator ÷ denominator.
type Draft struct {
	Slug        string
	NameZH      string
	Formula     string
	Numerator   string
	Denominator string // "" or 1: not a ratio
	Factor      string // "" is 1
	Decimals    int
	Unit        string
	Direction   preset.Direction
	Level       string
	Topic       string
	Definition  string
	Source      string
	Note        string
	From        period.Month // first month of the formula
	Disabled    bool
	Revision    int // of the definition that an edit was made upon, 0: whichever stands
}

// DraftOf states an indicator as it is.
func DraftOf(i Indicator) Draft {
	return Draft{Slug: i.Slug, NameZH: i.NameZH, Formula: i.Latest().Formula, Decimals: int(i.Decimals), Unit: i.Unit,
		Direction: i.Direction, Level: i.Level, Topic: i.Topic, Definition: i.Definition, Source: i.Source, Note: i.Note,
		From: i.Latest().From, Disabled: !i.Enabled,
		Revision: i.Revision}
}

// Directions and levels with their Chinese names, in the order they are offered.
var (
	Directions = []preset.Direction{preset.Up, preset.Down, preset.Range, preset.Watch}
	Levels     = []string{preset.LevelBoth, preset.LevelCounty, preset.LevelBody}

	directionTitles = map[preset.Direction]string{preset.Up: "越高越好", preset.Down: "越低越好", preset.Range: "在区间内为好", preset.Watch: "监测,不评判"}
	levelTitles     = map[string]string{preset.LevelBoth: "机构和全县", preset.LevelCounty: "只算全县", preset.LevelBody: "按机构"}
)

// DirectionTitle is the Chinese name of a direction.
func DirectionTitle(d preset.Direction) string { return directionTitles[d] }

// LevelTitle is the Chinese name of a level.
func LevelTitle(level string) string { return levelTitles[level] }

var slugShape = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// normal is the one spelling of a draft, with what may be left out.
func (d Draft) normal() Draft {
	for _, s := range []*string{&d.Slug, &d.NameZH, &d.Formula, &d.Numerator, &d.Denominator, &d.Factor, &d.Unit, &d.Topic,
		&d.Definition, &d.Source, &d.Note} {
		*s = strings.TrimSpace(*s)
	}
	if d.Level == "" {
		d.Level = preset.LevelBoth
	}
	return d
}

// problems is everything that is wrong besides the formula.
func (d Draft) problems() []fault.Problem {
	var wrong []fault.Problem
	say := func(field, format string, args ...any) {
		wrong = append(wrong, fault.Problem{Field: field, Message: fmt.Sprintf(format, args...)})
	}
	if !slugShape.MatchString(d.Slug) {
		say("slug", "编码由小写字母、数字和下划线组成,以字母开头,最多 63 个字符")
	}
	if d.NameZH == "" {
		say("name_zh", "请填写名称")
	}
	for _, t := range d.texts() {
		if n := utf8.RuneCountInString(t.value); n > t.max {
			say(t.field, "%s最多 %d 个字,现在有 %d 个", t.label, t.max, n)
		}
		if strings.ContainsRune(t.value, 0) || !utf8.ValidString(t.value) {
			say(t.field, "%s里有无法保存的字符", t.label)
		}
	}
	if d.Decimals < 0 || d.Decimals > 6 {
		say("decimals", "小数位数应在 0 到 6 之间")
	}
	if !slices.Contains(Directions, d.Direction) {
		say("direction", "方向应为 up(越高越好)、down(越低越好)、range(在区间内)或 watch(监测)")
	}
	if !slices.Contains(Levels, d.Level) {
		say("level", "层级应为 county(全县)、body(机构)或 both(两者)")
	}
	if d.From.IsZero() {
		say("effective_from", "请写明公式从哪个月开始,如 2026-01")
	}
	return wrong
}

type draftText struct {
	field, label, value string
	max                 int
}

// texts are the texts of a draft with their Chinese names and bounds.
func (d Draft) texts() []draftText {
	return []draftText{{"name_zh", "名称", d.NameZH, 100}, {"unit", "单位", d.Unit, 20}, {"topic", "主题", d.Topic, 40},
		{"definition", "定义", d.Definition, 1000}, {"source", "依据", d.Source, 500}, {"note", "备注", d.Note, 1000}}
}
