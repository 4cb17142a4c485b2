package ui

import (
	"maps"
	"slices"

	"github.com/a-h/templ"
)

// ExportMenu is the toolbar's export menu: the list as shown, as a workbook or a CSV file, or on paper.
func ExportMenu(xlsxURL, csvURL string) Menu {
	m := Menu{Label: "导出", Icon: "download"}
	if xlsxURL != "" {
		m.Items = append(m.Items, Action{Label: "Excel 工作簿", URL: xlsxURL, Icon: "file-earmark-spreadsheet"})
	}
	if csvURL != "" {
		m.Items = append(m.Items, Action{Label: "CSV 文本", URL: csvURL, Icon: "file-earmark-text"})
	}
	return m
}

// Posted is the menu for files that are logged when they are made: a link would be followed by whatever looks ahead.
func (m Menu) Posted() Menu {
	m.Items = slices.Clone(m.Items)
	for i := range m.Items {
		m.Items[i].Post = true
	}
	return m
}

const dangerSolid Kind = "danger-solid"

func buttonClass(k Kind) string {
	switch k {
	case Primary:
		return "btn btn-sm btn-primary"
	case Danger:
		return "btn btn-sm btn-danger-line"
	case Quiet:
		return "btn btn-sm btn-quiet"
	case dangerSolid:
		return "btn btn-sm btn-danger-solid"
	default:
		return "btn btn-sm btn-plain"
	}
}

// confirmKind keeps the last click of a dangerous action red and filled.
func confirmKind(k Kind) Kind {
	if k == Danger {
		return dangerSolid
	}
	return Primary
}

func actionAttrs(a Action) templ.Attributes {
	attrs := templ.Attributes{}
	maps.Copy(attrs, a.Attrs)
	if a.ID != "" {
		attrs["id"] = a.ID
	}
	if a.Form != "" && a.URL != "" {
		attrs["formaction"] = a.URL
	}
	return attrs
}

func sortedKeys(m map[string]string) []string {
	return slices.Sorted(maps.Keys(m))
}
