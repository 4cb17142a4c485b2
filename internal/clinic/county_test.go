package clinic_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"yigai/internal/clinic"
	"yigai/internal/clinic/clinictest"
	"yigai/internal/fault"
)

// TestCoverageOfTheRealCounty decides the rule for the 273 village units of 开鲁县 step by step.
func TestCoverageOfTheRealCounty(t *testing.T) {
	t.Parallel()
	c := clinictest.Kailu(t)
	// 262 villages (217 with a village committee, 45 living areas of farms) have a clinic each; the rest are 11 residents' committees.
	c.Covers("262 covered, 11 not asked", "covered:262 not_asked:11")
	if codes := c.In(clinic.NotAsked); len(codes) != 11 || codes[0] != "150523100001" || !slices.Contains(codes, "150523100400") {
		t.Errorf("not asked: %v", codes)
	}
	// Six villages of 麦新镇 lose their clinic; nobody knows yet where the hospital stands.
	for _, code := range []string{"K-V082", "K-V083", "K-V084", "K-V085", "K-V086", "K-V087"} {
		c.Closed(code)
	}
	c.Covers("six lost", "covered:256 not_asked:11 not_stated:6")
	lost := c.In(clinic.Undecided)
	// The hospital stands in the first: it needs none, and of the others it is known now that they are not the seat.
	c.Village(lost[0], clinic.VillageDraft{Seat: ptr(true)})
	c.Covers("the seat is known", "covered:256 not_asked:11 seat:1 uncovered:5")
	if got := c.In(clinic.Uncovered); !slices.Equal(got, lost[1:]) {
		t.Errorf("uncovered: %v, want %v", got, lost[1:])
	}
	// Three of them are served by the clinic of the next village, which has 800 people: one of 800 at 15 minutes, one of 801,
	// one of which the population is missing.
	host := c.State("K-V088").Division
	c.Village(host, clinic.VillageDraft{Population: ptr(800)})
	c.Village(lost[1], clinic.VillageDraft{Population: ptr(800), Minutes: map[string]int{host: 15}})
	c.Village(lost[2], clinic.VillageDraft{Population: ptr(801), Minutes: map[string]int{host: 5}})
	c.Village(lost[3], clinic.VillageDraft{Minutes: map[string]int{host: 5}})
	c.Put("K-V088", clinic.Values{"central": clinic.Yes}, host, lost[1], lost[2], lost[3])
	c.Covers("shared, too large, and not known", "covered:256 not_asked:11 not_stated:1 seat:1 shared:1 uncovered:3")
	if got := fmt.Sprint(c.In(clinic.Shared), c.In(clinic.Undecided), c.In(clinic.Uncovered)); got != fmt.Sprint(lost[1:2], lost[3:4], []string{lost[2], lost[4], lost[5]}) {
		t.Errorf("got %s of %v", got, lost)
	}
	naturalVillages(t, c, host)
	seenFromTownship(t, c)
}

func ptr[T any](v T) *T { return &v }

func naturalVillages(t *testing.T, c *clinictest.County, host string) {
	for _, d := range []clinic.VillageDraft{{Name: "甲屯", Population: ptr(1500)}, {Name: "乙屯", Population: ptr(1499)}, {Name: "丙屯"}} {
		if _, err := c.Clinic.AddNatural(t.Context(), c.Admin, host, d); err != nil {
			t.Fatal(err)
		}
	}
	c.Covers("natural villages", "covered:256 not_asked:12 not_stated:2 seat:1 shared:1 uncovered:4")
	if _, err := c.Clinic.AddNatural(t.Context(), c.Admin, host, clinic.VillageDraft{}); !fault.IsInvalid(err) {
		t.Errorf("a natural village without a name: %v", err)
	}
	file := "村代码,村名,常住人口,卫生院所在地,邻村路程\n" + host + "-01,甲屯,1400,,\n" + host + "-09,丁屯,1600,,\n150523103001,没有的村,1,,\n" +
		"150523103210,,一百,,\n150523103211,,100,也许,\n150523103212,,100,否,十分钟\n"
	r, err := c.Clinic.ImportVillages(t.Context(), c.Admin, strings.NewReader(file), clinic.Options{Partial: true})
	if err != nil || r.Updated != 2 || len(r.Refused) != 4 {
		t.Fatalf("import: %d updated, %v, %v", r.Updated, r.Findings, err)
	}
	c.Covers("imported villages", "covered:256 not_asked:13 not_stated:2 seat:1 shared:1 uncovered:4")
	again, err := c.Clinic.ImportVillages(t.Context(), c.Admin, strings.NewReader(file), clinic.Options{DryRun: true})
	if err != nil || again.Unchanged != 2 {
		t.Errorf("the same again: %+v, %v", again.Unchanged, err)
	}
}

func seenFromTownship(t *testing.T, c *clinictest.County) {
	theirs := c.At("K-T05", clinic.ActionView, clinic.ActionManage)
	got, err := c.Clinic.Coverage(t.Context(), theirs, clinic.CoverFilter{})
	if err != nil || len(got.Areas) != 1 || got.Counts[clinic.Uncovered] != 0 || len(got.Villages) == 0 {
		t.Errorf("a township sees %v, %v", got.Areas, err)
	}
	if err := c.Clinic.EditVillage(t.Context(), theirs, "150523103200", 1, clinic.VillageDraft{}); !fault.IsNotFound(err) {
		t.Errorf("another township's village: %v", err)
	}
	doctor := c.At("K-V100", clinic.ActionView)
	if got, err := c.Clinic.Coverage(t.Context(), doctor, clinic.CoverFilter{}); err != nil || len(got.Villages) != 1 {
		t.Errorf("a village doctor sees %d villages, %v", len(got.Villages), err)
	}
}
