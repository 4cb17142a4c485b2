package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// maxCell is the most text a spreadsheet holds in one cell.
const maxCell = 32767

func openCSV(data []byte, limits Limits) (*Book, error) {
	text, err := decode(data)
	if err != nil {
		return nil, err
	}
	separator := separatorOf(text)
	open := func() (source, error) {
		reader := csv.NewReader(bytes.NewReader(text))
		reader.Comma = separator
		reader.FieldsPerRecord = -1
		return &csvSource{reader: reader}, nil
	}
	return &Book{Format: CSV, limits: limits, tables: []table{{open: open}}}, nil
}

// decode returns UTF-8: the text is UTF-8 with or without a mark, UTF-16 with a
// mark ("Unicode 文本"), or GB18030.
func decode(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		text, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		return readable(text, err)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if utf8.Valid(data) {
		return readable(data, nil)
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	return readable(text, err)
}

// readable refuses what decodes to something that nobody wrote.
func readable(text []byte, err error) ([]byte, error) {
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) || bytes.IndexByte(text, 0) >= 0 {
		return nil, refuse("认不出文件的格式或编码,请上传 xlsx,或 UTF-8、GB18030 编码的 csv")
	}
	return text, nil
}

// separatorOf picks the separator that occurs most often outside quotes on the
// first line with content.
func separatorOf(text []byte) rune {
	line, _, _ := bytes.Cut(bytes.TrimLeft(text, "\r\n"), []byte("\n"))
	count := map[rune]int{}
	quoted := false
	for _, r := range string(line) {
		if r == '"' {
			quoted = !quoted
		}
		if !quoted {
			count[r]++
		}
	}
	best := ','
	for _, r := range []rune{'\t', ';'} {
		if count[r] > count[best] {
			best = r
		}
	}
	return best
}

// csvSource streams a csv file; rows count as a spreadsheet shows them, where a
// cell with line breaks is one row and an empty line is a row too.
type csvSource struct {
	reader *csv.Reader
	folded int // line breaks inside cells so far
}

func (s *csvSource) next() (int, []string, error) {
	cells, err := s.reader.Read()
	if errors.Is(err, io.EOF) {
		return 0, nil, io.EOF
	}
	var syntax *csv.ParseError
	if errors.As(err, &syntax) {
		return 0, nil, refuse("第 %d 行的引号不成对,无法分列,请检查后再上传", syntax.StartLine)
	}
	if err != nil {
		return 0, nil, err
	}
	line, _ := s.reader.FieldPos(0)
	row := line - s.folded
	for i, text := range cells {
		if len(text) > maxCell*utf8.UTFMax {
			return 0, nil, refuse("第 %d 行有一格超过 %d 个字,请检查引号是否成对", row, maxCell)
		}
		s.folded += strings.Count(text, "\n")
		cells[i] = unguard(text)
	}
	return row, cells, nil
}

func (s *csvSource) close() error { return nil }
