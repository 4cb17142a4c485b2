package notice_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"yigai/internal/fault"
	"yigai/internal/notice"
	"yigai/internal/period"
	"yigai/internal/reporting/reportingtest"
)

// late is a world on 2026-08-10: the townships' reports of July are five days over.
func late(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.now = morning("2026-08-10")
	return w
}

func (w *world) draft(t *testing.T, p period.Period) notice.Circular {
	t.Helper()
	id, err := w.svc.Draft(t.Context(), w.head, p)
	if err != nil {
		t.Fatal(err)
	}
	return w.circular(t, id)
}

func (w *world) circular(t *testing.T, id int64) notice.Circular {
	t.Helper()
	c, err := w.svc.Circular(t.Context(), w.head, id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func julyPeriod(t *testing.T) period.Period { return reportingtest.Month(t, july).Period() }

func TestACircularStaysAsItWasIssued(t *testing.T) {
	t.Parallel()
	w := late(t)
	c := w.draft(t, julyPeriod(t))
	if !strings.Contains(c.Filled().Opening, "及时率0.0%") || c.Content.Sum.Missing == 0 || len(c.Content.Units) != 2 || c.Content.Lines[0].Days != 5 {
		t.Fatalf("%s\n%+v", c.Opening, c.Content)
	}
	c.Title = "关于7月份月报迟报单位的通报"
	if err := w.svc.Edit(t.Context(), w.head, c); err != nil {
		t.Fatal(err)
	}
	if err := w.svc.Issue(t.Context(), w.head, c.ID, c.Version+1); err != nil {
		t.Fatal(err)
	}
	issued := w.circular(t, c.ID)
	if issued.Symbol != "卫健通报〔2026〕1号" || !issued.Issued() || issued.IssuedOn.Format(time.DateOnly) != "2026-08-10" {
		t.Fatalf("%+v", issued)
	}
	w.submit(t)
	w.now = w.now.AddDate(0, 0, 20)
	if after := w.circular(t, c.ID); len(after.Content.Lines) != len(issued.Content.Lines) || after.Content.Lines[0] != issued.Content.Lines[0] {
		t.Error("the table of an issued circular moved on")
	}
	for name, err := range map[string]error{"edit": w.svc.Edit(t.Context(), w.head, issued), "issue": w.svc.Issue(t.Context(), w.head, c.ID, issued.Version),
		"discard": w.svc.Discard(t.Context(), w.head, c.ID, issued.Version)} {
		if !fault.IsConflict(err) {
			t.Errorf("%s after issuing: %v", name, err)
		}
	}
	if _, err := w.db.Exec(t.Context(), `UPDATE circular SET title = 'x'`); err == nil {
		t.Error("the database lets an issued circular be changed")
	}
	if got := w.inbox(t, w.other); len(got) != 1 || !strings.HasPrefix(got[0], "circular: 卫健通报〔2026〕1号") {
		t.Errorf("the named unit was told %q", got)
	}
}

// A report comes between the draft and the day of issue: words and tables say the same of it.
func TestTheWordsOfACircularAgreeWithItsTables(t *testing.T) {
	t.Parallel()
	w := late(t)
	c := w.draft(t, julyPeriod(t))
	w.submit(t)
	w.now = w.now.AddDate(0, 0, 1)
	if err := w.svc.Issue(t.Context(), w.head, c.ID, c.Version); err != nil {
		t.Fatal(err)
	}
	issued := w.circular(t, c.ID)
	if issued.Content.Sum.Missing != c.Content.Sum.Missing-1 {
		t.Fatalf("%d missing, at the draft %d", issued.Content.Sum.Missing, c.Content.Sum.Missing)
	}
	want := fmt.Sprintf("截至2026年8月11日仍未报送%d份", issued.Content.Sum.Missing)
	if !strings.Contains(issued.Opening, want) || strings.Contains(issued.Opening, "{") || issued.Filled().Opening != issued.Opening {
		t.Errorf("want %q in %s", want, issued.Opening)
	}
}

func TestACircularSaysWhoHasMoreTime(t *testing.T) {
	t.Parallel()
	w := late(t)
	before := w.draft(t, julyPeriod(t))
	if before.Content.Aside() != "" || strings.Contains(before.Filled().Opening, "延期") {
		t.Fatalf("nobody has more time: %s %s", before.Content.Aside(), before.Opening)
	}
	_, err := w.db.Exec(t.Context(), `UPDATE report SET due_at = $2, extended = true WHERE id = $1`, w.report.ID, w.now.AddDate(0, 0, 7))
	if err != nil {
		t.Fatal(err)
	}
	c := w.draft(t, julyPeriod(t))
	if c.Content.Sum.Owed() != before.Content.Sum.Owed()-1 || c.Content.Extended != 1 || !strings.Contains(c.Filled().Opening, "份（另有1份已延期），按时") {
		t.Errorf("%+v\n%s", c.Content, c.Opening)
	}
	if !strings.HasPrefix(c.Content.Aside(), "另有 1 份已延期") {
		t.Errorf("aside %q", c.Content.Aside())
	}
	for _, l := range c.Content.Lines {
		if l.Unit == w.here.Name && l.Form == w.report.FormTitle {
			t.Errorf("%s is named though it has more time", l.Unit)
		}
	}
}

// Ten are issued at once, some of them twice: numbers 1 to 10, none missing, none double.
func TestNumbersHaveNoGaps(t *testing.T) {
	t.Parallel()
	w := late(t)
	var drafts []notice.Circular
	for range 10 {
		drafts = append(drafts, w.draft(t, julyPeriod(t)))
	}
	var all sync.WaitGroup
	for _, c := range append(drafts, drafts[:4]...) {
		all.Go(func() {
			if err := w.svc.Issue(t.Context(), w.head, c.ID, c.Version); err != nil && !fault.IsConflict(err) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := w.one(t, `SELECT string_agg(number::text, ',' ORDER BY number) FROM circular`); got != "1,2,3,4,5,6,7,8,9,10" {
		t.Errorf("numbers %s", got)
	}
	w.now = time.Date(2027, 1, 4, 2, 0, 0, 0, time.UTC)
	c := w.draft(t, julyPeriod(t))
	if err := w.svc.Issue(t.Context(), w.head, c.ID, c.Version); err != nil {
		t.Fatal(err)
	}
	if got := w.circular(t, c.ID).Symbol; got != "卫健通报〔2027〕1号" {
		t.Errorf("the new year begins with %s", got)
	}
}

func TestWhoMayWithCirculars(t *testing.T) {
	t.Parallel()
	w := late(t)
	c := w.draft(t, period.Quarter(reportingtest.Month(t, july)))
	if !strings.Contains(c.Title, "2026年第3季度") {
		t.Errorf("title %s", c.Title)
	}
	if _, err := w.svc.Circular(t.Context(), w.clerk, c.ID); !fault.IsNotFound(err) {
		t.Errorf("a clerk reads a draft: %v", err)
	}
	if _, err := w.svc.Draft(t.Context(), w.reviewer, julyPeriod(t)); !fault.IsForbidden(err) {
		t.Errorf("a reviewer drafts: %v", err)
	}
	part := w.head
	part.Scope.Subtrees = []string{w.here.Path}
	if _, err := w.svc.Draft(t.Context(), part, julyPeriod(t)); !fault.IsForbidden(err) {
		t.Errorf("somebody with a part of the county drafts: %v", err)
	}
	if err := w.svc.Issue(t.Context(), w.head, c.ID, c.Version+5); !fault.IsConflict(err) {
		t.Errorf("another version: %v", err)
	}
	c.Title = " "
	if err := w.svc.Edit(t.Context(), w.head, c); !fault.IsInvalid(err) {
		t.Errorf("no title: %v", err)
	}
	if _, err := w.svc.Draft(t.Context(), w.head, reportingtest.Month(t, "2027-01").Period()); !fault.IsInvalid(err) {
		t.Errorf("nothing to say: %v", err)
	}
	if err := w.svc.Discard(t.Context(), w.head, c.ID, c.Version); err != nil {
		t.Fatal(err)
	}
	if _, err := w.svc.Circular(t.Context(), w.head, c.ID); !fault.IsNotFound(err) {
		t.Errorf("a discarded draft: %v", err)
	}
}

func TestCircularFiles(t *testing.T) {
	t.Parallel()
	w := late(t)
	c := w.draft(t, julyPeriod(t))
	if err := w.svc.Issue(t.Context(), w.head, c.ID, c.Version); err != nil {
		t.Fatal(err)
	}
	var doc, table bytes.Buffer
	name, err := w.svc.WriteDocument(t.Context(), w.clerk, c.ID, &doc)
	if err != nil || !strings.HasSuffix(name, ".docx") || !bytes.HasPrefix(doc.Bytes(), []byte("PK")) {
		t.Errorf("%s, %v", name, err)
	}
	if _, err := w.svc.WriteTable(t.Context(), w.clerk, c.ID, &table); err != nil || !bytes.HasPrefix(table.Bytes(), []byte("PK")) {
		t.Errorf("%v", err)
	}
	if n := w.one(t, `SELECT count(*)::text FROM export_log WHERE kind = 'circular'`); n != "2" {
		t.Errorf("%s exports recorded", n)
	}
}
