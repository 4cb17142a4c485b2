package clinic

import (
	"maps"
	"slices"

	"yigai/internal/fault"
	"yigai/internal/period"
)

// Clinic is a village clinic with what the register knows of it.
type Clinic struct {
	ID           int64
	Code, Name   string
	ParentID     int64
	ParentName   string
	Division     string // code of where it stands, "" when that is not known
	DivisionName string
	Township     string // code, "" when it is not known
	TownshipName string
	Closed       bool
	Since        period.Month // from when the state holds; zero before the first registration
	Version      int          // 0 before the first registration
	Demo         bool
	Values       Values
	Villages     []string // codes of the villages it serves; none means the one it stands in
}

// Registered reports whether anything has been entered.
func (c Clinic) Registered() bool { return c.Version > 0 }

// Served lists the villages that the clinic serves: those stated, else the one it stands in.
func (c Clinic) Served() []string {
	if len(c.Villages) > 0 {
		return c.Villages
	}
	const villageDigits = 12
	if len(c.Division) == villageDigits {
		return []string{c.Division}
	}
	return nil
}

// Change is what somebody states about a clinic: fields that are not in Values stay as they are, and so do the villages
// when Villages is nil.
type Change struct {
	Values   Values
	Villages []string
}

// apply is the clinic as it would become, and the fields that become different.
func (c Clinic) apply(change Change) (Clinic, []string) {
	after := c
	after.Values = maps.Clone(c.Values)
	if after.Values == nil {
		after.Values = Values{}
	}
	var changed []string
	for _, f := range Fields {
		value, stated := change.Values[f.Name]
		if stated && value != c.Values[f.Name] {
			after.Values[f.Name] = value
			changed = append(changed, f.Name)
		}
	}
	if change.Villages != nil {
		codes := slices.Compact(slices.Sorted(slices.Values(change.Villages)))
		if !slices.Equal(codes, c.Villages) {
			after.Villages = codes
			changed = append(changed, fieldVillages)
		}
	}
	return after, changed
}

// fieldVillages is what the trail calls the villages served.
const fieldVillages = "villages"

// Check is what does not fit together in what is stated of one clinic.
func (v Values) Check() []fault.Problem {
	var out []fault.Problem
	add := func(wrong bool, field, message string) {
		if wrong {
			out = append(out, fault.Problem{Field: field, Message: message})
		}
	}
	add(v["contract_until"] != "" && v["ownership"] != Contract, "contract_until", "产权不是“协议使用”,不填协议到期日")
	add(v["insurance_since"] != "" && v["insurance_point"] != Yes, "insurance_since", "不是医保定点,不填定点日期")
	add((v["subsidy"] == "") != (v["subsidy_year"] == ""), "subsidy", "运行补助和补助年度要一起填,或都不填")
	add(more(v["tcm_staff"], v["staff"]), "tcm_staff", "不能多于医务人员数")
	return out
}
