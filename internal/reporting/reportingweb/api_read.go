package reportingweb

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
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
	DataSet                     string       `json:"dataSet"`
	CompleteDate                string       `json:"completeDate"`
	Period                      string       `json:"period"`
	OrgUnit                     string       `json:"orgUnit"`
	AttributeOptionCombo        string       `json:"attributeOptionCombo"`
	AttributeCategoryOptions    any          `json:"attributeCategoryOptions"`
	IDScheme                    string       `json:"idScheme"`
	DataElementIDScheme         string       `json:"dataElementIdScheme"`
	OrgUnitIDScheme             string       `json:"orgUnitIdScheme"`
	CategoryOptionComboIDScheme string       `json:"categoryOptionComboIdScheme"`
	DataValues                  []dhis2Value `json:"dataValues"`
}

type dhis2Value struct {
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
	FollowUp             any             `json:"followup"`
}

// readValues understands JSON and CSV, each in the product's words or in DHIS2's.
func readValues(w http.ResponseWriter, r *http.Request) ([]reporting.ValueRow, error) {
	format := r.URL.Query().Get("format")
	if format != "" && format != "dhis2" {
		return nil, fault.Field("format", "format 只能是 dhis2,或不写")
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return nil, fault.Field("body", "Content-Type 无法识别")
	}
	if kind == "text/csv" || kind == "application/csv" {
		return readCSV(r, format == "dhis2")
	}
	shape, err := shapeOf(w, r)
	switch {
	case err != nil:
		return nil, err
	case format == "dhis2" || shape == shapeDHIS2:
		return readDHIS2(w, r)
	case shape == shapeList:
		var list []valueIn
		if err := page.ReadJSON(w, r, &list); err != nil {
			return nil, err
		}
		return valueRows(list)
	default:
		var in valuesIn
		if err := page.ReadJSON(w, r, &in); err != nil {
			return nil, err
		}
		return valueRows(in.Values)
	}
}

// The shapes of a JSON body.
type shape int

const (
	shapeValues shape = iota // {"values":[…]}
	shapeList                // […]
	shapeDHIS2               // {"dataValues":[…]}
)

// shapeOf looks at the body and leaves it to be read.
func shapeOf(w http.ResponseWriter, r *http.Request) (shape, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, page.MaxBody))
	if err != nil {
		return 0, fmt.Errorf("read figures: %w", err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var keys struct {
		DataValues json.RawMessage `json:"dataValues"`
	}
	switch {
	case bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")):
		return shapeList, nil
	case bytes.Contains(body, []byte(`"dataValues"`)) && json.Unmarshal(body, &keys) == nil && keys.DataValues != nil:
		return shapeDHIS2, nil
	}
	return shapeValues, nil
}

func valueRows(list []valueIn) ([]reporting.ValueRow, error) {
	rows := make([]reporting.ValueRow, len(list))
	for i, v := range list {
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
		if v.Deleted {
			value = nil
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

// The columns of a CSV file. DHIS2 spells some of its own in two ways; what carries nothing this product keeps is
// known, so that only a mistake is refused.
var (
	ownColumns = append([]sheet.Column{{Key: "institution", Titles: []string{"institution", "机构编码", "orgunit"}, Required: true},
		{Key: "element", Titles: []string{"element", "数据项", "dataelement"}, Required: true}, {Key: "period", Titles: []string{"period", "报告期"}, Required: true},
		{Key: "value", Titles: []string{"value", "数值"}, Required: true}, {Key: "comment", Titles: []string{"comment", "备注"}}}, dhis2Extra...)
	dhis2Columns = append([]sheet.Column{{Key: "institution", Titles: []string{"orgunit"}, Required: true}, {Key: "element", Titles: []string{"dataelement"}, Required: true},
		{Key: "period", Titles: []string{"period"}, Required: true}, {Key: "value", Titles: []string{"value"}, Required: true}, {Key: "comment", Titles: []string{"comment"}}}, dhis2Extra...)
	dhis2Extra = []sheet.Column{{Key: "deleted"}, {Key: "categoryoptioncombo", Titles: []string{"catoptcombo"}},
		{Key: "attributeoptioncombo", Titles: []string{"attroptcombo"}}, {Key: "storedby"}, {Key: "created"},
		{Key: "lastupdated"}, {Key: "timestamp"}, {Key: "followup"}}
)

// csvLimits bound a file of figures: as many rows as one load takes, and no more columns than either spelling knows.
var csvLimits = sheet.Limits{Bytes: sheet.DefaultLimits.Bytes, Unzipped: sheet.DefaultLimits.Unzipped, Rows: reporting.MaxRows, Columns: 30}

// readCSV reads a file by its headings, keeping nothing but figures; rows are numbered as a spreadsheet counts them.
func readCSV(r *http.Request, dhis2 bool) (list []reporting.ValueRow, err error) {
	columns := ownColumns
	if dhis2 {
		columns = dhis2Columns
	}
	book, err := sheet.Open(r.Body, csvLimits)
	if err != nil {
		return nil, badFile(err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	rows, err := book.Rows(columns)
	if err != nil {
		return nil, badFile(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for _, f := range rows.Findings() {
		return nil, fault.Field(f.Column, "不认识的列 %s", f.Column) // it would be ignored in silence
	}
	for rows.Next() {
		list = append(list, csvValue(rows.Row()))
	}
	if err := rows.Err(); err != nil {
		return nil, badFile(err)
	}
	return list, nil
}

func csvValue(row sheet.Row) reporting.ValueRow {
	v := reporting.ValueRow{Row: row.Number, Institution: row.Get("institution"), Element: row.Get("element"),
		Period: row.Get("period"), Comment: row.Get("comment")}
	if value := row.Get("value"); !strings.EqualFold(row.Get("deleted"), "true") {
		v.Value = &value
	}
	return v
}

// badFile makes the sentence about a file a fault.
func badFile(err error) error {
	var refused *sheet.Error
	if errors.As(err, &refused) {
		return fault.Field("body", "%s", refused.Message)
	}
	return fmt.Errorf("read figures: %w", err)
}
