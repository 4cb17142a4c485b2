package clinic

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

// Verdict says whether a clinic meets a rule.
type Verdict string

// The verdicts; NotKnown says that something is missing, Exempt that the rule does not ask this clinic.
const (
	Met      Verdict = "met"
	NotMet   Verdict = "not_met"
	NotKnown Verdict = "not_known"
	Exempt   Verdict = "exempt"
)

// Judgement is what becomes of one rule for one clinic.
type Judgement struct {
	Rule    string // requirement, VCL-06
	Code    string // standard, "" for what the law asks
	Title   string
	Verdict Verdict
	Found   string // what there is, in words
	Asked   string // what is asked, in words
	Source  string // document and clause
}

// Judge compares a clinic with the rules on the day.
func (v Values) Judge(l Limits, today time.Time) []Judgement {
	return []Judgement{
		v.judgeStaff(l[limitStaff]), v.judgeArea(l[limitNewArea]), v.judgeCount(l[limitRooms], "VCL-16", "七室"), v.judgeCount(l[limitUnified], "VCL-17", "六统一"),
		v.judgeNumber(l[limitDiseases], "VCL-13", "diseases"), v.judgeNumber(l[limitTechniques], "VCL-14", "tcm_techniques"),
		v.judgeSubsidy(l[limitSubsidy], today), v.judgeLicence(today),
	}
}

func (l Limit) judgement(rule string) Judgement {
	return Judgement{Rule: rule, Code: l.Code, Title: l.Title, Asked: "不少于 " + l.text() + " " + l.Unit, Source: l.Source, Verdict: NotKnown}
}

// reach judges a number that may not be known.
func (l Limit) reach(j Judgement, found decimal.NullDecimal) Judgement {
	if found.Valid {
		j.Found, j.Verdict = found.Decimal.String()+" "+l.Unit, l.atLeast(found.Decimal)
	}
	return j
}

func (v Values) judgeNumber(l Limit, rule, field string) Judgement {
	return l.reach(l.judgement(rule), v.known(field))
}

// judgeStaff asks for one for each thousand people served (VCL-06): staff × 1000 ≥ limit × population.
func (v Values) judgeStaff(l Limit) Judgement {
	j := l.judgement("VCL-06")
	staff, population := v.known("staff"), v.known("population")
	if !staff.Valid || !population.Valid {
		return j
	}
	const people = 1000 // the unit of the limit: for each thousand
	j.Found = fmt.Sprintf("%s 人服务 %s 人", staff.Decimal, population.Decimal)
	j.Verdict = l.judge(staff.Decimal.Mul(decimal.NewFromInt(people)).GreaterThanOrEqual(l.Value.Decimal.Mul(population.Decimal)))
	return j
}

// judgeArea asks new clinics only (VCL-15).
func (v Values) judgeArea(l Limit) Judgement {
	j := l.judgement("VCL-15")
	switch v["built_new"] {
	case No:
		j.Verdict, j.Found = Exempt, "不是新建"
		return j
	case "":
		return j
	}
	return l.reach(j, v.known("building_area"))
}

// judgeCount asks for enough yeses in a group. What is not known counts neither way: it may still be enough without it, or
// too little with all of it.
func (v Values) judgeCount(l Limit, rule, group string) Judgement {
	j := l.judgement(rule)
	yes, known, all := v.Count(group)
	j.Found = fmt.Sprintf("有 %d,没有 %d,不清楚 %d", yes, known-yes, all-known)
	if sure := l.atLeast(decimal.NewFromInt(int64(yes))); sure == Met {
		j.Verdict = Met
	} else if l.atLeast(decimal.NewFromInt(int64(yes+all-known))) == NotMet {
		j.Verdict = NotMet
	}
	return j
}

// judgeSubsidy looks at the year stated (VCL-19); another year than this one says nothing of it.
func (v Values) judgeSubsidy(l Limit, today time.Time) Judgement {
	j := l.judgement("VCL-19")
	if v["subsidy_year"] != fmt.Sprint(today.Year()) {
		if v["subsidy_year"] != "" {
			j.Found = "只有 " + v["subsidy_year"] + " 年的数"
		}
		return j
	}
	return l.reach(j, v.known("subsidy"))
}

// judgeLicence asks for a licence that holds today; clinics need one by law (三(一)1, 依法取得《医疗机构执业许可证》).
func (v Values) judgeLicence(today time.Time) Judgement {
	j := Judgement{Rule: "三(一)1", Title: "执业许可证", Asked: "有证并在有效期内", Verdict: NotKnown, Source: "依法取得《医疗机构执业许可证》"}
	if v["licence_number"] == "" || v["licence_until"] == "" {
		return j
	}
	j.Found, j.Verdict = "有效期至 "+v["licence_until"], Met
	if v["licence_until"] < today.Format(time.DateOnly) {
		j.Verdict = NotMet
	}
	return j
}

// Unmet counts the rules that are not met.
func Unmet(list []Judgement) (n int) {
	for _, j := range list {
		if j.Verdict == NotMet {
			n++
		}
	}
	return n
}
