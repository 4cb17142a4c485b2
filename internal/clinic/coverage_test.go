package clinic

import (
	"slices"
	"strings"
	"testing"
)

// Villages of the pure tests lie in one township; a code ends in three digits, a natural village in two more.
const township = "150523103"

func at(n string) string { return township + n }

func people(n int) *int { return &n }

func village1(n string, population *int) Village {
	return Village{Code: at(n), Division: at(n[:3]), Name: "村" + n, Natural: len(n) > 3, Township: township, Population: population}
}

func yesNo(b bool) *bool { return &b }

func (v Village) seat(is bool) Village { v.Seat = yesNo(is); return v }

func clinicIn(n string, serves ...string) Clinic {
	c := Clinic{Name: "室" + n}
	if n != "" {
		c.Division = at(n)
	}
	for _, s := range serves {
		c.Villages = append(c.Villages, at(s))
	}
	return c
}

func minutesOf(a, b string, n int) map[Pair]int { return map[Pair]int{PairOf(at(a), at(b)): n} }

func TestTheRuleOfCoverage(t *testing.T) {
	t.Parallel()
	elsewhere := village1("299", people(900)).seat(true) // the seat of the township is known, unless a case leaves it out
	small := []Village{village1("200", people(500)), village1("201", people(300))}
	shared := []Clinic{clinicIn("200", "200", "201")}
	for name, c := range map[string]struct {
		villages []Village
		clinics  []Clinic
		minutes  map[Pair]int
		noSeat   bool
		want     string // of each village: state[/missing]
	}{
		"a clinic of its own": {[]Village{village1("200", nil)}, []Clinic{clinicIn("200")}, nil, true, "covered"},
		"none":                {[]Village{village1("200", people(1))}, nil, nil, false, "uncovered"},
		"none, population missing, which does not matter":   {[]Village{village1("200", nil)}, nil, nil, false, "uncovered"},
		"none, and the seat is not known":                   {[]Village{village1("200", people(1))}, nil, nil, true, "not_stated/是不是卫生院所在地"},
		"the seat needs none":                               {[]Village{village1("200", people(5000)).seat(true)}, nil, nil, true, "seat"},
		"said not to be the seat":                           {[]Village{village1("200", people(1)).seat(false)}, nil, nil, true, "uncovered"},
		"residents are no village":                          {[]Village{village1("001", people(9000)), village1("401", nil)}, nil, nil, true, "not_asked not_asked"},
		"what is like a village is one":                     {[]Village{village1("501", people(10))}, nil, nil, false, "uncovered"},
		"small neighbours share":                            {small, shared, minutesOf("200", "201", 10), false, "covered shared"},
		"exactly 15 minutes":                                {small, shared, minutesOf("200", "201", 15), false, "covered shared"},
		"16 minutes are too far":                            {small, shared, minutesOf("200", "201", 16), false, "covered uncovered"},
		"nobody knows how far":                              {small, shared, nil, false, "covered not_stated/到村200的路程"},
		"exactly 800 people":                                {[]Village{village1("200", people(800)), village1("201", people(800))}, shared, minutesOf("200", "201", 15), false, "covered shared"},
		"801 people":                                        {[]Village{village1("200", people(800)), village1("201", people(801))}, shared, minutesOf("200", "201", 15), false, "covered uncovered"},
		"801 where the clinic stands":                       {[]Village{village1("200", people(801)), village1("201", people(800))}, shared, minutesOf("200", "201", 15), false, "covered uncovered"},
		"population missing where the clinic stands":        {[]Village{village1("200", nil), village1("201", people(800))}, shared, minutesOf("200", "201", 15), false, "covered not_stated/村200的人口"},
		"everything missing":                                {[]Village{village1("200", nil), village1("201", nil)}, shared, nil, true, "covered not_stated/到村200的路程、是不是卫生院所在地、村200的人口、村201的人口"},
		"too many people settles it, whatever else":         {[]Village{village1("200", nil), village1("201", people(801))}, shared, nil, false, "covered uncovered"},
		"the better of two clinics counts":                  {small, append(shared, clinicIn("201")), nil, false, "covered covered"},
		"a clinic nobody knows the place of, two small":     {small, []Clinic{clinicIn("", "200", "201")}, minutesOf("200", "201", 15), false, "shared shared"},
		"one nobody knows the place of, for one village":    {small[:1], []Clinic{clinicIn("", "200")}, nil, false, "covered"},
		"one that stands here and serves elsewhere":         {small, []Clinic{clinicIn("200", "201")}, nil, false, "uncovered covered"},
		"a natural village of exactly 1500 needs one":       {[]Village{village1("200", people(3000)), village1("200-01", people(1500))}, []Clinic{clinicIn("200")}, nil, false, "covered uncovered"},
		"one of 1499 needs none":                            {[]Village{village1("200-01", people(1499))}, nil, nil, false, "not_asked"},
		"a natural village of whom nobody knows how many":   {[]Village{village1("200-01", nil)}, nil, nil, false, "not_stated/村200-01的人口"},
		"a small natural village with a clinic is covered":  {[]Village{village1("200-01", nil)}, []Clinic{clinicIn("200", "200-01")}, nil, false, "covered"},
		"the seat is not asked of a natural village":        {[]Village{village1("200-01", people(1600))}, nil, nil, true, "uncovered"},
		"a seat that has a clinic all the same is covered":  {[]Village{village1("200", nil).seat(true)}, []Clinic{clinicIn("200")}, nil, true, "covered"},
		"the seat of a township that shares counts as seat": {[]Village{small[0], small[1].seat(true)}, shared, nil, true, "covered seat"},
	} {
		list := slices.Clone(c.villages)
		if !c.noSeat {
			list = append(list, elsewhere)
		}
		var got []string
		for _, one := range (Ground{Villages: list, Clinics: c.clinics, Minutes: c.minutes, Limits: printed()}).Cover()[:len(c.villages)] {
			said := string(one.State)
			if len(one.Missing) > 0 {
				said += "/" + one.MissingWords()
			}
			got = append(got, said)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

func TestTheSeatFollowsFromWhereTheHospitalStands(t *testing.T) {
	t.Parallel()
	g := Ground{Villages: []Village{village1("200", nil), village1("201", nil)}, Seats: map[string]bool{at("201"): true}, Limits: printed()}
	if got := []State{g.Cover()[0].State, g.Cover()[1].State}; !slices.Equal(got, []State{Uncovered, SeatExempt}) {
		t.Errorf("got %v", got)
	}
}

func TestWithoutTheNumbersNothingIsShared(t *testing.T) {
	t.Parallel()
	g := Ground{Villages: []Village{village1("200", people(1)), village1("201", people(1)), village1("299", nil).seat(true)},
		Clinics: []Clinic{clinicIn("200", "200", "201")}, Minutes: minutesOf("200", "201", 1), Limits: Limits{limitShareMinutes: {Title: "路程上限"}, limitSharePopulation: {Title: "人口上限"}}}
	if got := g.Cover()[1]; got.State != Undecided || got.MissingWords() != "人口上限、路程上限" {
		t.Errorf("%s, missing %s", got.State, got.MissingWords())
	}
}
