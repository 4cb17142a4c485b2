package preset

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
)

func readElements() ([]Element, error) {
	columns := []string{"slug", "name_zh", "unit", "kind", "decimals", "money", "aggregation", "code", "definition", "source", "mark"}
	return readTable("elements.csv", columns, func(r *row) Element {
		return Element{
			Slug: r.text("slug"), NameZH: r.text("name_zh"), Unit: r.text("unit"), Kind: Kind(r.text("kind")),
			Decimals: r.number("decimals"), Money: r.flag("money"), Aggregation: r.text("aggregation"),
			Code: r.text("code"), Definition: r.text("definition"), Source: r.text("source"), Mark: Mark(r.text("mark")),
		}
	})
}

func readGroups() ([]Group, error) {
	return readTable("groups.csv", []string{"slug", "name_zh", "kinds"}, func(r *row) Group {
		return Group{Slug: r.text("slug"), NameZH: r.text("name_zh"), Kinds: r.list("kinds")}
	})
}

func readChecks() ([]Check, error) {
	columns := []string{"code", "level", "forms", "each", "condition", "marks", "message_zh", "effective_from", "mark", "note"}
	return readTable("checks.csv", columns, func(r *row) Check {
		return Check{
			Code: r.text("code"), Level: Level(r.text("level")), Forms: r.list("forms"), Each: r.list("each"),
			Condition: r.text("condition"), Marks: r.list("marks"), MessageZH: r.text("message_zh"),
			EffectiveFrom: r.text("effective_from"), Mark: Mark(r.text("mark")), Note: r.text("note"),
		}
	})
}

func readIndicators() ([]Indicator, error) {
	columns := []string{"preset", "slug", "name_zh", "formula", "unit", "decimals", "direction", "level", "group",
		"target_op", "target_value", "target_max", "target_year", "target_source", "target_official",
		"official", "on_by_default", "effective_from", "definition", "source", "note"}
	return readTable("indicators.csv", columns, func(r *row) Indicator {
		return Indicator{
			Preset: r.text("preset"), Slug: r.text("slug"), NameZH: r.text("name_zh"), Formula: r.text("formula"),
			Unit: r.text("unit"), Decimals: r.number("decimals"), Direction: Direction(r.text("direction")),
			Level: r.text("level"), Group: r.text("group"), Target: r.target(), Official: r.flag("official"),
			OnByDefault: r.flag("on_by_default"), EffectiveFrom: r.text("effective_from"),
			Definition: r.text("definition"), Source: r.text("source"), Note: r.text("note"),
		}
	})
}

// retarget is a preset's own target for an indicator that another preset brings.
type retarget struct {
	preset, indicator string
	target            Target
}

func readTargets() ([]retarget, error) {
	columns := []string{"preset", "indicator", "target_op", "target_value", "target_max", "target_year", "target_source", "target_official"}
	return readTable("targets.csv", columns, func(r *row) retarget {
		return retarget{preset: r.text("preset"), indicator: r.text("indicator"), target: r.target()}
	})
}

func (r *row) target() Target {
	return Target{
		Op: r.text("target_op"), Value: r.decimal("target_value"), Max: r.decimal("target_max"),
		Year: r.text("target_year"), Source: r.text("target_source"), Official: r.flag("target_official"),
	}
}

func readForms() ([]Form, error) {
	files, err := fs.Glob(data, "data/forms/*.json")
	if err != nil {
		return nil, fmt.Errorf("list preset forms: %w", err)
	}
	forms := make([]Form, 0, len(files))
	for _, file := range files {
		form, err := readForm(file)
		if err != nil {
			return nil, fmt.Errorf("read preset form %s: %w", file, err)
		}
		forms = append(forms, form)
	}
	return forms, nil
}

func readForm(file string) (Form, error) {
	var form Form
	raw, err := data.ReadFile(file)
	if err != nil {
		return form, err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	return form, dec.Decode(&form)
}
