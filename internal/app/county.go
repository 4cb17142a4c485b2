package app

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/indicator"
	"yigai/internal/org"
	"yigai/internal/pg"
	"yigai/internal/preset"
	"yigai/internal/reporting"
)

// CreateCounty makes a county with its root institution and installs the chosen presets, or nothing at all.
// Without a preset the county starts empty: no elements, forms or indicators.
func (a *App) CreateCounty(ctx context.Context, code, name string, presets []string) (county org.County, err error) {
	pack, err := loadPresets(presets)
	if err != nil {
		return county, err
	}
	err = pg.Tx(ctx, a.Deps.DB, func(tx pgx.Tx) error {
		var root org.Institution
		if county, root, err = org.CreateCounty(ctx, tx, code, name, false); err != nil {
			return err
		}
		if pack == nil {
			return nil
		}
		return a.install(ctx, tx, county.ID, root.Path, pack)
	})
	return county, err
}

func loadPresets(names []string) (*preset.Pack, error) {
	if len(names) == 0 {
		return nil, nil
	}
	known := map[string]bool{}
	for _, n := range preset.Names() {
		known[n] = true
	}
	for _, n := range names {
		if !known[n] {
			return nil, fmt.Errorf("没有 %s 这个政策包,可选:%s", n, strings.Join(preset.Names(), "、"))
		}
	}
	return preset.Load(names...)
}

func (a *App) install(ctx context.Context, tx pgx.Tx, county int32, root string, pack *preset.Pack) error {
	who := a.System(county, root)
	if err := reporting.InstallPreset(ctx, tx, who, pack); err != nil {
		return err
	}
	if err := indicator.InstallPreset(ctx, tx, who, pack); err != nil {
		return err
	}
	for _, name := range pack.Names {
		if err := org.AddPreset(ctx, tx, county, name); err != nil {
			return err
		}
	}
	return nil
}

// System is the administrator at the command line: every action, the whole county.
func (a *App) System(county int32, root string) actor.Actor {
	var all []string
	for _, action := range a.Deps.Permissions.Declared() {
		all = append(all, action.Name)
	}
	return actor.System(county, root, all...)
}

// InCounty is System in the county with the code; without a code, in the only county there is.
func (a *App) InCounty(ctx context.Context, code string) (actor.Actor, error) {
	county, err := a.findCounty(ctx, code)
	if err != nil {
		return actor.Actor{}, err
	}
	root, err := org.Root(ctx, a.Deps.DB, county.ID)
	if err != nil {
		return actor.Actor{}, err
	}
	return a.System(county.ID, root.Path), nil
}

func (a *App) findCounty(ctx context.Context, code string) (org.County, error) {
	if code != "" {
		return org.CountyByCode(ctx, a.Deps.DB, code)
	}
	all, err := org.Counties(ctx, a.Deps.DB)
	if err != nil {
		return org.County{}, err
	}
	switch len(all) {
	case 0:
		return org.County{}, errors.New("还没有县:先运行 yigai county create")
	case 1:
		return all[0], nil
	}
	return org.County{}, fmt.Errorf("数据库里有 %d 个县,请用 --county 指明", len(all))
}
