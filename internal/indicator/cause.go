package indicator

import (
	"context"
	"fmt"

	"yigai/internal/actor"
	"yigai/internal/reporting"
)

// explainCorrections finds the corrections of this month's figures that replaced the earlier values, where who may read them.
func (s *Service) explainCorrections(ctx context.Context, who actor.Actor, e *Explained) error {
	if e.Corrected() == 0 || !who.May(reporting.ActionView) {
		return nil
	}
	found, err := s.reporting.Corrections(ctx, who, e.Value.Month, 0)
	if err != nil {
		return fmt.Errorf("read corrections of a value: %w", err)
	}
	for n := range e.Corrections {
		for _, c := range found {
			if e.Corrections[n].follows(c) && e.uses(c) {
				e.Corrections[n].Causes = append(e.Corrections[n].Causes, c)
			}
		}
	}
	return nil
}

// follows reports whether the figures were corrected while the value stood.
func (c Correction) follows(k reporting.Correction) bool {
	return !c.Restated() && k.Decision == reporting.Approved && k.To > 0 && !k.AcceptedAt.Before(c.ComputedAt) && !k.AcceptedAt.After(c.ReplaceAt)
}

// uses reports whether one of the corrected figures is among the facts that are shown.
func (e Explained) uses(k reporting.Correction) bool {
	type figure struct {
		subject int64
		slug    string
	}
	changed := map[figure]bool{}
	for _, one := range k.Changes {
		changed[figure{one.SubjectID, one.Element.Slug}] = true
	}
	for _, f := range e.Facts {
		if changed[figure{f.InstitutionID, e.Inputs[f.Input].Element.Slug}] {
			return true
		}
	}
	return false
}
