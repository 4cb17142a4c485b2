package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/shopspring/decimal"
)

// saveCell types another figure into one cell again and again, as autosave sends it.
func (w *world) saveCell(ctx context.Context, b *web, d draft) (line, error) {
	const budget = 20 * time.Millisecond
	n, version := w.of(150), 1
	b.site.times.take()
	_, err := repeat(n, func(i int) error {
		body := fmt.Sprintf(`{"cells":[{"subject":%d,"element":%q,"value":"%d","version":%d}]}`, d.subject, d.element, 1000+i, version)
		a, err := do(ctx, b.site.client, call{method: http.MethodPost, url: fmt.Sprintf("%s/reporting/%d/cells", b.site.base, d.id), cookie: b.clerk,
			kind: "application/json", body: body, plain: true}, http.StatusOK)
		if err != nil {
			return err
		}
		version, err = savedVersion(a.body)
		return err
	})
	if err != nil {
		return line{}, fmt.Errorf("save a cell: %w", err)
	}
	times := b.site.times.take()
	bare, err := w.commit(ctx, d, 1)
	if err != nil {
		return line{}, err
	}
	p95 := times[len(times)-n:].percentile(95)
	return line{what: fmt.Sprintf("save a cell of the form of %d cells, everything checked again", d.cells), budget: "p95 ≤ 20 ms", measured: "p95 " + ms(p95),
		ceiling: "p95 " + ms(bare.percentile(95)) + " (one committed change with its history)", verdict: judge(share(p95, budget))}, nil
}

// savedVersion reads the cell's new version, or says why it was not saved.
func savedVersion(body []byte) (int, error) {
	var a struct {
		Cells []struct {
			Outcome string
			Version int
		}
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return 0, err
	}
	if len(a.Cells) != 1 || a.Cells[0].Outcome != "saved" {
		return 0, fmt.Errorf("not saved: %s", body)
	}
	return a.Cells[0].Version, nil
}

// saveForm sends the whole form as a browser without scripts does, with another figure in every cell.
func (w *world) saveForm(ctx context.Context, b *web, d draft) (line, error) {
	const budget = 80 * time.Millisecond
	n, address := w.of(40), fmt.Sprintf("%s/reporting/%d", b.site.base, d.id)
	var times sample
	_, err := repeat(n, func(i int) error {
		typed, changed, err := w.fillIn(ctx, b, address, i)
		if err != nil {
			return err
		}
		if changed != d.cells {
			return fmt.Errorf("the form has %d inputs for %d cells", changed, d.cells)
		}
		b.site.times.take()
		_, err = do(ctx, b.site.client, call{method: http.MethodPost, url: address, cookie: b.clerk,
			kind: "application/x-www-form-urlencoded", body: typed.Encode()}, http.StatusSeeOther)
		times = append(times, b.site.times.take()...)
		return err
	})
	if err != nil {
		return line{}, fmt.Errorf("save the form: %w", err)
	}
	bare, err := w.commit(ctx, d, d.cells)
	if err != nil {
		return line{}, err
	}
	p95 := times[len(times)-n:].percentile(95)
	return line{what: fmt.Sprintf("save a whole form, %d of %d cells changed", d.cells, d.cells), budget: "p95 ≤ 80 ms", measured: "p95 " + ms(p95),
		ceiling: "p95 " + ms(bare.percentile(95)) + " (the same changes committed)", verdict: judge(share(p95, budget))}, nil
}

// fillIn opens the form and types a little more into every cell.
func (w *world) fillIn(ctx context.Context, b *web, address string, i int) (typed url.Values, changed int, err error) {
	a, err := do(ctx, b.site.client, call{method: http.MethodGet, url: address, cookie: b.clerk, plain: true}, http.StatusOK)
	if err != nil {
		return nil, 0, err
	}
	page, err := goquery.NewDocumentFromReader(bytes.NewReader(a.body))
	if err != nil {
		return nil, 0, err
	}
	typed = url.Values{}
	page.Find("input[name]").Each(func(_ int, input *goquery.Selection) {
		name, value := input.AttrOr("name", ""), input.AttrOr("value", "")
		if strings.HasPrefix(name, "c.") {
			number, err := decimal.NewFromString(strings.ReplaceAll(value, ",", ""))
			if err == nil {
				value, changed = number.Add(decimal.NewFromInt(int64(1+i%2))).String(), changed+1
			}
		}
		typed.Set(name, value)
	})
	return typed, changed, nil
}
