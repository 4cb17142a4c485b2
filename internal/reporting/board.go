package reporting

import (
	"cmp"
	"context"
	"slices"
	"time"

	"yigai/internal/actor"
	"yigai/internal/period"
)

// Board shows who owes what in a month: institutions by forms.
type Board struct {
	Month         period.Month
	Forms         []BoardForm
	Rows          []BoardRow
	Tally             // how the reports came
	Due, Accepted int // reports
}

// BoardForm heads a column.
type BoardForm struct{ Slug, Title string }

// BoardRow is one institution with its reports by form slug; a form it does not owe is not in the map.
type BoardRow struct {
	InstitutionID   int64
	InstitutionCode string
	Institution     string
	Kind            string
	Reports         map[string]Report
}

// Board returns the completeness of a month in scope.
func (s *Service) Board(ctx context.Context, who actor.Actor, m period.Month) (Board, error) {
	if err := who.Require(ActionView); err != nil {
		return Board{}, err
	}
	reports, err := boardReports(ctx, s.db, who, m)
	if err != nil {
		return Board{}, err
	}
	return newBoard(m, reports, s.now()), nil
}

// Desk is the completeness of a month together with the inbox, for a reviewer's first page: they share most reports.
func (s *Service) Desk(ctx context.Context, who actor.Actor, m period.Month) (Board, []Report, error) {
	if err := who.Require(ActionReview); err != nil {
		return Board{}, nil, err
	}
	found, err := deskReports(ctx, s.db, who, m)
	if err != nil {
		return Board{}, nil, err
	}
	var month, inbox []Report
	for _, r := range found {
		if r.Month == m {
			month = append(month, r)
		}
		if r.waitsFor(who) {
			inbox = append(inbox, r)
		}
	}
	slices.SortFunc(inbox, func(a, b Report) int { return cmp.Or(a.WaitsSince().Compare(b.WaitsSince()), cmp.Compare(a.ID, b.ID)) })
	inbox = inbox[:min(len(inbox), maxInbox)]
	return newBoard(m, month, s.now()), inbox, s.dueForReview(ctx, who.CountyID, inbox)
}

// maxInbox bounds the inbox.
const maxInbox = 200

// newBoard arranges reports that come ordered by institution.
func newBoard(m period.Month, reports []Report, now time.Time) Board {
	b := Board{Month: m}
	forms := map[string]int{}
	for _, r := range reports {
		if _, seen := forms[r.FormSlug]; !seen {
			forms[r.FormSlug] = r.position
			b.addForm(r, forms)
		}
		b.addReport(r, now)
	}
	return b
}

// addForm keeps the columns in the order of the forms.
func (b *Board) addForm(r Report, positions map[string]int) {
	at := len(b.Forms)
	for at > 0 && positions[b.Forms[at-1].Slug] > r.position {
		at--
	}
	b.Forms = append(b.Forms[:at], append([]BoardForm{{r.FormSlug, r.FormTitle}}, b.Forms[at:]...)...)
}

func (b *Board) addReport(r Report, now time.Time) {
	if n := len(b.Rows); n == 0 || b.Rows[n-1].InstitutionID != r.InstitutionID {
		b.Rows = append(b.Rows, BoardRow{InstitutionID: r.InstitutionID, InstitutionCode: r.InstitutionCode,
			Institution: r.Institution, Kind: r.InstitutionKind, Reports: map[string]Report{}})
	}
	b.Rows[len(b.Rows)-1].Reports[r.FormSlug] = r
	b.Due++
	b.Count(r, now)
	if r.State == Accepted {
		b.Accepted++
	}
}

// Todos is what waits for somebody.
type Todos struct {
	Returned int // came back to the clerk
	Entering int // opened, not yet submitted
	Review   int // waiting for the reviewer
	Deciding int // corrections that wait for leave
}

// Count is the number in the top bar.
func (t Todos) Count() int { return t.Returned + t.Entering + t.Review + t.Deciding }

// Todos counts the reports and the requests for corrections in scope that wait for who.
func (s *Service) Todos(ctx context.Context, who actor.Actor) (Todos, error) {
	t, err := countTodos(ctx, s.db, who)
	switch reviews := who.May(ActionReview); {
	case reviews: // what a reviewer may enter for others is not waiting for the reviewer
		t.Returned, t.Entering = 0, 0
	case who.May(ActionEnter):
		t.Review = 0
	default:
		t = Todos{}
	}
	if err != nil || !who.May(ActionReopen) {
		return t, err
	}
	t.Deciding, err = countUndecided(ctx, s.db, who)
	return t, err
}

// Inbox lists the reports in scope that wait for who to review them, the longest waiting first, at most 200.
func (s *Service) Inbox(ctx context.Context, who actor.Actor) ([]Report, error) {
	if err := who.Require(ActionReview); err != nil {
		return nil, err
	}
	found, err := inboxReports(ctx, s.db, who)
	if err != nil {
		return nil, err
	}
	return found, s.dueForReview(ctx, who.CountyID, found)
}
