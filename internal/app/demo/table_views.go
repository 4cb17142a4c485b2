package demo

import (
	"context"
	"fmt"

	"yigai/internal/analysis"
)

// tableViews are examples of tables that people put together, shared with everybody in the county.
var tableViews = []analysis.ViewDraft{
	{Name: "各乡镇门急诊人次同比", Shared: true,
		Query: "item=e:visits_outp_emerg&kind=township_hospital&kind=community_health_centre&m=value&m=yoy&m=rank"},
	{Name: "病床使用率按月", Shared: true,
		Query: "item=i:bed_occupancy&kind=county_hospital&kind=township_hospital&when=last12&sub=kind&hide=1"},
	{Name: "医疗收入占比", Shared: true,
		Query: "item=e:income_medical&kind=county_hospital&kind=township_hospital&kind=community_health_centre&m=value&m=share&m=rank&when=ytd&grain=year&sub=kind"},
}

// keepViews keeps the examples; those of a load that was broken off are there already.
func (l *load) keepViews(ctx context.Context) error {
	svc := analysis.New(l.DB, l.DB, l.Now, l.Calendar)
	there, err := svc.Views(ctx, l.who)
	if err != nil {
		return fmt.Errorf("list kept tables: %w", err)
	}
	names := map[string]bool{}
	for _, v := range there {
		names[v.Name] = true
	}
	for _, d := range tableViews {
		if names[d.Name] {
			continue
		}
		if _, err := svc.Keep(ctx, l.who, d); err != nil {
			return fmt.Errorf("keep table %s: %w", d.Name, err)
		}
	}
	return nil
}
