package org

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"yigai/internal/fault"
)

// Draft is what people state about an institution when they create or edit it. Places are named by
// code: Parent is the institution above (or the county), Division a township or village.
type Draft struct {
	Code         string     `json:"code"`
	ExternalCode string     `json:"external_code"`
	Name         string     `json:"name"`
	ShortName    string     `json:"short_name"`
	Kind         string     `json:"kind"`
	Parent       string     `json:"parent"`
	USCC         string     `json:"uscc"`
	Division     string     `json:"division"`
	Address      string     `json:"address"`
	Phone        string     `json:"phone"`
	Note         string     `json:"note"`
	OpenedOn     *time.Time `json:"opened_on"`
}

// DraftOf states an institution as it is.
func DraftOf(i Institution) Draft {
	d := Draft{Code: i.Code, ExternalCode: i.ExternalCode, Name: i.Name, ShortName: i.ShortName, Kind: i.Kind,
		Parent: i.ParentCode, USCC: i.USCC, Division: i.DivisionCode, Address: i.Address, Phone: i.Phone,
		Note: i.Note, OpenedOn: i.OpenedOn}
	return d.normal()
}

// normal is the one spelling of a draft: trimmed, the credit code in capitals, no short name that only repeats the name.
func (d Draft) normal() Draft {
	for _, s := range []*string{&d.Code, &d.ExternalCode, &d.Name, &d.ShortName, &d.Kind, &d.Parent, &d.USCC,
		&d.Division, &d.Address, &d.Phone, &d.Note} {
		*s = strings.TrimSpace(*s)
	}
	d.USCC = creditCode(d.USCC)
	if d.ShortName == d.Name {
		d.ShortName = ""
	}
	return d
}

// same reports whether two normal drafts state the same.
func (d Draft) same(other Draft) bool {
	return sameDay(d.OpenedOn, other.OpenedOn) && d.withoutDay() == other.withoutDay()
}

func (d Draft) withoutDay() Draft { d.OpenedOn = nil; return d }

func sameDay(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}

var (
	codeSpelling     = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,40}$`)
	divisionSpelling = regexp.MustCompile(`^[0-9]{6}([0-9]{3}([0-9]{3})?)?$`)
)

// fields are the texts of a draft with their Chinese names and bounds.
func (d Draft) fields() []textField {
	return []textField{
		{"code", "机构编码", d.Code, 40, true}, {"external_code", "外部编码", d.ExternalCode, 80, false},
		{"name", "机构名称", d.Name, 80, true}, {"short_name", "简称", d.ShortName, 40, false},
		{"kind", "机构类型", d.Kind, 40, true}, {"parent", "上级机构", d.Parent, 40, d.Kind != KindCounty},
		{"division", "行政区划", d.Division, 12, false}, {"address", "地址", d.Address, 200, false},
		{"phone", "电话", d.Phone, 40, false}, {"note", "备注", d.Note, 1000, false},
	}
}

type textField struct {
	name, label, value string
	max                int
	required           bool
}

// problems is what is wrong with the draft by itself, whatever stands around it.
func (d Draft) problems() []fault.Problem {
	p := problems{}
	for _, f := range d.fields() {
		p.text(f)
	}
	if d.Code != "" && !codeSpelling.MatchString(d.Code) {
		p.add("code", "机构编码只能用字母、数字、短横、下划线和点,最多 40 个字符")
	}
	if _, known := kindOf(d.Kind); d.Kind != "" && !known {
		p.add("kind", "没有“"+d.Kind+"”这种机构类型")
	}
	if d.Division != "" && !divisionSpelling.MatchString(d.Division) {
		p.add("division", "行政区划代码应为 6 位(县)、9 位(乡镇)或 12 位(村)数字")
	}
	if d.USCC != "" {
		p.add("uscc", usccProblem(d.USCC))
	}
	if d.OpenedOn != nil && (d.OpenedOn.Year() < 1900 || d.OpenedOn.Year() > 2100) {
		p.add("opened_on", "开办日期的年份应在 1900 到 2100 之间")
	}
	return p
}

type problems []fault.Problem

// add notes the first problem of a field; an empty message is none.
func (p *problems) add(field, message string) {
	known := slices.ContainsFunc(*p, func(q fault.Problem) bool { return q.Field == field })
	if message != "" && !known {
		*p = append(*p, fault.Problem{Field: field, Message: message})
	}
}

func (p *problems) text(f textField) {
	switch {
	case f.value == "" && f.required:
		p.add(f.name, "请填写"+f.label)
	case !printable(f.value):
		p.add(f.name, f.label+"里有无法保存的字符,请删去后再试")
	case utf8.RuneCountInString(f.value) > f.max:
		p.add(f.name, fmt.Sprintf("%s最多 %d 个字,现在有 %d 个", f.label, f.max, utf8.RuneCountInString(f.value)))
	}
}

// printable refuses control characters, which databases and spreadsheets choke on; a note may have several lines.
func printable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
	}) < 0
}

func (p problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return fault.Invalid(p...)
}
