package register

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/*.csv
var files embed.FS

// declared is what the data files declare; they are part of the program, so a mistake in them stops it at the start.
var declared = sync.OnceValue(func() declaration {
	d, err := read()
	if err != nil {
		panic(fmt.Sprintf("registers: %v", err))
	}
	return d
})

type declaration struct {
	types []Type
	facts []Fact
}

// Types lists the registers in the order they are shown.
func Types() []Type { return declared().types }

// Facts lists the figures that registers yield.
func Facts() []Fact { return declared().facts }

// TypeOf finds a register by slug.
func TypeOf(slug string) (Type, bool) {
	i := slices.IndexFunc(Types(), func(t Type) bool { return t.Slug == slug })
	if i < 0 {
		return Type{}, false
	}
	return Types()[i], true
}

func read() (d declaration, err error) {
	if d.types, err = readTypes(); err != nil {
		return d, err
	}
	lines, err := lines("fields.csv")
	if err != nil {
		return d, err
	}
	for _, l := range lines {
		i := slices.IndexFunc(d.types, func(t Type) bool { return t.Slug == l["type"] })
		if i < 0 {
			return d, fmt.Errorf("field %s of unknown register %s", l["slug"], l["type"])
		}
		d.types[i].Fields = append(d.types[i].Fields, Field{Slug: l["slug"], Label: l["label"], Kind: Kind(l["kind"]), Unit: l["unit"],
			Required: l["required"] != "", Listed: l["listed"] != "", Options: split(l["options"]), Hint: l["hint"]})
	}
	d.facts, err = readFacts()
	return d, err
}

func readTypes() (types []Type, err error) {
	lines, err := lines("types.csv")
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		days, err := strconv.Atoi(l["warn_days"])
		if err != nil {
			return nil, fmt.Errorf("register %s: %w", l["slug"], err)
		}
		types = append(types, Type{Slug: l["slug"], Title: l["title"], Group: l["group"], Kinds: split(l["kinds"]), WarnDays: days, Hint: l["hint"], Rules: l["rules"], Clause: l["clause"]})
	}
	return types, nil
}

func readFacts() (facts []Fact, err error) {
	lines, err := lines("facts.csv")
	for _, l := range lines {
		field, value, _ := strings.Cut(l["only"], "=")
		facts = append(facts, Fact{Element: l["element"], Title: l["title"], Unit: l["unit"], Type: l["type"], Aggregate: l["aggregate"], Field: l["field"],
			OnlyField: field, OnlyValue: value})
	}
	return facts, err
}

// lines reads a data file as one map a line, by the names of its head.
func lines(name string) (all []map[string]string, err error) {
	data, err := files.ReadFile("data/" + name)
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, row := range rows[1:] {
		line := map[string]string{}
		for i, head := range rows[0] {
			line[head] = row[i]
		}
		all = append(all, line)
	}
	return all, nil
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ';' })
}
