package exchangeweb_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/preset"
	"yigai/internal/reporting"
)

// sample is a file of DHIS2's own tests with its organisation unit replaced by one of the world.
func (w *world) sample(name string) string {
	w.t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "dhis2", name))
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.ReplaceAll(string(b), "DiszpKrYNg8", w.hospital.Code)
}

func TestFilesOfDHIS2AreRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, "另一家卫生院")
	for i, code := range []string{"f7n9E0hX8qk", "Ix2HsbDMLea", "eY5ehpbEsB7"} {
		w.element(t, reporting.Element{Slug: fmt.Sprintf("dhis2_%d", i), NameZH: fmt.Sprintf("样例数据项%d", i), Unit: "人次", Kind: preset.Flow, Code: code})
	}
	csv := strings.ReplaceAll(w.sample("dvs_B.csv"), "BdfsJfj87js", other.Code)
	for _, query := range []string{"?format=dhis2", ""} {
		a := w.load(query, "text/csv", csv)
		if a.status != http.StatusOK || !strings.Contains(a.body, `"imported":12`) && !strings.Contains(a.body, `"unchanged":12`) {
			t.Errorf("sample with %q: %d %s", query, a.status, a.body)
		}
	}
	t.Run("the other spelling of the headings, in any case", func(t *testing.T) {
		head := "dataElement,Period,ORGUNIT,catoptcombo,attroptcombo,value,storedby,lastupdated,comment,followup,deleted\n"
		w.load("?format=dhis2", "text/csv", head+"f7n9E0hX8qk,201203,"+w.hospital.Code+",HllvX50cXC0,HllvX50cXC0,7,john,2012-04-01,c,false,\n").
			is(http.StatusOK).has(`"imported":1`)
		w.load("?format=dhis2", "text/csv", head+"f7n9E0hX8qk,201203,"+w.hospital.Code+",,,7,,,c,,true\n").is(http.StatusOK).has(`"updated":1`)
	})
	t.Run("a data value set is recognised by itself", func(t *testing.T) {
		w.load("", "application/json", w.sample("dvs_J.json")).is(http.StatusOK).has(`"updated":1`)
		set := fmt.Sprintf(`{"dataSet":"pBOMPrpg1QX","completeDate":"2012-05-01","period":"201204","orgUnit":%q,"dataValues":[{"dataElement":"f7n9E0hX8qk","value":"9"},{"dataElement":"Ix2HsbDMLea","value":"8","deleted":true}]}`, w.hospital.Code)
		w.load("", "application/json", set).is(http.StatusOK).has(`"imported":2`)
		w.load("", "application/json", `{"dataValues":[{"dataElemnt":"x"}]}`).is(http.StatusUnprocessableEntity).has("dataElemnt")
	})
	t.Run("a bare array of figures, and a name for a wrong one", func(t *testing.T) {
		one := fmt.Sprintf(`{"institution":%q,"element":"dhis2_0","period":"2012-06","value":"5"}`, w.hospital.Code)
		w.load("", "application/json", " ["+one+"]").is(http.StatusOK).has(`"imported":1`)
		w.load("", "application/json", `[{"instituton":"x"}]`).is(http.StatusUnprocessableEntity).has("instituton")
		w.load("", "application/json", `"text"`).is(http.StatusUnprocessableEntity).has(`"field":"body"`)
		w.load("", "application/json", `[5]`).is(http.StatusUnprocessableEntity).has(`"field":"body"`)
	})
}
