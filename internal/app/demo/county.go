package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/indicator"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/preset"
	"yigai/internal/reporting"
)

// countyPreset is what the demo county follows; the standard one comes with it.
const countyPreset = "kailu_2024"

const communityName = "开鲁县紧密型县域医共体"

// foundation makes the county, its organisation and what it asks. Every step may be repeated.
func (l *load) foundation(ctx context.Context) error {
	for _, step := range []func(context.Context) error{l.makeCounty, l.importFiles, l.install, l.findPlaces, l.unite, l.assign} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (l *load) makeCounty(ctx context.Context) error {
	err := pg.Tx(ctx, l.DB, func(tx pgx.Tx) (err error) {
		l.county, err = org.CountyByCode(ctx, tx, Code)
		if !fault.IsNotFound(err) {
			return err
		}
		l.county, _, err = org.CreateCounty(ctx, tx, Code, Name, true)
		return err
	})
	if err != nil {
		return err
	}
	if l.root, err = org.Root(ctx, l.DB, l.county.ID); err != nil {
		return err
	}
	l.who = l.System(l.county.ID, l.root.Path)
	return nil
}

func (l *load) importFiles(ctx context.Context) error {
	if err := importFile(ctx, l.who, "divisions.csv", l.org.ImportDivisions); err != nil {
		return err
	}
	return importFile(ctx, l.who, "institutions.csv", l.org.ImportInstitutions)
}

func importFile(ctx context.Context, who actor.Actor, name string,
	load func(context.Context, actor.Actor, io.Reader, org.Options) (org.Result, error),
) error {
	raw, err := data.ReadFile("data/" + name)
	if err != nil {
		return fmt.Errorf("read demo file %s: %w", name, err)
	}
	result, err := load(ctx, who, bytes.NewReader(raw), org.Options{})
	if err != nil {
		return err
	}
	if len(result.Findings) > 0 {
		return fmt.Errorf("demo file %s has %d refused rows, the first: %v", name, len(result.Findings), result.Findings[0])
	}
	return nil
}

func (l *load) install(ctx context.Context) error {
	pack, err := preset.Load(countyPreset)
	if err != nil {
		return err
	}
	return pg.Tx(ctx, l.DB, func(tx pgx.Tx) error {
		if err := reporting.InstallPreset(ctx, tx, l.who, pack); err != nil {
			return err
		}
		if err := indicator.InstallPreset(ctx, tx, l.who, pack); err != nil {
			return err
		}
		for _, name := range pack.Names {
			if err := org.AddPreset(ctx, tx, l.county.ID, name); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l *load) findPlaces(ctx context.Context) error {
	all, err := org.InScope(ctx, l.DB, l.who, org.Filter{})
	if err != nil {
		return err
	}
	l.ids = map[string]int64{}
	for _, i := range all {
		l.ids[i.Code] = i.ID
	}
	open, err := l.openMonth(ctx)
	if err != nil {
		return err
	}
	l.world, err = newWorld(open)
	return err
}

// unite founds the medical community: every institution except clinics, bureau and partners, from 2024 on.
func (l *load) unite(ctx context.Context) error {
	there, err := l.org.Communities(ctx, l.who)
	if err != nil || len(there) > 0 {
		return err
	}
	since := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	made, err := l.org.CreateCommunity(ctx, l.who, org.CommunityDraft{Name: communityName, Lead: leadCode, JoinedOn: since})
	if err != nil {
		return err
	}
	return l.org.Join(ctx, l.who, made.ID, l.members(), since)
}

// members are the institutions of the community besides the lead hospital.
func (l *load) members() []string {
	var codes []string
	for _, s := range l.world.sizes {
		outside := s.kind == org.KindBureau || s.kind == org.KindPartner || s.kind == org.KindVillageClinic
		if !outside && s.code != leadCode {
			codes = append(codes, s.code)
		}
	}
	return codes
}

func (l *load) assign(ctx context.Context) error {
	return l.reporting.Assign(ctx, l.who, formInsurance, []int64{l.ids[insurer]})
}

// openMonth is the last month whose deadline has passed, so that there are late reports on any day.
func (l *load) openMonth(ctx context.Context) (period.Month, error) {
	c, err := l.reporting.Catalogue(ctx, l.who)
	if err != nil {
		return period.Month{}, err
	}
	f, ok := c.Form(formTownship)
	if !ok {
		return period.Month{}, fmt.Errorf("the preset has no form %s", formTownship)
	}
	last := period.MonthOf(l.Now()).Prev()
	if l.Now().After(f.DueAt(last, l.Calendar)) {
		return last, nil
	}
	return last.Prev(), nil
}

// historyMonths is how many accepted months the demo shows.
const historyMonths = 24

// months are those that are opened, oldest first: the history, the one under review, and what the room has opened since.
// The forms came into force in January 2024.
func (l *load) months() []period.Month {
	var all []period.Month
	for m := l.world.open.Add(-l.past); !m.After(l.world.open); m = m.Next() {
		if m.Year() >= 2024 {
			all = append(all, m)
		}
	}
	for _, m := range reporting.MonthsOpenAt(l.Now()) {
		if m.After(l.world.open) {
			all = append(all, m)
		}
	}
	return all
}
