package reporting

import (
	"context"
	"strconv"
	"time"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/number"
	"yigai/internal/period"
)

// ValueFilter selects accepted figures; zero fields do not filter.
type ValueFilter struct {
	Institution string // code
	// Institutions are more codes to look for.
	Institutions []string
	Descendants  bool
	Elements     []string // slugs
	From, To     period.Month
	Limit        int // at most 1000, which is also the default
	Cursor       string
}

// Value is one accepted or loaded figure.
type Value struct {
	Institution string // code
	Name        string // of the institution
	Element     string // slug
	Month       period.Month
	Cell        number.Cell
	Comment     string
	Report      int64 // 0 for loaded facts
	By          string
	At          time.Time

	institutionID int64
	elementID     int32
}

const maxValues = 1000

// Values lists accepted and loaded figures in scope, by month, institution and element; next is empty at the end.
func (s *Service) Values(ctx context.Context, who actor.Actor, f ValueFilter) (values []Value, next string, err error) {
	if err := who.Require(ActionView); err != nil {
		return nil, "", err
	}
	if f.Limit <= 0 || f.Limit > maxValues {
		f.Limit = maxValues
	}
	after, err := parseValueCursor(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	elements, err := s.elementIDs(ctx, who, f.Elements)
	if err != nil {
		return nil, "", err
	}
	institutions, err := valueInstitutions(ctx, s.db, who, f)
	if err != nil {
		return nil, "", err
	}
	values, err = readValues(ctx, s.db, who.CountyID, f, institutions, elements, after)
	if err != nil {
		return nil, "", err
	}
	if len(values) > f.Limit {
		values = values[:f.Limit]
		last := values[f.Limit-1]
		next = sealCursor(last.Month, last.institutionID, last.elementID)
	}
	return values, next, nil
}

func (s *Service) elementIDs(ctx context.Context, who actor.Actor, slugs []string) ([]int32, error) {
	if len(slugs) == 0 {
		return nil, nil
	}
	c, err := s.catalogue(ctx, s.db, who.CountyID)
	if err != nil {
		return nil, err
	}
	ids := make([]int32, len(slugs))
	for i, slug := range slugs {
		e, ok := c.bySlug[slug]
		if !ok {
			return nil, fault.Field("element", "没有编码为“%s”的数据项", slug)
		}
		ids[i] = e.ID
	}
	return ids, nil
}

type valueCursor struct {
	month       period.Month
	institution int64
	element     int32
}

func parseValueCursor(text string) (*valueCursor, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no cursor is the first page
	}
	parts := openCursor(text)
	if len(parts) == 3 {
		m, err1 := period.Parse(parts[0])
		institution, err2 := strconv.ParseInt(parts[1], 10, 64)
		element, err3 := strconv.ParseInt(parts[2], 10, 32)
		if err1 == nil && err2 == nil && err3 == nil {
			return &valueCursor{m, institution, int32(element)}, nil
		}
	}
	return nil, fault.Field("cursor", "翻页位置无效,请从第一页重新查看")
}
