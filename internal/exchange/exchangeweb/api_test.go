package exchangeweb_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/preset"
	"yigai/internal/reporting"
)

func (w *world) load(query, contentType, body string) answer {
	return w.ask(w.chief, "POST", "/api/v1/values"+query, strings.NewReader(body), "Content-Type", contentType)
}

func TestAFileOfFiguresIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const head = "institution,element,period,value\n"
	w.load("", "text/csv", head+"K1,visits_total,2026-07,1"+strings.Repeat(",", 40)+"\n").is(http.StatusUnprocessableEntity).has("超过 30 列")
	w.load("", "text/csv", head+strings.Repeat("K1,a,2026-07,1\n", reporting.MaxRows+1)).is(http.StatusUnprocessableEntity).has("超过 200000 行")
	var answer struct {
		Conflicts []struct{ Row int }
		More      int
	}
	a := w.load("", "text/csv", head+strings.Repeat("K1,a,2026-07,x\n", 5002)).is(http.StatusUnprocessableEntity)
	if err := json.Unmarshal([]byte(a.body), &answer); err != nil || len(answer.Conflicts) != 5000 || answer.More != 2 {
		t.Errorf("%d refused rows listed and %d more (%v)", len(answer.Conflicts), answer.More, err)
	}
}

func TestLoadValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.element(t, mri)
	code := w.hospital.Code
	counts := func(a answer) string {
		var c struct {
			Imported, Updated, Unchanged, Ignored int
			Conflicts                             []struct{ Row int }
		}
		if err := json.Unmarshal([]byte(a.body), &c); err != nil {
			t.Fatalf("read answer %s: %v", a.body, err)
		}
		return fmt.Sprint(c.Imported, c.Updated, c.Unchanged, c.Ignored, len(c.Conflicts))
	}
	one := func(element, month, value string) string {
		return fmt.Sprintf(`{"values":[{"institution":%q,"element":%q,"period":%q,"value":%s}]}`, code, element, month, value)
	}
	t.Run("nobody without the permission", func(t *testing.T) {
		w.json(w.reviewer, "POST", "/api/v1/values", one("mri_exams", "2026-06", `"1"`)).is(http.StatusForbidden)
		w.json(w.clerk, "POST", "/api/v1/values?state=accepted", one("mri_exams", "2026-06", `"1"`)).is(http.StatusForbidden)
	})
	t.Run("JSON, again, changed, null, zero", func(t *testing.T) {
		steps := []struct{ value, want string }{{`"1550"`, "1 0 0 0 0"}, {`"1550"`, "0 0 1 0 0"}, {`1551`, "0 1 0 0 0"}, {`null`, "0 1 0 0 0"}, {`"–"`, "0 0 1 0 0"}, {`"0"`, "0 1 0 0 0"}}
		for _, s := range steps {
			if got := counts(w.load("?state=accepted", "application/json", one("mri_exams", "2026-06", s.value)).is(http.StatusOK)); got != s.want {
				t.Errorf("value %s: %s, want %s", s.value, got, s.want)
			}
		}
	})
	t.Run("a wrong row stops all, or only itself with partial", func(t *testing.T) {
		body := fmt.Sprintf(`{"values":[{"institution":%q,"element":"mri_exams","period":"2026-05","value":"7"},{"institution":%q,"element":"mri_exams","period":"2026-04","value":"12a"}]}`, code, code)
		a := w.load("", "application/json", body).is(http.StatusUnprocessableEntity).has(`"row":2`, `"field":"value"`, `"value":"12a"`, "不是数字")
		if got := counts(a); got != "0 0 0 0 1" {
			t.Errorf("refused: %s", got)
		}
		if got := counts(w.load("?dry_run=true&partial=true", "application/json", body).is(http.StatusOK)); got != "1 0 0 1 1" {
			t.Errorf("dry run: %s", got)
		}
		if got := counts(w.load("?partial=true", "application/json", body).is(http.StatusOK)); got != "1 0 0 1 1" {
			t.Errorf("partial: %s", got)
		}
	})
	t.Run("CSV with its header, DHIS2 as JSON and as CSV", func(t *testing.T) {
		w.load("", "text/csv", "institution,element,period,value\n"+code+",mri_exams,2026-03,31\n").is(http.StatusOK).has(`"imported":1`)
		w.load("?format=dhis2", "application/json", fmt.Sprintf(`{"dataSet":"x","period":"202602","orgUnit":%q,"dataValues":[{"dataElement":"f7n9E0hX8qk","value":"32","storedBy":"john"}]}`, code)).
			is(http.StatusOK).has(`"imported":1`)
		w.load("?format=dhis2", "text/csv", "\"dataelement\",\"period\",\"orgunit\",\"categoryoptioncombo\",\"value\",\"storedby\"\n\"f7n9E0hX8qk\",\"202601\",\""+code+"\",\"\",\"33\",\"john\"\n").
			is(http.StatusOK).has(`"imported":1`)
		w.get(w.chief, "/api/v1/values?element=mri_exams&from=2026-01&to=2026-03").is(http.StatusOK).has(`"value":"33"`, `"value":"32"`, `"value":"31"`)
	})
	t.Run("what is not known is refused by name", func(t *testing.T) {
		w.load("", "text/csv", "institution,element,period,value,colour\n"+code+",mri_exams,2026-03,31,red\n").is(http.StatusUnprocessableEntity).has("colour")
		w.load("", "application/json", `{"values":[{"institut":"x"}]}`).is(http.StatusUnprocessableEntity).has("institut")
		w.load("?parzial=true", "application/json", one("mri_exams", "2026-03", `"1"`)).is(http.StatusUnprocessableEntity).has("parzial")
		w.load("?state=final", "application/json", one("mri_exams", "2026-03", `"1"`)).is(http.StatusUnprocessableEntity)
		w.load("", "application/json", one("mri_exams", "2026-03", `{}`)).is(http.StatusUnprocessableEntity)
		w.load("", "application/json", `{"values":[]}`).is(http.StatusUnprocessableEntity)
		w.load("", "application/json", `{"values"`).is(http.StatusUnprocessableEntity)
	})
	t.Run("figures of a form go into the month's report", func(t *testing.T) {
		w.json(w.clerk, "POST", "/api/v1/values", one("visits_total", july, `"5400"`)).is(http.StatusOK)
		if got := w.cell("visits_total").String(); got != "5400" {
			t.Errorf("cell is %q", got)
		}
	})
}

func TestReadValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.element(t, mri)
	w.load("?state=accepted", "text/csv", "institution,element,period,value\n"+w.hospital.Code+",mri_exams,2026-03,31\n"+w.hospital.Code+",mri_exams,2026-04,–\n").is(http.StatusOK)
	all := w.get(w.chief, "/api/v1/values?institution="+w.county.Code+"&descendants=true&element=mri_exams").is(http.StatusOK)
	all.has(`"period":"2026-03"`, `"value":"31"`, `"value":null`, `"state":"empty"`, `"report":null`, `"next":null`)
	w.get(w.chief, "/api/v1/values?element=mri_exams&limit=1").is(http.StatusOK).has(`"next":"`)
	w.get(w.chief, "/api/v1/values?element=nonsense").is(http.StatusUnprocessableEntity)
	w.get(w.chief, "/api/v1/values?from=soon").is(http.StatusUnprocessableEntity)
	w.get(w.chief, "/api/v1/values?limit=all").is(http.StatusUnprocessableEntity)
	w.get(w.chief, "/api/v1/values?since=2026-01").is(http.StatusUnprocessableEntity).has("since")
	w.get(w.stranger, "/api/v1/values?element=mri_exams").is(http.StatusOK).has(`"items":[]`)
	w.get(orgtest.Actor(w.county, w.hospital), "/api/v1/values").is(http.StatusForbidden)
}

// TestProvinces loads a published table of 30 provinces, dashes and decimals included, and adds it up exactly.
// Source: Ministry of Health, figures of January 2011.
func TestProvinces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rows := readProvinces(t)
	header, total := rows[0], map[string]decimal.Decimal{}
	var body strings.Builder
	body.WriteString("institution,element,period,value\n")
	for _, name := range header[1:] {
		w.element(t, reporting.Element{Slug: name, NameZH: name, Unit: "万人次", Kind: preset.Flow, Decimals: 1})
	}
	for _, row := range rows[2:] {
		i := orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, row[0])
		for c, value := range row[1:] {
			fmt.Fprintf(&body, "%s,%s,2011-01,%s\n", i.Code, header[c+1], value)
			if value != "–" {
				total[header[c+1]] = total[header[c+1]].Add(decimal.RequireFromString(value))
			}
		}
	}
	w.load("?state=accepted", "text/csv", body.String()).is(http.StatusOK).has(`"conflicts":[]`)
	a := w.get(w.chief, "/api/v1/values?from=2011-01&to=2011-01").is(http.StatusOK)
	var found struct {
		Items []struct {
			Element string
			Value   *string
		}
	}
	if err := json.Unmarshal([]byte(a.body), &found); err != nil {
		t.Fatal(err)
	}
	sums, dashes := map[string]decimal.Decimal{}, 0
	for _, v := range found.Items {
		if v.Value == nil {
			dashes++
			continue
		}
		sums[v.Element] = sums[v.Element].Add(decimal.RequireFromString(*v.Value))
	}
	for name, want := range total {
		if !sums[name].Equal(want) {
			t.Errorf("%s adds up to %s, want %s", name, sums[name], want)
		}
	}
	if len(total) != 6 || dashes == 0 {
		t.Errorf("%d columns, %d dashes", len(total), dashes)
	}
}

func readProvinces(t *testing.T) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "s3_monthly_2011_01_by_province.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
