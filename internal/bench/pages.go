package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// lists are the pages that a member of the bureau's staff opens all day, over the whole county.
var lists = []struct{ title, path string }{
	{"home page", "/"},
	{"list of reports", "/reporting"},
	{"completeness board", "/reporting/board"},
	{"review inbox", "/review"},
	{"indicator board, county", "/indicators?tab=county"},
	{"indicator board, 20 townships", "/indicators?tab=township"},
	{"county overview", "/overview"},
	{"list of institutions", "/institutions"},
	{"audit trail", "/audit"},
}

// pages lets fifty people ask for each list without a pause between: more than fifty people do. The bare page is asked
// for just before each list, because other work on the machine comes and goes.
func pages(ctx context.Context, w *world) ([]line, error) {
	b, err := w.openWeb(ctx)
	if err != nil {
		return nil, err
	}
	var out []line
	for _, l := range lists {
		if !strings.Contains(l.path, w.path) {
			continue
		}
		line, err := w.list(ctx, b, l.title, l.path)
		if err != nil {
			return out, err
		}
		out = append(out, line)
	}
	return out, nil
}

func (w *world) list(ctx context.Context, b *web, title, path string) (line, error) {
	const budget, least = 50 * time.Millisecond, 0.60
	d, users := time.Duration(w.of(2500))*time.Millisecond, b.bureau
	if path == "/audit" {
		users = same(b.auditor, len(users))
	}
	one, err := do(ctx, b.site.client, call{method: http.MethodGet, url: b.site.base + path, cookie: users[0]}, http.StatusOK)
	if err != nil {
		return line{}, err
	}
	bare, err := w.work(ctx, b.bare, "/list/0", same(b.bareUser, len(users)), d/2)
	if err != nil {
		return line{}, err
	}
	full, err := w.work(ctx, b.site, path, users, d)
	if err != nil {
		return line{}, err
	}
	calm, err := b.site.hammer(ctx, path, users, d/2, time.Second)
	if err != nil {
		return line{}, err
	}
	busy, err := w.whileWriting(ctx, func() (load, error) { return b.site.hammer(ctx, path, users, d/2, 0) })
	if err != nil {
		return line{}, err
	}
	p95, part := full.server.percentile(95), full.perSecond/bare.perSecond
	return line{what: fmt.Sprintf("%s `%s` (%d KB compressed), %d concurrent users", title, path, len(one.body)>>10, len(users)),
		budget: "p95 ≤ 50 ms and ≥ 60 % of the bare page's throughput",
		measured: fmt.Sprintf("p95 %s, %.0f pages/s = %.0f %%; by processor time %.0f %% (%s a page); with %d changes a second %.0f %%; with 1 s between clicks p95 %s", ms(p95), full.perSecond, 100*part,
			100*bare.page()/full.page(), full.worked.each(full.pages), changes, 100*busy.perSecond/bare.perSecond, ms(calm.server.percentile(95))),
		ceiling: fmt.Sprintf("p95 %s, %.0f pages/s, %s a page (bare page)", ms(bare.server.percentile(95)), bare.perSecond, bare.worked.each(bare.pages)),
		verdict: judge(share(p95, budget), least/part)}, nil
}

// changes is how many transactions a second change a report while somebody works in the county: each ends what is kept.
const changes = 5

// whileWriting measures beside somebody who changes a report again and again.
func (w *world) whileWriting(ctx context.Context, measure func() (load, error)) (load, error) {
	writing, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() {
		for writing.Err() == nil {
			if _, err := w.db.Exec(ctx, `UPDATE report SET saved_at = now() WHERE county_id = $1 AND id =
				(SELECT min(id) FROM report WHERE county_id = $1 AND period = $2)`, w.county.id, w.county.inHand); err != nil {
				done <- err
				return
			}
			wait(writing, time.Second/changes)
		}
		done <- nil
	}()
	l, err := measure()
	stop()
	return l, cmp.Or(err, <-done)
}

func same(cookie string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = cookie
	}
	return list
}
