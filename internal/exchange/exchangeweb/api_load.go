package exchangeweb

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"yigai/internal/exchange"
	"yigai/internal/fault"
	"yigai/internal/page"
)

// apiLoadValues stores figures from elsewhere: all rows or none, unless partial. What the destination needs is asked by
// the operation: entering for drafts, loading for history.
func (h *handlers) apiLoadValues(w http.ResponseWriter, r *http.Request) error {
	who := page.Who(r)
	if err := exchange.MayImport(who); err != nil {
		return err
	}
	options, err := loadOptions(r)
	if err != nil {
		return err
	}
	file, err := readBody(w, r)
	if err != nil {
		return err
	}
	done, err := h.svc.Import(r.Context(), who, file, options)
	refused := len(done.Conflicts) > 0 && fault.IsInvalid(err)
	if err != nil && !refused {
		return err
	}
	status := http.StatusOK
	if refused {
		status = http.StatusUnprocessableEntity
	}
	if inDHIS2(r) {
		return page.JSON(w, status, summaryOf(done, file, options, refused))
	}
	return page.JSON(w, status, loadedOut(done))
}

// inDHIS2 reports whether the asker wants the answer as DHIS2 gives it.
func inDHIS2(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Query().Get("format"), "dhis2") || strings.Contains(r.Header.Get("Accept"), "dhis2")
}

func loadOptions(r *http.Request) (o exchange.Options, err error) {
	o.Source = exchange.API
	if err := page.Known(r, "state", "dry_run", "dryRun", "partial", "format", "mode", "importStrategy", "idScheme", "dataElementIdScheme",
		"orgUnitIdScheme", "file"); err != nil {
		return o, err
	}
	q := r.URL.Query()
	o.Name = q.Get("file")
	switch q.Get("state") {
	case "", "draft":
	case "accepted":
		o.Accepted = true
	default:
		return o, fault.Field("state", "state 应为 draft 或 accepted")
	}
	if f := q.Get("format"); f != "" && f != "dhis2" && f != "dhis2-csv" && f != "adx" {
		return o, fault.Field("format", "format 只能是 dhis2、dhis2-csv、adx,或不写")
	}
	if o.DryRun, err = page.QueryFlag(r, firstOf(r, "dry_run", "dryRun")); err != nil {
		return o, err
	}
	if o.Partial, err = page.QueryFlag(r, "partial"); err != nil {
		return o, err
	}
	if o.Only, err = strategy(r, firstOf(r, "mode", "importStrategy")); err != nil {
		return o, err
	}
	if o.Elements, err = scheme(r, firstOf(r, "dataElementIdScheme", "idScheme")); err != nil {
		return o, err
	}
	o.Institutions, err = scheme(r, firstOf(r, "orgUnitIdScheme", "idScheme"))
	return o, err
}

// firstOf is the name of two that was sent.
func firstOf(r *http.Request, first, second string) string {
	if r.URL.Query().Get(first) == "" {
		return second
	}
	return first
}

// readBody understands the body by what the sender calls it; a body without a name is JSON.
func readBody(w http.ResponseWriter, r *http.Request) (exchange.File, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return exchange.File{}, fault.Field("body", "Content-Type 无法识别")
	}
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, exchange.MaxBytes))
	if large := new(http.MaxBytesError); errors.As(err, &large) {
		return exchange.File{}, err
	}
	if err != nil {
		return exchange.File{}, fault.Field("body", "内容没有完整收到,请重试")
	}
	file, err := exchange.Read(content, kindOf(kind))
	if err != nil {
		return file, err
	}
	for _, heading := range file.Unread {
		return file, fault.Field(heading, "不认识的列 %s", heading) // it would be ignored in silence
	}
	return file, nil
}

func kindOf(media string) exchange.Kind {
	switch {
	case media == "text/csv" || media == "application/csv" || strings.Contains(media, "spreadsheet"):
		return exchange.TableKind
	case media == "text/xml" || media == "application/xml" || strings.HasSuffix(media, "+xml"):
		return exchange.XMLKind
	}
	return exchange.JSONKind
}

// loadedJSON is what became of the rows that were sent.
type loadedJSON struct {
	Imported  int            `json:"imported"`
	Updated   int            `json:"updated"`
	Deleted   int            `json:"deleted"` // of the updated: no longer reported
	Unchanged int            `json:"unchanged"`
	Ignored   int            `json:"ignored"`
	Skipped   int            `json:"skipped"` // left out by the mode
	Conflicts []conflictJSON `json:"conflicts"`
	More      int            `json:"more,omitempty"`    // refused rows beyond those that are listed
	Import    int64          `json:"import,omitempty"`  // number of the import in the records
	SameAs    *sameJSON      `json:"same_as,omitempty"` // the last import of the very same content
}

type sameJSON struct {
	Import int64     `json:"import"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
}

// mostConflicts bounds the answer: nobody reads more of them, and a wrong file has one for every row.
const mostConflicts = 5000

type conflictJSON struct {
	Row     int    `json:"row"`
	Field   string `json:"field"`
	Value   string `json:"value"`
	Message string `json:"message"`
}

func loadedOut(done exchange.Result) loadedJSON {
	listed := done.Conflicts[:min(len(done.Conflicts), mostConflicts)]
	out := loadedJSON{Imported: done.Imported, Updated: done.Updated, Deleted: done.Deleted, Unchanged: done.Unchanged, Ignored: done.Ignored,
		Skipped: done.Skipped, Conflicts: make([]conflictJSON, len(listed)), More: len(done.Conflicts) - len(listed), Import: done.ID}
	for i, c := range listed {
		out.Conflicts[i] = conflictJSON(c)
	}
	if done.Same != nil {
		out.SameAs = &sameJSON{done.Same.ID, done.Same.At, done.Same.By}
	}
	return out
}

// summaryJSON is the answer in the shape of a DHIS2 import summary, with our own counts beside.
type summaryJSON struct {
	ResponseType string          `json:"responseType"`
	Status       string          `json:"status"` // SUCCESS, WARNING, ERROR
	Description  string          `json:"description"`
	Options      summaryOptions  `json:"importOptions"`
	Count        importCount     `json:"importCount"`
	Conflicts    []dhis2Conflict `json:"conflicts"`
	Rejected     []int           `json:"rejectedIndexes"` // from 0
	DataSet      string          `json:"dataSetComplete"`

	Imported  int       `json:"imported"`
	Updated   int       `json:"updated"`
	Unchanged int       `json:"unchanged"`
	Ignored   int       `json:"ignored"`
	Import    int64     `json:"import,omitempty"`
	SameAs    *sameJSON `json:"same_as,omitempty"`
}

type summaryOptions struct {
	DryRun   bool   `json:"dryRun"`
	Strategy string `json:"importStrategy"`
}

type importCount struct {
	Imported int `json:"imported"`
	Updated  int `json:"updated"`
	Ignored  int `json:"ignored"`
	Deleted  int `json:"deleted"`
}

// dhis2Conflict is a refused row as DHIS2 tells it, with our row and field beside.
type dhis2Conflict struct {
	Object  string `json:"object"`
	Value   string `json:"value"`
	Row     int    `json:"row"`
	Field   string `json:"field"`
	Message string `json:"message"`
}

// summaryOf counts as DHIS2 does: what is the same counts as updated, and when rows are refused and nothing is stored,
// all are ignored.
func summaryOf(done exchange.Result, f exchange.File, o exchange.Options, refused bool) summaryJSON {
	own := loadedOut(done)
	s := summaryJSON{ResponseType: "ImportSummary", Status: "SUCCESS", Description: "导入完成", DataSet: "false", Rejected: []int{},
		Options: summaryOptions{o.DryRun, []string{"CREATE_AND_UPDATE", "CREATE", "UPDATE"}[o.Only]}, Conflicts: []dhis2Conflict{},
		Imported: own.Imported, Updated: own.Updated, Unchanged: own.Unchanged, Ignored: own.Ignored, Import: own.Import, SameAs: own.SameAs,
		Count: importCount{done.Imported, done.Updated - done.Deleted + done.Unchanged, len(done.Conflicts) + done.Skipped, done.Deleted}}
	first := 1
	if f.Format == exchange.Table || f.Format == exchange.DHIS2CSV {
		first = 2 // below the headings
	}
	for _, c := range own.Conflicts {
		s.Conflicts = append(s.Conflicts, dhis2Conflict{c.Value, c.Message, c.Row, c.Field, c.Message})
		s.Rejected = append(s.Rejected, c.Row-first)
	}
	switch {
	case refused:
		s.Status, s.Description = "ERROR", fmt.Sprintf("有 %d 个数不能导入,全部没有写入", len(done.Conflicts))
		s.Count.Ignored = len(f.Rows) + len(f.Refused)
	case len(done.Conflicts) > 0:
		s.Status, s.Description = "WARNING", fmt.Sprintf("有 %d 个数没有导入", len(done.Conflicts))
	}
	return s
}
