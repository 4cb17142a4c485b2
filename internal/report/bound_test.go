package report_test

import (
	"strings"
	"testing"

	"yigai/internal/fault"
	"yigai/internal/report"
	"yigai/internal/report/reporttest"
	"yigai/internal/sheet"
)

func TestTooManyRowsAreRefusedWithASentence(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	r := report.Request{Kind: report.KindValues, Format: sheet.CSV, From: july}
	c.Service.Bound(5)
	if _, sum := export(t, c, c.Auditor(), r); sum.Rows != 5 {
		t.Errorf("%d rows, want 5", sum.Rows)
	}
	c.Service.Bound(4)
	var out strings.Builder
	_, err := c.Service.Export(t.Context(), c.Auditor(), r, &out)
	if !fault.IsInvalid(err) || !strings.Contains(err.Error(), "超过 4 行") || out.Len() > 0 {
		t.Errorf("got %v and %d bytes", err, out.Len())
	}
}
