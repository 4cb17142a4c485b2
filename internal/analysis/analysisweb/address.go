package analysisweb

import (
	"fmt"
	"net/url"

	"yigai/internal/analysis"
	"yigai/internal/page"
	"yigai/internal/reporting"
)

// tableURL is the table of a query; view is the kept one that it came from, "" for none.
func tableURL(q analysis.Query, view string) string { return withQuery("/analysis", q, view) }

func withQuery(path string, q analysis.Query, view string) string {
	v := q.Values()
	if view != "" {
		v.Set("view", view)
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

func viewURL(id int64) string { return fmt.Sprintf("/analysis/views/%d", id) }

// originURL leads from a figure to where it comes from, "" where there is nothing to open.
func originURL(o analysis.Origin) string {
	switch {
	case o.Report != 0:
		return page.CellURL(o.Report, reporting.CellKey{SubjectID: o.InstitutionID, Element: o.Slug}.Field())
	case o.Indicator:
		return "/indicators/" + url.PathEscape(o.Slug) + "/values/" + url.PathEscape(o.Code) + "/" + o.Month.String()
	case o.Drill != nil:
		return tableURL(*o.Drill, "")
	default:
		return ""
	}
}
