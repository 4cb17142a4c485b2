package reportingweb

import (
	"log/slog"
	"time"

	"yigai/internal/account"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// handlers answers every address of the room.
type handlers struct {
	svc      *reporting.Service
	accounts *account.Service // asked for the password of who signs
	now      func() time.Time
	log      *slog.Logger

	beside []Beside
}

// view is what every page knows: the moment it was made.
type view struct{ now time.Time }

func (h *handlers) view() view { return view{h.now()} }

// monthInHand is the month people work on now: reports of a month are filled in the next one.
func (h *handlers) monthInHand() period.Month { return period.MonthOf(h.now()).Prev() }
