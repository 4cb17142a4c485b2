package reportingweb

import (
	"net/http"
	"strconv"

	"yigai/internal/fault"
	"yigai/internal/period"
)

// known refuses parameters that would be ignored in silence, by name.
func known(r *http.Request, names ...string) error {
	for name := range r.URL.Query() {
		ok := false
		for _, n := range names {
			ok = ok || n == name
		}
		if !ok {
			return fault.Field(name, "不认识的参数 %s", name)
		}
	}
	return nil
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
