package app

import (
	"net/http"
	"testing"
	"time"

	"yigai/internal/room"
)

func TestBoundOfARoute(t *testing.T) {
	t.Parallel()
	for want, routes := range map[time.Duration][]room.Route{
		pageBound: {{Method: http.MethodGet, Path: "/indicators"}, {Method: http.MethodGet, Path: "/reporting/{id}"}, {Method: http.MethodGet, Path: "/api/v1/values"}},
		fileBound: {{Method: http.MethodGet, Path: "/exports/{kind}.{format}"}, {Method: http.MethodGet, Path: "/institutions/export"},
			{Method: http.MethodGet, Path: "/reporting/{id}/workbook.xlsx"}, {Method: http.MethodPost, Path: "/institutions/import"}},
	} {
		for _, route := range routes {
			if got := boundOf(route); got != want {
				t.Errorf("%s %s may take %s, want %s", route.Method, route.Path, got, want)
			}
		}
	}
}
