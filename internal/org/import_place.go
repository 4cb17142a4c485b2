package org

import (
	"fmt"
	"slices"
	"strings"

	"yigai/internal/sheet"
)

// readPlace takes the narrowest place that is stated, by its code or, for a township, by its name. Where the file has
// no column for villages, an institution stays in its village as long as that lies in the stated township.
func (p *institutionPlan) readPlace(row sheet.Row, r *record) {
	was := r.Division
	if p.file.Has("division") || p.file.Has("township") || p.file.Has("village") {
		r.Division = ""
	}
	for _, key := range []string{"village", "township", "division", "township_name"} {
		if text := row.Get(key); text != "" {
			r.Division = p.divisionOf(row, key, text)
			break
		}
	}
	if !p.file.Has("village") && !p.file.Has("division") && r.Division != "" && strings.HasPrefix(was, r.Division) {
		r.Division = was
	}
	p.compareTownship(row, *r)
}

// divisionOf is the code that a cell states. A name must be that of exactly one township.
func (p *institutionPlan) divisionOf(row sheet.Row, key, text string) string {
	code := divisionCode(text)
	if divisionSpelling.MatchString(code) {
		return code
	}
	switch codes := p.townships[text]; {
	case len(codes) == 1:
		return codes[0]
	case len(codes) > 1:
		p.refuse(row, key, fmt.Sprintf("名为“%s”的乡镇有 %d 个(%s),请在“所属乡镇代码”里填写代码", text, len(codes), strings.Join(codes, "、")))
	case key != "township_name":
		return code // refused for its spelling
	case len(p.townships) == 0:
		p.warn(row, key, "还没有导入行政区划,不认得乡镇“"+text+"”,没有记录")
	default:
		p.refuse(row, key, "没有名为“"+text+"”的乡镇,请核对名称或在“所属乡镇代码”里填写代码")
	}
	return ""
}

// compareTownship warns of a name beside the code of another township; the code counts.
func (p *institutionPlan) compareTownship(row sheet.Row, r record) {
	name := row.Get("township_name")
	codes := p.townships[name]
	if len(codes) > 0 && r.Division != "" && !slices.Contains(codes, township(r.Division)) {
		p.warn(row, "township_name", "代码 "+r.Division+" 不在“"+name+"”,以代码为准")
	}
}
