package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
)

// spillBytes is the size from which a worksheet is read from disk, not memory.
const spillBytes = 8 << 20

// openXLSX opens a workbook; all temporary files go into a folder of its own,
// so that nothing stays behind whatever happens.
func openXLSX(data []byte, limits Limits) (*Book, error) {
	if err := checkZip(data, limits); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "yigai-sheet-")
	if err != nil {
		return nil, fmt.Errorf("open workbook: %w", err)
	}
	file, err := parse(data, limits, folder)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	book := &Book{Format: XLSX, limits: limits, close: func() error {
		return errors.Join(file.Close(), os.RemoveAll(folder))
	}}
	book.tables = worksheets(file)
	return book, nil
}

// parse lets the library open the workbook. A panic of the library is a damaged
// file, not our end.
func parse(data []byte, limits Limits, folder string) (file *excelize.File, err error) {
	defer func() {
		if recover() != nil {
			file, err = nil, errDamaged
		}
	}()
	file, err = excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: limits.Unzipped, UnzipXMLSizeLimit: min(spillBytes, limits.Unzipped), TmpDir: folder,
	})
	if err != nil {
		return nil, errDamaged
	}
	if err := simplifyStyles(file); err != nil {
		return nil, errors.Join(errDamaged, file.Close())
	}
	return file, nil
}

// worksheets lists the worksheets in order.
func worksheets(file *excelize.File) []table {
	var tables []table
	for _, name := range file.GetSheetList() {
		visible, err := file.GetSheetVisible(name)
		tables = append(tables, table{name: name, hidden: err != nil || !visible, open: func() (source, error) {
			rows, err := file.Rows(name)
			if err != nil {
				return nil, errDamaged
			}
			return &sheetSource{rows: rows}, nil
		}})
	}
	return tables
}

// sheetSource streams one worksheet.
type sheetSource struct {
	rows *excelize.Rows
	row  int
}

func (s *sheetSource) next() (row int, cells []string, err error) {
	defer func() {
		if recover() != nil {
			err = errDamaged
		}
	}()
	if !s.rows.Next() {
		if s.rows.Error() != nil {
			return 0, nil, errDamaged
		}
		return 0, nil, io.EOF
	}
	s.row++
	cells, err = s.rows.Columns()
	if err != nil {
		return 0, nil, errDamaged
	}
	for i, text := range cells {
		cells[i] = asTyped(text)
	}
	return s.row, cells, nil
}

func (s *sheetSource) close() error { return s.rows.Close() }

var (
	shownMonth  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2} 00:00$`)
	longPercent = regexp.MustCompile(`^-?\d+\.\d{10}%$`)
	exponent    = regexp.MustCompile(`^-?\d\.\d+E[+-]\d{2,3}$`)
)

// asTyped turns what the reading formats produce into what a person types. A
// date displayed as a month is a month only if it is the first of one. The escape
// _x0000_ becomes a character that no text in the database can hold; it goes.
func asTyped(text string) string {
	text = strings.ReplaceAll(text, "\x00", "")
	switch {
	case strings.HasSuffix(text, " 00:00:00"):
		return strings.TrimSuffix(text, " 00:00:00")
	case shownMonth.MatchString(text):
		return strings.TrimSuffix(strings.TrimSuffix(text, " 00:00"), "-01")
	case longPercent.MatchString(text):
		return strings.TrimRight(strings.TrimRight(strings.TrimSuffix(text, "%"), "0"), ".") + "%"
	case exponent.MatchString(text):
		if d, err := decimal.NewFromString(text); err == nil {
			return d.String()
		}
	}
	return text
}
