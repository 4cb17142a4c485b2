package exchangeweb

import (
	"net/http"
	"strings"

	"yigai/internal/fault"
	"yigai/internal/reporting"
)

// each lists the values of a parameter that may be repeated or hold several.
func each(r *http.Request, name string) (found []string) {
	for _, list := range r.URL.Query()[name] {
		for one := range strings.SplitSeq(list, ",") {
			if one = strings.TrimSpace(one); one != "" {
				found = append(found, one)
			}
		}
	}
	return found
}

// scheme reads which codes things are named by. DHIS2 calls a code of its own UID or CODE; both are codes of another
// system here.
func scheme(r *http.Request, name string) (reporting.Scheme, error) {
	switch strings.ToLower(r.URL.Query().Get(name)) {
	case "", "any":
		return reporting.AnyCode, nil
	case "own":
		return reporting.OwnCode, nil
	case "code", "uid":
		return reporting.OtherCode, nil
	}
	return 0, fault.Field(name, "%s 应为 any、own 或 code", name)
}

// strategy reads what an import may do, in our words or in those of DHIS2.
func strategy(r *http.Request, name string) (reporting.Only, error) {
	switch strings.ToLower(r.URL.Query().Get(name)) {
	case "", "create_and_update", "new_and_updates":
		return reporting.Everything, nil
	case "create", "new":
		return reporting.NewFigures, nil
	case "update", "updates":
		return reporting.OldFigures, nil
	}
	return 0, fault.Field(name, "%s 应为 create、update 或 create_and_update", name)
}
