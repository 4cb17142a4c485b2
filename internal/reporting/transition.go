package reporting

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
)

// permission that each state is reached with.
var reachedBy = map[State]string{Draft: ActionEnter, Submitted: ActionSubmit, Checked: ActionReview}

// move takes the report from the state it was read in to another, with event and audit entry.
func (s *Service) move(ctx context.Context, tx pgx.Tx, who actor.Actor, r *Report, to State, reason string) error {
	action := reachedBy[to]
	switch {
	case to == Accepted || to == Returned && r.State.underReview():
		action = r.reviewedWith()
	case to == Returned:
		action = ActionReopen
	}
	return s.moveAs(ctx, tx, who, r, to, action, reason)
}

func (s *Service) moveAs(ctx context.Context, tx pgx.Tx, who actor.Actor, r *Report, to State, action, reason string) error {
	at := s.now()
	if err := moveReport(ctx, tx, who, *r, to, reason, at); err != nil {
		return err
	}
	from := r.State
	r.State, r.Version, r.UpdatedAt = to, r.Version+1, at
	if err := tell(ctx, tx, who, *r, from, reason); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who, audit.Entry{Action: action, Kind: "report", ID: strconv.FormatInt(r.ID, 10), Name: r.Name(),
		InstitutionID: r.InstitutionID, Reason: reason,
		Before: map[string]any{"state": from}, After: map[string]any{"state": to, "submission": r.Submission}})
}

const maxReason = 500

// requireText reads a sentence that must be there.
func requireText(field, what, text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", fault.Field(field, "请填写%s", what)
	}
	if utf8.RuneCountInString(text) > maxReason {
		return "", fault.Field(field, "%s最多 %d 个字", what, maxReason)
	}
	return text, nil
}
