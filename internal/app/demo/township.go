package demo

// figures are one report's numbers by element, in the smallest unit: persons, visits, bed days, fen.
type figures map[string]int64

// na stands for "not applicable"; no figure of the demo is negative.
const na int64 = -1

// Winter is busy; the spring festival is not.
var (
	visitSeason = season{10350, 9400, 10150, 10000, 9900, 9800, 9700, 9800, 10000, 10100, 10300, 10450}
	bedSeason   = season{10100, 9750, 10050, 10000, 9950, 9850, 9800, 9850, 9950, 10050, 10150, 10200}
)

// township is the monthly report of a township hospital or community health centre.
func township(m moment) figures {
	f := figures{}
	m.team(f)
	m.beds24(f)
	m.visitsOf(f)
	m.incomeOf(f)
	m.expenseOf(f)
	m.prescribed(f)
	m.together(f)
	m.area(f)
	m.publicHealth(f)
	m.maternity(f)
	m.contracts(f)
	m.satisfaction(f)
	return f
}

// staffNow is the head count at the end of the month.
func (m moment) staffNow() int64 { return of(m.staff, whole+8*m.elapsed()) }

// staffAverage is the mean of the month ends of the year so far.
func (m moment) staffAverage() int64 {
	var sum int64
	months := m.month.YearToDate()
	for _, k := range months {
		sum += m.at(k).staffNow()
	}
	return (sum + int64(len(months))/2) / int64(len(months))
}

func (m moment) team(f figures) {
	f["staff_on_post"] = m.staffNow()
	f["staff_avg"] = m.staffAverage()
	f["health_techs"] = of(f["staff_on_post"], m.always("techs", 8000, 8600))
	f["physicians"] = of(f["health_techs"], m.always("physicians", 3400, 3900))
	f["nurses"] = of(f["health_techs"], m.always("nurses", 3300, 3900))
	f["gps"] = max(1, of(f["physicians"], m.always("gps", 3500, 4800)))
	f["gps_registered"] = f["gps"] / 2
	f["gps_certified"] = f["gps"] - f["gps_registered"]
	f["secondees_in_mid_6m"] = m.yearly("secondees", 1, 3)
}

// beds24 is the count at midnight.
func (m moment) beds24(f figures) {
	f["beds_actual"] = m.beds
	f["beds_actual_max"] = m.beds
	if m.monthly("beds max", 1, 12) == 1 {
		f["beds_actual_max"] += 2
	}
	f["bed_days_open"] = m.beds * m.days()
	occupied := of(m.always("occupancy", 5600, 7600), bedSeason.of(m)) + m.monthly("occupancy", -150, 150)
	f["bed_days_occupied"] = of(f["bed_days_open"], occupied)
	stay := m.always("stay", 640, 860) + m.monthly("stay", -10, 10) // hundredths of a day
	f["discharges"] = (f["bed_days_occupied"]*100 + stay/2) / stay
	f["bed_days_discharged"] = of(f["bed_days_occupied"], m.monthly("discharged", 9800, 10200))
	f["admissions"] = max(0, f["discharges"]+m.monthly("admissions", -2, 2))
	f["deaths"] = 0
	if m.monthly("deaths", 1, 25) == 1 {
		f["deaths"] = 1
	}
}

func (m moment) visitsOf(f figures) {
	base := of(m.population, m.always("visits", 920, 1240))
	base = of(of(base, whole+35*m.elapsed()), visitSeason.of(m))
	f["visits_outp_emerg"] = of(base, m.monthly("visits", 9700, 10300))
	f["visits_home"] = of(f["visits_outp_emerg"], m.always("home", 100, 220))
	f["visits_total"] = f["visits_outp_emerg"] + f["visits_home"] + of(f["visits_outp_emerg"], m.always("other visits", 80, 200))
	f["visits_appointed"] = of(f["visits_outp_emerg"], m.always("appointed", 1400, 2200)+25*m.elapsed())
	f["visits_emergency"] = of(f["visits_outp_emerg"], m.monthly("emergency", 150, 400))
	f["visits_tcm"] = of(f["visits_total"], m.always("tcm", 2000, 3200)+8*m.elapsed()+m.monthly("tcm", -80, 80))
}

func (m moment) prescribed(f figures) {
	f["prescriptions_outp"] = of(f["visits_outp_emerg"], m.monthly("prescriptions", 8800, 9500))
	antibiotic := m.always("antibiotic", 1450, 2150) - 5*min(m.elapsed(), 60) + m.monthly("antibiotic", -60, 60)
	f["prescriptions_antibiotic"] = of(f["prescriptions_outp"], antibiotic)
	f["prescriptions_long"] = of(f["prescriptions_outp"], m.always("long", 350, 800)+6*m.elapsed())
	f["prescriptions_reviewed"] = of(f["prescriptions_outp"], m.always("reviewed", 300, 600))
	f["prescriptions_qualified"] = of(f["prescriptions_reviewed"], m.monthly("qualified", 9200, 9850))
}

// together is what passes between this institution, the county hospitals and the clinics.
func (m moment) together(f figures) {
	f["referrals_up"] = of(f["visits_outp_emerg"], m.always("up", 60, 130)+m.monthly("up", -8, 8))
	f["referrals_down"] = of(f["referrals_up"], m.always("down", 4800, 7400)+20*m.elapsed())
	f["remote_dx"] = of(m.population, m.always("remote", 85, 140)+m.elapsed()/2+m.monthly("remote", -6, 6))
	f["village_clinics"] = m.clinics
	f["village_clinics_ecg"] = of(m.clinics, min(9500, m.always("ecg", 4000, 5600)+80*m.elapsed()))
	f["visits_clinic_proxy"] = na // the farms have no private clinics
	if m.population > 9000 {
		f["visits_clinic_proxy"] = of(m.population, m.always("private", 60, 140)+m.monthly("private", -5, 5))
	}
}
