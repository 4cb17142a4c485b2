package clinic

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"

	"github.com/shopspring/decimal"
)

//go:embed data/*.csv
var data embed.FS

// Item is one line of the yearly assessment form. No policy document prints the form: this one is put together from what
// they ask of clinics, and its points are the product's proposal (沁阳 2023 三(一)2 only asks for "基本标准").
type Item struct {
	Code, Section, Title string
	Most                 decimal.Decimal
	Source               string
}

// Level is what an assessment can earn, from a share of the points on.
type Level struct {
	Code, Title string
	Percent     decimal.Decimal
	Passed      bool // at least the basic standard
}

// Items are the assessment form, Levels what it earns, the best first.
var (
	Items  = mustRead("assessment.csv", func(r []string) Item { return Item{r[0], r[1], r[2], decimal.RequireFromString(r[3]), r[4]} })
	Levels = mustRead("levels.csv", func(r []string) Level { return Level{r[0], r[1], decimal.RequireFromString(r[2]), r[3] == "true"} })
)

// mustRead reads a file that is part of the program; a fault in it is a programming mistake.
func mustRead[T any](name string, make func(r []string) T) []T {
	raw, err := data.ReadFile("data/" + name)
	if err != nil {
		panic(fmt.Sprintf("read %s: %v", name, err))
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("read %s: %v", name, err))
	}
	var out []T
	for _, r := range rows[1:] {
		out = append(out, make(r))
	}
	return out
}

// MostPoints is what can be reached.
func MostPoints() decimal.Decimal {
	sum := decimal.Zero
	for _, i := range Items {
		sum = sum.Add(i.Most)
	}
	return sum
}

// LevelFor is what so many points of the most earn.
func LevelFor(total, most decimal.Decimal) Level {
	const hundred = 100
	for _, l := range Levels {
		if total.Mul(decimal.NewFromInt(hundred)).GreaterThanOrEqual(l.Percent.Mul(most)) {
			return l
		}
	}
	return Levels[len(Levels)-1]
}

// LevelTitle names a level.
func LevelTitle(code string) string {
	for _, l := range Levels {
		if l.Code == code {
			return l.Title
		}
	}
	return code
}
