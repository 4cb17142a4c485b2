package reportingweb

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"yigai/internal/fault"
	"yigai/internal/number"
	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
)

// uploadForm asks for the filled workbook.
func (h *handlers) uploadForm(w http.ResponseWriter, r *http.Request) error {
	e, err := h.asked(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, uploadPage(e, ""))
}

// uploadLimits suit one report; no form has so many rows.
var uploadLimits = sheet.Limits{Bytes: 5 << 20, Unzipped: 40 << 20, Rows: 5000, Columns: 200}

// besides is room for what a browser sends around the file.
const besides = 64 << 10

// upload stores a filled workbook, all cells or none; empty cells leave what is there.
func (h *handlers) upload(w http.ResponseWriter, r *http.Request) error {
	e, err := h.asked(r)
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, uploadLimits.Bytes+besides)
	edits, err := e.readUpload(r)
	if err != nil {
		if fault.IsInvalid(err) {
			return page.Render(w, r, http.StatusUnprocessableEntity, uploadPage(e, fault.Bare(err).Error()))
		}
		return err
	}
	if _, err := h.svc.ImportSheet(r.Context(), page.Who(r), e.Report.ID, edits); err != nil {
		if !fault.IsInvalid(err) {
			return err
		}
		e.keepTyped(edits)
		e.refuse(fault.Problems(err))
		return h.show(w, r, http.StatusUnprocessableEntity, e)
	}
	return page.Redirect(w, r, at(e.Report.ID), "已导入 "+strconv.Itoa(len(edits))+" 格,请核对检查提示")
}

func (e *entry) readUpload(r *http.Request) (edits []reporting.Edit, err error) {
	file, _, err := r.FormFile("file")
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		return nil, fault.Field("file", "文件超过 %d MB,请确认是这份月报的工作簿", uploadLimits.Bytes>>20)
	case err != nil:
		return nil, fault.Field("file", "请选择填好的工作簿")
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	book, err := sheet.Open(file, uploadLimits)
	if err != nil {
		return nil, badFile(err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	rows, err := book.Rows(e.readColumns())
	if err != nil {
		return nil, badFile(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		found, err := e.editsOf(rows.Row())
		if err != nil {
			return nil, err
		}
		edits = append(edits, found...)
	}
	if err := rows.Err(); err != nil {
		return nil, badFile(err)
	}
	if len(edits) == 0 {
		return nil, fault.Field("file", "这个文件里没有填写的数")
	}
	return edits, nil
}

func (e *entry) readColumns() []sheet.Column {
	columns := []sheet.Column{{Key: "stamp", Titles: []string{columnStamp}, Required: true}, {Key: "key", Titles: []string{columnKey}, Required: true},
		{Key: "seen", Titles: []string{columnSeen}}}
	if !e.Layout.Grid {
		return append(columns, sheet.Column{Key: "now", Titles: []string{columnNow}, Required: true})
	}
	for _, row := range e.Layout.Entered() {
		columns = append(columns, sheet.Column{Key: row.Key, Titles: []string{columnTitle(row)}})
	}
	return columns
}

// editsOf reads a row: one figure of an ordinary form, a clinic's figures of a grid.
func (e *entry) editsOf(row sheet.Row) ([]reporting.Edit, error) {
	if row.Get("stamp") != e.stamp() {
		return nil, fault.Field("file", "第 %d 行的模板编号是“%s”,不是这份月报的 %s;请下载这份月报的模板再填", row.Number, row.Get("stamp"), e.stamp())
	}
	seen := strings.Split(row.Get("seen"), "|")
	if !e.Layout.Grid {
		return e.edit(nil, reporting.CellKey{SubjectID: e.Subjects[0].ID, Element: row.Get("key")}, row.Get("now"), seen[0]), nil
	}
	for _, subject := range e.Subjects {
		if subject.Code != row.Get("key") {
			continue
		}
		var edits []reporting.Edit
		for i, element := range e.Layout.Entered() {
			was := ""
			if i < len(seen) {
				was = seen[i]
			}
			edits = e.edit(edits, e.key(subject, element), row.Get(element.Key), was)
		}
		return edits, nil
	}
	return nil, fault.Field("file", "第 %d 行的编码“%s”不在这份月报里", row.Number, row.Get("key"))
}

// edit adds what was typed into a cell since the download, upon the version that was downloaded. A file that does not
// say what it was filled from has seen nothing: it fills empty cells only.
func (e *entry) edit(edits []reporting.Edit, k reporting.CellKey, typed, was string) []reporting.Edit {
	version, figure, _ := strings.Cut(was, "~")
	n, err := strconv.Atoi(version)
	if err != nil {
		n = 0
	}
	if typed == "" || err == nil && e.sameFigure(k, typed, figure) {
		return edits
	}
	return append(edits, reporting.Edit{SubjectID: k.SubjectID, Element: k.Element, Typed: typed, Version: n})
}

// sameFigure reports whether both texts say the same in the cell; Excel writes 430000.50 as 430000.5.
func (e *entry) sameFigure(k reporting.CellKey, a, b string) bool {
	row, ok := e.Layout.Row(k.Element)
	if !ok || row.Element == nil {
		return a == b
	}
	x, errX := number.Parse(a, row.Element.Rule())
	y, errY := number.Parse(b, row.Element.Rule())
	return errX == nil && errY == nil && x.Equal(y)
}
