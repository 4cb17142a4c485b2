package exchange

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"strings"
	"unicode/utf8"

	"yigai/internal/period"
)

// dhis2Out is one figure of a dataValueSets document.
type dhis2Out struct {
	DataElement string `json:"dataElement"`
	Period      string `json:"period"`
	OrgUnit     string `json:"orgUnit"`
	Value       string `json:"value"`
	Comment     string `json:"comment,omitempty"`
	LastUpdated string `json:"lastUpdated"`
	Deleted     bool   `json:"deleted,omitempty"`
}

func writeDHIS2(data []datum, _ string) ([]byte, error) {
	list := make([]dhis2Out, len(data))
	for i, d := range data {
		list[i] = dhis2Out{d.element, dhis2Month(d.month), d.institution, d.value(), d.comment, d.stamp(), d.missing()}
	}
	var out bytes.Buffer
	in := json.NewEncoder(&out)
	in.SetEscapeHTML(false)
	err := in.Encode(map[string]any{"dataValues": list})
	return out.Bytes(), err
}

// writeCSV has no byte order mark: DHIS2 would take it for a part of the first heading.
func writeCSV(data []datum, _ string) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	lines := make([][]string, 0, len(data)+1)
	lines = append(lines, []string{"dataelement", "period", "orgunit", "categoryoptioncombo", "attributeoptioncombo", "value", "storedby",
		"lastupdated", "comment", "followup", "deleted"})
	for _, d := range data {
		deleted := ""
		if d.missing() {
			deleted = "true"
		}
		lines = append(lines, []string{d.element, dhis2Month(d.month), d.institution, "", "", d.value(), "", d.stamp(), guarded(d.comment), "", deleted})
	}
	err := w.WriteAll(lines)
	return out.Bytes(), err
}

// formulaStarts are the characters by which spreadsheets take text for a formula, as package sheet has them.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// guarded keeps a spreadsheet from taking a comment for a formula; reading takes the mark off again.
func guarded(text string) string {
	first, size := utf8.DecodeRuneInString(strings.TrimLeft(text, "'"))
	if size > 0 && strings.ContainsRune(formulaStarts, first) {
		return "'" + text
	}
	return text
}

// adxOut is an ADX document: a group for each month and institution.
type adxOut struct {
	XMLName xml.Name   `xml:"urn:ihe:qrph:adx:2015 adx"`
	Groups  []adxGroup `xml:"group"`
}

type adxGroup struct {
	DataSet string     `xml:"dataSet,attr"`
	Period  string     `xml:"period,attr"`
	OrgUnit string     `xml:"orgUnit,attr"`
	Values  []adxValue `xml:"dataValue"`

	month period.Month
}

type adxValue struct {
	DataElement string `xml:"dataElement,attr"`
	Value       string `xml:"value,attr"`
	Annotation  string `xml:"annotation,omitempty"`
}

func writeADX(data []datum, dataSet string) ([]byte, error) {
	doc := adxOut{}
	for _, d := range data {
		n := len(doc.Groups)
		if n == 0 || doc.Groups[n-1].month != d.month || doc.Groups[n-1].OrgUnit != d.institution {
			doc.Groups = append(doc.Groups, adxGroup{DataSet: dataSet, Period: d.month.String() + "-01/P1M", OrgUnit: d.institution, month: d.month})
			n++
		}
		g := &doc.Groups[n-1]
		g.Values = append(g.Values, adxValue{d.element, d.value(), d.comment})
	}
	body, err := xml.MarshalIndent(doc, "", "  ")
	return append([]byte(xml.Header), body...), err
}
