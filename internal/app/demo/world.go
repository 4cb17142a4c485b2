package demo

import (
	"maps"

	"yigai/internal/org"
	"yigai/internal/period"
)

// Forms of the standard preset that the demo fills.
const (
	formTownship  = "township_monthly"
	formHospital  = "hospital_monthly"
	formClinic    = "clinic_monthly"
	formInsurance = "insurance_monthly"
)

// leadCode is the lead hospital of the medical community.
const leadCode = "K-H1"

// tcmCode is the hospital of Mongolian and Chinese medicine.
const tcmCode = "K-H2"

// insurer is the partner that fills the insurance form.
const insurer = "K-P01"

// world knows every figure of the demo county in every month.
type world struct {
	sizes   []size
	byCode  map[string]size
	open    period.Month // the month that is being reviewed
	kept    map[figureKey]figures
	budgets map[int]int64
}

type figureKey struct {
	code  string
	month period.Month
}

func newWorld(open period.Month) (*world, error) {
	sizes, err := readSizes()
	if err != nil {
		return nil, err
	}
	w := &world{sizes: sizes, byCode: map[string]size{}, open: open, kept: map[figureKey]figures{}, budgets: map[int]int64{}}
	for _, s := range sizes {
		w.byCode[s.code] = s
	}
	return w, nil
}

// figures are what the institution reports for the month, the intended troubles included.
func (w *world) figures(code string, month period.Month) figures {
	key := figureKey{code, month}
	if known, ok := w.kept[key]; ok {
		return known
	}
	f := w.plain(code, month)
	if t, ok := troubleOf(code, w.open, month); ok {
		f = maps.Clone(f)
		t.change(f, w.figures(code, month.Prev()))
	}
	w.kept[key] = f
	return f
}

// plain are the figures as they would be if nothing special happened.
func (w *world) plain(code string, month period.Month) figures {
	m := moment{w.byCode[code], month}
	switch m.kind {
	case org.KindTownshipHospital, org.KindCommunityCentre:
		return township(m)
	case kindHospital, kindMCH:
		return hospital(m)
	case org.KindVillageClinic:
		return clinicMonth(m)
	case org.KindPartner:
		return w.insurance(m)
	}
	return figures{}
}

// reports reports whether figures of the institution stand on a form.
func (w *world) reports(s size) bool {
	return s.grassroots() || s.kind == kindHospital || s.kind == kindMCH || s.kind == org.KindVillageClinic || s.code == insurer
}
