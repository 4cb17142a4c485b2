package exchange

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// maxDepth bounds nesting: ADX has four levels.
const maxDepth = 8

// xmlReader goes through a dataValueSet or an ADX document. Entities other than XML's own five do not exist for the
// parser, and a document type is refused, so nothing can be blown up.
type xmlReader struct {
	file  File
	in    *xml.Decoder
	depth int
	row   int
	outer map[string]string // attributes of the set or group in hand
	parts string            // what the group is broken down by
}

func readXML(content []byte) (File, error) {
	r := &xmlReader{in: xml.NewDecoder(bytes.NewReader(content))}
	r.in.Strict = true
	for {
		token, err := r.in.Token()
		if errors.Is(err, io.EOF) {
			return r.file, r.complete()
		}
		if err == nil {
			err = r.take(token)
		}
		if err != nil {
			return r.file, badXML(err, r.in.InputOffset())
		}
	}
}

func (r *xmlReader) complete() error {
	if r.file.Format == "" {
		return fault.Field("body", "内容是空的,应为 ADX 或 DHIS2 的 dataValueSet")
	}
	return nil
}

func badXML(err error, at int64) error {
	if fault.IsFault(err) {
		return err
	}
	return fault.Field("body", "内容不是正确的 XML(第 %d 个字节附近),只接受 UTF-8", at)
}

func (r *xmlReader) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive:
		return fault.Field("body", "XML 里不能有 DOCTYPE 或实体定义")
	case xml.StartElement:
		r.depth++
		if r.depth > maxDepth {
			return fault.Field("body", "XML 嵌套超过 %d 层", maxDepth)
		}
		return r.open(t)
	case xml.EndElement:
		r.depth--
	}
	return nil
}

func (r *xmlReader) open(e xml.StartElement) error {
	name := e.Name.Local
	switch {
	case r.depth == 1 && name == "dataValueSet":
		r.file.Format, r.outer = DXF, attributes(e)
		return nil
	case r.depth == 1 && name == "adx":
		r.file.Format = ADX
		return nil
	case r.depth == 1:
		return fault.Field("body", "不认识的 XML“%s”,应为 adx 或 dataValueSet", cut(name))
	case r.file.Format == ADX && r.depth == 2 && name == "group":
		r.outer = attributes(e)
		r.parts = broken(r.outer, groupFields)
		return nil
	case name == "dataValue" && r.depth == map[Format]int{DXF: 2, ADX: 3}[r.file.Format]:
		r.row++
		if r.file.Format == ADX {
			return r.adx(attributes(e))
		}
		return r.dxf(attributes(e))
	case r.file.Format == ADX && r.depth == 4 && name == "annotation":
		return r.annotation(e)
	}
	return fault.Field(cut(name), "这里不能有 XML 元素“%s”", cut(name))
}

// attributes are those of an element by name; namespaces are not told apart.
func attributes(e xml.StartElement) map[string]string {
	found := make(map[string]string, len(e.Attr))
	for _, a := range e.Attr {
		if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
			found[a.Name.Local] = a.Value
		}
	}
	return found
}

var (
	groupFields = map[string]bool{"orgUnit": true, "period": true, "dataSet": true, "completeDate": true, "comment": true}
	adxFields   = map[string]bool{"dataElement": true, "value": true}
	dxfFields   = map[string]bool{"dataElement": true, "period": true, "orgUnit": true, "value": true, "comment": true, "deleted": true,
		"categoryOptionCombo": true, "attributeOptionCombo": true, "storedBy": true, "created": true, "lastUpdated": true,
		"timestamp": true, "followup": true}
)

// broken names an attribute that breaks a figure down: in ADX whatever is not one of the fields.
func broken(attributes map[string]string, fields map[string]bool) string {
	first := ""
	for name, value := range attributes {
		option := name == "categoryOptionCombo" || name == "attributeOptionCombo"
		if !fields[name] && (!option || !defaultCombos[value]) && (first == "" || name < first) {
			first = name
		}
	}
	return first
}

func (r *xmlReader) adx(a map[string]string) error {
	parts := or(broken(a, adxFields), r.parts)
	m, ok := adxMonth(r.outer["period"])
	switch {
	case parts != "":
		return r.file.refuse(r.row, "element", a["dataElement"], brokenDown, cut(parts))
	case !ok:
		return r.file.refuse(r.row, "period", r.outer["period"], "报告期“%s”不是一个月,应如 2026-07-01/P1M", cut(r.outer["period"]))
	}
	return r.file.add(reporting.ValueRow{Row: r.row, Institution: r.outer["orgUnit"], Element: a["dataElement"], Period: m.String(), Value: given(a)})
}

// adxMonth reads a month as ADX writes it: its first day and how long it lasts.
func adxMonth(text string) (m period.Month, ok bool) {
	first, long, found := strings.Cut(text, "/")
	day, isFirst := strings.CutSuffix(first, "-01")
	if !found || long != "P1M" || !isFirst || len(day) != len("2026-07") {
		return m, false
	}
	m, err := period.Parse(day)
	return m, err == nil
}

func (r *xmlReader) dxf(a map[string]string) error {
	for name := range a {
		if !dxfFields[name] {
			return fault.Field(cut(name), "不认识的属性 %s", cut(name))
		}
	}
	for _, combo := range []string{a["categoryOptionCombo"], a["attributeOptionCombo"], r.outer["attributeOptionCombo"]} {
		if !defaultCombos[combo] {
			return r.file.refuse(r.row, "element", a["dataElement"], brokenDown, cut(combo))
		}
	}
	value := given(a)
	if a["deleted"] == "true" {
		value = nil
	}
	return r.file.add(reporting.ValueRow{Row: r.row, Institution: or(a["orgUnit"], r.outer["orgUnit"]), Element: a["dataElement"],
		Period: or(a["period"], r.outer["period"]), Value: value, Comment: a["comment"]})
}

func given(a map[string]string) *string {
	if value, ok := a["value"]; ok {
		return &value
	}
	return nil
}

// annotation is the comment of the figure before; one of a refused figure goes with it.
func (r *xmlReader) annotation(e xml.StartElement) error {
	var text struct {
		Text string `xml:",chardata"`
	}
	if err := r.in.DecodeElement(&text, &e); err != nil {
		return err
	}
	r.depth--
	if n := len(r.file.Rows); n > 0 && r.file.Rows[n-1].Row == r.row {
		r.file.Rows[n-1].Comment = strings.TrimSpace(text.Text)
	}
	return nil
}
