package reporting_test

import (
	"testing"

	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
)

func TestOpenProxyReportsFollowTheTree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.find(t, "clinic_monthly", july).Fillable
	each := before / len(w.clinics)
	added := orgtest.Below(t, w.db, w.county, w.hospital.Code, org.KindVillageClinic, "新建村卫生室")
	follow := func(want int) {
		t.Helper()
		if err := w.svc.FollowTree(t.Context(), w.county.ID); err != nil {
			t.Fatal(err)
		}
		if got := w.find(t, "clinic_monthly", july).Fillable; got != want {
			t.Errorf("the report can hold %d figures, want %d", got, want)
		}
	}
	follow(before + each)
	elsewhere := orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "东风镇卫生院")
	w.move(t, added, elsewhere)
	follow(before)

	if _, err := w.svc.LoadValues(t.Context(), w.chief, []reporting.ValueRow{row(1, w.clinics[0].Code, "visits_village_proxy", july, "300")},
		reporting.LoadOptions{Accepted: true}); err != nil {
		t.Fatal(err)
	}
	if r := w.find(t, "clinic_monthly", july); r.State != reporting.Accepted {
		t.Fatalf("the report is %s", r.State)
	}
	orgtest.Below(t, w.db, w.county, w.hospital.Code, org.KindVillageClinic, "审核以后新建的村卫生室")
	follow(before)
}
