package compliance

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"yigai/internal/org"
)

// Measure says how a standard is measured, and of whom.
type Measure struct {
	Code      string
	Subject   SubjectKind
	Kinds     []string // of the institutions it is about; none: it is measured once, at the county
	Register  string   // formula over what registers hold
	Indicator string   // slug of the indicator; its formula is the county's, or the product's where the county has none
	Formula   string   // over data elements
	Share     bool     // the figure says how many per cent of those concerned meet the number: it has to be all of them
	When      string   // condition for an institution to be a subject; “given”: the register has a figure of it
	Decimals  int32    // places the figure is rounded to before it is compared; -1: none
	Yearly    bool     // judged at the end of the year: before that it can be met, not failed
	Note      string
}

// Declared reports whether nothing measures it.
func (m Measure) Declared() bool { return m.Register+m.Indicator+m.Formula == "" }

// SubjectKind is a sort of subject, as the board groups them.
type SubjectKind string

// The sorts of subjects.
const (
	County   SubjectKind = "county"
	Hospital SubjectKind = "hospital"
	Township SubjectKind = "township"
	Clinic   SubjectKind = "clinic"
	Staff    SubjectKind = "staff"
	Several  SubjectKind = "several" // of a row: its subjects are of different sorts
)

// SubjectKinds lists the sorts in the order they are shown.
var SubjectKinds = []SubjectKind{County, Hospital, Township, Clinic, Several, Staff}

// Title is the sort in Chinese.
func (k SubjectKind) Title() string {
	return map[SubjectKind]string{County: "全县", Hospital: "县级医院", Township: "乡镇卫生院和社区中心", Clinic: "村卫生室", Staff: "人员", Several: "各类机构"}[k]
}

//go:embed data/measures.csv
var measuresFile []byte

// Measures are how the standards are measured, by code. The file is part of the program, so a fault in it is a
// programming mistake.
var Measures = sync.OnceValue(func() map[string]Measure {
	rows, err := csv.NewReader(bytes.NewReader(measuresFile)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("read measures: %v", err))
	}
	all := map[string]Measure{}
	for _, r := range rows[1:] {
		m := Measure{Code: r[0], Register: r[2], Indicator: r[3], Formula: r[4], Share: r[5] != "", When: r[6], Decimals: -1, Yearly: r[8] == "year", Note: r[9]}
		m.Subject, m.Kinds = subjectsOf(r[1])
		if r[7] != "" {
			n, err := strconv.ParseInt(r[7], 10, 32)
			if err != nil {
				panic(fmt.Sprintf("read measure of %s: %v", m.Code, err))
			}
			m.Decimals = int32(n)
		}
		all[m.Code] = m
	}
	return all
})

func subjectsOf(text string) (SubjectKind, []string) {
	if text == string(County) || text == string(Staff) {
		return SubjectKind(text), nil
	}
	kinds := strings.Split(text, "|")
	return kindOf(kinds), kinds
}

var kindsOf = map[string]SubjectKind{org.KindCountyHospital: Hospital, org.KindMCH: Hospital, org.KindTownshipHospital: Township,
	org.KindCommunityCentre: Township, org.KindCommunityStation: Township, org.KindVillageClinic: Clinic}

// kindOf is the sort that institutions of some kinds are shown under.
func kindOf(kinds []string) SubjectKind {
	found := County
	for _, k := range kinds {
		one := kindsOf[k]
		if found != County && found != one {
			return Several
		}
		found = one
	}
	return found
}
