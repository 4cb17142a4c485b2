package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"yigai/internal/fault"
	"yigai/internal/reporting"
)

// ValueIn is one figure of the product's own JSON. Value is a decimal as text, or null, "" and "-" for not reported;
// "0" is a zero.
type ValueIn struct {
	Institution string          `json:"institution"`
	Element     string          `json:"element"`
	Period      string          `json:"period"`
	Value       json.RawMessage `json:"value"`
	Comment     string          `json:"comment"`
}

// dhis2In is one figure of a dataValueSets document. What is not used here is named, so that a spelling mistake is
// still refused.
type dhis2In struct {
	DataElement          string          `json:"dataElement"`
	Period               string          `json:"period"`
	OrgUnit              string          `json:"orgUnit"`
	Value                json.RawMessage `json:"value"`
	Comment              string          `json:"comment"`
	Deleted              bool            `json:"deleted"` // no longer reported
	CategoryOptionCombo  string          `json:"categoryOptionCombo"`
	AttributeOptionCombo string          `json:"attributeOptionCombo"`
	StoredBy             string          `json:"storedBy"`
	Created              string          `json:"created"`
	LastUpdated          string          `json:"lastUpdated"`
	Timestamp            string          `json:"timestamp"`
	FollowUp             json.RawMessage `json:"followup"`
}

// dhis2Heads are the fields around dataValues; those without a place here are known all the same.
var dhis2Heads = map[string]bool{"dataSet": true, "completeDate": true, "period": true, "orgUnit": true, "attributeOptionCombo": true,
	"attributeCategoryOptions": true, "idScheme": true, "dataElementIdScheme": true, "orgUnitIdScheme": true,
	"categoryOptionComboIdScheme": true, "dryRun": true, "strategy": true}

// jsonReader goes through a document figure by figure, so that a large one is never held as a tree.
type jsonReader struct {
	file  File
	in    *json.Decoder
	heads map[string]string // fields around dataValues, as text
	other string            // a field that only DHIS2 has
}

func readJSON(content []byte) (File, error) {
	r := &jsonReader{in: json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff")))), heads: map[string]string{}}
	r.in.DisallowUnknownFields()
	if err := r.document(); err != nil {
		return r.file, badJSON(err)
	}
	if _, err := r.in.Token(); !errors.Is(err, io.EOF) {
		return r.file, fault.Field("body", "内容在一个 JSON 值之后还有多余的部分")
	}
	return r.finish()
}

func (r *jsonReader) document() error {
	first, err := r.in.Token()
	if err != nil {
		return err
	}
	switch first {
	case json.Delim('['):
		return r.list(JSON)
	case json.Delim('{'):
		return r.fields()
	}
	return fault.Field("body", "内容应为 JSON 的对象或数组")
}

func (r *jsonReader) fields() error {
	for r.in.More() {
		key, err := r.in.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		if err := r.field(name); err != nil {
			return err
		}
	}
	_, err := r.in.Token()
	return err
}

func (r *jsonReader) field(name string) error {
	switch {
	case name == "values" || name == "dataValues":
		return r.array(map[string]Format{"values": JSON, "dataValues": DHIS2}[name])
	case !dhis2Heads[name]:
		return fault.Field(cut(name), "不认识的字段 %s", cut(name))
	}
	r.other = name
	var said json.RawMessage
	if err := r.in.Decode(&said); err != nil {
		return err
	}
	var text string
	if err := json.Unmarshal(said, &text); err == nil {
		r.heads[name] = text
	}
	return nil
}

func (r *jsonReader) array(format Format) error {
	if r.file.Format != "" {
		return fault.Field("body", "values 或 dataValues 只能出现一次")
	}
	open, err := r.in.Token()
	if err != nil {
		return err
	}
	if open != json.Delim('[') {
		return fault.Field("body", "values 和 dataValues 应为数组")
	}
	return r.list(format)
}

func (r *jsonReader) list(format Format) error {
	r.file.Format = format
	take := r.own
	if format == DHIS2 {
		take = r.dhis2
	}
	for n := 1; r.in.More(); n++ {
		if err := take(n); err != nil {
			return err
		}
	}
	_, err := r.in.Token()
	return err
}

func (r *jsonReader) own(n int) error {
	var v ValueIn
	if err := r.in.Decode(&v); err != nil {
		return err
	}
	value, err := figure(n, v.Value)
	if err != nil {
		return err
	}
	return r.file.add(reporting.ValueRow{Row: n, Institution: v.Institution, Element: v.Element, Period: v.Period, Value: value, Comment: v.Comment})
}

func (r *jsonReader) dhis2(n int) error {
	var v dhis2In
	if err := r.in.Decode(&v); err != nil {
		return err
	}
	value, err := figure(n, v.Value)
	if err != nil {
		return err
	}
	if v.Deleted {
		value = nil
	}
	for _, combo := range []string{v.CategoryOptionCombo, v.AttributeOptionCombo} {
		if !defaultCombos[combo] {
			return r.file.refuse(n, "element", v.DataElement, brokenDown, cut(combo))
		}
	}
	return r.file.add(reporting.ValueRow{Row: n, Institution: v.OrgUnit, Element: v.DataElement, Period: v.Period, Value: value, Comment: v.Comment})
}

// finish gives every figure what was said once for all; that may stand before or after them.
func (r *jsonReader) finish() (File, error) {
	if r.file.Format != DHIS2 {
		if r.other != "" {
			return r.file, fault.Field(r.other, "不认识的字段 %s", r.other)
		}
		return r.file, nil
	}
	for i := range r.file.Rows {
		row := &r.file.Rows[i]
		row.Period, row.Institution = or(row.Period, r.heads["period"]), or(row.Institution, r.heads["orgUnit"])
	}
	return r.file, nil
}

func or(first, second string) string {
	if first != "" {
		return first
	}
	return second
}

// figure is what was sent for a value, digit by digit: text, a bare JSON number, or nil for null.
func figure(row int, sent json.RawMessage) (*string, error) {
	text := string(sent)
	switch {
	case len(sent) == 0 || text == "null":
		return nil, nil //nolint:nilnil // null is not reported
	case sent[0] == '"':
		if err := json.Unmarshal(sent, &text); err != nil {
			return nil, fault.Field("value", "第 %d 个数的 value 不是正确的 JSON 文本", row)
		}
	case sent[0] == '{' || sent[0] == '[' || sent[0] == 't' || sent[0] == 'f':
		return nil, fault.Field("value", "第 %d 个数的 value 应为十进制文本或 null", row)
	}
	return &text, nil
}

// badJSON says what is wrong with a document in words.
func badJSON(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case fault.IsFault(err):
		return err
	case errors.Is(err, io.EOF):
		return fault.Field("body", "内容是空的,应为 JSON")
	case errors.As(err, &syntax):
		return fault.Field("body", "内容不是正确的 JSON(第 %d 个字节附近)", syntax.Offset)
	case errors.As(err, &kind) && kind.Field != "":
		return fault.Field(kind.Field, "%s 的类型不对,不能是 %s", kind.Field, kind.Value)
	case errors.As(err, &kind):
		return fault.Field("body", "内容的结构不对,这里不能是 %s", kind.Value)
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name = cut(strings.Trim(name, `"`))
		return fault.Field(name, "不认识的字段 %s", name)
	}
	return fault.Field("body", "内容不是正确的 JSON")
}
