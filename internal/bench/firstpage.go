package main

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"time"
)

// part finds what a page or a style sheet has the browser fetch.
var part = regexp.MustCompile(`(?:(?:src|href)="|url\(["']?)(/static/[^"')#?]+)`)

// weight is everything a browser with an empty cache fetches for a page.
type weight struct{ page, all, requests int }

// firstPage weighs the sign-in page and the two home pages, compressed, with all that they refer to.
func firstPage(ctx context.Context, w *world) ([]line, error) {
	const budget = 100 << 10
	b, err := w.openWeb(ctx)
	if err != nil {
		return nil, err
	}
	var out []line
	for _, p := range []struct{ title, path, cookie string }{
		{"sign-in page", "/login", ""}, {"home page of the bureau", "/", b.bureau[0]}, {"home page of a township", "/", b.clerk}} {
		found, err := weighPage(ctx, b.site, p.path, p.cookie)
		if err != nil {
			return out, err
		}
		out = append(out, line{what: "first visit: " + p.title + ", compressed, with everything it loads", budget: "≤ 100 KB, works at 2 Mbit/s and 300 ms",
			measured: fmt.Sprintf("%.1f KB in %d requests, about %s at 2 Mbit/s and 300 ms (computed)", float64(found.all)/1024, found.requests, ms(found.slowly())),
			ceiling:  fmt.Sprintf("the page itself %.1f KB", float64(found.page)/1024), verdict: judge(float64(found.all) / budget)})
	}
	return out, nil
}

func weighPage(ctx context.Context, s *site, path, cookie string) (weight, error) {
	var total weight
	seen := map[string]bool{}
	var fetch func(path string) error
	fetch = func(path string) error {
		sent, err := do(ctx, s.client, call{method: http.MethodGet, url: s.base + path, cookie: cookie}, http.StatusOK)
		if err != nil {
			return err
		}
		text, err := do(ctx, s.client, call{method: http.MethodGet, url: s.base + path, cookie: cookie, plain: true}, http.StatusOK)
		if err != nil {
			return err
		}
		total.all, total.requests = total.all+len(sent.body), total.requests+1
		if total.requests == 1 {
			total.page = len(sent.body)
		}
		for _, m := range part.FindAllSubmatch(text.body, -1) {
			if next := string(m[1]); !seen[next] {
				seen[next] = true
				if err := fetch(next); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return total, fetch(path)
}

// slowly is the time over a slow line: connecting, the page, then its parts over six connections, and every byte.
func (f weight) slowly() time.Duration {
	const roundTrip, bytesPerSecond, connections = 300 * time.Millisecond, 2e6 / 8, 6
	trips := 2 + 1 + (f.requests-1+connections-1)/connections
	return time.Duration(trips)*roundTrip + time.Duration(float64(f.all)/bytesPerSecond*float64(time.Second))
}
