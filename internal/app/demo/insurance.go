package demo

import (
	"time"

	"yigai/internal/org"
	"yigai/internal/period"
)

// insurance is the monthly report of the insurance office. Its figures follow from what the institutions report, so
// that the county's rates fit each other.
func (w *world) insurance(m moment) figures {
	t := w.totals(m.month)
	f := figures{}
	f["c_resident_pop"] = m.people()
	f["c_insured_persons"] = of(m.people(), 9560+min(m.elapsed()/4, 20))
	f["c_insured_target_pop"] = of(m.people(), 9880)
	f["c_insured_visits_in_county"] = of(t.visits, 9100)
	f["c_insured_visits_all"] = of(f["c_insured_visits_in_county"], m.monthly("visits out", 11_000, 11_250))
	f["c_insured_inp_in_county"] = of(t.discharges, 9600)
	f["c_insured_inp_all"] = of(f["c_insured_inp_in_county"], m.monthly("stays out", 12_350, 12_900)-8*min(m.elapsed(), 60))
	f["c_insured_inp_cost_in_county"] = of(t.stays, 9600)
	f["c_ins_fund_in_county"] = w.fundInCounty(m.month)
	f["c_ins_fund_primary"] = t.grassroots + of(t.clinics, 3000)
	f["c_ins_fund_all"] = of(f["c_ins_fund_in_county"], m.monthly("fund out", 13_500, 14_100)-10*min(m.elapsed(), 60))
	f["c_ins_budget"] = w.budget(m.month.Year())
	for _, k := range m.month.YearToDate() {
		f["c_ins_budget_spent"] += w.fundInCounty(k)
	}
	return f
}

// totals are sums over all institutions of the county in a month.
type totals struct {
	visits, discharges, stays int64
	grassroots, hospitals     int64 // paid to them by the insurance
	clinics                   int64 // income of the village clinics
}

func (w *world) totals(month period.Month) totals {
	var t totals
	for _, s := range w.sizes {
		if s.kind == org.KindPartner || !w.reports(s) {
			continue
		}
		f := w.figures(s.code, month)
		t.visits += f["visits_total"] + f["visits_village_proxy"]
		t.discharges += f["discharges"]
		t.stays += f["income_inp"]
		t.clinics += f["income_village"]
		if s.grassroots() {
			t.grassroots += f["income_insurance"]
		} else {
			t.hospitals += f["income_insurance"]
		}
	}
	return t
}

// fundInCounty is what the insurance paid to institutions of the county.
func (w *world) fundInCounty(month period.Month) int64 {
	t := w.totals(month)
	return t.grassroots + t.hospitals + of(t.clinics, 3000)
}

// budget is the year's bundled payment, a little more than what it will come to, in whole ten thousand yuan.
func (w *world) budget(year int) int64 {
	if known, ok := w.budgets[year]; ok {
		return known
	}
	const tenThousandYuan = 1_000_000
	var sum int64
	for k := time.January; k <= time.December; k++ {
		sum += w.fundInCounty(period.NewMonth(year, k))
	}
	w.budgets[year] = of(sum, 10_250) / tenThousandYuan * tenThousandYuan
	return w.budgets[year]
}
