package preset

import (
	"fmt"
	"slices"
)

// Preset describes one policy preset.
type Preset struct {
	Slug     string
	NameZH   string
	Document string // the document it was taken from
	Note     string
}

// Presets lists the presets there are, Standard first.
func Presets() ([]Preset, error) {
	return readTable("presets.csv", []string{"slug", "name_zh", "document", "note"}, func(r *row) Preset {
		return Preset{Slug: r.text("slug"), NameZH: r.text("name_zh"), Document: r.text("document"), Note: r.text("note")}
	})
}

// Names lists the slugs of the presets, Standard first. The data are embedded
// and tested, so it panics when they cannot be read.
func Names() []string {
	list, err := Presets()
	if err != nil {
		panic(err)
	}
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = p.Slug
	}
	return names
}

// Load reads the standard pack together with the named presets. Where two of
// them set a target for the same indicator, the later name wins.
func Load(names ...string) (*Pack, error) {
	names, err := complete(names)
	if err != nil {
		return nil, err
	}
	pack, err := read(names)
	if err != nil {
		return nil, fmt.Errorf("read presets: %w", err)
	}
	if err := pack.validate(); err != nil {
		return nil, fmt.Errorf("check presets: %w", err)
	}
	return pack, nil
}

// complete puts Standard first, drops repeats and refuses unknown names.
func complete(names []string) ([]string, error) {
	known := Names()
	out := []string{Standard}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("no preset named %q", name)
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out, nil
}

func read(names []string) (*Pack, error) {
	p := &Pack{Names: names}
	var err error
	if p.Elements, err = readElements(); err != nil {
		return nil, err
	}
	if p.Groups, err = readGroups(); err != nil {
		return nil, err
	}
	if p.Forms, err = readForms(); err != nil {
		return nil, err
	}
	if p.Checks, err = readChecks(); err != nil {
		return nil, err
	}
	if p.Terms, err = readTerms(); err != nil {
		return nil, err
	}
	if p.Derivations, err = readDerivations(); err != nil {
		return nil, err
	}
	p.markOnForm()
	p.expandEach()
	return p, p.takeIndicators()
}

// markOnForm notes which elements a form asks for.
func (p *Pack) markOnForm() {
	entered := map[string]bool{}
	for _, f := range p.Forms {
		for _, slug := range f.Elements() {
			entered[slug] = true
		}
	}
	for i := range p.Elements {
		p.Elements[i].OnForm = entered[p.Elements[i].Slug]
	}
}

// expandEach replaces the list * of a check by every entered element.
func (p *Pack) expandEach() {
	for i := range p.Checks {
		if !slices.Equal(p.Checks[i].Each, []string{"*"}) {
			continue
		}
		p.Checks[i].Each = nil
		for _, e := range p.Elements {
			if e.OnForm {
				p.Checks[i].Each = append(p.Checks[i].Each, e.Slug)
			}
		}
	}
}

// takeIndicators keeps the indicators of the pack's presets and lets later
// presets set the targets of earlier ones.
func (p *Pack) takeIndicators() error {
	all, err := readIndicators()
	if err != nil {
		return err
	}
	for _, name := range p.Names {
		for _, i := range all {
			if i.Preset == name {
				p.Indicators = append(p.Indicators, i)
			}
		}
	}
	return p.takeTargets()
}

func (p *Pack) takeTargets() error {
	targets, err := readTargets()
	if err != nil {
		return err
	}
	for _, name := range p.Names {
		for _, t := range targets {
			if t.preset == name {
				p.retarget(t)
			}
		}
	}
	return nil
}

func (p *Pack) retarget(t retarget) {
	for i := range p.Indicators {
		if p.Indicators[i].Slug == t.indicator {
			p.Indicators[i].Target = t.target
		}
	}
}
