package report_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"yigai/internal/fault"
	"yigai/internal/report"
	"yigai/internal/report/reporttest"
	"yigai/internal/sheet"
)

func TestEveryFileIsLoggedAndCanBeVerified(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	who := c.Auditor()
	_, sum := export(t, c, who, report.Request{Kind: report.KindValues, Format: sheet.CSV, From: july, Element: "visits", Indicator: "dropped"})
	list, next, err := c.Service.Log(t.Context(), who, 0)
	if err != nil || len(list) != 1 || next != 0 {
		t.Fatalf("log %+v, next %d, %v", list, next, err)
	}
	l := list[0]
	if l.SHA256 != sum.SHA256 || l.Rows != 1 || l.Bytes != sum.Bytes || l.By != who.Name || l.Request.Element != "visits" || l.Request.To != july || l.Request.Indicator != "" {
		t.Errorf("log line %+v does not tell of %+v", l, sum)
	}
	found, err := c.Service.Verify(t.Context(), c.Clerk(), strings.ToUpper(sum.SHA256)+" ")
	if err != nil || len(found) != 1 || found[0].ID != l.ID {
		t.Errorf("verified %+v, %v", found, err)
	}
	var entries int
	err = c.DB.QueryRow(t.Context(), `SELECT count(*) FROM audit_entry WHERE action = 'report.export' AND after->>'sha256' = $1`, sum.SHA256).Scan(&entries)
	if err != nil || entries != 1 {
		t.Errorf("%d entries in the trail (%v), want 1", entries, err)
	}
}

func TestAChangedFileIsUnknown(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	found, err := c.Service.Verify(t.Context(), c.Auditor(), strings.Repeat("ab", 32))
	if err != nil || len(found) != 0 {
		t.Errorf("found %+v, %v", found, err)
	}
	for _, wrong := range []string{"", "abc", strings.Repeat("zz", 32)} {
		if _, err := c.Service.Verify(t.Context(), c.Auditor(), wrong); !fault.IsInvalid(err) {
			t.Errorf("hash %q: %v, want invalid", wrong, err)
		}
	}
}

func TestTheLogShowsOthersOnlyToTheWholeCounty(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	auditor, clerk := c.Auditor(), c.Clerk()
	export(t, c, auditor, report.Request{Kind: report.KindInstitutions, Format: sheet.CSV})
	export(t, c, clerk, report.Request{Kind: report.KindInstitutions, Format: sheet.CSV})
	for name, seen := range map[string]struct {
		list func() ([]report.Logged, int64, error)
		want int
	}{
		"the auditor sees both": {func() ([]report.Logged, int64, error) { return c.Service.Log(t.Context(), auditor, 0) }, 2},
		"the clerk sees one":    {func() ([]report.Logged, int64, error) { return c.Service.Log(t.Context(), clerk, 0) }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if list, _, err := seen.list(); err != nil || len(list) != seen.want {
				t.Errorf("%d lines (%v), want %d", len(list), err, seen.want)
			}
		})
	}
}

func TestTheLogGoesOnByKey(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	c.Exec(`INSERT INTO export_log (county_id, kind, format, filter, rows, bytes, sha256, by_name)
		SELECT $1, 'values', 'csv', '{}', n, n, sha256(n::text::bytea), '测试' FROM generate_series(1, 45) n`)
	seen := map[int64]bool{}
	var before int64
	for page := range 3 {
		list, next, err := c.Service.Log(t.Context(), c.Auditor(), before)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list {
			seen[l.Rows] = true
		}
		if before = next; next == 0 {
			if page != 1 {
				t.Errorf("ended on page %d, want the second", page+1)
			}
			break
		}
	}
	if len(seen) != 45 {
		t.Errorf("saw %d lines, want 45", len(seen))
	}
}

func TestTheLogOnlyGrows(t *testing.T) {
	t.Parallel()
	c := reporttest.New(t)
	export(t, c, c.Auditor(), report.Request{Kind: report.KindInstitutions, Format: sheet.CSV})
	for _, sql := range []string{"UPDATE export_log SET by_name = '别人'", "DELETE FROM export_log", "TRUNCATE export_log"} {
		var refused *pgconn.PgError
		if _, err := c.DB.Exec(t.Context(), sql); !errors.As(err, &refused) || refused.Code != "42501" {
			t.Errorf("%s: %v, want a refusal", sql, err)
		}
	}
}
