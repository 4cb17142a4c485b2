package orgweb

import (
	"bytes"
	"net/http"

	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/internal/sheet"
	"yigai/web/ui"
)

func exportMenu(xlsxURL, csvURL string) *ui.Menu {
	menu := ui.ExportMenu(xlsxURL, csvURL).Posted()
	return &menu
}

// export is the list as shown, without its pages.
func (h *handler) export(w http.ResponseWriter, r *http.Request) error {
	format, err := formatOf(r)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := h.svc.ExportInstitutions(r.Context(), page.Who(r), query{r.URL.Query()}.filter(), format, &out); err != nil {
		return err
	}
	return page.SendFile(w, "机构名录"+"."+string(format), "", out.Bytes())
}

func (h *handler) exportDivisions(w http.ResponseWriter, r *http.Request) error {
	format, err := formatOf(r)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := h.svc.ExportDivisions(r.Context(), page.Who(r), format, &out); err != nil {
		return err
	}
	return page.SendFile(w, "行政区划"+"."+string(format), "", out.Bytes())
}

// template is the empty workbook of an import.
func (h *handler) template(w http.ResponseWriter, r *http.Request) error {
	format, err := formatOf(r)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	kind := kindOfImport(r.URL.Query().Get("kind"))
	if err := org.WriteTemplate(kind.name, format, &out); err != nil {
		return err
	}
	return page.SendFile(w, kind.title+"导入模板"+"."+string(format), "", out.Bytes())
}

func formatOf(r *http.Request) (sheet.Format, error) {
	switch f := sheet.Format(r.FormValue("format")); f {
	case sheet.XLSX, sheet.CSV:
		return f, nil
	case "":
		return sheet.XLSX, nil
	default:
		return "", fault.Field("format", "文件格式应为 xlsx 或 csv")
	}
}
