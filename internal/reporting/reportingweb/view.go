package reportingweb

import (
	"log/slog"
	"time"

	"yigai/internal/account"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/internal/room"
)

// handlers answers every address of the room.
type handlers struct {
	svc      *reporting.Service
	accounts *account.Service // asked for the password of who signs
	now      func() time.Time
	log      *slog.Logger

	beside []Beside
	panels *room.Panels
	waits  *page.Kept[todos]
}

// todos is a number of to-dos that is kept.
type todos int

// Size is the memory the number takes.
func (todos) Size() int { return 8 }

// view is what every page knows: the moment it was made.
type view struct{ now time.Time }

func (h *handlers) view() view { return view{h.now()} }

// monthInHand is the month people work on now: reports of a month are filled in the next one.
func (h *handlers) monthInHand() period.Month { return period.MonthOf(h.now()).Prev() }
