package reportingweb

import (
	"net/http"
	"strconv"

	"yigai/internal/page"
	"yigai/internal/reporting"
)

// resolve marks the thread on a cell as resolved, up to the remark that was in sight.
func (h *handlers) resolve(w http.ResponseWriter, r *http.Request) error {
	d, f, err := h.spoken(r)
	if err != nil {
		return err
	}
	upto, _ := strconv.ParseInt(f.Value("remark"), 10, 64) // anything else than a number is no remark that was seen
	err = h.svc.ResolveThread(r.Context(), page.Who(r), d.report.ID, d.key, upto)
	return h.afterSpeaking(w, r, d, doneThread, "", err)
}

// noteRead keeps that whoever opened the report has seen what was said about its figures; the page still marks it as new.
func (h *handlers) noteRead(r *http.Request, e *entry) error {
	var upto int64
	for _, m := range e.Remarks {
		if m.Unread {
			upto = m.ID
		}
	}
	if upto == 0 {
		return nil
	}
	return h.svc.ReadRemarks(r.Context(), page.Who(r), e.Report.ID, upto)
}

// threadCount is how many threads wait for an answer, and how much in them is new to the reader.
type threadCount struct{ open, unread int }

func (c threadCount) title() string {
	said := "未解决的批注 " + strconv.Itoa(c.open) + " 条"
	if c.open == 0 {
		said = "批注都已解决"
	}
	if c.unread > 0 {
		said += ",新意见 " + strconv.Itoa(c.unread) + " 条"
	}
	return said
}

func gridThreads(row reporting.GridRow) threadCount { return threadCount{row.Threads, row.Unread} }

// openIn counts the threads on the cells of a section.
func (e *entry) openIn(s reporting.Section) threadCount {
	var c threadCount
	for _, row := range s.Rows {
		for _, subject := range e.Subjects {
			t := e.threads[e.key(subject, row)]
			c.unread += t.Unread()
			if t.Open() {
				c.open++
			}
		}
	}
	return c
}

// earlier counts the remarks of an open thread that are about earlier submissions only, so that the row shows none of it.
func (e *entry) earlier(k reporting.CellKey) int {
	if t := e.threads[k]; t.Open() && len(e.remarks[k]) == 0 {
		return len(t.Remarks)
	}
	return 0
}

// openThread is a thread that waits, as it is listed before handing in.
type openThread struct {
	label, url, text, by string
}

// openThreads are the threads that wait for an answer, in the order of the form.
func (e *entry) openThreads() []openThread {
	var list []openThread
	for _, row := range e.Layout.Entered() {
		for _, subject := range e.Subjects {
			k := e.key(subject, row)
			t := e.threads[k]
			if !t.Open() {
				continue
			}
			one := openThread{label: row.Name, url: cellURL(e.Report.ID, k), text: t.Last().Text, by: t.Last().By}
			if len(e.Subjects) > 1 {
				one.label = subject.Name + " " + row.Name
			}
			list = append(list, one)
		}
	}
	return list
}
