package reporting_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

// typist is one of many clients: what it saw of every form, and what was accepted of what it typed.
type typist struct {
	w     *world
	who   actor.Actor
	dice  *rand.Rand
	seen  map[place]reporting.Cell
	wrote []written
	asked int // conflicts it was told of
}

// place is one cell of one form.
type place struct {
	report int64
	key    reporting.CellKey
}

type written struct {
	place
	version int
	value   string
}

// A thousand random edits by twenty clients on five forms: no accepted figure is lost, every change is in the history,
// and counts and totals are those of the cells as they stand.
func TestAThousandEditsByTwentyClients(t *testing.T) {
	t.Parallel()
	const clients, edits = 20, 50
	w := newWorld(t)
	places := w.fiveForms(t)
	people := make([]*typist, clients)
	var all sync.WaitGroup
	for i := range people {
		who := orgtest.Actor(w.county, w.root, reporting.ActionView, reporting.ActionEnter)
		who.Name = fmt.Sprintf("第%d人", i+1)
		people[i] = &typist{w: w, who: who, dice: rand.New(rand.NewPCG(1, uint64(i))), seen: map[place]reporting.Cell{}} //nolint:gosec // a repeatable die
		all.Go(func() {
			for range edits {
				people[i].edit(t, places)
			}
		})
	}
	all.Wait()
	var accepted []written
	asked := 0
	for _, p := range people {
		accepted, asked = append(accepted, p.wrote...), asked+p.asked
	}
	if asked == 0 {
		t.Error("nobody met anybody else's figure; the clients were not at work together")
	}
	w.requireNothingLost(t, accepted)
	w.requireTotals(t, places)
}

// fiveForms are two cells of each of four hospitals' forms and four of a proxy form, few enough to meet in.
func (w *world) fiveForms(t *testing.T) []place {
	t.Helper()
	hospitals := []org.Institution{w.hospital}
	for _, name := range []string{"甲镇卫生院", "乙镇卫生院", "丙镇卫生院"} {
		hospitals = append(hospitals, orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, name))
	}
	reportingtest.OpenMonth(t, w.db, w.county.ID, july)
	var places []place
	for _, h := range hospitals {
		r, err := w.svc.Find(t.Context(), w.chief, "township_monthly", h.ID, reportingtest.Month(t, july))
		if err != nil {
			t.Fatal(err)
		}
		for _, slug := range []string{"income_total", "expense_total", "income_outp"} {
			places = append(places, place{r.ID, reporting.CellKey{SubjectID: h.ID, Element: slug}})
		}
	}
	r := w.find(t, "clinic_monthly", july)
	for _, clinic := range w.clinics {
		for _, slug := range []string{"visits_village_proxy", "income_village"} {
			places = append(places, place{r.ID, reporting.CellKey{SubjectID: clinic.ID, Element: slug}})
		}
	}
	return places
}

// edit types into a cell upon what it saw of it last; told of somebody else's figure, it looks and goes on.
func (p *typist) edit(t *testing.T, places []place) {
	at := places[p.dice.IntN(len(places))]
	value := fmt.Sprint(p.dice.IntN(1_000_000))
	out, err := p.w.svc.SaveCell(t.Context(), p.who, at.report,
		reporting.Edit{SubjectID: at.key.SubjectID, Element: at.key.Element, Typed: value, Version: p.seen[at].Version})
	if err != nil {
		t.Errorf("save: %v", err)
		return
	}
	saved := out.Saved[0]
	if saved.Conflict != nil {
		p.asked++
		p.seen[at] = *saved.Conflict
		return
	}
	if before := p.seen[at]; saved.Cell.Version > before.Version {
		p.wrote = append(p.wrote, written{at, saved.Cell.Version, value})
	}
	p.seen[at] = saved.Cell
}

// requireNothingLost compares what the clients were told with what the history and the cells say.
func (w *world) requireNothingLost(t *testing.T, accepted []written) {
	t.Helper()
	byPlace := map[place][]written{}
	for _, one := range accepted {
		byPlace[one.place] = append(byPlace[one.place], one)
	}
	for at, list := range byPlace {
		slices.SortFunc(list, func(a, b written) int { return a.version - b.version })
		h, err := w.svc.CellHistory(t.Context(), w.chief, at.report, at.key)
		if err != nil {
			t.Fatal(err)
		}
		if len(h.Changes) != len(list) {
			t.Errorf("%v: %d changes in the history, %d were accepted", at, len(h.Changes), len(list))
			continue
		}
		slices.Reverse(h.Changes)
		before := ""
		for i, one := range list {
			c := h.Changes[i]
			if one.version != i+1 || c.New.String() != one.value || c.Old.String() != before {
				t.Errorf("%v: change %d is %s → %s, accepted was version %d %s after %q", at, i+1, c.Old, c.New, one.version, one.value, before)
			}
			before = one.value
		}
		sheet, err := w.svc.Open(t.Context(), w.chief, at.report)
		if err != nil {
			t.Fatal(err)
		}
		if got := sheet.Cells[at.key]; got.String() != before || got.Version != len(list) {
			t.Errorf("%v stands at %s version %d, the last accepted is %s version %d", at, got, got.Version, before, len(list))
		}
	}
}

// requireTotals reckons every count, balance and sum again from the cells.
func (w *world) requireTotals(t *testing.T, places []place) {
	t.Helper()
	visits, income := decimal.Zero, decimal.Zero
	for _, at := range places {
		sheet, err := w.svc.Open(t.Context(), w.chief, at.report)
		if err != nil {
			t.Fatal(err)
		}
		filled := w.count(t, "SELECT count(*) FROM cell WHERE report_id = $1 AND state <> 'empty'", at.report)
		if sheet.Report.Filled != filled {
			t.Errorf("report %d counts %d, filled are %d", at.report, sheet.Report.Filled, filled)
		}
		of := func(slug string) decimal.Decimal {
			return sheet.Cells[reporting.CellKey{SubjectID: at.key.SubjectID, Element: slug}].Value
		}
		for _, row := range sheet.Layout.DerivedRows() {
			if row.No != "2.6" {
				continue
			}
			got := sheet.Derived[reporting.CellKey{SubjectID: at.key.SubjectID, Element: row.Key}].Value
			if want := of("income_total").Sub(of("expense_total")); got.Reason != "" || !got.Decimal.Equal(want) {
				t.Errorf("report %d has a balance of %v, want %s", at.report, got, want)
			}
		}
		switch at.key.Element {
		case "visits_village_proxy":
			visits = visits.Add(of(at.key.Element))
		case "income_village":
			income = income.Add(of(at.key.Element))
		}
	}
	proxy, err := w.svc.Open(t.Context(), w.clerk, w.find(t, "clinic_monthly", july).ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := proxy.Totals["visits_village_proxy"].Value; !got.Equal(visits) {
		t.Errorf("the clinics' visits sum to %s, want %s", got, visits)
	}
	if got := proxy.Totals["income_village"].Value; !got.Equal(income) {
		t.Errorf("the clinics' income sums to %s, want %s", got, income)
	}
	if d := w.summed(t); !d.Value.Decimal.Equal(visits) {
		t.Errorf("the hospital's form sums %s visits, want %s", d.Value.Decimal, visits)
	}
}
