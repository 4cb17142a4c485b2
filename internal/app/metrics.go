package app

import (
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

var requestSeconds = prometheus.NewHistogramVec(prometheus.HistogramOpts{
	Name: "yigai_request_seconds", Help: "Time to answer a request, by route pattern and status.",
	Buckets: []float64{.002, .005, .01, .02, .05, .1, .25, .5, 1, 2.5, 10},
}, []string{"method", "route", "status"})

func init() { prometheus.MustRegister(requestSeconds) }

// observe notes one answered request under its route pattern, never under the address itself.
func observe(r *http.Request, status int, took time.Duration) {
	pattern := "other"
	if c := chi.RouteContext(r.Context()); c != nil && c.RoutePattern() != "" {
		pattern = c.RoutePattern()
	}
	requestSeconds.WithLabelValues(methodLabel(r.Method), pattern, strconv.Itoa(status)).Observe(took.Seconds())
}

// methodLabel keeps clients from inventing labels without end.
func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// Metrics serves the Prometheus figures; it listens on an address of its own.
func Metrics() http.Handler { return promhttp.Handler() }
