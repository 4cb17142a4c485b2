package clinic

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"yigai/internal/number"
	"yigai/internal/period"
)

// Type is what a field of the register holds.
type Type int

// The types of field.
const (
	TypeText Type = iota
	TypeNumber
	TypeYes // yes, no, or not known
	TypeDate
	TypeYear
	TypeChoice
)

// The values of a yes-or-no field; empty is not known.
const (
	Yes = "yes"
	No  = "no"
)

// Field is one thing that the register knows of a clinic. Its name is the column, the form's input and the trail's word.
type Field struct {
	Name     string
	Title    string
	Group    string
	Type     Type
	Unit     string
	Decimals int32
	Least    int64 // of a year
	Most     int64 // a larger number is a slip of the finger
	Length   int   // of a text
	Hint     string
	Rule     string // requirement it comes from
	Options  []Option
	Wanted   bool // counts as missing while it is not known
}

// Option is one value of a choice.
type Option struct{ Value, Title string }

// Values are what is known of a clinic by field, in one spelling: numbers without separators, dates as 2026-07-31, Yes and
// No; what is not known is "".
type Values map[string]string

// Parse reads what somebody typed or uploaded into the field's one spelling; the error is a sentence for the user.
func (f Field) Parse(typed string) (string, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return "", nil
	}
	switch f.Type {
	case TypeNumber:
		return f.number(typed)
	case TypeYes:
		return f.yes(typed)
	case TypeDate:
		return f.date(typed)
	case TypeYear:
		return f.year(typed)
	case TypeChoice:
		return f.choice(typed)
	default:
		return f.text(typed)
	}
}

func (f Field) number(typed string) (string, error) {
	cell, err := number.Parse(typed, number.Rule{Unit: f.Unit, Decimals: f.Decimals})
	if err != nil {
		return "", err
	}
	if !cell.IsGiven() {
		return "", errors.New("请填数字,不知道就留空")
	}
	if cell.Value.GreaterThan(decimal.NewFromInt(f.Most)) {
		return "", fmt.Errorf("%s 太大,请核对", cell.Value)
	}
	return cell.Value.String(), nil
}

var (
	yesWords = []string{"是", "有", "yes", "y", "1", "√", "true", "已"}
	noWords  = []string{"否", "无", "没有", "no", "n", "0", "×", "x", "false", "未"}
)

func (f Field) yes(typed string) (string, error) {
	switch word := strings.ToLower(typed); {
	case slices.Contains(yesWords, word):
		return Yes, nil
	case slices.Contains(noWords, word):
		return No, nil
	}
	return "", errors.New("请填“是”或“否”,不清楚就留空")
}

func (f Field) date(typed string) (string, error) {
	day, err := period.ParseDate(typed)
	if err != nil {
		return "", err
	}
	if day.Year() < 1900 || day.Year() > 2100 {
		return "", errors.New("年份应在 1900 到 2100 之间")
	}
	return day.Format(time.DateOnly), nil
}

func (f Field) year(typed string) (string, error) {
	year, err := strconv.Atoi(strings.TrimSuffix(typed, "年"))
	if err != nil || year < int(f.Least) || year > int(f.Most) {
		return "", errors.New("请填四位年份,如 2018")
	}
	return strconv.Itoa(year), nil
}

func (f Field) choice(typed string) (string, error) {
	titles := make([]string, len(f.Options))
	for i, o := range f.Options {
		if typed == o.Value || typed == o.Title {
			return o.Value, nil
		}
		titles[i] = o.Title
	}
	return "", fmt.Errorf("请从“%s”里选", strings.Join(titles, "、"))
}

func (f Field) text(typed string) (string, error) {
	if n := utf8.RuneCountInString(typed); n > f.Length {
		return "", fmt.Errorf("最多 %d 个字,现在有 %d 个", f.Length, n)
	}
	if !printable(typed) {
		return "", errors.New("里面有无法保存的字符,请删去后再试")
	}
	return typed, nil
}

// Word is a value as people read it, "" when it is not known.
func (f Field) Word(value string) string {
	if value == "" {
		return ""
	}
	switch f.Type {
	case TypeYes:
		if value == Yes {
			return "是"
		}
		return "否"
	case TypeChoice:
		for _, o := range f.Options {
			if o.Value == value {
				return o.Title
			}
		}
	}
	return value
}

// Heading is the title with its unit, as files and tables show it.
func (f Field) Heading() string {
	if f.Unit == "" {
		return f.Title
	}
	return f.Title + "(" + f.Unit + ")"
}

// printable refuses control characters, which databases and spreadsheets choke on; a text may have several lines.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r)
	})
}
