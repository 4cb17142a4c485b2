package reportingweb

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"

	"yigai/internal/fault"
	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
)

// valuesIn is what is sent: figures one by one.
type valuesIn struct {
	Values []valueIn `json:"values"`
}

// valueIn is one figure. Value is a decimal as text, or null, "" and "-" for not reported; "0" is a zero.
type valueIn struct {
	Institution string          `json:"institution"`
	Element     string          `json:"element"`
	Period      string          `json:"period"`
	Value       json.RawMessage `json:"value"`
	Comment     string          `json:"comment"`
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

// dhis2In is a dataValueSets document. What is not used here is named, so that a spelling mistake is still refused.
type dhis2In struct {
	DataSet              string       `json:"dataSet"`
	CompleteDate         string       `json:"completeDate"`
	Period               string       `json:"period"`
	OrgUnit              string       `json:"orgUnit"`
	AttributeOptionCombo string       `json:"attributeOptionCombo"`
	DataValues           []dhis2Value `json:"dataValues"`
}

type dhis2Value struct {
	DataElement          string          `json:"dataElement"`
	Period               string          `json:"period"`
	OrgUnit              string          `json:"orgUnit"`
	Value                json.RawMessage `json:"value"`
	Comment              string          `json:"comment"`
	CategoryOptionCombo  string          `json:"categoryOptionCombo"`
	AttributeOptionCombo string          `json:"attributeOptionCombo"`
	StoredBy             string          `json:"storedBy"`
	Created              string          `json:"created"`
	LastUpdated          string          `json:"lastUpdated"`
	Timestamp            string          `json:"timestamp"`
	FollowUp             any             `json:"followup"`
}

// readValues understands the four shapes: JSON or CSV, in the product's words or in DHIS2's.
func readValues(w http.ResponseWriter, r *http.Request) ([]reporting.ValueRow, error) {
	format := r.URL.Query().Get("format")
	if format != "" && format != "dhis2" {
		return nil, fault.Field("format", "format 只能是 dhis2,或不写")
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return nil, fault.Field("body", "Content-Type 无法识别")
	}
	switch {
	case kind == "text/csv" || kind == "application/csv":
		return readCSV(r, format == "dhis2")
	case format == "dhis2":
		return readDHIS2(w, r)
	default:
		return readJSON(w, r)
	}
}

func readJSON(w http.ResponseWriter, r *http.Request) ([]reporting.ValueRow, error) {
	var in valuesIn
	if err := page.ReadJSON(w, r, &in); err != nil {
		return nil, err
	}
	rows := make([]reporting.ValueRow, len(in.Values))
	for i, v := range in.Values {
		value, err := figure(i+1, v.Value)
		if err != nil {
			return nil, err
		}
		rows[i] = reporting.ValueRow{Row: i + 1, Institution: v.Institution, Element: v.Element, Period: v.Period, Value: value, Comment: v.Comment}
	}
	return rows, nil
}

func readDHIS2(w http.ResponseWriter, r *http.Request) ([]reporting.ValueRow, error) {
	var in dhis2In
	if err := page.ReadJSON(w, r, &in); err != nil {
		return nil, err
	}
	rows := make([]reporting.ValueRow, len(in.DataValues))
	for i, v := range in.DataValues {
		value, err := figure(i+1, v.Value)
		if err != nil {
			return nil, err
		}
		rows[i] = reporting.ValueRow{Row: i + 1, Institution: or(v.OrgUnit, in.OrgUnit), Element: v.DataElement,
			Period: or(v.Period, in.Period), Value: value, Comment: v.Comment}
	}
	return rows, nil
}

func or(first, second string) string {
	if first != "" {
		return first
	}
	return second
}

// The columns of a CSV file, and those of DHIS2 that carry nothing this product keeps.
var (
	ownColumns = []sheet.Column{{Key: "institution", Titles: []string{"institution", "机构编码"}, Required: true},
		{Key: "element", Titles: []string{"element", "数据项"}, Required: true}, {Key: "period", Titles: []string{"period", "报告期"}, Required: true},
		{Key: "value", Titles: []string{"value", "数值"}, Required: true}, {Key: "comment", Titles: []string{"comment", "备注"}}}
	dhis2Columns = []sheet.Column{{Key: "institution", Titles: []string{"orgunit"}, Required: true}, {Key: "element", Titles: []string{"dataelement"}, Required: true},
		{Key: "period", Titles: []string{"period"}, Required: true}, {Key: "value", Titles: []string{"value"}, Required: true}, {Key: "comment", Titles: []string{"comment"}}}
	dhis2Unused = []string{"categoryoptioncombo", "attributeoptioncombo", "storedby", "created", "lastupdated", "timestamp", "followup", "deleted"}
)

// readCSV reads a file by its headings; rows are numbered as a spreadsheet counts them.
func readCSV(r *http.Request, dhis2 bool) (rows []reporting.ValueRow, err error) {
	book, err := sheet.Open(r.Body, sheet.DefaultLimits)
	if err != nil {
		return nil, badFile(err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	columns, unused := ownColumns, []string(nil)
	if dhis2 {
		columns, unused = dhis2Columns, dhis2Unused
	}
	in, err := book.Rows(columns)
	if err != nil {
		return nil, badFile(err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if err := refuseColumns(in.Header(), columns, unused); err != nil {
		return nil, err
	}
	for in.Next() {
		row := in.Row()
		value := row.Get("value")
		rows = append(rows, reporting.ValueRow{Row: row.Number, Institution: row.Get("institution"), Element: row.Get("element"),
			Period: row.Get("period"), Value: &value, Comment: row.Get("comment")})
	}
	if err := in.Err(); err != nil {
		return nil, badFile(err)
	}
	return rows, nil
}

// refuseColumns names the columns that would be ignored in silence.
func refuseColumns(header []string, columns []sheet.Column, unused []string) error {
	known := slices.Clone(unused)
	for _, c := range columns {
		known = append(known, c.Titles...)
	}
	for _, title := range header {
		title = strings.ToLower(strings.TrimSpace(title))
		if title != "" && !slices.Contains(known, title) {
			return fault.Field(title, "不认识的列 %s", title)
		}
	}
	return nil
}

// badFile makes the sentence about a file a fault.
func badFile(err error) error {
	var refused *sheet.Error
	if errors.As(err, &refused) {
		return fault.Field("body", "%s", refused.Message)
	}
	return fmt.Errorf("read figures: %w", err)
}
