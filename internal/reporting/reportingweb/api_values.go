package reportingweb

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/number"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// valueJSON is an accepted or loaded figure as it travels; State tells an empty figure from one that does not apply.
type valueJSON struct {
	Institution string       `json:"institution"`
	Element     string       `json:"element"`
	Period      period.Month `json:"period"`
	Value       *string      `json:"value"`
	State       string       `json:"state"` // value, empty, na
	Comment     string       `json:"comment"`
	Report      *int64       `json:"report"` // null for loaded facts
	By          string       `json:"by"`
	At          time.Time    `json:"at"`
}

func (h *handlers) apiValues(w http.ResponseWriter, r *http.Request) error {
	f, err := valueFilter(r)
	if err != nil {
		return err
	}
	found, next, err := h.svc.Values(r.Context(), page.Who(r), f)
	if err != nil {
		return err
	}
	list := make([]valueJSON, len(found))
	for i, v := range found {
		list[i] = valueOut(v)
	}
	return page.JSON(w, http.StatusOK, listOf(list, next))
}

func valueOut(v reporting.Value) valueJSON {
	out := valueJSON{Institution: v.Institution, Element: v.Element, Period: v.Month, State: "empty", Comment: v.Comment, By: v.By, At: v.At.In(period.Shanghai)}
	switch v.Cell.State {
	case number.Given:
		text := v.Cell.Value.String()
		out.State, out.Value = "value", &text
	case number.NotApplicable:
		out.State = "na"
	}
	if v.Report != 0 {
		out.Report = &v.Report
	}
	return out
}

func valueFilter(r *http.Request) (reporting.ValueFilter, error) {
	q := r.URL.Query()
	if err := known(r, "institution", "descendants", "element", "from", "to", "limit", "cursor"); err != nil {
		return reporting.ValueFilter{}, err
	}
	f := reporting.ValueFilter{Institution: q.Get("institution"), Cursor: q.Get("cursor")}
	for _, list := range q["element"] {
		for slug := range strings.SplitSeq(list, ",") {
			if slug = strings.TrimSpace(slug); slug != "" {
				f.Elements = append(f.Elements, slug)
			}
		}
	}
	var err error
	if f.Descendants, err = flag(r, "descendants"); err != nil {
		return f, err
	}
	if f.Limit, err = limit(r); err != nil {
		return f, err
	}
	if f.From, err = month(r, "from"); err != nil {
		return f, err
	}
	f.To, err = month(r, "to")
	return f, err
}

// known refuses parameters that would be ignored in silence, by name.
func known(r *http.Request, names ...string) error {
	for name := range r.URL.Query() {
		ok := false
		for _, n := range names {
			ok = ok || n == name
		}
		if !ok {
			return fault.Field(name, "不认识的参数 %s", name)
		}
	}
	return nil
}

func flag(r *http.Request, name string) (bool, error) {
	switch r.URL.Query().Get(name) {
	case "", "false", "0":
		return false, nil
	case "true", "1":
		return true, nil
	}
	return false, fault.Field(name, "%s 应为 true 或 false", name)
}

func limit(r *http.Request) (int, error) {
	typed := r.URL.Query().Get("limit")
	if typed == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(typed)
	if err != nil || n < 1 {
		return 0, fault.Field("limit", "limit 应为正整数")
	}
	return n, nil
}

func month(r *http.Request, name string) (period.Month, error) {
	typed := r.URL.Query().Get(name)
	if typed == "" {
		return period.Month{}, nil
	}
	m, err := period.Parse(typed)
	if err != nil {
		return m, fault.Field(name, "%s", err.Error())
	}
	return m, nil
}

// loadedJSON is what became of the rows that were sent.
type loadedJSON struct {
	Imported  int            `json:"imported"`
	Updated   int            `json:"updated"`
	Unchanged int            `json:"unchanged"`
	Ignored   int            `json:"ignored"`
	Conflicts []conflictJSON `json:"conflicts"`
	More      int            `json:"more,omitempty"` // refused rows beyond those that are listed
}

// mostConflicts bounds the answer: nobody reads more of them, and a wrong file has one for every row.
const mostConflicts = 5000

type conflictJSON struct {
	Row     int    `json:"row"`
	Field   string `json:"field"`
	Value   string `json:"value"`
	Message string `json:"message"`
}

// apiLoadValues stores figures from elsewhere: all rows or none, unless partial. What the destination needs is asked by
// the operation: entering for drafts, loading for history.
func (h *handlers) apiLoadValues(w http.ResponseWriter, r *http.Request) error {
	who := page.Who(r)
	if err := mayLoad(who); err != nil {
		return err
	}
	options, err := loadOptions(r)
	if err != nil {
		return err
	}
	rows, err := readValues(w, r)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return fault.Field("values", "没有要导入的数")
	}
	done, err := h.svc.LoadValues(r.Context(), who, rows, options)
	if len(done.Conflicts) > 0 && fault.IsInvalid(err) {
		return page.JSON(w, http.StatusUnprocessableEntity, loadedOut(done))
	}
	if err != nil {
		return err
	}
	return page.JSON(w, http.StatusOK, loadedOut(done))
}

// mayLoad asks before the body is read.
func mayLoad(who actor.Actor) error {
	if who.May(reporting.ActionEnter) {
		return nil
	}
	return who.Require(reporting.ActionLoad)
}

func loadOptions(r *http.Request) (o reporting.LoadOptions, err error) {
	if err := known(r, "state", "dry_run", "partial", "format"); err != nil {
		return o, err
	}
	switch r.URL.Query().Get("state") {
	case "", "draft":
	case "accepted":
		o.Accepted = true
	default:
		return o, fault.Field("state", "state 应为 draft 或 accepted")
	}
	if o.DryRun, err = flag(r, "dry_run"); err != nil {
		return o, err
	}
	o.Partial, err = flag(r, "partial")
	return o, err
}

func loadedOut(done reporting.Loaded) loadedJSON {
	listed := done.Conflicts[:min(len(done.Conflicts), mostConflicts)]
	out := loadedJSON{Imported: done.Imported, Updated: done.Updated, Unchanged: done.Unchanged, Ignored: done.Ignored,
		Conflicts: make([]conflictJSON, len(listed)), More: len(done.Conflicts) - len(listed)}
	for i, c := range listed {
		out.Conflicts[i] = conflictJSON(c)
	}
	return out
}
