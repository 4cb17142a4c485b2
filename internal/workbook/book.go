package workbook

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"yigai/internal/formula"
	"yigai/internal/number"
)

// book is a workbook being written.
type book struct {
	file   *excelize.File
	styles map[look]int
	names  map[string]bool
}

func newBook() (*book, error) {
	b := &book{file: excelize.NewFile(), styles: map[look]int{}, names: map[string]bool{stampSheet: true}}
	stamp := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC).Format(time.RFC3339)
	return b, b.file.SetDocProps(&excelize.DocProperties{Title: "月报", Creator: "医改", Created: stamp, Modified: stamp})
}

// maxName is the longest name of a worksheet.
const maxName = 31

// name makes a title into the name of a worksheet that no other has.
func (b *book) name(title string) string {
	title = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) {
			return -1
		}
		return r
	}, title)
	name := cut(title, maxName)
	for n := 2; b.names[name]; n++ {
		tail := fmt.Sprintf("(%d)", n)
		name = cut(title, maxName-len(tail)) + tail
	}
	b.names[name] = true
	return name
}

func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}

// finish takes away the sheet that the library begins with and shows the first of ours.
func (b *book) finish() ([]byte, error) {
	if err := b.file.DeleteSheet("Sheet1"); err != nil {
		return nil, err
	}
	b.file.SetActiveSheet(0)
	calculate := true
	if err := b.file.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &calculate}); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := b.file.Write(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// look is how a cell appears.
type look struct {
	kind     kind
	decimals int
	indent   int
	bold     bool
}

type kind int

const (
	lookTitle kind = iota
	lookAbout
	lookHead
	lookCode
	lookSection
	lookLabel
	lookInput
	lookWord   // an input for words
	lookFigure // a figure to read
	lookDerived
)

func (b *book) style(l look) (int, error) {
	if id, known := b.styles[l]; known {
		return id, nil
	}
	id, err := b.file.NewStyle(l.style())
	if err == nil {
		b.styles[l] = id
	}
	return id, err
}

const line = "B7C3CE"

func (l look) style() *excelize.Style {
	s := &excelize.Style{Protection: &excelize.Protection{Locked: l.kind != lookInput && l.kind != lookWord},
		Alignment: &excelize.Alignment{Vertical: "center", Indent: l.indent}, Font: &excelize.Font{Bold: l.bold, Size: 11}}
	if l.kind > lookAbout {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			s.Border = append(s.Border, excelize.Border{Type: side, Style: 1, Color: line})
		}
	}
	format := "@"
	switch l.kind {
	case lookTitle:
		s.Font.Bold, s.Font.Size, s.Alignment.Horizontal = true, 16, "center"
	case lookAbout:
		s.Font.Color, s.Alignment.WrapText = "595959", true
	case lookHead:
		s.Font.Bold, s.Alignment.Horizontal, s.Alignment.WrapText, s.Fill = true, "center", true, fill("E8EEF4")
	case lookCode:
		s.Font.Size, s.Font.Color, s.Fill = 8, "8A949E", fill("F6F7F8")
	case lookSection:
		s.Font.Bold, s.Fill = true, fill("F1F4F7")
	case lookInput:
		s.Fill, format, s.Alignment.Horizontal = fill("FFFBE6"), numberFormat(l.decimals), "right"
	case lookWord:
		s.Fill = fill("FFFBE6")
	case lookFigure, lookDerived:
		s.Fill, format, s.Alignment.Horizontal = fill("F1F2F3"), numberFormat(l.decimals), "right"
		if l.kind == lookFigure {
			s.Font.Color = "6B747D"
		}
	case lookLabel:
	}
	s.CustomNumFmt = &format
	return s
}

func fill(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

func numberFormat(decimals int) string {
	if decimals <= 0 {
		return "#,##0"
	}
	return "#,##0." + strings.Repeat("0", decimals)
}

// plainFigure is a number for Excel, or the word for what does not apply; empty stays empty.
func plainFigure(c number.Cell) any {
	switch c.State {
	case number.Given:
		return excelNumber(c.Value)
	case number.NotApplicable:
		return number.NotApplicableText
	}
	return ""
}

func derivedFigure(v formula.Value, decimals int) any {
	if v.Reason != "" {
		return ""
	}
	return excelNumber(v.Decimal.Round(int32(decimals)))
}

// excelNumber is the figure as a spreadsheet stores it. Its numbers are binary with 15 exact digits, which is all that
// a figure has, so nothing is lost.
func excelNumber(d decimal.Decimal) any {
	if d.IsInteger() {
		return d.IntPart()
	}
	return d.InexactFloat64()
}
