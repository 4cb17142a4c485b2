package register

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"yigai/internal/fault"
	"yigai/internal/number"
	"yigai/internal/period"
	"yigai/internal/pg"
)

// The longest texts of a field.
const (
	maxWords = 100
	maxNote  = 1000
)

// rules bound what a numeric field takes.
var rules = map[Kind]number.Rule{
	Integer: {},
	Number:  {Decimals: 2},
	Money:   {Decimals: 2},
}

// read is what was typed into the field as it is stored, "" for nothing: numbers plain, days as 2026-07-31.
// The problem is a sentence for the person who typed it.
func (f Field) read(typed string) (stored, problem string) {
	text := strings.TrimSpace(typed)
	if text == "" {
		if f.Required {
			return "", "请填写" + f.Label
		}
		return "", ""
	}
	switch f.Kind {
	case Integer, Number, Money:
		return f.readNumber(text)
	case Day, Expiry:
		return f.readDay(text)
	case Choice:
		if !slices.Contains(f.Options, text) {
			return "", f.Label + "应为:" + strings.Join(f.Options, "、")
		}
		return text, ""
	case Words, Note:
	}
	return f.readText(text)
}

func (f Field) readText(text string) (stored, problem string) {
	most := maxWords
	if f.Kind == Note {
		most = maxNote
	}
	if n := utf8.RuneCountInString(text); n > most {
		return "", fmt.Sprintf("%s最多 %d 个字,现在有 %d 个", f.Label, most, n)
	}
	return pg.Storable(text), ""
}

func (f Field) readNumber(text string) (stored, problem string) {
	rule := rules[f.Kind]
	rule.Unit = f.Unit
	cell, err := number.Parse(text, rule)
	switch {
	case err != nil:
		return "", f.Label + ":" + err.Error()
	case !cell.IsGiven():
		return "", f.Label + "应为数字,没有就空着"
	}
	return cell.Value.String(), ""
}

func (f Field) readDay(text string) (stored, problem string) {
	day, err := period.ParseDate(text)
	if err != nil {
		return "", f.Label + ":" + err.Error()
	}
	return day.Format(time.DateOnly), ""
}

// content reads all fields of a type; what is wrong is told field by field.
func (t Type) content(typed map[string]string) (map[string]string, []fault.Problem) {
	stored := map[string]string{}
	var problems []fault.Problem
	for _, f := range t.Fields {
		value, problem := f.read(typed[f.Slug])
		if problem != "" {
			problems = append(problems, fault.Problem{Field: f.Slug, Message: problem})
		}
		if value != "" {
			stored[f.Slug] = value
		}
	}
	return stored, problems
}
