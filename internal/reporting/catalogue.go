package reporting

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"yigai/internal/period"
	"yigai/internal/pg"
)

// Catalogue is what a county asks: its elements and forms with everything parsed. It is never changed once loaded.
type Catalogue struct {
	Elements []Element // in the order of the presets
	Forms    []*Form   // in the order shown

	bySlug map[string]*Element
	byID   map[int32]*Element
	byCode map[string]*Element
	forms  map[int32]*Form
	stamp  int64

	outlier OutlierSetting
	limits  []limit
}

// Element finds an element by its slug.
func (c *Catalogue) Element(slug string) (*Element, bool) {
	e, ok := c.bySlug[slug]
	return e, ok
}

// Form finds a form by its slug.
func (c *Catalogue) Form(slug string) (*Form, bool) {
	for _, f := range c.Forms {
		if f.Slug == slug {
			return f, true
		}
	}
	return nil, false
}

// layoutOf finds the layout a report was opened with.
func (c *Catalogue) layoutOf(form int32, version int) (*Form, *Layout, error) {
	f, ok := c.forms[form]
	if !ok {
		return nil, nil, fmt.Errorf("there is no form %d", form)
	}
	l := f.layout(version)
	if l == nil {
		return nil, nil, fmt.Errorf("form %s has no version %d", f.Slug, version)
	}
	return f, l, nil
}

// maxKept bounds how many counties' catalogues stay in memory, about 200 KB each.
const maxKept = 128

// keptCatalogues holds parsed catalogues; a changed stamp in the database makes one stale.
type keptCatalogues struct {
	mu   sync.Mutex
	kept map[int32]*Catalogue
}

func newKeptCatalogues() *keptCatalogues { return &keptCatalogues{kept: map[int32]*Catalogue{}} }

func (k *keptCatalogues) get(county int32, stamp int64) (*Catalogue, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c, ok := k.kept[county]
	return c, ok && c.stamp == stamp
}

func (k *keptCatalogues) put(county int32, c *Catalogue) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.kept) >= maxKept {
		clear(k.kept)
	}
	k.kept[county] = c
}

// catalogue returns the county's catalogue as it is in the caller's transaction.
func (s *Service) catalogue(ctx context.Context, q pg.Querier, county int32) (*Catalogue, error) {
	stamp, err := readStamp(ctx, q, county)
	if err != nil {
		return nil, err
	}
	return s.catalogueAt(ctx, q, county, stamp)
}

func (s *Service) catalogueAt(ctx context.Context, q pg.Querier, county int32, stamp int64) (*Catalogue, error) {
	if c, ok := s.kept.get(county, stamp); ok {
		return c, nil
	}
	c, err := loadSteady(ctx, q, county, stamp)
	if err != nil {
		return nil, fmt.Errorf("load catalogue of county %d: %w", county, err)
	}
	s.kept.put(county, c)
	return c, nil
}

// maxLoads bounds how often a catalogue that changes while it is read is read again.
const maxLoads = 5

// loadSteady reads the catalogue until its stamp is the same before and after, because what a change brings stands in
// several tables and each is read by a statement of its own.
func loadSteady(ctx context.Context, q pg.Querier, county int32, stamp int64) (*Catalogue, error) {
	for n := 1; ; n++ {
		c, err := loadCatalogue(ctx, q, county)
		after, stampErr := readStamp(ctx, q, county)
		switch {
		case stampErr != nil:
			return nil, errors.Join(err, stampErr)
		case after == stamp || n == maxLoads:
			if err == nil {
				c.stamp = stamp
			}
			return c, err
		}
		stamp = after
	}
}

func loadCatalogue(ctx context.Context, q pg.Querier, county int32) (*Catalogue, error) {
	c, err := loadForms(ctx, q, county)
	if err != nil {
		return nil, err
	}
	rules, err := readRules(ctx, q, county)
	if err != nil {
		return nil, err
	}
	return c, c.compile(rules)
}

// loadForms is the catalogue before any check is put to work.
func loadForms(ctx context.Context, q pg.Querier, county int32) (*Catalogue, error) {
	c := &Catalogue{bySlug: map[string]*Element{}, byID: map[int32]*Element{}, byCode: map[string]*Element{}, forms: map[int32]*Form{}}
	var err error
	if c.Elements, err = readElements(ctx, q, county); err != nil {
		return nil, err
	}
	for i := range c.Elements {
		e := &c.Elements[i]
		c.bySlug[e.Slug], c.byID[e.ID] = e, e
		if e.Code != "" {
			c.byCode[e.Code] = e
		}
	}
	if c.Forms, err = readForms(ctx, q, county); err != nil {
		return nil, err
	}
	if err := c.readLayouts(ctx, q, county); err != nil {
		return nil, err
	}
	if err := c.readDerivations(ctx, q, county); err != nil {
		return nil, err
	}
	if c.outlier, err = readOutlierSetting(ctx, q, county); err != nil {
		return nil, err
	}
	if c.limits, err = readLimits(ctx, q, county); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Catalogue) readLayouts(ctx context.Context, q pg.Querier, county int32) error {
	for _, f := range c.Forms {
		c.forms[f.ID] = f
	}
	versions, err := readVersions(ctx, q, county)
	if err != nil {
		return err
	}
	for _, v := range versions {
		layout, err := parseLayout(v.Version, v.EffectiveFrom, v.Layout, c.bySlug)
		if err != nil {
			return fmt.Errorf("version %d of form %d: %w", v.Version, v.FormID, err)
		}
		f := c.forms[v.FormID]
		f.Layouts = append(f.Layouts, layout)
	}
	return nil
}

func (c *Catalogue) compile(rules []rule) error {
	below := map[string]bool{}
	for _, f := range c.Forms {
		for _, l := range f.Layouts {
			for slug := range l.rows {
				below[slug] = below[slug] || f.Proxy()
			}
		}
	}
	for _, f := range c.Forms {
		seen := below
		if f.Proxy() {
			seen = nil
		}
		for _, l := range f.Layouts {
			l.limits = c.limitsOn(l)
			if err := (place{form: f, layout: l, elements: c.bySlug, below: seen, beside: c.besideOf(f)}).compile(rules); err != nil {
				return fmt.Errorf("form %s: %w", f.Slug, err)
			}
		}
	}
	return nil
}

// calendarFigure answers the elements that follow from the month itself.
func calendarFigure(slug string, m period.Month, c period.Calendar) (int, bool) {
	switch slug {
	case "calendar_days":
		return m.Days(), true
	case "workdays":
		return c.WorkingDays(m), true
	case "months_elapsed":
		return int(m.Month()), true
	}
	return 0, false
}
