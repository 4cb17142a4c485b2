package clinic

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/pg"
	"yigai/internal/policy"
)

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

// standards are the standards of the policy documents that give each limit.
var standards = map[string]string{
	limitNaturalPopulation: "qy_clinic_natural_village_pop", limitSharePopulation: "qy_shared_clinic_pop", limitShareMinutes: "qy_shared_clinic_minutes",
	limitStaff: "qy_clinic_staff_per_1000", limitNewArea: "qy_new_clinic_area", limitRooms: "qy_clinic_rooms", limitUnified: "qy_clinic_unified",
	limitDiseases: "qy_clinic_diseases", limitTechniques: "qy_clinic_tcm_techniques", limitSubsidy: "qy_clinic_subsidy_2024",
}

// Limit is a number that a rule compares with, and where it comes from.
type Limit struct {
	Code   string // of the standard
	Value  decimal.NullDecimal
	Unit   string
	Title  string
	Source string // document and clause, or the county's own number
}

// Limits are those that hold, by key.
type Limits map[string]Limit

// Limits are the numbers that hold for clinics in the asker's county today. A document that the county does not follow is
// still the only one to say something; the source tells so.
func (s *Service) Limits(ctx context.Context, who actor.Actor) (Limits, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return readLimits(ctx, s.db, who.CountyID, s.today())
}

func readLimits(ctx context.Context, q pg.Querier, county int32, today time.Time) (Limits, error) {
	book, err := policy.ReadBook(ctx, q, county)
	if err != nil {
		return nil, err
	}
	limits := Limits{}
	for key, code := range standards {
		rule, _ := book.Holds(code, today, policy.Subject{Kind: org.KindVillageClinic})
		limits[key] = Limit{Code: code, Value: rule.Value, Unit: rule.Unit, Title: rule.Name, Source: source(rule)}
	}
	return limits, nil
}

func source(r policy.Rule) string {
	if r.Override != nil {
		return "本县设定:" + r.Override.Reason
	}
	document, _ := policy.Known().Document(r.Preset)
	text := document.Short() + " " + r.Clause
	if !r.Selected {
		text += "(参照,本县未选用)"
	}
	return text
}

// atLeast reports whether there is as much as the limit asks.
func (l Limit) atLeast(d decimal.Decimal) Verdict {
	return l.judge(d.GreaterThanOrEqual(l.Value.Decimal))
}

// atMost reports whether there is no more than the limit allows.
func (l Limit) atMost(d decimal.Decimal) Verdict { return l.judge(d.LessThanOrEqual(l.Value.Decimal)) }

// judge is not known while the county has not filled in a number that the document leaves open.
func (l Limit) judge(met bool) Verdict {
	switch {
	case !l.Value.Valid:
		return NotKnown
	case met:
		return Met
	}
	return NotMet
}

// text is the number as people read it.
func (l Limit) text() string {
	if !l.Value.Valid {
		return "(待县里定)"
	}
	return l.Value.Decimal.String()
}
