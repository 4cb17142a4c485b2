package exchange

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode/utf8"

	"yigai/internal/fault"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
)

// Format is a way of writing figures.
type Format string

// The formats that are read; DHIS2, DHIS2CSV and ADX are written too.
const (
	JSON     Format = "json"      // {"values":[…]} or […]
	Table    Format = "table"     // csv or xlsx with the product's headings
	DHIS2    Format = "dhis2"     // dataValueSets as JSON
	DHIS2CSV Format = "dhis2-csv" // dataValueSets as CSV
	DXF      Format = "dxf"       // dataValueSets as XML
	ADX      Format = "adx"       // aggregate data exchange, XML
)

// Title names the format for people.
func (f Format) Title() string {
	switch f {
	case JSON:
		return "JSON"
	case Table:
		return "表格"
	case DHIS2:
		return "DHIS2 JSON"
	case DHIS2CSV:
		return "DHIS2 CSV"
	case DXF:
		return "DHIS2 XML"
	case ADX:
		return "ADX"
	}
	return string(f)
}

// File is a file of figures as it was read.
type File struct {
	Format  Format
	Rows    []reporting.ValueRow
	Refused []reporting.Refused // rows that cannot be figures of ours
	Unread  []string            // headings that mean nothing here
	Table   sheet.List          // of a table: its rows as they stood
	SHA256  [sha256.Size]byte
	Bytes   int
}

// Kind is what a sender says of a file.
type Kind int

// The kinds.
const (
	AnyKind Kind = iota
	JSONKind
	TableKind
	XMLKind
)

// Read understands a file by its content, unless the sender says what it is. Whatever keeps it from being read as a
// whole is an Invalid fault; single rows that cannot be taken are in Refused.
func Read(content []byte, kind Kind) (f File, err error) {
	if len(content) > MaxBytes {
		return f, fault.Field("file", "文件超过 %d MB,请拆分后再导入", MaxBytes>>20)
	}
	if kind == AnyKind {
		kind = kindOf(content)
	}
	switch kind {
	case JSONKind:
		f, err = readJSON(content)
	case XMLKind:
		f, err = readXML(content)
	default:
		f, err = readTable(content)
	}
	f.SHA256, f.Bytes = sha256.Sum256(content), len(content)
	if err != nil {
		return f, err
	}
	if len(f.Rows)+len(f.Refused) == 0 {
		return f, fault.Field("values", "没有要导入的数")
	}
	return f, f.storable()
}

func kindOf(content []byte) Kind {
	start := bytes.TrimLeft(bytes.TrimPrefix(content, []byte("\ufeff")), " \t\r\n")
	switch {
	case bytes.HasPrefix(start, []byte("{")), bytes.HasPrefix(start, []byte("[")):
		return JSONKind
	case bytes.HasPrefix(start, []byte("<?xml")), bytes.HasPrefix(start, []byte("<adx")), bytes.HasPrefix(start, []byte("<dataValueSet")):
		return XMLKind
	}
	return TableKind
}

// storable refuses characters that the database keeps in no text.
func (f File) storable() error {
	for _, r := range f.Rows {
		texts := []string{r.Institution, r.Element, r.Period, r.Comment}
		if r.Value != nil {
			texts = append(texts, *r.Value)
		}
		for _, t := range texts {
			if strings.ContainsRune(t, 0) || !utf8.ValidString(t) {
				return fault.Field("body", `第 %d 个数里有无法保存的字符 \u0000`, r.Row)
			}
		}
	}
	return nil
}

// add takes a row, or refuses the file when it has more than one load takes.
func (f *File) add(r reporting.ValueRow) error {
	if len(f.Rows)+len(f.Refused) >= reporting.MaxRows {
		return fault.Field("body", "一次最多导入 %d 个数,请拆分后再导入", reporting.MaxRows)
	}
	f.Rows = append(f.Rows, r)
	return nil
}

// refuse sets a row aside with the reason.
func (f *File) refuse(row int, field, value, format string, args ...any) error {
	if len(f.Rows)+len(f.Refused) >= reporting.MaxRows {
		return fault.Field("body", "一次最多导入 %d 个数,请拆分后再导入", reporting.MaxRows)
	}
	f.Refused = append(f.Refused, reporting.Refused{Row: row, Field: field, Value: cut(value), Message: fmt.Sprintf(format, args...)})
	return nil
}

// cut keeps what is echoed short.
func cut(s string) string {
	const most = 60
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// defaultCombos are how DHIS2 says that a figure is not broken down: nothing, the code and the uid of its default.
var defaultCombos = map[string]bool{"": true, "default": true, "HllvX50cXC0": true}

// brokenDown says that a figure is a part of one: ours have no categories, and a part is not the whole.
const brokenDown = "这个数按“%s”分组,本系统的数据项不分组;请导入合计数"
