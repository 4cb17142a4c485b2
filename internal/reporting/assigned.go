package reporting

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Candidate is an institution that a form handed to chosen ones may be asked of.
type Candidate struct {
	ID     int64
	Code   string
	Name   string
	Chosen bool
}

// Candidates lists the open institutions of the form's kinds in scope and which of them fill it.
func (s *Service) Candidates(ctx context.Context, who actor.Actor, f *Form) ([]Candidate, error) {
	if err := who.Require(ActionConfigure); err != nil {
		return nil, err
	}
	rows, err := s.db.Query(ctx, `
		SELECT i.id, i.code, i.name, a.form_id IS NOT NULL
		FROM institution_public i
		LEFT JOIN form_assignment a ON a.county_id = i.county_id AND a.form_id = $5 AND a.institution_id = i.id
		WHERE`+openInScope+`
		ORDER BY i.code LIMIT 20000`, who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, f.Kinds, f.ID)
	if err != nil {
		return nil, fmt.Errorf("list candidates of form %s: %w", f.Slug, err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Candidate])
	if err != nil {
		return nil, fmt.Errorf("list candidates of form %s: %w", f.Slug, err)
	}
	return found, nil
}

// Assign replaces who fills a form that is handed to chosen institutions only, as far as they are in scope; those outside
// stay as they are.
func (s *Service) Assign(ctx context.Context, who actor.Actor, form string, institutions []int64) error {
	if err := who.Require(ActionConfigure); err != nil {
		return err
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := moveStamp(ctx, tx, who.CountyID); err != nil { // one after another
			return err
		}
		c, err := s.catalogue(ctx, tx, who.CountyID)
		if err != nil {
			return err
		}
		f, ok := c.Form(form)
		if !ok {
			return fault.NotFound("这张报表")
		}
		if !f.Chosen {
			return fault.Conflict("“%s”由所有同类机构填报,不需要指定", f.Title)
		}
		before, err := replaceAssignments(ctx, tx, who, f, institutions)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionConfigure, Kind: "form", ID: strconv.Itoa(int(f.ID)), Name: f.Title,
			Before: map[string]any{"assigned": before}, After: map[string]any{"assigned": institutions}})
	})
	if err != nil {
		return fmt.Errorf("assign form %s: %w", form, err)
	}
	return nil
}
