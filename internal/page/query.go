package page

import (
	"net/http"
	"slices"
	"strconv"

	"yigai/internal/fault"
	"yigai/internal/period"
)

// Known refuses query parameters that would be ignored in silence, by name.
func Known(r *http.Request, names ...string) error {
	for name := range r.URL.Query() {
		if !slices.Contains(names, name) {
			return fault.Field(name, "不认识的参数 %s", name)
		}
	}
	return nil
}

// QueryFlag reads a query parameter that is true or false; absent is false.
func QueryFlag(r *http.Request, name string) (bool, error) {
	switch r.URL.Query().Get(name) {
	case "", "false", "0":
		return false, nil
	case "true", "1":
		return true, nil
	}
	return false, fault.Field(name, "%s 应为 true 或 false", name)
}

// QueryLimit reads ?limit=, the number of rows asked for; absent is 0, which leaves it to the room.
func QueryLimit(r *http.Request) (int, error) {
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

// QueryMonth reads a month of the API, as 2026-07; absent is the zero month.
func QueryMonth(r *http.Request, name string) (period.Month, error) {
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
