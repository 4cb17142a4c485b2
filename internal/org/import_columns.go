package org

import (
	"strings"
	"time"

	"yigai/internal/period"
	"yigai/internal/sheet"
)

// InstitutionColumns are the headings that a file of institutions is recognised by. Place may be given as one
// division code, as the codes of township and village, or as the township's name; a source stated in status and evidence becomes the note.
var InstitutionColumns = []sheet.Column{
	{Key: "code", Titles: []string{"机构编码", "编码", "机构代码", "id"}, Required: true},
	{Key: "name", Titles: []string{"机构名称", "名称"}, Required: true},
	{Key: "kind", Titles: []string{"机构类型", "类型", "机构类别", "type"}},
	{Key: "parent", Titles: []string{"上级机构编码", "上级编码", "上级机构代码", "parent_code"}},
	{Key: "uscc", Titles: []string{"统一社会信用代码", "信用代码", "社会信用代码"}},
	{Key: "division", Titles: []string{"行政区划代码", "行政区划", "区划代码", "division_code"}},
	{Key: "township", Titles: []string{"所属乡镇代码", "乡镇代码", "township_code"}},
	{Key: "township_name", Titles: []string{"所属乡镇", "乡镇", "乡镇名称"}},
	{Key: "village", Titles: []string{"所属村代码", "村代码", "village_code"}},
	{Key: "short_name", Titles: []string{"简称", "机构简称"}},
	{Key: "external_code", Titles: []string{"外部编码", "对接编码"}},
	{Key: "address", Titles: []string{"地址", "机构地址"}},
	{Key: "phone", Titles: []string{"电话", "联系电话"}},
	{Key: "opened_on", Titles: []string{"开办日期", "成立日期", "开业日期"}},
	{Key: "closed_on", Titles: []string{"关闭日期", "撤销日期"}},
	{Key: "closed_reason", Titles: []string{"关闭原因", "撤销原因"}},
	{Key: "note", Titles: []string{"备注"}},
	{Key: "status"}, {Key: "evidence"},
	// Written by the export for readers; a name is no key, so it is not read back.
	{Key: "parent_name", Titles: []string{"上级机构名称"}}, {Key: "division_name", Titles: []string{"行政区划名称"}},
}

// draft reads a row over what is already known: a column that the file lacks changes nothing.
func (p *institutionPlan) draft(row sheet.Row, was *Institution) record {
	r := record{}
	if was != nil {
		r = record{Draft: DraftOf(*was), ID: was.ID, ClosedOn: was.ClosedOn, ClosedReason: was.ClosedReason}
	}
	for key, field := range map[string]*string{"code": &r.Code, "name": &r.Name, "uscc": &r.USCC, "short_name": &r.ShortName,
		"external_code": &r.ExternalCode, "address": &r.Address, "phone": &r.Phone, "closed_reason": &r.ClosedReason} {
		if p.file.Has(key) {
			*field = row.Get(key)
		}
	}
	if parent := row.Get("parent"); parent != "" {
		r.Parent = parent
	}
	p.readKind(row, &r)
	p.readPlace(row, &r)
	p.readNote(row, &r)
	p.readDay(row, "opened_on", &r.OpenedOn)
	p.readDay(row, "closed_on", &r.ClosedOn)
	r.Draft = r.normal()
	return r
}

func (p *institutionPlan) readKind(row sheet.Row, r *record) {
	if !p.file.Has("kind") {
		return
	}
	r.Kind = row.Get("kind")
	if kind, known := ParseKind(r.Kind); known {
		r.Kind = kind
	}
}

func (p *institutionPlan) readNote(row sheet.Row, r *record) {
	if p.file.Has("note") {
		r.Note = row.Get("note")
		return
	}
	if p.file.Has("status") || p.file.Has("evidence") {
		r.Note = strings.Trim(row.Get("status")+";"+row.Get("evidence"), ";")
	}
}

func (p *institutionPlan) readDay(row sheet.Row, key string, day **time.Time) {
	if !p.file.Has(key) {
		return
	}
	*day = nil
	text := row.Get(key)
	if text == "" {
		return
	}
	d, err := period.ParseDate(text)
	if err != nil {
		p.refuse(row, key, err.Error())
		return
	}
	*day = &d
}
