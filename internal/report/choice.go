package report

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
)

// Choice is something that a filter can name.
type Choice struct{ Code, Title, Group string }

// Choices is what an export can be narrowed to.
type Choices struct{ Institutions, Forms, Elements, Indicators []Choice }

// maxChoices bounds each list; whoever has more institutions names one by its code in the address.
const maxChoices = 1000

// choiceQueries each return code, title and group; all know county, subtrees and institutions.
var choiceQueries = [...]string{
	`SELECT i.code, i.name, i.kind FROM institution_public i WHERE i.county_id = $1 AND ` + inScope + ` ORDER BY i.code COLLATE "C" LIMIT $4`,
	`SELECT slug, title, '' FROM form_public WHERE county_id = $1 ORDER BY position, slug LIMIT $2`,
	`SELECT slug, name_zh, '' FROM element_public WHERE county_id = $1 ORDER BY id LIMIT $2`,
	`SELECT slug, name_zh, topic FROM indicator_public WHERE county_id = $1 ORDER BY position, slug LIMIT $2`,
}

// Choices lists what who may narrow an export to.
func (s *Service) Choices(ctx context.Context, who actor.Actor) (Choices, error) {
	var c Choices
	if err := who.Require(ActionExport); err != nil {
		return c, err
	}
	for n, into := range []*[]Choice{&c.Institutions, &c.Forms, &c.Elements, &c.Indicators} {
		args := []any{who.CountyID, maxChoices}
		if n == 0 {
			args = append(who.ScopeArgs(), maxChoices)
		}
		rows, err := s.db.Query(ctx, choiceQueries[n], args...)
		if err != nil {
			return c, fmt.Errorf("list choices: %w", err)
		}
		if *into, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Choice]); err != nil {
			return c, fmt.Errorf("list choices: %w", err)
		}
	}
	return c, nil
}
