package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/indicator"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/preset"
	"yigai/internal/reporting"
)

// The size of the county of design.md §7.
const (
	elementCount   = 120
	monthCount     = 36
	indicatorCount = 60
	gridClinics    = 20 // below the first township: its grid of 10 columns has 200 cells
)

// begun is from when forms, checks and indicators are in force: before the first of the months.
const begun = "2015-01"

// county is what was loaded.
type county struct {
	id         int32
	name, root string
	elements   []string // slugs that have facts
	weights    map[string]float64
	groups     map[string][]string // kinds of institution by the name that formulas use
	months     []period.Month      // all accepted
	inHand     period.Month        // the month after them: being entered, submitted and accepted
	indicators int
	townships  []int64
}

// load makes the county through the rooms' operations and its history through SQL.
func (w *world) load(ctx context.Context) (*county, error) {
	pack, err := wholePack()
	if err != nil {
		return nil, err
	}
	c := &county{inHand: period.MonthOf(time.Now()).Prev(), indicators: len(pack.Indicators),
		elements: reported(pack), weights: weigh(conditions(pack)), groups: map[string][]string{}}
	for _, g := range pack.Groups {
		c.groups[g.Slug] = g.Kinds
	}
	for i := monthCount; i > 0; i-- {
		c.months = append(c.months, c.inHand.Add(-i))
	}
	for _, step := range []func(context.Context, *county, *preset.Pack) error{w.found, w.populate, w.open} {
		if err := step(ctx, c, pack); err != nil {
			return nil, err
		}
	}
	return c, w.fill(ctx, c)
}

// wholePack is the standard preset with indicators of the others up to the wanted number, all in use and in force
// long enough.
func wholePack() (*preset.Pack, error) {
	pack, err := preset.Load(preset.Names()...)
	if err != nil {
		return nil, err
	}
	pack.Indicators = pack.Indicators[:min(indicatorCount, len(pack.Indicators))]
	for i := range pack.Indicators {
		pack.Indicators[i].OnByDefault, pack.Indicators[i].EffectiveFrom = true, begun
	}
	for i := range pack.Forms {
		pack.Forms[i].EffectiveFrom = begun
	}
	for i := range pack.Checks {
		pack.Checks[i].EffectiveFrom = begun
	}
	return pack, nil
}

// reported lists the elements that have facts: those of the forms of institutions, then others.
func reported(pack *preset.Pack) []string {
	var slugs []string
	for _, f := range pack.Forms {
		if f.Assign == preset.AssignKind {
			slugs = append(slugs, f.Elements()...)
		}
	}
	for _, e := range pack.Elements {
		if e.Kind != preset.Calendar {
			slugs = append(slugs, e.Slug)
		}
	}
	seen := map[string]bool{}
	slugs = slices.DeleteFunc(slugs, func(s string) bool {
		again := seen[s]
		seen[s] = true
		return again
	})
	return slugs[:min(elementCount, len(slugs))]
}

// found makes the county and installs the pack.
func (w *world) found(ctx context.Context, c *county, pack *preset.Pack) error {
	return pg.Tx(ctx, w.db, func(tx pgx.Tx) error {
		made, root, err := org.CreateCounty(ctx, tx, "150523", "测算县", false)
		if err != nil {
			return err
		}
		c.id, c.name, c.root = made.ID, made.Name, root.Path
		who := c.system(reporting.ActionConfigure, indicator.ActionManage)
		if err := reporting.InstallPreset(ctx, tx, who, pack); err != nil {
			return err
		}
		return indicator.InstallPreset(ctx, tx, who, pack)
	})
}

// system is the program itself in the county.
func (c *county) system(actions ...string) actor.Actor { return actor.System(c.id, c.root, actions...) }

// populate makes the institutions: township hospitals with their clinics, hospitals of the county, offices. The first
// township is the first institution that reports: it is still entering the month in hand.
func (w *world) populate(ctx context.Context, c *county, _ *preset.Pack) error {
	service, who := org.New(w.db, time.Now), c.system(org.ActionManage)
	create := func(code, name, kind, parent string) (int64, error) {
		i, err := service.Create(ctx, who, org.Draft{Code: code, Name: name, Kind: kind, Parent: parent})
		return i.ID, err
	}
	if err := w.populateTownships(c, create); err != nil {
		return err
	}
	for _, k := range []struct {
		n          int
		kind, name string
	}{{w.of(30) / 10, org.KindCountyHospital, "县医院"}, {1, org.KindMCH, "妇幼保健院"}, {1, org.KindCDC, "疾病预防控制中心"}, {1, org.KindBureau, "卫生健康委员会"}} {
		for i := range max(1, k.n) {
			if _, err := create(fmt.Sprintf("C-%s-%02d", k.kind, i+1), fmt.Sprintf("测算县第%d%s", i+1, k.name), k.kind, "150523"); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *world) populateTownships(c *county, create func(code, name, kind, parent string) (int64, error)) error {
	townships, clinics := w.of(20), w.of(300)-w.of(20)-max(1, w.of(30)/10)-3
	for t := range townships {
		code := fmt.Sprintf("T-%02d", t+1)
		id, err := create(code, fmt.Sprintf("第%d镇中心卫生院", t+1), org.KindTownshipHospital, "150523")
		if err != nil {
			return err
		}
		c.townships = append(c.townships, id)
		own := clinics / (townships - t)
		if t == 0 {
			own = gridClinics
		}
		for n := range own {
			if _, err := create(fmt.Sprintf("%s-V%02d", code, n+1), fmt.Sprintf("第%d镇第%d村卫生室", t+1, n+1), org.KindVillageClinic, code); err != nil {
				return err
			}
		}
		clinics -= own
	}
	return nil
}

// open makes the reports of all months and of the month in hand.
func (w *world) open(ctx context.Context, c *county, _ *preset.Pack) error {
	service := reporting.New(w.db, time.Now, period.China())
	for _, m := range append(slices.Clone(c.months), c.inHand) {
		if _, err := service.OpenMonth(ctx, c.system(reporting.ActionConfigure), m); err != nil {
			return err
		}
	}
	return nil
}
