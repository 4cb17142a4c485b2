package policy

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/shopspring/decimal"
)

//go:embed data/*.csv
var data embed.FS

// record is one row of a data file by column; what is wrong with it is kept.
type record struct {
	cells map[string]string
	err   *error
}

func (r record) text(name string) string {
	v, ok := r.cells[name]
	if !ok {
		*r.err = errors.Join(*r.err, fmt.Errorf("no column %s", name))
	}
	return v
}

func (r record) decimal(name string) (d decimal.NullDecimal) {
	text := r.text(name)
	if text == "" {
		return d
	}
	v, err := decimal.NewFromString(text)
	*r.err = errors.Join(*r.err, err)
	return decimal.NullDecimal{Decimal: v, Valid: true}
}

func (r record) date(name string) (t time.Time) {
	text := r.text(name)
	if text == "" {
		return t
	}
	t, err := time.Parse(time.DateOnly, text)
	*r.err = errors.Join(*r.err, err)
	return t
}

func (r record) number(name string) int {
	n, err := strconv.Atoi(r.text(name))
	*r.err = errors.Join(*r.err, err)
	return n
}

func read[T any](name string, make func(r record) T) ([]T, error) {
	f, err := data.Open("data/" + name)
	if err != nil {
		return nil, fmt.Errorf("open policy file: %w", err)
	}
	defer f.Close() //nolint:errcheck // an embedded file
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read policy file %s: %w", name, err)
	}
	var out []T
	for _, row := range rows[1:] {
		r := record{cells: map[string]string{}, err: &err}
		for n, column := range rows[0] {
			r.cells[column] = row[n]
		}
		out = append(out, make(r))
	}
	if err != nil {
		return nil, fmt.Errorf("read policy file %s: %w", name, err)
	}
	return out, nil
}

func load() (*Catalogue, error) {
	c := &Catalogue{byCode: map[string]int{}, byMatter: map[string][]int{}}
	for _, step := range []func() error{c.loadDocuments, c.loadContradictions, c.loadStandards, c.loadStages, c.loadMoney, c.loadTasks} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *Catalogue) loadDocuments() (err error) {
	c.Documents, err = read("documents.csv", func(r record) Document {
		return Document{Preset: r.text("preset"), Title: r.text("title"), Number: r.text("number"), Issued: r.text("issued"), Region: r.text("region"),
			Source: r.text("source_file"), Part: r.text("part"), Note: r.text("note")}
	})
	return err
}

func (c *Catalogue) loadContradictions() (err error) {
	c.Contradictions, err = read("contradictions.csv", func(r record) Contradiction {
		return Contradiction{No: r.number("no"), Title: r.text("title"), Relation: r.text("relation"), Reconcile: r.text("reconcile")}
	})
	if err != nil {
		return err
	}
	_, err = read("contradiction_sides.csv", func(r record) Side {
		s := Side{Matter: r.text("matter"), Code: r.text("code"), Says: r.text("says"), Clause: r.text("clause")}
		at := &c.Contradictions[r.number("no")-1]
		at.Sides = append(at.Sides, s)
		return s
	})
	return err
}

func (c *Catalogue) loadStandards() (err error) {
	matter := map[string]string{}
	for _, x := range c.Contradictions {
		for _, s := range x.Sides {
			if s.Matter != "" {
				matter[s.Code] = s.Matter
			}
		}
	}
	c.Standards, err = read("standards.csv", func(r record) Standard {
		return Standard{Code: r.text("code"), Name: r.text("name_zh"), Subject: r.text("subject"), Operator: r.text("operator"), Value: r.decimal("value"),
			Max: r.decimal("value_max"), Unit: r.text("unit"), From: r.date("effective_from"), To: r.date("effective_to"), Source: r.text("source_file"),
			Clause: r.text("clause"), Preset: r.text("preset"), Indicator: r.text("indicator_slug"), Note: r.text("note"), Matter: matter[r.text("code")]}
	})
	for n, s := range c.Standards {
		c.byCode[s.Code] = n
		if s.Matter != "" {
			c.byMatter[s.Matter] = append(c.byMatter[s.Matter], n)
		}
	}
	return err
}

func (c *Catalogue) loadStages() error {
	_, err := read("stages.csv", func(r record) string {
		n, ok := c.byCode[r.text("code")]
		if !ok {
			*r.err = fmt.Errorf("stages.csv names %s, which is no standard", r.text("code"))
			return ""
		}
		c.Standards[n].Stage, c.Standards[n].StageNote = r.number("stage"), r.text("note")
		return r.text("code")
	})
	return err
}

func (c *Catalogue) loadMoney() (err error) {
	c.Subsidies, err = read("subsidies.csv", func(r record) Subsidy {
		return Subsidy{Code: r.text("code"), Name: r.text("name"), Amount: r.decimal("amount"), Max: r.decimal("amount_max"), Unit: r.text("unit"),
			Payer: r.text("payer"), Receiver: r.text("beneficiary"), Condition: r.text("condition"), Clause: r.text("clause"), Note: r.text("note"), Preset: r.text("preset")}
	})
	return err
}

func (c *Catalogue) loadTasks() error {
	for preset, target := range map[string]string{"kailu_2024": "measurable_target", "qinyang_2023": "annual_or_standing_target"} {
		tasks, err := read("tasks_"+preset+".csv", func(r record) Task {
			return Task{Preset: preset, No: r.text("no"), Section: r.text("section"), Title: r.text("title"), Summary: r.text("summary"), Lead: r.text("lead_unit"),
				Partners: r.text("partner_units"), Deadline: r.text("deadline"), Target: r.text(target), Clause: r.text("source_clause")}
		})
		if err != nil {
			return err
		}
		c.Tasks = append(c.Tasks, tasks...)
	}
	return nil
}
