package reportingtest

// Plausible are figures of a township hospital that break no check.
var Plausible = map[string]string{
	"staff_on_post": "42", "health_techs": "30", "physicians": "12", "gps": "3", "gps_registered": "2", "gps_certified": "1", "nurses": "10",
	"beds_actual": "50", "beds_actual_max": "50", "bed_days_open": "1550", "bed_days_occupied": "1007", "bed_days_discharged": "900",
	"staff_avg": "42", "secondees_in_mid_6m": "2",
	"income_medical": "1180000", "income_outp": "430000.50", "income_outp_drug": "160000", "income_inp": "749999.50", "income_inp_drug": "210000",
	"income_essential_drug": "200000", "income_tcm_drug": "50000", "income_med_service": "400000", "income_insurance": "600000",
	"expense_medical": "900000", "expense_drug": "350000", "expense_tcm_drug": "40000", "expense_consumables": "60000",
	"expense_public_health": "80000", "income_total": "1500000", "income_fiscal": "300000", "expense_total": "1400000",
	"expense_staff": "600000", "pay_total": "4200000",
	"visits_total": "5400", "visits_outp_emerg": "5100", "visits_appointed": "300", "visits_emergency": "120", "visits_tcm": "900",
	"visits_home": "60", "discharges": "118", "deaths": "1", "admissions": "120", "prescriptions_outp": "4000",
	"prescriptions_antibiotic": "300", "referrals_up": "12", "referrals_down": "8", "remote_dx": "30",
	"village_clinics_ecg": "0", // the number of clinics follows the register
	"resident_pop":        "23000", "pop_65plus": "4100", "children_0_6": "900", "key_pop": "8000", "live_births": "60",
	"ehr_total": "21000", "ehr_standard": "18000", "ehr_electronic": "20000", "ehr_active": "14000",
	"htn_managed": "2600", "htn_standard": "2100", "htn_controlled": "1700", "dm_managed": "900", "dm_standard": "700", "dm_controlled": "500",
	"elderly_managed": "2800", "tcm_elderly": "2700", "children_managed": "820", "newborns_visited": "55", "early_preg_booked": "50",
	"postpartum_visited": "52", "smi_registered": "110", "smi_standard": "100", "tb_notified": "9", "tb_managed": "9",
	"inf_registered": "14", "inf_reported": "14",
	"contracts_valid": "12000", "contracts_key_valid": "6400", "contracts_due_renewal": "5000", "contracts_renewed": "4700",
	"contract_items_due": "30000", "contract_items_done": "26000",
	"respondents": "200", "respondents_satisfied": "188", "complaints_received": "1", "complaints_closed_on_time": "1",
}
