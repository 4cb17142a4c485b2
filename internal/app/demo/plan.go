package demo

import (
	"yigai/internal/period"
	"yigai/internal/reporting"
)

// plan is how far a report of an unfinished month has come.
type plan struct {
	state   reporting.State
	part    int  // percent of the cells that are filled; 0 stands for all of them
	late    bool // submitted after the deadline
	reason  string
	remarks []remark
}

type remark struct{ element, text string }

type planKey struct{ form, code string }

// everythingAccepted is the plan of every month before the open one.
var everythingAccepted = plan{state: reporting.Accepted}

// openPlans are the reports of the open month that are not simply accepted.
var openPlans = map[planKey]plan{
	{formTownship, "K-T03"}: {state: reporting.Draft, part: 60},
	{formTownship, "K-T12"}: {state: reporting.Draft, part: 45},
	{formTownship, "K-T13"}: {state: reporting.NotStarted},
	{formTownship, "K-T18"}: {state: reporting.NotStarted},
	{formTownship, "K-T08"}: {state: reporting.Submitted},
	{formTownship, "K-T11"}: {state: reporting.Submitted, late: true},
	{formHospital, "K-H3"}:  {state: reporting.Submitted},
	{formTownship, "K-T06"}: {state: reporting.Accepted, late: true},
	{formTownship, "K-T04"}: {state: reporting.Returned, reason: "上门服务与签约履约记录不符,请核实后重新上报", remarks: []remark{
		{"visits_home", "本月上门服务登记本只有登记数的一半左右,请逐条核对"},
		{"contract_items_done", "履约项次请与家庭医生系统导出数一致"},
	}},
	{formTownship, "K-T09"}: {state: reporting.Returned, late: true, reason: "药品支出与药品收入差额偏大,请说明或更正", remarks: []remark{
		{"expense_drug", "请核对是否漏记月末入库的药品"},
	}},
	{formClinic, "K-T03"}: {state: reporting.Draft, part: 50},
	{formClinic, "K-T12"}: {state: reporting.Submitted, late: true},
	{formClinic, "K-T13"}: {state: reporting.NotStarted},
}

// freshPlans are the reports already begun in the month after the open one, before its deadline.
var freshPlans = map[planKey]plan{
	{formTownship, "K-T01"}:  {state: reporting.Submitted},
	{formTownship, "K-T10"}:  {state: reporting.Submitted},
	{formHospital, leadCode}: {state: reporting.Submitted},
	{formTownship, "K-T04"}:  {state: reporting.Draft, part: 75},
	{formTownship, "K-T02"}:  {state: reporting.Draft, part: 30},
	{formClinic, "K-T01"}:    {state: reporting.Submitted},
}

// earlyPlans are the reports begun before the month is over: staff and beds are known by then.
var earlyPlans = map[planKey]plan{
	{formTownship, "K-T02"}: {state: reporting.Draft, part: 9},
}

// planOf says how far the report has come today.
func planOf(form, code string, open, month, today period.Month) plan {
	key := planKey{form, code}
	switch {
	case !month.Before(today):
		if p, ok := earlyPlans[key]; ok {
			return p
		}
		return plan{state: reporting.NotStarted}
	case month.Before(open):
		return everythingAccepted
	case month == open:
		if p, ok := openPlans[key]; ok {
			return p
		}
		return everythingAccepted
	}
	if p, ok := freshPlans[key]; ok {
		return p
	}
	return plan{state: reporting.NotStarted}
}

// correctedForm and corrected say whose report was sent back once before it was accepted: one township each month.
const (
	correctedForm    = formTownship
	correctedElement = "visits_appointed"
	correctedReason  = "预约诊疗人次与预约平台不符,请更正后重新上报"
)

func (w *world) corrected(form, code string, month period.Month) bool {
	if form != correctedForm || !month.Before(w.open) {
		return false
	}
	var codes []string
	for _, s := range w.sizes {
		if s.grassroots() {
			codes = append(codes, s.code)
		}
	}
	return codes[draw(0, int64(len(codes)-1), "corrected", month.String())] == code
}
