package indicatorweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"yigai/internal/actor"
	"yigai/internal/indicator"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/web/ui"
)

// keptBoard is the part of a board that everybody of one data scope sees alike.
type keptBoard struct {
	month period.Month
	fresh indicator.Freshness
	body  page.Pressed
}

// Size is the memory the board takes.
func (b keptBoard) Size() int { return b.body.Size() }

// keptBoard is the board as it was made before, unless something it is made of has changed since: then a new one.
func (h *handler) keptBoard(ctx context.Context, who actor.Actor, query indicator.Query) (keptBoard, error) {
	stamp, err := h.svc.Stamp(ctx, who)
	if err != nil {
		return keptBoard{}, err
	}
	at := boardAddress(query)
	return h.boards.Get(page.Viewer(who)+at.with(), stamp+h.today(), func() (keptBoard, error) {
		return h.makeBoard(ctx, who, query, at)
	})
}

// today stands in a stamp where a county without any computation is shown the month before this one.
func (h *handler) today() string { return " " + period.MonthOf(h.now()).String() }

func (h *handler) makeBoard(ctx context.Context, who actor.Actor, query indicator.Query, at address) (keptBoard, error) {
	b, err := h.svc.Board(ctx, who, query)
	if err != nil {
		return keptBoard{}, err
	}
	v := boardView{tabs: boardTabs(at, b), table: boardTable(at, b), pager: boardPager(at, b),
		filter: ui.Filter{Action: boardPath, Keep: map[string]string{"period": b.Query.Month.String(), "tab": b.Query.Tab}},
		topic:  topicChoice(b.Topics, b.Query.Topic)}
	body, err := page.Press(ui.WithShell(ctx, ui.Shell{}), boardBody(v))
	return keptBoard{month: b.Query.Month, fresh: b.Fresh, body: body}, err
}

const boardPath = "/indicators"

// boardAddress is the address of a board with what a board understands; anything else asked for is left out.
func boardAddress(query indicator.Query) address {
	q := url.Values{}
	for name, value := range map[string]string{"tab": query.Tab, "topic": query.Topic, "order": query.Order} {
		q.Set(name, value)
	}
	if !query.Month.IsZero() {
		q.Set("period", query.Month.String())
	}
	if query.SortBy != 0 {
		q.Set("sort", strconv.FormatInt(query.SortBy, 10))
	}
	if query.Page > 1 {
		q.Set("page", strconv.Itoa(query.Page))
	}
	return address{boardPath, q}
}

func (h *handler) board(w http.ResponseWriter, r *http.Request) error {
	query, err := boardQuery(r)
	if err != nil {
		return err
	}
	b, err := h.keptBoard(r.Context(), page.Who(r), query)
	if err != nil {
		return err
	}
	return page.RenderPressed(w, r, http.StatusOK, boardPage(h.boardFrame(r, b)), b.body)
}
