package sheet

import (
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// The look of an exported workbook.
var (
	titleStyle = &excelize.Style{
		Font:      &excelize.Font{Bold: true, Size: 14},
		Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center"},
	}
	aboutStyle = &excelize.Style{
		Font:      &excelize.Font{Color: "595959"},
		Alignment: &excelize.Alignment{Vertical: "center"},
	}
	headStyle = &excelize.Style{
		Font:      &excelize.Font{Bold: true},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF4"}},
		Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true},
		Border:    []excelize.Border{{Type: "bottom", Style: 1, Color: "8096AC"}},
	}
)

// styleOf is the number format of a column; text columns are marked as text, so
// that codes and ID numbers keep all their digits when somebody edits the file.
func styleOf(f Field) *excelize.Style {
	code := "@"
	switch f.Kind {
	case Int:
		code = "#,##0"
	case Decimal:
		code = "#,##0" + places(f.Decimals)
	case Percent:
		code = "0" + places(f.Decimals) + "%"
	case Date:
		code = "yyyy-mm-dd"
	}
	return &excelize.Style{CustomNumFmt: &code}
}

func places(n int) string {
	if n <= 0 {
		return ""
	}
	return "." + strings.Repeat("0", n)
}

// Widths in characters.
const (
	minWidth = 10
	maxWidth = 60
)

// widthOf leaves room for the heading, two characters for each Chinese one.
func widthOf(f Field) float64 {
	width := f.Width
	if width <= 0 {
		width = 2*utf8.RuneCountInString(f.heading()) + 2
	}
	return float64(min(max(width, minWidth), maxWidth))
}

// clean drops what must not stand in document properties.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
}
