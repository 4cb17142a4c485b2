package exchange

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
)

// listCodes lists codes by ours. Elements come from the catalogue, which is in memory; institutions from the database.
func (s *Service) listCodes(ctx context.Context, who actor.Actor, f CodeFilter, limit int) ([]Code, error) {
	if f.Subject == Institutions {
		return s.institutionCodes(ctx, who, f, limit)
	}
	c, err := s.reports.CatalogueOf(ctx, s.db, who.CountyID)
	if err != nil {
		return nil, err
	}
	list := make([]Code, 0, len(c.Elements))
	for _, e := range c.Elements {
		list = append(list, Code{e.Slug, e.NameZH, e.Code})
	}
	return f.narrow(list, limit), nil
}

// narrow does for a list in memory what the database does for institutions.
func (f CodeFilter) narrow(list []Code, limit int) []Code {
	found, started := []Code{}, f.After == ""
	for _, c := range list {
		if !started {
			started = c.Own == f.After
			continue
		}
		if len(found) < limit && f.lets(c) {
			found = append(found, c)
		}
	}
	return found
}

func (f CodeFilter) lets(c Code) bool {
	text := strings.ToLower(strings.TrimSpace(f.Text))
	return (!f.Without || c.Other == "") && (text == "" || strings.Contains(strings.ToLower(c.Name), text) ||
		strings.HasPrefix(strings.ToLower(c.Own), text) || strings.HasPrefix(strings.ToLower(c.Other), text))
}

func (s *Service) institutionCodes(ctx context.Context, who actor.Actor, f CodeFilter, limit int) ([]Code, error) {
	rows, err := s.db.Query(ctx, `
		SELECT i.code, i.name, coalesce(i.external_code, '') FROM institution_public i
		WHERE i.county_id = $1 AND `+actor.InScope+` AND ($4 = '' OR i.code COLLATE "C" > $4) AND (NOT $5 OR i.external_code IS NULL)
		  AND ($6 = '' OR i.name ILIKE '%' || $6 || '%' OR i.code ILIKE $6 || '%' OR i.external_code ILIKE $6 || '%')
		ORDER BY i.code COLLATE "C" LIMIT $7`, append(who.ScopeArgs(), f.After, f.Without, escapeLike(f.Text), limit)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Code])
}
