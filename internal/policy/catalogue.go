package policy

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/shopspring/decimal"
)

// Document is a policy text whose numbers the product knows.
type Document struct {
	Preset string // its code
	Title  string
	Number string // 文号, "" where the text prints none
	Issued string // day it was issued, "" unknown
	Region string
	Source string // file of the text
	Part   string // which part of the file
	Note   string
}

// Label is what a reader recognises the document by.
func (d Document) Label() string {
	if d.Number == "" {
		return "《" + d.Title + "》"
	}
	return d.Number + "《" + d.Title + "》"
}

// Short is the document in the width of a table cell: its region, and what of.
func (d Document) Short() string {
	if d.Number != "" {
		return d.Number
	}
	return strings.TrimSpace(d.Region + " " + d.Part)
}

// Standard is one numeric rule as its document prints it.
type Standard struct {
	Code      string
	Name      string
	Subject   string // whom it is about, in the document's words
	Operator  string // >=, <=, =, between
	Value     decimal.NullDecimal
	Max       decimal.NullDecimal // of between
	Unit      string
	From, To  time.Time // first and last day, zero where none is printed
	Source    string    // file of the text
	Clause    string
	Preset    string
	Indicator string // slug of the policy seeds
	Note      string
	Matter    string // what it shares with standards of other documents, "" for nothing
	Stage     int    // of several years that the document does not date; 0 for none
	StageNote string
}

// Key is what overrides are kept by: the matter, or the standard itself.
func (s Standard) Key() string {
	if s.Matter != "" {
		return s.Matter
	}
	return s.Code
}

// Catalogue is everything the product knows of policy documents.
type Catalogue struct {
	Documents      []Document
	Standards      []Standard
	Subsidies      []Subsidy
	Tasks          []Task
	Contradictions []Contradiction
	byCode         map[string]int
	byMatter       map[string][]int
}

// Subsidy is an amount of money that a document provides for; a blank amount is left to the county.
type Subsidy struct {
	Code, Name              string
	Amount, Max             decimal.NullDecimal
	Unit, Payer, Receiver   string
	Condition, Clause, Note string
	Preset                  string
}

// Task is one of the numbered tasks of a document.
type Task struct {
	Preset, No, Section, Title, Summary string
	Lead, Partners, Deadline, Target    string
	Clause                              string
}

// How the sides of a contradiction stand to each other.
const (
	OneHolds  = "one"  // one number holds: the first document's, or the county's choice
	BothHold  = "both" // the rules exist side by side
	FillFirst = "fill" // the county has to fill in what the documents leave open
)

// Contradiction is a matter on which documents differ (Annex B of the requirements).
type Contradiction struct {
	No        int
	Title     string
	Relation  string
	Reconcile string // what can be done about it
	Sides     []Side
}

// Side is what one document says on a contradiction: a standard, or words where there is no number.
type Side struct{ Matter, Code, Says, Clause string }

// Known is the catalogue. It is part of the program, so a fault in it is a programming mistake.
var Known = sync.OnceValue(func() *Catalogue {
	c, err := load()
	if err != nil {
		panic(err)
	}
	return c
})

// Standard finds a standard by its code.
func (c *Catalogue) Standard(code string) (Standard, bool) {
	n, ok := c.byCode[code]
	if !ok {
		return Standard{}, false
	}
	return c.Standards[n], true
}

// Document finds a document by its preset.
func (c *Catalogue) Document(preset string) (Document, bool) {
	n := slices.IndexFunc(c.Documents, func(d Document) bool { return d.Preset == preset })
	if n < 0 {
		return Document{}, false
	}
	return c.Documents[n], true
}

// Of lists the standards of some documents, in the order of the catalogue.
func (c *Catalogue) Of(presets ...string) []Standard {
	var out []Standard
	for _, s := range c.Standards {
		if slices.Contains(presets, s.Preset) {
			out = append(out, s)
		}
	}
	return out
}

// rivals are the standards of a matter, the asked one first.
func (c *Catalogue) rivals(s Standard) []Standard {
	out := []Standard{s}
	for _, n := range c.byMatter[s.Matter] {
		if r := c.Standards[n]; s.Matter != "" && r.Code != s.Code {
			out = append(out, r)
		}
	}
	return out
}
