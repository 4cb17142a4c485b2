package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"yigai/internal/fault"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
)

// columns are the headings of a table of figures: those of the API, those a person would write, and those of DHIS2, which
// spells some of its own in two ways. What carries nothing this product keeps is known, so that only a mistake is named.
var columns = []sheet.Column{
	{Key: "institution", Titles: []string{"institution", "机构编码", "机构", "orgunit"}, Required: true},
	{Key: "element", Titles: []string{"element", "数据项代码", "数据项编码", "dataelement"}},
	{Key: "named", Titles: []string{"数据项"}}, // the code as well, or beside the code the name
	{Key: "period", Titles: []string{"period", "报告期", "月份"}, Required: true},
	{Key: "value", Titles: []string{"value", "数值", "值"}, Required: true},
	{Key: "comment", Titles: []string{"comment", "说明", "备注"}},
	{Key: "deleted"}, {Key: "categoryoptioncombo", Titles: []string{"catoptcombo"}},
	{Key: "attributeoptioncombo", Titles: []string{"attroptcombo"}}, {Key: "storedby"}, {Key: "created"},
	{Key: "lastupdated"}, {Key: "timestamp"}, {Key: "followup"},
}

// tableLimits bound a table: as many rows as one load takes, and no more columns than all spellings together have.
var tableLimits = sheet.Limits{Bytes: MaxBytes, Unzipped: sheet.DefaultLimits.Unzipped, Rows: reporting.MaxRows, Columns: 30}

// readTable reads a table by its headings, keeping nothing but figures; rows are numbered as a spreadsheet counts them.
func readTable(content []byte) (f File, err error) {
	f.Format = Table
	if f.Table, err = sheet.Read(bytes.NewReader(content), columns, tableLimits); err != nil {
		return f, badTable(err)
	}
	if !f.Table.Has("element") && !f.Table.Has("named") {
		return f, fault.Field("file", "没有找到列“数据项代码”,请使用模板里的表头")
	}
	for _, c := range f.Table.Header {
		if strings.EqualFold(strings.TrimSpace(c), "dataelement") {
			f.Format = DHIS2CSV
		}
	}
	for _, finding := range f.Table.Findings {
		f.Unread = append(f.Unread, finding.Column)
	}
	for _, row := range f.Table.Rows {
		if err := f.take(row); err != nil {
			return f, err
		}
	}
	return f, nil
}

func (f *File) take(row sheet.Row) error {
	v := reporting.ValueRow{Row: row.Number, Institution: row.Get("institution"), Element: or(row.Get("element"), row.Get("named")),
		Period: row.Get("period"), Comment: row.Get("comment")}
	for _, key := range []string{"categoryoptioncombo", "attributeoptioncombo"} {
		if combo := row.Get(key); !defaultCombos[combo] {
			return f.refuse(row.Number, "element", v.Element, brokenDown, cut(combo))
		}
	}
	if value := row.Get("value"); !strings.EqualFold(row.Get("deleted"), "true") {
		v.Value = &value
	}
	return f.add(v)
}

// badTable makes the sentence about a file a fault.
func badTable(err error) error {
	var refused *sheet.Error
	if errors.As(err, &refused) {
		return fault.Field("file", "%s", refused.Message)
	}
	return fmt.Errorf("read table of figures: %w", err)
}
