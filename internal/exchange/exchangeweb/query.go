package exchangeweb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// known refuses parameters that would be ignored in silence, by name.
func known(r *http.Request, names ...string) error {
	for name := range r.URL.Query() {
		if !slices.Contains(names, name) {
			return fault.Field(name, "不认识的参数 %s", name)
		}
	}
	return nil
}

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

func flag(r *http.Request, name string) (bool, error) {
	switch r.URL.Query().Get(name) {
	case "", "false", "0":
		return false, nil
	case "true", "1":
		return true, nil
	}
	return false, fault.Field(name, "%s 应为 true 或 false", name)
}

func limit(r *http.Request) (int, error) {
	typed := r.URL.Query().Get("limit")
	if typed == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(typed)
	if err != nil || n < 1 {
		return 0, fault.Field("limit", "limit 应为正整数")
	}
	return n, nil
}

func month(r *http.Request, name string) (period.Month, error) {
	typed := r.URL.Query().Get(name)
	if typed == "" {
		return period.Month{}, nil
	}
	m, err := period.Parse(typed)
	if err != nil {
		return m, fault.Field(name, "%s", err.Error())
	}
	return m, nil
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
