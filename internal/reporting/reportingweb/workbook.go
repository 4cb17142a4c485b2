package reportingweb

import "yigai/web/ui"

// workbookMenu leads to the report as a workbook, which is a room of its own.
func (e *entry) workbookMenu() *ui.Menu {
	return &ui.Menu{Label: "Excel", Icon: "file-earmark-spreadsheet", Items: []ui.Action{
		{Label: "下载模板", URL: at(e.Report.ID) + "/workbook.xlsx", Icon: "download"},
		{Label: "上传填好的表", URL: at(e.Report.ID) + "/upload", Icon: "upload"}}}
}
