package analysis

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
)

// significant is how many digits a spreadsheet keeps of a number.
const significant = 15

// stored15 is a number as a spreadsheet stores it, or its text where it has more digits than that.
func stored15(d decimal.Decimal) any {
	if d.NumDigits() > significant {
		return d.String()
	}
	f, err := strconv.ParseFloat(d.String(), 64)
	if err != nil {
		return d.String()
	}
	return f
}

var thin = []excelize.Border{{Type: "left", Style: 1, Color: "B9C5CC"}, {Type: "right", Style: 1, Color: "B9C5CC"},
	{Type: "top", Style: 1, Color: "B9C5CC"}, {Type: "bottom", Style: 1, Color: "B9C5CC"}}

// figureStyle shows so many decimals; fewer than none is for text.
func (w *workbook) figureStyle(places int, strong bool) (int, error) {
	style := &excelize.Style{Border: thin, Font: &excelize.Font{Bold: strong}, Alignment: &excelize.Alignment{Horizontal: "right"}}
	if places < 0 {
		style.Alignment.Horizontal = "left"
	} else {
		format := "#,##0"
		if places > 0 {
			format += "." + strings.Repeat("0", places)
		}
		style.CustomNumFmt = &format
	}
	return w.style(fmt.Sprintf("figure %d %v", places, strong), style)
}

// style makes a style once.
func (w *workbook) style(name string, s *excelize.Style) (int, error) {
	if id, ok := w.styles[name]; ok {
		return id, nil
	}
	id, err := w.file.NewStyle(s)
	if err == nil {
		w.styles[name] = id
	}
	return id, err
}
