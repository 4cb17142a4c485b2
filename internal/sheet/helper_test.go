package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yigai/internal/sheet"
)

var people = []sheet.Column{
	{Key: "code", Titles: []string{"机构编码", "编码"}, Required: true},
	{Key: "name", Titles: []string{"名称"}},
	{Key: "income", Titles: []string{"总收入"}, Unit: "元"},
}

// open opens data and closes the book with the test.
func open(t *testing.T, data []byte) *sheet.Book {
	t.Helper()
	book, err := sheet.Open(bytes.NewReader(data), sheet.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	})
	return book
}

// read returns all rows under the columns.
func read(t *testing.T, data []byte, columns []sheet.Column) (*sheet.Rows, []sheet.Row) {
	t.Helper()
	rows, err := open(t, data).Rows(columns)
	if err != nil {
		t.Fatal(err)
	}
	var all []sheet.Row
	for rows.Next() {
		all = append(all, rows.Row())
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		t.Fatal(err)
	}
	return rows, all
}

// refusal opens and reads data and returns the sentence that refuses it.
func refusal(t *testing.T, data []byte, limits sheet.Limits) string {
	t.Helper()
	var refused *sheet.Error
	err := openAndRead(data, limits)
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want a refusal", err)
	}
	return refused.Message
}

func openAndRead(data []byte, limits sheet.Limits) error {
	book, err := sheet.Open(bytes.NewReader(data), limits)
	if err != nil {
		return err
	}
	defer book.Close()
	rows, err := book.Rows(people)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		rows.Row().Get("code")
	}
	return rows.Err()
}

// build returns a workbook that fill has changed.
func build(t *testing.T, fill func(f *excelize.File), options ...excelize.Options) []byte {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	var out bytes.Buffer
	if err := errors.Join(f.Write(&out, options...), f.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func set(t *testing.T, f *excelize.File, row string, cells ...any) {
	t.Helper()
	if err := f.SetSheetRow("Sheet1", row, &cells); err != nil {
		t.Fatal(err)
	}
}

// archive packs parts into a zip.
func archive(t *testing.T, parts map[string]io.Reader) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, content := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// workbookAround returns the smallest workbook with the given worksheet.
func workbookAround(t *testing.T, worksheet io.Reader) []byte {
	t.Helper()
	const relation = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	return archive(t, map[string]io.Reader{
		"[Content_Types].xml": strings.NewReader(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`),
		"xl/workbook.xml": strings.NewReader(`<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + relation +
			`"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`),
		"_rels/.rels": strings.NewReader(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="` + relation + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`),
		"xl/_rels/workbook.xml.rels": strings.NewReader(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="` + relation + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`),
		"xl/worksheets/sheet1.xml": worksheet,
	})
}
