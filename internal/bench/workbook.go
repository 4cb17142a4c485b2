package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"yigai/internal/account"
	"yigai/internal/actor"
)

// units are how many institutions a workbook of the budget holds.
const units = 23

// workbooks sends a month of 23 institutions in one workbook, every figure changed, looks at it and stores it.
func workbooks(ctx context.Context, w *world) ([]line, error) {
	const budget = 2 * time.Second
	b, err := w.openWeb(ctx)
	if err != nil {
		return nil, err
	}
	forms, err := w.reopenUnits(ctx)
	if err != nil {
		return nil, err
	}
	chief, err := w.newUser(ctx, b, "chief", account.Grant{Roles: []string{actor.BureauAdmin}, Scope: account.ScopeCounty})
	if err != nil {
		return nil, err
	}
	address := b.site.base + "/workbooks/month.xlsx?" + url.Values{"period": {w.county.inHand.String()}, "form": forms}.Encode()
	var cells int
	var looked, stored sample
	_, err = repeat(w.of(5), func(i int) error {
		file, err := do(ctx, b.site.client, call{method: http.MethodGet, url: address, cookie: chief, plain: true}, http.StatusOK)
		if err != nil {
			return err
		}
		filled, n, err := retype(file.body, i)
		if err != nil {
			return err
		}
		cells = n
		look, store, err := b.upload(ctx, chief, filled)
		looked, stored = append(looked, look), append(stored, store)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("upload a workbook: %w", err)
	}
	slowest := looked.percentile(100) + stored.percentile(100)
	return []line{{what: fmt.Sprintf("upload of a %d-unit workbook, %d figures changed: read, checked, shown, then stored", units, cells), budget: "≤ 2 s",
		measured: fmt.Sprintf("preview %s + application %s (slowest of %d)", ms(looked.percentile(100)), ms(stored.percentile(100)), len(looked)),
		ceiling:  "–", verdict: judge(share(slowest, budget))}}, nil
}

// reopenUnits makes the month's own reports of 23 institutions drafts, whatever they were, and names their forms.
func (w *world) reopenUnits(ctx context.Context) (forms []string, err error) {
	err = w.db.QueryRow(ctx, `
		WITH own AS (SELECT r.id, f.slug FROM report r JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id
			JOIN institution i ON i.county_id = r.county_id AND i.id = r.institution_id
			WHERE r.county_id = $1 AND r.period = $2 AND cardinality(f.subject_kinds) = 0
			  AND i.kind IN ('township_hospital', 'county_hospital') ORDER BY r.id LIMIT $3),
		changed AS (UPDATE report SET state = 'draft' WHERE county_id = $1 AND id IN (SELECT id FROM own) RETURNING id)
		SELECT array_agg(DISTINCT slug) FROM own WHERE id IN (SELECT id FROM changed)`, w.county.id, w.county.inHand, units).Scan(&forms)
	if err != nil {
		return nil, fmt.Errorf("reopen %d reports: %w", units, err)
	}
	return forms, nil
}

// retype adds something to every figure of a workbook that is typed in.
func retype(file []byte, i int) (filled []byte, changed int, err error) {
	book, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	sheets := book.GetSheetList()
	for s := 0; s+2 < len(sheets); s += 3 { // each form with last month and last year behind it
		n, err := retypeSheet(book, sheets[s], i)
		if err != nil {
			return nil, 0, err
		}
		changed += n
	}
	out, err := book.WriteToBuffer()
	if err != nil {
		return nil, 0, err
	}
	return out.Bytes(), changed, nil
}

func retypeSheet(book *excelize.File, sheet string, i int) (changed int, err error) {
	rows, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		return 0, err
	}
	var codes []string
	for r, row := range rows {
		if len(row) > 0 && row[0] == "编码" {
			codes = row
			continue
		}
		if len(codes) == 0 || len(row) == 0 || row[0] == "合计" {
			continue
		}
		for c := 3; c < len(row) && c < len(codes); c++ {
			figure, err := strconv.Atoi(row[c])
			if err != nil || codes[c] == "" || codes[c] == "责任人" {
				continue
			}
			at, err := excelize.CoordinatesToCellName(c+1, r+1)
			if err != nil {
				return 0, err
			}
			if err := book.SetCellValue(sheet, at, figure+1+i%2); err != nil {
				return 0, err
			}
			changed++
		}
	}
	return changed, nil
}

// upload sends the workbook as the page does and applies the preview; it tells how long each took.
func (b *web) upload(ctx context.Context, cookie string, file []byte) (look, store time.Duration, err error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "month.xlsx")
	if err == nil {
		_, err = part.Write(file)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		return 0, 0, err
	}
	began := time.Now()
	shown, err := do(ctx, b.site.client, call{method: http.MethodPost, url: b.site.base + "/workbooks", cookie: cookie, kind: form.FormDataContentType(),
		body: body.String(), plain: true}, http.StatusOK)
	look = time.Since(began)
	if err != nil {
		return look, 0, err
	}
	page, err := goquery.NewDocumentFromReader(bytes.NewReader(shown.body))
	if err != nil {
		return look, 0, err
	}
	draft := page.Find("#apply input[name=draft]").AttrOr("value", "")
	began = time.Now()
	_, err = do(ctx, b.site.client, call{method: http.MethodPost, url: b.site.base + "/workbooks/application", cookie: cookie,
		kind: "application/x-www-form-urlencoded", body: url.Values{"draft": {draft}, "skip": {"1"}}.Encode()}, http.StatusSeeOther)
	return look, time.Since(began), err
}
