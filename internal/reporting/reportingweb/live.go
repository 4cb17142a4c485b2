package reportingweb

import (
	"net/http"
	"time"

	"yigai/internal/fault"
	"yigai/internal/page"
	"yigai/internal/reporting"
)

// liveIn is what an open entry screen asks every few seconds.
type liveIn struct {
	Since   string `json:"since"` // as the last answer gave it
	Account int64  `json:"account"`
}

// liveOut is what happened since: others' figures, who they are, and everything on the screen that changed with them.
type liveOut struct {
	At     string     `json:"at"`
	Others []string   `json:"others"`
	Locked string     `json:"locked,omitempty"`
	Cells  []liveCell `json:"cells,omitempty"`
	Screen *screen    `json:"screen,omitempty"`
}

type liveCell struct {
	cellOut
	By string `json:"by"`
	At string `json:"at"`
}

// live answers an open entry screen.
func (h *handlers) live(w http.ResponseWriter, r *http.Request) error {
	report, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	var in liveIn
	if err := page.ReadJSON(w, r, &in); err != nil {
		return h.unreadable(r, report, err)
	}
	since, err := time.Parse(time.RFC3339Nano, in.Since)
	if err != nil {
		return h.unreadable(r, report, fault.Field("since", "时间无法识别,请刷新页面"))
	}
	who := page.Who(r)
	if err := reporting.RequireSame(who, in.Account); err != nil {
		return h.unreadable(r, report, err)
	}
	happened, err := h.svc.Live(r.Context(), who, report, since)
	if err != nil {
		return err
	}
	out, err := h.liveAnswer(r, happened)
	if err != nil {
		return err
	}
	return page.JSON(w, http.StatusOK, out)
}

func (h *handlers) liveAnswer(r *http.Request, happened reporting.Live) (liveOut, error) {
	out := liveOut{At: happened.At.Format(time.RFC3339Nano), Others: happened.Others}
	if happened.Lock != nil {
		out.Locked = happened.Lock.Why
	}
	if len(happened.Changed) == 0 {
		return out, nil
	}
	s, err := h.screen(r, happened.Outcome)
	if err != nil {
		return out, err
	}
	out.Screen = &s
	layout, err := h.layout(r, happened.Outcome.Report)
	if err != nil {
		return out, err
	}
	for _, k := range happened.Changed {
		c := happened.Cells[k]
		out.Cells = append(out.Cells, liveCell{cellAnswer(reporting.Saved{Key: k, Cell: c}, layout, 0), c.By, shortTime(c.At)})
	}
	return out, nil
}

// liveSince is the moment that the page was made, from which the script asks.
func (e *entry) liveSince() string { return e.now.Format(time.RFC3339Nano) }
