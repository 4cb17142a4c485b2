package demo

// How much of a year's public health work is done by the end of each month.
var (
	steadily   = season{4000, 5500, 6600, 7400, 8000, 8600, 9000, 9300, 9500, 9700, 9900, 10000}
	inSummer   = season{500, 1200, 2200, 3400, 4600, 5700, 6700, 7600, 8400, 9100, 9600, 10000}
	earlyOn    = season{6000, 7200, 8000, 8500, 8800, 9100, 9300, 9500, 9700, 9800, 9900, 10000}
	infections = season{5, 4, 4, 3, 3, 2, 2, 2, 3, 3, 4, 5}
)

// people is the resident population: it shrinks a little every January.
func (m moment) people() int64 {
	return of(m.population, whole-50*min(int64(m.month.Year()-2024), 10))
}

func (m moment) area(f figures) {
	f["resident_pop"] = m.people()
	f["pop_65plus"] = of(m.people(), m.always("old", 1480, 1720)+40*min(int64(m.month.Year()-2024), 10))
	f["children_0_6"] = of(m.people(), m.always("young", 520, 600))
	f["key_pop"] = of(m.people(), m.always("key", 3300, 3700))
}

// publicHealth fills records and chronic disease. What is registered only grows, so it is drawn from the first
// population; what is counted from January follows the year's curve.
func (m moment) publicHealth(f figures) {
	f["ehr_total"] = of(m.population, m.always("ehr", 8700, 9100)+3*m.elapsed())
	f["ehr_electronic"] = of(f["ehr_total"], 9850)
	f["ehr_standard"] = of(f["ehr_total"], m.always("ehr standard", 7600, 8300)+4*m.elapsed())
	f["ehr_active"] = of(f["ehr_total"], m.always("ehr active", 6000, 6800)+5*m.elapsed())
	f["htn_managed"] = of(m.population, m.always("htn", 1080, 1240)+m.elapsed())
	f["htn_standard"] = m.soFar(f["htn_managed"], "htn standard", 7900, 9200, steadily)
	f["htn_controlled"] = of(f["htn_managed"], m.always("htn control", 5900, 7000)+m.monthly("htn control", -80, 80))
	f["dm_managed"] = of(m.population, m.always("dm", 340, 420)+m.elapsed()/2)
	f["dm_standard"] = m.soFar(f["dm_managed"], "dm standard", 7800, 9200, steadily)
	f["dm_controlled"] = of(f["dm_managed"], m.always("dm control", 5400, 6600)+m.monthly("dm control", -90, 90))
	f["elderly_managed"] = m.soFar(f["pop_65plus"], "elderly", 6300, 7700, inSummer)
	f["tcm_elderly"] = m.soFar(f["pop_65plus"], "tcm elderly", 6800, 7900, inSummer)
	f["smi_registered"] = of(m.population, m.always("smi", 38, 46)) + m.elapsed()/20
	f["smi_standard"] = m.soFar(f["smi_registered"], "smi standard", 9000, 9800, earlyOn)
	f["tb_notified"] = max(1, of(m.people(), m.yearly("tb", 4, 7))) * m.ordinal() / 12
	f["tb_managed"] = (f["tb_notified"]*94 + 99) / 100 // rounded up
	f["inf_registered"] = 1 + of(m.population, infections.of(m)) + m.monthly("infections", 0, 2)
	f["inf_reported"] = f["inf_registered"]
}

// soFar is the part of n that the year's work has reached by the end of the month.
func (m moment) soFar(n int64, what string, lo, hi int64, curve season) int64 {
	return of(of(n, m.yearly(what, lo, hi)), curve.of(m))
}

func (m moment) maternity(f figures) {
	f["children_managed"] = m.soFar(f["children_0_6"], "children", 9000, 9700, earlyOn)
	f["live_births"] = of(m.people(), m.yearly("births", 52, 66)) * m.ordinal() / 12
	f["newborns_visited"] = of(f["live_births"], m.yearly("newborns", 9400, 9900))
	f["early_preg_booked"] = of(f["live_births"], m.yearly("early", 8900, 9700))
	f["postpartum_visited"] = of(f["live_births"], m.yearly("postpartum", 9200, 9800))
}

func (m moment) contracts(f figures) {
	f["contracts_valid"] = of(m.people(), m.always("contracts", 4800, 6000)+6*m.elapsed()+m.monthly("contracts", -20, 20))
	f["contracts_key_valid"] = of(f["key_pop"], m.always("key contracts", 7600, 8700)+3*m.elapsed())
	f["contracts_due_renewal"] = of(m.people(), m.always("renewal", 4200, 4800)) * m.ordinal() / 12
	f["contracts_renewed"] = of(f["contracts_due_renewal"], m.yearly("renewed", 8300, 9300))
	f["contract_items_due"] = of(m.people(), m.always("items", 13_000, 16_000)) * m.ordinal() / 12
	f["contract_items_done"] = of(f["contract_items_due"], m.yearly("items done", 8500, 9500))
}

func (m moment) satisfaction(f figures) {
	f["respondents"] = m.always("respondents", 25, 60) * m.ordinal()
	f["respondents_satisfied"] = of(f["respondents"], m.yearly("satisfied", 8800, 9600))
	f["complaints_received"] = m.monthly("complaints", 0, 2)
	f["complaints_closed_on_time"] = f["complaints_received"]
	if f["complaints_received"] > 0 && m.monthly("complaint open", 1, 10) == 1 {
		f["complaints_closed_on_time"]--
	}
}
