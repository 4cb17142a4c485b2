package sheet

import (
	"bytes"
	"regexp"
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
	[]byte("</f></c>"), []byte("</f><v></v></c>"), []byte("</f><v/></c>"), []byte("</f><v /></c>"),
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
// cell of type str is one whose result is the empty text.
func unsettledCell(xml []byte) string {
	for _, ending := range noResult {
		for from := 0; ; {
			at := bytes.Index(xml[from:], ending)
			if at < 0 {
				break
			}
			start := bytes.LastIndex(xml[:from+at], []byte("<c "))
			if start >= 0 {
				cell := xml[start : from+at]
				if !bytes.Contains(cell, []byte(`t="str"`)) {
					return reference(cell)
				}
			}
			from += at + len(ending)
		}
	}
	return ""
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
