package page

import (
	"net/url"
	"strconv"

	"yigai/web/ui"
)

// CellURL leads to one cell of a monthly report, by the name of its field; "" where no report was made. The page opens
// its section, marks it and, without a script, is scrolled to it.
func CellURL(report int64, field string) string {
	if report == 0 {
		return ""
	}
	return "/reporting/" + strconv.FormatInt(report, 10) + "?cell=" + url.QueryEscape(field) + "#" + ui.FieldID(field)
}
