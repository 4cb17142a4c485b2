package demo

import "yigai/internal/org"

// Kinds that the figures distinguish.
const (
	kindHospital = org.KindCountyHospital
	kindMCH      = org.KindMCH
)

// hospital is the monthly report of a county hospital or of the MCH hospital.
func hospital(m moment) figures {
	m.size.kind = kindHospital // the MCH hospital is priced like the others
	f := figures{}
	m.hospitalTeam(f)
	m.beds24(f)
	m.hospitalBeds(f)
	m.hospitalVisits(f)
	m.incomeOf(f)
	m.hospitalMoney(f)
	m.prescribed(f)
	m.hospitalTogether(f)
	m.satisfaction(f)
	f["complaints_received"] += m.monthly("more complaints", 0, 4)
	f["complaints_closed_on_time"] += m.monthly("more complaints", 0, 4)
	return f
}

func (m moment) hospitalTeam(f figures) {
	f["staff_on_post"] = m.staffNow()
	f["staff_avg"] = m.staffAverage()
	f["health_techs"] = of(f["staff_on_post"], m.always("techs", 8100, 8500))
	f["physicians"] = of(f["health_techs"], m.always("physicians", 3300, 3600))
	f["nurses"] = of(f["health_techs"], m.always("nurses", 4300, 4700))
	f["physicians_mid"] = of(f["physicians"], m.always("mid", 4400, 5300))
	f["staff_admin_logistics"] = of(f["staff_on_post"], max(900, m.always("admin", 1250, 1650)-5*m.elapsed()))
	f["seconded_doctors"] = max(1, of(f["physicians_mid"], m.always("seconded", 750, 1150)+m.monthly("seconded", -60, 60)))
	f["seconded_doctors_mid"] = max(1, of(f["seconded_doctors"], m.always("seconded mid", 8000, 9200)))
}

// hospitalBeds puts more people into the beds than a township hospital has.
func (m moment) hospitalBeds(f figures) {
	occupied := of(m.always("hospital occupancy", 7300, 8300), bedSeason.of(m)) + m.monthly("occupancy", -150, 150)
	f["bed_days_occupied"] = of(f["bed_days_open"], occupied)
	stay := m.always("hospital stay", 700, 820) + m.monthly("stay", -10, 10)
	f["discharges"] = (f["bed_days_occupied"]*100 + stay/2) / stay
	f["bed_days_discharged"] = of(f["bed_days_occupied"], m.monthly("discharged", 9850, 10150))
	f["admissions"] = max(0, f["discharges"]+m.monthly("admissions", -9, 9))
	f["deaths"] = of(f["discharges"], m.monthly("hospital deaths", 10, 40))
	f["surgery_cases"] = of(f["discharges"], m.always("surgery", 2000, 2900)+m.monthly("surgery", -120, 120))
	f["surgery_day"] = of(f["surgery_cases"], m.always("day surgery", 900, 1500)+10*m.elapsed())
}

func (m moment) hospitalVisits(f figures) {
	base := of(of(m.visits, whole+18*m.elapsed()), visitSeason.of(m))
	f["visits_outp_emerg"] = of(base, m.monthly("visits", 9750, 10250))
	f["visits_total"] = f["visits_outp_emerg"] + of(f["visits_outp_emerg"], m.always("other visits", 150, 350))
	f["visits_appointed"] = of(f["visits_outp_emerg"], min(6500, m.always("appointed", 2800, 3800)+45*m.elapsed()))
	f["visits_emergency"] = of(f["visits_outp_emerg"], m.monthly("emergency", 700, 1100))
	f["visits_tcm"] = of(f["visits_total"], m.always("tcm", 900, 1400)+4*m.elapsed())
	if m.code == tcmCode {
		f["visits_tcm"] = of(f["visits_total"], m.monthly("tcm", 5100, 5500))
	}
	f["special_service_visits"] = of(f["visits_outp_emerg"], m.always("special", 0, 40))
}

func (m moment) hospitalMoney(f figures) {
	f["income_exam"] = of(f["income_medical"], m.always("exam income", 2300, 2800)+m.monthly("exam income", -60, 60))
	f["income_fiscal"] = of(f["income_medical"], m.always("hospital fiscal", 900, 1400))
	f["income_total"] = f["income_medical"] + f["income_fiscal"] + of(f["income_medical"], m.monthly("other income", 50, 200))
	f["expense_total"] = of(f["income_total"], m.always("expense", 9650, 10000)+m.monthly("expense", -120, 120))
	f["expense_staff"] = of(f["expense_total"], m.always("hospital staff cost", 3600, 4200)+5*m.elapsed())
	f["expense_public_health"] = 0
	m.medicalExpense(f, of(f["expense_total"], m.always("medical expense", 8700, 9200)), 1300, 1750)
	f["expense_utilities"] = of(f["expense_total"], m.always("utilities", 180, 260)+m.monthly("utilities", -15, 15))
	f["expense_maintenance"] = of(f["expense_total"], m.always("maintenance", 110, 190)+m.monthly("maintenance", -20, 20))
	f["pay_total"] = m.payTotal(640_000, 700_000)
	f["assets_total"] = m.staff*m.always("assets", 45_000_000, 60_000_000) + f["income_total"]
	f["liabilities_total"] = of(f["assets_total"], m.always("liabilities", 3200, 4800)+m.monthly("liabilities", -40, 40))
}

func (m moment) hospitalTogether(f figures) {
	f["referrals_received"] = of(f["visits_outp_emerg"], m.always("received", 130, 210))
	f["referrals_sent_down"] = of(f["discharges"], m.always("sent down", 500, 800)+3*m.elapsed())
	f["exams_total"] = of(f["visits_outp_emerg"], 9000) + 6*f["discharges"]
	f["exams_recognised"] = of(f["exams_total"], m.always("recognised", 180, 420)+6*m.elapsed())
	if m.code == leadCode { // the shared centres are in the lead hospital
		f["remote_exams_total"] = of(f["visits_outp_emerg"], m.monthly("remote", 1900, 2300)+10*m.elapsed())
		f["remote_exams_grassroots"] = of(f["remote_exams_total"], m.monthly("remote share", 5600, 6800))
	}
}
