package demo

// clinic is one row of the grid that a township hospital fills for its village clinics.
func clinicMonth(m moment) figures {
	f := figures{}
	base := of(of(m.population, m.always("visits", 1250, 1850)), visitSeason.of(m))
	f["visits_village_proxy"] = of(base, m.monthly("visits", 8800, 11200))
	f["visits_village_tcm"] = of(f["visits_village_proxy"], m.always("tcm", 1100, 2300))
	f["visits_village_home"] = of(f["visits_village_proxy"], m.monthly("home", 300, 1000))
	f["prescriptions_village"] = of(f["visits_village_proxy"], m.monthly("prescriptions", 8300, 9500))
	f["income_village"] = f["visits_village_proxy"] * m.monthly("income", 3200, 4500)
	f["income_village_drug"] = of(f["income_village"], m.monthly("drugs", 7200, 8200))
	f["followups_htn_village"] = of(m.population, m.monthly("htn", 280, 410)) // four a year for each patient
	f["followups_dm_village"] = of(m.population, m.monthly("dm", 90, 140))
	f["elderly_checks_village"] = of(m.population, m.monthly("checks", 0, 40)*inSummer.step(m)/whole*8)
	f["health_talks_village"] = (m.ordinal() + m.always("talks", 0, 1)) % 2 // at least one every two months
	return f
}

// step is how much of a year's curve falls into the month.
func (s season) step(m moment) int64 {
	if m.ordinal() == 1 {
		return s[0]
	}
	return s[m.ordinal()-1] - s[m.ordinal()-2]
}
