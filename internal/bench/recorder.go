package main

import (
	"net/http"
	"sync"
	"time"
)

// measured marks the requests whose time at the server counts.
const measured = "X-Bench"

// recorder keeps how long a handler took for each marked request, from its first to its last line.
type recorder struct {
	next  http.Handler
	mu    sync.Mutex
	times sample
}

func (c *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	c.next.ServeHTTP(w, r)
	if r.Header.Get(measured) == "" {
		return
	}
	took := time.Since(began)
	c.mu.Lock()
	c.times = append(c.times, took)
	c.mu.Unlock()
}

// take returns what was recorded since it was last asked.
func (c *recorder) take() sample {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.times
	c.times = nil
	return s
}
