package ui_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"github.com/shopspring/decimal"

	"yigai/web/ui"
)

// render gives a component's HTML, inside the shell when there is one.
func render(t *testing.T, c templ.Component, shell ...ui.Shell) string {
	t.Helper()
	ctx := context.Background()
	for _, s := range shell {
		ctx = ui.WithShell(ctx, s)
	}
	var b strings.Builder
	if err := c.Render(ctx, &b); err != nil {
		t.Fatalf("render: %v", err)
	}
	return b.String()
}

func doc(t *testing.T, c templ.Component, shell ...ui.Shell) *goquery.Document {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(strings.NewReader(render(t, c, shell...)))
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	return d
}

func wantCount(t *testing.T, d *goquery.Document, selector string, want int) {
	t.Helper()
	if got := d.Find(selector).Length(); got != want {
		t.Errorf("%d of %q, want %d", got, selector, want)
	}
}

func wantText(t *testing.T, d *goquery.Document, selector, want string) {
	t.Helper()
	if got := strings.TrimSpace(d.Find(selector).Text()); !strings.Contains(got, want) {
		t.Errorf("%q says %q, want %q", selector, got, want)
	}
}

func dec(s string) *decimal.Decimal {
	d := decimal.RequireFromString(s)
	return &d
}

const hostile = `<x y="'">&`

// filled makes a value in which every text is hostile and every list has one element.
func filled[T any]() T {
	var v T
	fill(reflect.ValueOf(&v).Elem())
	return v
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(hostile)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Map:
		if v.Type().Elem().Kind() == reflect.String {
			v.Set(reflect.MakeMap(v.Type()))
			v.SetMapIndex(reflect.ValueOf(hostile), reflect.ValueOf(hostile))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		fillFields(v)
	case reflect.Int:
		v.SetInt(1)
	}
}

func fillFields(v reflect.Value) {
	for i := range v.NumField() {
		if field := v.Field(i); field.CanSet() {
			fill(field)
		}
	}
}
