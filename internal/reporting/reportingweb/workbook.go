package reportingweb

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"yigai/internal/number"
	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
	"yigai/web/ui"
)

// A workbook is one report to be filled in Excel: a row for each element (or each clinic), last month beside it. The
// first column says which report and which version of the form a row belongs to, so that no file lands in another month;
// the last one what the row said when it was downloaded, so that only what was typed is stored, and not over others.

// stamp is what the first column of every row says.
func (e *entry) stamp() string { return id(e.Report.ID) + "-" + strconv.Itoa(e.Report.FormVersion) }

// Columns of a workbook.
const (
	columnStamp = "模板编号"
	columnKey   = "编码"
	columnNow   = "本月"
	columnSeen  = "下载时"
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
	name := e.Report.FormTitle + "-" + e.Report.Institution + "-" + e.Report.Month.String() + ".xlsx"
	if err := h.svc.RecordWorkbook(r.Context(), page.Who(r), e.Report, e.workbookRows(), name, b.Bytes()); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", "attachment; filename=report.xlsx; filename*=UTF-8''"+url.PathEscape(name))
	_, err = w.Write(b.Bytes())
	return gone(err)
}

// gone drops the error of a reader that went away: there is nobody left to tell.
func gone(error) error { return nil }

// workbookRows counts the rows below the headings.
func (e *entry) workbookRows() int {
	if e.Layout.Grid {
		return len(e.Subjects)
	}
	return len(e.Layout.Entered())
}

func (e *entry) writeWorkbook(to io.Writer) (err error) {
	meta := sheet.Meta{Title: e.Report.FormTitle + " · " + e.Report.Institution, Period: e.Report.Month.Chinese(),
		Note: "只填“本月”的格;没有发生填0,没有报来留空,不适用填“不适用”。前两列和最后一列请勿改动。", Columns: e.workbookColumns()}
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
			sheet.Field{Title: columnNow, Width: 16}, sheet.Field{Title: "上月", Width: 16}, sheet.Field{Title: columnSeen, Width: 12})
	}
	columns = append(columns, sheet.Field{Title: "单位", Width: 24})
	for _, row := range e.Layout.Entered() {
		columns = append(columns, sheet.Field{Title: columnTitle(row), Width: 14})
	}
	return append(columns, sheet.Field{Title: columnSeen, Width: 12})
}

// columnTitle heads a clinic's figure; the number on the form keeps two rows of one name apart.
func columnTitle(row *reporting.Row) string { return row.No + " " + row.Name + "(" + row.Unit + ")" }

func (e *entry) elementRows(book sheet.Writer) error {
	subject := e.Subjects[0]
	for _, row := range e.Layout.Entered() {
		k := e.key(subject, row)
		if err := book.Row(e.stamp(), row.Key, row.No, row.Name, row.Unit, plainFigure(e.Cells[k].Cell), plainFigure(e.Last[k]), seenText(e.Cells[k])); err != nil {
			return err
		}
	}
	return nil
}

func (e *entry) subjectRows(book sheet.Writer) error {
	for _, subject := range e.Subjects {
		values := []any{e.stamp(), subject.Code, subject.Name}
		var seen []string
		for _, row := range e.Layout.Entered() {
			c := e.Cells[e.key(subject, row)]
			values, seen = append(values, plainFigure(c.Cell)), append(seen, seenText(c))
		}
		if err := book.Row(append(values, strings.Join(seen, "|"))...); err != nil {
			return err
		}
	}
	return nil
}

// seenText says what a cell is when it is downloaded: its version and figure, 3~5400.
func seenText(c reporting.Cell) string { return strconv.Itoa(c.Version) + "~" + c.String() }

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

func (e *entry) workbookMenu() *ui.Menu {
	return &ui.Menu{Label: "Excel", Icon: "file-earmark-spreadsheet", Items: []ui.Action{
		{Label: "下载模板", URL: at(e.Report.ID) + "/workbook.xlsx", Icon: "download"},
		{Label: "上传填好的表", URL: at(e.Report.ID) + "/upload", Icon: "upload"}}}
}
