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
	Title   string
	Verdict Verdict
	Found   string // what there is, in words
	Asked   string // what is asked, in words
	Source  string // document and clause
}

// Judge compares a clinic with the rules on the day.
func (v Values) Judge(l Limits, today time.Time) []Judgement {
	return []Judgement{
		v.judgeStaff(l), v.judgeArea(l), v.judgeCount(l, limitRooms, "VCL-16", "七室"), v.judgeCount(l, limitUnified, "VCL-17", "六统一"),
		v.judgeNumber(l, limitDiseases, "VCL-13", "diseases"), v.judgeNumber(l, limitTechniques, "VCL-14", "tcm_techniques"),
		v.judgeSubsidy(l, today), v.judgeLicence(today),
	}
}

func (l Limits) judgement(key, rule string) Judgement {
	return Judgement{Rule: rule, Title: l[key].Title, Asked: "不少于 " + l[key].Value.String() + " " + l[key].Unit, Source: l[key].Source, Verdict: NotKnown}
}

// atLeast judges a number that may not be known.
func (j Judgement) atLeast(found decimal.NullDecimal, limit Limit) Judgement {
	if !found.Valid {
		return j
	}
	j.Found, j.Verdict = found.Decimal.String()+" "+limit.Unit, NotMet
	if found.Decimal.GreaterThanOrEqual(limit.Value) {
		j.Verdict = Met
	}
	return j
}

func (v Values) judgeNumber(l Limits, key, rule, field string) Judgement {
	return l.judgement(key, rule).atLeast(v.known(field), l[key])
}

// judgeStaff asks for one for each thousand people served (VCL-06): staff × 1000 ≥ limit × population.
func (v Values) judgeStaff(l Limits) Judgement {
	j := l.judgement(limitStaff, "VCL-06")
	staff, population := v.known("staff"), v.known("population")
	if !staff.Valid || !population.Valid {
		return j
	}
	const people = 1000 // the unit of the limit: for each thousand
	j.Found, j.Verdict = fmt.Sprintf("%s 人服务 %s 人", staff.Decimal, population.Decimal), NotMet
	if staff.Decimal.Mul(decimal.NewFromInt(people)).GreaterThanOrEqual(l[limitStaff].Value.Mul(population.Decimal)) {
		j.Verdict = Met
	}
	return j
}

// judgeArea asks new clinics only (VCL-15).
func (v Values) judgeArea(l Limits) Judgement {
	j := l.judgement(limitNewArea, "VCL-15")
	switch v["built_new"] {
	case No:
		j.Verdict, j.Found = Exempt, "不是新建"
		return j
	case "":
		return j
	}
	return j.atLeast(v.known("building_area"), l[limitNewArea])
}

// judgeCount asks for enough yeses in a group; a no is enough to fail where all are asked, however much is not known.
func (v Values) judgeCount(l Limits, key, rule, group string) Judgement {
	j := l.judgement(key, rule)
	yes, known, all := v.Count(group)
	j.Found = fmt.Sprintf("有 %d,没有 %d,不清楚 %d", yes, known-yes, all-known)
	switch limit := l[key].Value; {
	case decimal.NewFromInt(int64(yes)).GreaterThanOrEqual(limit):
		j.Verdict = Met
	case decimal.NewFromInt(int64(yes + all - known)).LessThan(limit):
		j.Verdict = NotMet
	}
	return j
}

// judgeSubsidy looks at the year stated (VCL-19); another year than this one says nothing of it.
func (v Values) judgeSubsidy(l Limits, today time.Time) Judgement {
	j := l.judgement(limitSubsidy, "VCL-19")
	if v["subsidy_year"] != fmt.Sprint(today.Year()) {
		if v["subsidy_year"] != "" {
			j.Found = "只有 " + v["subsidy_year"] + " 年的数"
		}
		return j
	}
	return j.atLeast(v.known("subsidy"), l[limitSubsidy])
}

// judgeLicence asks for a licence that holds today; clinics need one by law (三(一)1, 依法取得《医疗机构执业许可证》).
func (v Values) judgeLicence(today time.Time) Judgement {
	j := Judgement{Rule: "三(一)1", Title: "执业许可证", Asked: "有证并在有效期内", Verdict: NotKnown}
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
