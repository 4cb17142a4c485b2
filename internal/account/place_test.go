package account_test

import (
	"fmt"
	"slices"
	"testing"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
)

// Places come as the tree: each behind the one above it, siblings by code, whenever they were made.
func TestPlacesComeInTheOrderOfTheTree(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	county, root := orgCounty(t, w)
	want := []string{root.Name}
	for n := 12; n > 0; n-- {
		h := orgtest.Create(t, w.db, county, org.Draft{Code: fmt.Sprintf("A-%02d", n), Name: fmt.Sprintf("院%02d", n), Kind: org.KindTownshipHospital, Parent: county.Code})
		orgtest.Create(t, w.db, county, org.Draft{Code: fmt.Sprintf("Z-%02d", n), Name: h.Name + "室", Kind: org.KindVillageClinic, Parent: h.Code})
	}
	for n := 1; n <= 12; n++ {
		want = append(want, fmt.Sprintf("院%02d", n), fmt.Sprintf("院%02d室", n))
	}
	names := func(who actor.Actor) (list []string) {
		found, err := w.svc.Places(t.Context(), who, county.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range found {
			list = append(list, p.Name)
		}
		return list
	}
	if got := names(account.Operator()); !slices.Equal(got, want) {
		t.Errorf("places are %v", got)
	}
	clinic, err := org.ByCode(t.Context(), w.db, orgtest.Actor(county, root, org.ActionView), "Z-03")
	if err != nil {
		t.Fatal(err)
	}
	if got := names(orgtest.Actor(county, clinic, account.ActionView)); !slices.Equal(got, []string{"院03室"}) {
		t.Errorf("whoever sees only a clinic is offered %v", got)
	}
}
