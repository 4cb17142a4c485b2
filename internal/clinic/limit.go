package clinic

import (
	"context"
	"embed"
	"encoding/csv"
	"fmt"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
)

//go:embed data
var data embed.FS

// Keys of the limits that rules compare with.
const (
	limitNaturalPopulation = "natural_population" // a natural village of so many has a clinic of its own, VCL-01
	limitSharePopulation   = "share_population"   // neighbours of at most so many may share, VCL-02
	limitShareMinutes      = "share_minutes"      // when no more than this apart, VCL-02
	limitStaff             = "staff_per_1000"     // VCL-06
	limitNewArea           = "new_area"           // VCL-15
	limitRooms             = "rooms"              // VCL-16
	limitUnified           = "unified"            // VCL-17
	limitDiseases          = "diseases"           // VCL-13
	limitTechniques        = "techniques"         // VCL-14
	limitSubsidy           = "subsidy"            // VCL-19
)

// Limit is a number that a rule compares with, and where it is written.
type Limit struct {
	Key, Code string // Code is that of the standard in the policy documents
	Value     decimal.Decimal
	Unit      string
	Title     string
	Source    string // document and clause
}

// Limits are those that hold, by key.
type Limits map[string]Limit

// preset are the numbers of the one document that states them all.
var preset = mustReadLimits()

func mustReadLimits() Limits {
	limits, err := readLimits("data/limits.csv")
	if err != nil {
		panic(err) // the file is part of the program
	}
	return limits
}

func readLimits(name string) (Limits, error) {
	file, err := data.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	limits := Limits{}
	for _, r := range rows[1:] {
		value, err := decimal.NewFromString(r[2])
		if err != nil {
			return nil, fmt.Errorf("read %s, %s: %w", name, r[0], err)
		}
		limits[r[0]] = Limit{Key: r[0], Code: r[1], Value: value, Unit: r[3], Title: r[4], Source: r[5] + " " + r[6]}
	}
	return limits, nil
}

// Limits are the numbers that hold in the asker's county today.
func (s *Service) Limits(_ context.Context, who actor.Actor) (Limits, error) {
	return preset, who.Require(ActionView)
}
