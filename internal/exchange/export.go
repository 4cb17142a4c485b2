package exchange

import (
	"context"
	"fmt"
	"slices"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// Selection says which accepted and loaded figures leave the house; zero fields do not narrow.
type Selection struct {
	From, To     period.Month
	Institutions []string // codes
	Descendants  bool
	Forms        []string // slugs
	Elements     []string // slugs
	Codes        reporting.Scheme
	NumbersOnly  bool // leave out what was not reported and what does not apply
	Format       Format
}

// filter is the selection as the log of exports keeps it.
type filter struct {
	From         string   `json:"from,omitempty"`
	To           string   `json:"to,omitempty"`
	Institutions []string `json:"institutions,omitempty"`
	Descendants  bool     `json:"descendants,omitempty"`
	Forms        []string `json:"forms,omitempty"`
	Elements     []string `json:"elements,omitempty"`
	OtherCodes   bool     `json:"other_codes,omitempty"`
	NumbersOnly  bool     `json:"numbers_only,omitempty"`
	Format       Format   `json:"exchange_format"`
}

// Output is a finished file.
type Output struct {
	Name        string // in Chinese, with its ending
	ContentType string
	Body        []byte
	SHA256      [32]byte
	Values      int
}

// writers make each format that can be written.
var writers = map[Format]struct {
	ending, logged, contentType string
	write                       func([]datum, string) ([]byte, error)
}{
	DHIS2:    {".json", "json", "application/json; charset=utf-8", writeDHIS2},
	DHIS2CSV: {".csv", "csv", "text/csv; charset=utf-8", writeCSV},
	ADX:      {".xml", "xml", "application/adx+xml; charset=utf-8", writeADX},
}

// Export writes the accepted and loaded figures of a selection that lie in scope. The file is complete and in the log of
// exports before its first byte leaves.
func (s *Service) Export(ctx context.Context, who actor.Actor, sel Selection) (Output, error) {
	if err := who.Require(audit.ActionExport); err != nil {
		return Output{}, err
	}
	how, ok := writers[sel.Format]
	if !ok {
		return Output{}, fault.Field("format", "只能导出 dhis2、dhis2-csv 或 adx")
	}
	if !sel.From.IsZero() && !sel.To.IsZero() && sel.To.Before(sel.From) {
		return Output{}, fault.Field("to", "截止月份不能早于起始月份")
	}
	data, err := s.gather(ctx, who, sel)
	if err != nil {
		return Output{}, fmt.Errorf("export figures: %w", err)
	}
	if len(data) == 0 {
		return Output{}, fault.Field("from", "数据范围内没有符合条件的数,请改变月份或单位")
	}
	county, err := org.CountyByID(ctx, s.db, who.CountyID)
	if err != nil {
		return Output{}, fmt.Errorf("export figures: %w", err)
	}
	out := Output{Name: county.Name + "数据交换_" + sel.months() + how.ending, ContentType: how.contentType, Values: len(data)}
	if out.Body, err = how.write(data, sel.dataSet()); err != nil {
		return Output{}, fmt.Errorf("export figures: %w", err)
	}
	e := audit.Export{Kind: "exchange", Format: how.logged, Name: out.Name, Filter: sel.logged(), Rows: int64(len(data))}.Measure(out.Body)
	out.SHA256 = e.SHA256
	return out, audit.RecordExport(ctx, s.db, who, e, s.now())
}

// gather reads the figures page by page, and names things as the selection asks.
func (s *Service) gather(ctx context.Context, who actor.Actor, sel Selection) ([]datum, error) {
	c, err := s.reader.Catalogue(ctx, who)
	if err != nil {
		return nil, err
	}
	elements, err := sel.elements(c)
	if err != nil {
		return nil, err
	}
	names, err := s.names(ctx, who, c, sel.Codes)
	if err != nil {
		return nil, err
	}
	f := reporting.ValueFilter{Institutions: sel.Institutions, Descendants: sel.Descendants, Elements: elements, From: sel.From, To: sel.To}
	var data []datum
	for {
		values, next, err := s.reader.Values(ctx, who, f)
		if err != nil {
			return nil, err
		}
		for _, v := range values {
			if !sel.NumbersOnly || v.Cell.IsGiven() {
				data = append(data, names.datum(v))
			}
		}
		if len(data) > MaxValues {
			return nil, fault.Field("to", "一次最多导出 %d 个数,请减少月份或单位", MaxValues)
		}
		if next == "" {
			return data, nil
		}
		f.Cursor = next
	}
}

// elements are those chosen, or those of the chosen forms, or nil for all.
func (sel Selection) elements(c *reporting.Catalogue) ([]string, error) {
	slugs := slices.Clone(sel.Elements)
	for _, slug := range sel.Forms {
		f, ok := c.Form(slug)
		if !ok {
			return nil, fault.Field("form", "没有编码为“%s”的报表", cut(slug))
		}
		for _, l := range f.Layouts {
			for _, row := range l.Entered() {
				slugs = append(slugs, row.Element.Slug)
			}
		}
	}
	slices.Sort(slugs)
	return slices.Compact(slugs), nil
}

func (sel Selection) months() string {
	switch {
	case sel.From.IsZero() && sel.To.IsZero():
		return "全部"
	case sel.From == sel.To:
		return sel.From.String()
	case sel.From.IsZero():
		return "至" + sel.To.String()
	case sel.To.IsZero():
		return sel.From.String() + "起"
	}
	return sel.From.String() + "至" + sel.To.String()
}

// dataSet is the set that ADX names for each group: the form when only one was asked for.
func (sel Selection) dataSet() string {
	if len(sel.Forms) == 1 {
		return sel.Forms[0]
	}
	return "yigai"
}

func (sel Selection) logged() filter {
	f := filter{Institutions: sel.Institutions, Descendants: sel.Descendants, Forms: sel.Forms, Elements: sel.Elements,
		OtherCodes: sel.Codes == reporting.OtherCode, NumbersOnly: sel.NumbersOnly, Format: sel.Format}
	if !sel.From.IsZero() {
		f.From = sel.From.String()
	}
	if !sel.To.IsZero() {
		f.To = sel.To.String()
	}
	return f
}
