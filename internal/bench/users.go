package main

import (
	"cmp"
	"context"
	"net/http"
	"sync"
	"time"
)

// load is what a number of users met.
type load struct {
	server    sample // times at the server
	perSecond float64
	pages     int
	worked    worked
}

// page is the processor time of one page.
func (l load) page() float64 { return float64(l.worked.all()) / float64(max(1, l.pages)) }

// work is hammer with the processor time that it took.
func (w *world) work(ctx context.Context, s *site, url string, cookies []string, d time.Duration) (load, error) {
	if _, _, err := s.round(ctx, url, cookies, d/5, 0); err != nil {
		return load{}, err
	}
	before, err := w.processor(ctx)
	if err != nil {
		return load{}, err
	}
	s.times.take()
	n, took, err := s.round(ctx, url, cookies, d, 0)
	if err != nil {
		return load{}, err
	}
	after, err := w.processor(ctx)
	return load{server: s.times.take(), perSecond: float64(n) / took.Seconds(), pages: n, worked: after.since(before)}, err
}

// hammer lets every user ask for the page again and again for a while, with a pause between. The first fifth of the time
// warms up and does not count.
func (s *site) hammer(ctx context.Context, url string, cookies []string, d, pause time.Duration) (load, error) {
	if _, _, err := s.round(ctx, url, cookies, d/5, pause); err != nil {
		return load{}, err
	}
	s.times.take()
	n, took, err := s.round(ctx, url, cookies, d, pause)
	return load{server: s.times.take(), perSecond: float64(n) / took.Seconds()}, err
}

func (s *site) round(ctx context.Context, url string, cookies []string, d, pause time.Duration) (n int, took time.Duration, err error) {
	var all sync.WaitGroup
	var mu sync.Mutex
	began := time.Now()
	for i, cookie := range cookies {
		all.Go(func() {
			wait(ctx, pause*time.Duration(i)/time.Duration(len(cookies))) // people do not click in step
			asked, failed := s.click(ctx, url, cookie, began.Add(d), pause)
			mu.Lock()
			defer mu.Unlock()
			n, err = n+asked, cmp.Or(err, failed) // one user's trouble stands for everybody's
		})
	}
	all.Wait()
	return n, time.Since(began), err
}

func (s *site) click(ctx context.Context, url, cookie string, until time.Time, pause time.Duration) (n int, err error) {
	for time.Now().Before(until) {
		if _, err := do(ctx, s.client, call{method: http.MethodGet, url: s.base + url, cookie: cookie}, http.StatusOK); err != nil {
			return n, err
		}
		n++
		wait(ctx, pause)
	}
	return n, nil
}

func wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
