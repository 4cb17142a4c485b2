package reportingweb

import (
	"net/http"
	"strings"

	"yigai/internal/fault"
	"yigai/internal/number"
	"yigai/internal/page"
	"yigai/internal/reporting"
)

// cellsIn is what the entry screen sends as a cell is left.
type cellsIn struct {
	Cells   []cellIn `json:"cells"`
	Account int64    `json:"account"` // whose page it is
}

type cellIn struct {
	Subject int64   `json:"subject"`
	Element string  `json:"element"`
	Value   string  `json:"value"`
	Comment *string `json:"comment"`
	Version int     `json:"version"`
	Carried bool    `json:"carried"`
}

// cellsOut is what became of the cells, and everything on the screen that changed with them.
type cellsOut struct {
	Cells []cellOut `json:"cells"`
	screen
}

// cellOut is one cell: saved, conflict (Theirs is what somebody else typed) or problem (Message says what is wrong).
type cellOut struct {
	Field   string  `json:"field"`
	Outcome string  `json:"outcome"`
	Shown   string  `json:"shown"`
	Version int     `json:"version"`
	NA      bool    `json:"na"`
	Origin  string  `json:"origin"` // words about a figure that nobody typed
	Mark    string  `json:"mark"`   // class of such a cell
	Message string  `json:"message,omitempty"`
	Theirs  *theirs `json:"theirs,omitempty"`
}

type theirs struct {
	Shown   string `json:"shown"`
	By      string `json:"by"`
	At      string `json:"at"`
	Own     bool   `json:"own"` // typed by the same person, in another window
	Version int    `json:"version"`
}

// saveCells stores cells as they are left; each stands for itself.
func (h *handlers) saveCells(w http.ResponseWriter, r *http.Request) error {
	report, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	var in cellsIn
	if err := page.ReadJSON(w, r, &in); err != nil {
		return h.unreadable(r, report, err)
	}
	if len(in.Cells) == 0 {
		return h.unreadable(r, report, fault.Field("cells", "没有要保存的数"))
	}
	edits := make([]reporting.Edit, len(in.Cells))
	for i, c := range in.Cells {
		edits[i] = reporting.Edit{SubjectID: c.Subject, Element: c.Element, Typed: c.Value, Comment: c.Comment, Version: c.Version, Carried: c.Carried}
	}
	who := page.Who(r)
	if err := reporting.RequireSame(who, in.Account); err != nil {
		return h.unreadable(r, report, err)
	}
	done, err := h.svc.SaveCells(r.Context(), who, report, edits)
	if err != nil {
		return err
	}
	s, err := h.screen(r, done)
	if err != nil {
		return err
	}
	layout, err := h.layout(r, done.Report)
	if err != nil {
		return err
	}
	out := cellsOut{screen: s}
	for _, saved := range done.Saved {
		out.Cells = append(out.Cells, cellAnswer(saved, layout, who.AccountID))
	}
	return page.JSON(w, http.StatusOK, out)
}

func cellAnswer(s reporting.Saved, l *reporting.Layout, account int64) cellOut {
	row, ok := l.Row(s.Key.Element)
	if !ok {
		return cellOut{Field: s.Key.Field(), Outcome: "problem", Message: s.Problem}
	}
	out := cellOut{Field: s.Key.Field(), Outcome: "saved", Shown: shown(s.Cell.Cell, row), Version: s.Cell.Version,
		NA: s.Cell.State == number.NotApplicable, Origin: originWords(s.Cell.Origin), Mark: strings.TrimSpace(originClass(s.Cell.Origin))}
	switch {
	case s.Problem != "":
		out.Outcome, out.Message = "problem", s.Problem
	case s.Conflict != nil:
		c := s.Conflict
		out.Outcome = "conflict"
		out.Theirs = &theirs{Shown: shown(c.Cell, row), By: c.By, At: shortTime(c.At), Own: account != 0 && c.ByID == account, Version: c.Version}
	}
	return out
}

// explanationsIn explains warnings.
type explanationsIn struct {
	Key     string `json:"key"`
	Subject int64  `json:"subject"`
	Text    string `json:"text"`
	Account int64  `json:"account"`
	Base    string `json:"base"` // what it was typed upon, as the screen gave it
}

// explainedOut is everything on the screen that changed; Stale says why the explanation itself was not stored.
type explainedOut struct {
	screen
	Stale *staleOut `json:"stale,omitempty"`
}

type staleOut struct {
	Message string `json:"message"`
	Theirs  string `json:"theirs"`
}

// explain keeps why a warning is right as it stands.
func (h *handlers) explain(w http.ResponseWriter, r *http.Request) error {
	report, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	var in explanationsIn
	if err := page.ReadJSON(w, r, &in); err != nil {
		return h.unreadable(r, report, err)
	}
	if err := reporting.RequireSame(page.Who(r), in.Account); err != nil {
		return h.unreadable(r, report, err)
	}
	done, err := h.svc.Explain(r.Context(), page.Who(r), report,
		reporting.Explaining{Key: in.Key, SubjectID: in.Subject, Text: in.Text, Seen: basisIn(in.Base)})
	if err != nil {
		return err
	}
	s, err := h.screen(r, done)
	if err != nil {
		return err
	}
	out := explainedOut{screen: s}
	if done.Stale != nil {
		out.Stale = &staleOut{done.Stale.Why, done.Stale.Theirs}
	}
	return page.JSON(w, http.StatusOK, out)
}

// unreadable answers a request that cannot be read: somebody else's report is not found all the same.
func (h *handlers) unreadable(r *http.Request, report int64, why error) error {
	if _, err := h.svc.Get(r.Context(), page.Who(r), report); err != nil {
		return err
	}
	return why
}
