package sheet

import (
	"bytes"
	"regexp"
	"slices"
)

// inspector looks at the XML of a worksheet as it passes, for what the library
// does not report: an end that is missing, and formulas without a result, which
// would be read as empty cells.
type inspector struct {
	tail      []byte // the end of what has passed
	unsettled string // the first cell whose formula has no result
}

// overlap is longer than any cell that matters, so that one cut by the border
// between two writes is seen whole.
const overlap = 4096

// noResult is how a cell ends whose formula was never calculated.
var noResult = [][]byte{
	[]byte("</f>"), []byte("</f><v></v>"), []byte("</f><v/>"), []byte("</f><v />"),
}

// Write takes the next piece.
func (w *inspector) Write(p []byte) (int, error) {
	w.tail = append(w.tail[max(0, len(w.tail)-overlap):], p...)
	if w.unsettled == "" {
		w.unsettled = unsettledCell(w.tail)
	}
	return len(p), nil
}

// unsettledCell returns the reference of the first formula without a result. A
// cell of type str is one whose result is the empty text. What stands between two
// ends of cells is looked at once, so that no content makes this slow.
func unsettledCell(xml []byte) string {
	for {
		cell, rest, found := bytes.Cut(xml, []byte("</c>"))
		if !found {
			return ""
		}
		if endsWithoutResult(cell) {
			start := bytes.LastIndex(cell, []byte("<c "))
			if start >= 0 && !bytes.Contains(cell[start:], []byte(`t="str"`)) {
				return reference(cell[start:])
			}
		}
		xml = rest
	}
}

func endsWithoutResult(cell []byte) bool {
	return slices.ContainsFunc(noResult, func(ending []byte) bool { return bytes.HasSuffix(cell, ending) })
}

var cellReference = regexp.MustCompile(` r="([A-Z]{1,3}[0-9]{1,7})"`)

func reference(cell []byte) string {
	if found := cellReference.FindSubmatch(cell); found != nil {
		return string(found[1]) + " 格"
	}
	return "工作簿里"
}

// worksheetEnd is how every whole worksheet ends.
var worksheetEnd = regexp.MustCompile(`</(\w+:)?worksheet\s*>\s*$`)

// verdict refuses what has passed.
func (w *inspector) verdict() error {
	if !worksheetEnd.Match(w.tail[max(0, len(w.tail)-256):]) {
		return errDamaged
	}
	if w.unsettled != "" {
		return refuse("%s的公式没有计算结果,请用 Excel 或 WPS 打开并保存后再上传", w.unsettled)
	}
	return nil
}
