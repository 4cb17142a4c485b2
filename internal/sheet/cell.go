package sheet

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// cellForm is the XML around the cells of a column.
type cellForm struct {
	open   string // <c r="A, the row's number follows
	number string // " s="1"><v>
	text   string // " s="1" t="inlineStr"><is><t>
}

func newCellForm(column, style int) (cellForm, error) {
	name, err := excelize.ColumnNumberToName(column)
	styled := `" s="` + strconv.Itoa(style) + `"`
	return cellForm{open: `<c r="` + name, number: styled + "><v>", text: styled + ` t="inlineStr"><is><t>`}, err
}

func appendRowStart(b []byte, row int) []byte {
	b = append(b, `<row r="`...)
	b = strconv.AppendInt(b, int64(row), 10)
	return append(b, `">`...)
}

// append adds a cell; text is always a plain string cell, never a formula, and an empty value no cell at all.
func (c cellForm) append(b []byte, row int, v value, kind Kind) []byte {
	if v.isNumber && kind == Percent {
		v.number = v.number.Shift(-2)
	}
	switch {
	case !v.date.IsZero():
		return c.appendNumber(b, row, strconv.Itoa(serial(v.date)))
	case !v.isNumber && v.text == "":
		return b
	case v.isNumber && kind != Text:
		if digits, ok := storable(v.number); ok {
			return c.appendNumber(b, row, digits)
		}
	}
	return c.appendText(b, row, fit(v.plain()))
}

func (c cellForm) appendNumber(b []byte, row int, digits string) []byte {
	b = append(b, c.open...)
	b = strconv.AppendInt(b, int64(row), 10)
	b = append(b, c.number...)
	b = append(b, digits...)
	return append(b, "</v></c>"...)
}

func (c cellForm) appendText(b []byte, row int, text string) []byte {
	b = append(b, c.open...)
	b = strconv.AppendInt(b, int64(row), 10)
	b = append(b, c.text...)
	if edge(text[0]) || edge(text[len(text)-1]) {
		b = append(b[:len(b)-1], ` xml:space="preserve">`...)
	}
	if plainText(text) {
		b = append(b, text...)
	} else {
		b = append(b, escaped(text)...)
	}
	return append(b, "</t></is></c>"...)
}

func edge(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// plainText reports whether text stands in XML as it is.
func plainText(text string) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ', c == '&', c == '<', c == '>', c == '"', c == '\'', c == '_', c == 0xEF:
			return false // 0xEF begins U+FFFE and U+FFFF, which XML cannot hold
		}
	}
	return utf8.ValidString(text)
}

// escaped is text as XML, what XML cannot hold replaced.
func escaped(text string) []byte {
	var out bytes.Buffer
	// Writing to memory does not fail.
	_ = xml.EscapeText(&out, []byte(text))
	return escapeCodes(bytes.ReplaceAll(out.Bytes(), []byte("&#xA;"), []byte("\n")))
}

// escapeCodes keeps text that looks like a character code, _x0041_, from being read as one (ECMA-376 part 1, 22.4.2.4).
func escapeCodes(text []byte) []byte {
	if !bytes.Contains(text, []byte("_x")) {
		return text
	}
	var out []byte
	for i, c := range text {
		if c == '_' && isCode(text[i:]) {
			out = append(out, "_x005F"...)
		}
		out = append(out, c)
	}
	return out
}

func isCode(text []byte) bool {
	if len(text) < 7 || text[1] != 'x' || text[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return err == nil
}
