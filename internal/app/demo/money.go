package demo

// incomeOf fills the income rows, in fen.
func (m moment) incomeOf(f figures) {
	visit := of(m.always("visit cost", 7600, 11200), whole+12*m.elapsed())
	stay := of(m.always("stay cost", 210_000, 295_000), whole+12*m.elapsed())
	if m.kind == kindHospital {
		visit = of(m.always("visit cost", 19_500, 25_500), whole+10*m.elapsed())
		stay = of(m.always("stay cost", 480_000, 640_000), whole+10*m.elapsed())
	}
	f["income_outp"] = of(f["visits_outp_emerg"]*visit, m.monthly("visit cost", 9750, 10250))
	f["income_inp"] = of(f["discharges"]*stay, m.monthly("stay cost", 9870, 10130))
	f["income_outp_drug"] = of(f["income_outp"], m.always("outp drug", 4300, 5400)-6*m.elapsed()+m.monthly("outp drug", -80, 80))
	f["income_inp_drug"] = of(f["income_inp"], m.always("inp drug", 2600, 3500)-4*m.elapsed()+m.monthly("inp drug", -80, 80))
	both := f["income_outp"] + f["income_inp"]
	f["income_medical"] = both + of(both, m.monthly("other medical", 60, 160))
	drugs := f["income_outp_drug"] + f["income_inp_drug"]
	f["income_essential_drug"] = of(drugs, m.always("essential", 6800, 7800)+m.monthly("essential", -90, 90))
	f["income_tcm_drug"] = of(drugs, m.always("tcm drug", 1600, 2600))
	f["income_med_service"] = of(f["income_medical"], m.always("service income", 2700, 3500)+6*m.elapsed())
	f["income_insurance"] = of(f["income_medical"], m.always("insurance", 5200, 6200)+m.monthly("insurance", -90, 90))
}

// expenseOf fills subsidies, expenses and pay of a grassroots institution, in fen.
func (m moment) expenseOf(f figures) {
	staff := f["staff_on_post"] * of(m.always("staff cost", 680_000, 780_000), whole+25*m.elapsed())
	f["expense_staff"] = of(staff, m.monthly("staff cost", 9880, 10120))
	f["expense_public_health"] = m.population * (m.always("public health", 400, 520) + m.monthly("public health", -12, 12))
	f["income_fiscal"] = of(staff, m.always("fiscal", 6200, 7400)) + m.population*m.yearly("fiscal per head", 480, 600)
	f["income_total"] = f["income_medical"] + f["income_fiscal"] + of(f["income_medical"], m.monthly("other income", 50, 200))
	f["expense_total"] = of(f["income_total"], m.always("expense", 9600, 10000)+m.monthly("expense", -150, 150))
	m.medicalExpense(f, of(f["expense_total"], m.always("medical expense", 6600, 7200)), 450, 800)
	f["pay_total"] = m.payTotal(480_000, 560_000)
	f["assets_total"] = m.staff*m.always("assets", 30_000_000, 40_000_000) + f["income_total"]
	f["liabilities_total"] = of(f["assets_total"], m.always("liabilities", 1500, 3200)+m.monthly("liabilities", -40, 40))
}

// medicalExpense splits medical expenses; consumables are a share of medical income.
func (m moment) medicalExpense(f figures, medical, consumablesFrom, consumablesTo int64) {
	drugs := f["income_outp_drug"] + f["income_inp_drug"]
	f["expense_medical"] = medical
	f["expense_drug"] = of(drugs, m.monthly("drug expense", 9500, 9900))
	f["expense_tcm_drug"] = of(f["income_tcm_drug"], m.monthly("tcm expense", 9000, 9400))
	f["expense_consumables"] = of(f["income_medical"], m.always("consumables", consumablesFrom, consumablesTo))
}

// payTotal is what the staff was paid since January; a head is paid from lo to hi fen a month.
func (m moment) payTotal(lo, hi int64) int64 {
	head := m.always("pay", lo, hi)
	var sum int64
	for _, k := range m.month.YearToDate() {
		then := m.at(k)
		yearsOn := int64(k.Year() - 2024)
		sum += of(then.staffNow()*of(head, whole+400*yearsOn), then.monthly("pay", 9920, 10080))
	}
	return sum
}
