package reportingweb

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"yigai/internal/fault"
	"yigai/internal/number"
	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
	"yigai/web/ui"
)

// A workbook is one report to be filled in Excel: a row for each element (or each clinic), last month beside it. The
// first column says which report and which version of the form a row belongs to, so that no file lands in another month.

// stamp is what the first column of every row says.
func (e *entry) stamp() string { return id(e.Report.ID) + "-" + strconv.Itoa(e.Report.FormVersion) }

// Columns of a workbook.
const (
	columnStamp = "模板编号"
	columnKey   = "编码"
	columnNow   = "本月"
)

// download sends the report as a workbook with what is filled so far.
func (h *handlers) download(w http.ResponseWriter, r *http.Request) error {
	e, err := h.asked(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := e.writeWorkbook(&b); err != nil {
		return fmt.Errorf("write workbook of report %d: %w", e.Report.ID, err)
	}
	name := url.PathEscape(e.Report.FormTitle + "-" + e.Report.Institution + "-" + e.Report.Month.String() + ".xlsx")
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", "attachment; filename=report.xlsx; filename*=UTF-8''"+name)
	_, err = w.Write(b.Bytes())
	return gone(err)
}

// gone drops the error of a reader that went away: there is nobody left to tell.
func gone(error) error { return nil }

func (e *entry) writeWorkbook(to io.Writer) (err error) {
	meta := sheet.Meta{Title: e.Report.FormTitle + " · " + e.Report.Institution, Period: e.Report.Month.Chinese(),
		Note: "只填“本月”的格;没有发生填0,没有报来留空,不适用填“不适用”。前两列请勿改动。", Columns: e.workbookColumns()}
	book, err := sheet.NewWorkbook(to, meta)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Abort()) }()
	rows := e.elementRows
	if e.Layout.Grid {
		rows = e.subjectRows
	}
	if err := rows(book); err != nil {
		return err
	}
	return book.Close()
}

func (e *entry) workbookColumns() []sheet.Field {
	columns := []sheet.Field{{Title: columnStamp, Width: 10}, {Title: columnKey, Width: 26}}
	if !e.Layout.Grid {
		return append(columns, sheet.Field{Title: "序号", Width: 9}, sheet.Field{Title: "项目", Width: 34}, sheet.Field{Title: "单位", Width: 8},
			sheet.Field{Title: columnNow, Width: 16}, sheet.Field{Title: "上月", Width: 16})
	}
	columns = append(columns, sheet.Field{Title: "单位", Width: 24})
	for _, row := range e.Layout.Entered() {
		columns = append(columns, sheet.Field{Title: columnTitle(row), Width: 14})
	}
	return columns
}

// columnTitle heads a clinic's figure; the number on the form keeps two rows of one name apart.
func columnTitle(row *reporting.Row) string { return row.No + " " + row.Name + "(" + row.Unit + ")" }

func (e *entry) elementRows(book sheet.Writer) error {
	subject := e.Subjects[0]
	for _, row := range e.Layout.Entered() {
		k := e.key(subject, row)
		if err := book.Row(e.stamp(), row.Key, row.No, row.Name, row.Unit, plainFigure(e.Cells[k].Cell), plainFigure(e.Last[k])); err != nil {
			return err
		}
	}
	return nil
}

func (e *entry) subjectRows(book sheet.Writer) error {
	for _, subject := range e.Subjects {
		values := []any{e.stamp(), subject.Code, subject.Name}
		for _, row := range e.Layout.Entered() {
			values = append(values, plainFigure(e.Cells[e.key(subject, row)].Cell))
		}
		if err := book.Row(values...); err != nil {
			return err
		}
	}
	return nil
}

// plainFigure is a number for Excel, or the word for what does not apply.
func plainFigure(c number.Cell) any {
	switch c.State {
	case number.Given:
		return c.Value
	case number.NotApplicable:
		return number.NotApplicableText
	}
	return nil
}

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
		e.refuse(typedBy(edits), fault.Problems(err))
		return h.show(w, r, http.StatusUnprocessableEntity, e)
	}
	return page.Redirect(w, r, at(e.Report.ID), "已导入 "+strconv.Itoa(len(edits))+" 格,请核对检查提示")
}

func typedBy(edits []reporting.Edit) map[string]string {
	typed := map[string]string{}
	for _, e := range edits {
		typed[reporting.CellKey{SubjectID: e.SubjectID, Element: e.Element}.Field()] = e.Typed
	}
	return typed
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
	columns := []sheet.Column{{Key: "stamp", Titles: []string{columnStamp}, Required: true}, {Key: "key", Titles: []string{columnKey}, Required: true}}
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
	if !e.Layout.Grid {
		return e.edit(nil, e.Subjects[0], row.Get("key"), row.Get("now")), nil
	}
	for _, subject := range e.Subjects {
		if subject.Code != row.Get("key") {
			continue
		}
		var edits []reporting.Edit
		for _, element := range e.Layout.Entered() {
			edits = e.edit(edits, subject, element.Key, row.Get(element.Key))
		}
		return edits, nil
	}
	return nil, fault.Field("file", "第 %d 行的编码“%s”不在这份月报里", row.Number, row.Get("key"))
}

func (e *entry) edit(edits []reporting.Edit, s reporting.Subject, element, typed string) []reporting.Edit {
	if typed == "" {
		return edits
	}
	k := reporting.CellKey{SubjectID: s.ID, Element: element}
	return append(edits, reporting.Edit{SubjectID: k.SubjectID, Element: k.Element, Typed: typed, Version: e.Cells[k].Version})
}

func (e *entry) workbookMenu() *ui.Menu {
	return &ui.Menu{Label: "Excel", Icon: "file-earmark-spreadsheet", Items: []ui.Action{
		{Label: "下载模板", URL: at(e.Report.ID) + "/workbook.xlsx", Icon: "download"},
		{Label: "上传填好的表", URL: at(e.Report.ID) + "/upload", Icon: "upload"}}}
}
