package sheet

import (
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// display is the little of a number format that changes what a number means.
type display int

const (
	plainNumber display = iota
	dateDisplay
	monthDisplay
	percentDisplay
)

// readingFormats are the formats every cell is read with: dates in ISO order,
// percentages with more places than anybody types. What is displayed as a month
// lacks the seconds, by which asTyped knows it.
var readingFormats = map[display]string{
	dateDisplay:    "yyyy-mm-dd hh:mm:ss",
	monthDisplay:   "yyyy-mm-dd hh:mm",
	percentDisplay: "0.0000000000%",
}

// noFormat is a number format that no file defines: the library then returns
// the stored number with its 15 significant digits instead of what is displayed.
const noFormat = 1 << 20

// builtin number formats of ECMA-376 part 1, 18.8.30, with the dates of the
// zh-CN list (27–58).
var (
	builtinDates    = []int{14, 15, 16, 22, 28, 29, 30, 31, 51, 53, 54, 58}
	builtinMonths   = []int{17, 27, 36, 50, 52, 57}
	builtinPercents = []int{9, 10}
)

// simplifyStyles replaces the number format of every cell style, so that rows
// are read as what was typed and not as what was displayed.
func simplifyStyles(f *excelize.File) error {
	if f.Styles == nil || f.Styles.CellXfs == nil {
		return nil
	}
	codes := customFormats(f)
	ids := map[display]int{plainNumber: noFormat}
	shown := len(f.Styles.CellXfs.Xf)
	for kind, code := range readingFormats {
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
		if err != nil {
			return err
		}
		ids[kind] = *f.Styles.CellXfs.Xf[style].NumFmtID
	}
	for i := range shown {
		xf := &f.Styles.CellXfs.Xf[i]
		id := ids[displayOf(xf.NumFmtID, codes)]
		xf.NumFmtID = &id
	}
	return nil
}

func customFormats(f *excelize.File) map[int]string {
	codes := map[int]string{}
	if f.Styles.NumFmts != nil {
		for _, format := range f.Styles.NumFmts.NumFmt {
			codes[format.NumFmtID] = format.FormatCode
		}
	}
	return codes
}

func displayOf(id *int, codes map[int]string) display {
	if id == nil {
		return plainNumber
	}
	if code, custom := codes[*id]; custom {
		return classify(code)
	}
	switch {
	case slices.Contains(builtinDates, *id):
		return dateDisplay
	case slices.Contains(builtinMonths, *id):
		return monthDisplay
	case slices.Contains(builtinPercents, *id):
		return percentDisplay
	}
	return plainNumber
}

// literal matches what a format code shows as it is: quoted text, escaped
// characters, colours and locales in brackets.
var literal = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^\]]*\]`)

func classify(code string) display {
	letters := strings.ToLower(literal.ReplaceAllString(code, ""))
	letters = strings.ReplaceAll(letters, "general", "")
	switch {
	case strings.Contains(letters, "%"):
		return percentDisplay
	case strings.Contains(letters, "d"):
		return dateDisplay
	case strings.Contains(letters, "y") && strings.Contains(letters, "m"):
		return monthDisplay
	case strings.Contains(letters, "y"):
		return dateDisplay
	}
	return plainNumber
}
