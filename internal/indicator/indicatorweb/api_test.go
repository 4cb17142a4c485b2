package indicatorweb_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"yigai/internal/indicator"
	"yigai/internal/indicator/indicatortest"
	"yigai/internal/period"
)

func TestValuesOfTheAPI(t *testing.T) {
	t.Parallel()
	c := county(t)
	s := visit(t, c, c.Who(c.County.Code, all...))
	t.Run("one value in the shape of the contract", func(t *testing.T) {
		got := s.json(http.StatusOK, "GET", "/api/v1/indicator-values?indicator=bed_occupancy&institution=A&descendants=false&from=2026-06&to=2026-06", "")
		want := `{"items":[{"indicator":"bed_occupancy","institution":"A","period":"2026-06","numerator":"1007","denominator":"1550",` +
			`"value":"64.967741935483870968","display":"64.97","reason":null,"reason_zh":null,"version":1,"reporting":1,"expected":1,` +
			`"computed_at":"2026-08-03T10:00:00+08:00"}],"next":null}`
		if strings.TrimSpace(got) != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
	t.Run("a county value carries the sums", func(t *testing.T) {
		got := s.json(http.StatusOK, "GET", "/api/v1/indicator-values?indicator=bed_occupancy&institution="+c.County.Code, "")
		if !strings.Contains(got, `"numerator":"1507","denominator":"2550"`) || !strings.Contains(got, `"reporting":2,"expected":2`) {
			t.Error(got)
		}
	})
	t.Run("a reason in both languages", func(t *testing.T) {
		c.Fact("2026-06", "bed_days_open", "B", "0")
		if _, err := c.Service.Compute(t.Context(), c.County.ID, []period.Month{indicatortest.Month(t, "2026-06")}, nil); err != nil {
			t.Fatal(err)
		}
		got := s.json(http.StatusOK, "GET", "/api/v1/indicator-values?indicator=bed_occupancy&institution=B", "")
		if !strings.Contains(got, `"numerator":"500","denominator":"0","value":null,"display":null,"reason":"zero_denominator","reason_zh":"分母为 0"`) {
			t.Error(got)
		}
	})
	t.Run("pages by cursor", func(t *testing.T) {
		var first struct{ Next *string }
		if err := json.Unmarshal([]byte(s.json(http.StatusOK, "GET", "/api/v1/indicator-values?limit=2", "")), &first); err != nil || first.Next == nil {
			t.Fatal(err)
		}
		s.json(http.StatusOK, "GET", "/api/v1/indicator-values?limit=2&cursor="+*first.Next, "")
	})
	for _, address := range []string{"?cursor=x", "?from=soon", "?limit=0", "?colour=red", "?descendants=maybe", "?from=2026-02&to=2026-01"} {
		s.json(http.StatusUnprocessableEntity, "GET", "/api/v1/indicator-values"+address, "")
	}
	s.json(http.StatusNotFound, "GET", "/api/v1/indicator-values?indicator=nobody", "")
	s.json(http.StatusOK, "GET", "/api/v1/indicator-values?institution=A%00", "")
	s.json(http.StatusUnprocessableEntity, "POST", "/api/v1/indicators",
		`{"slug":"odd","name_zh":"怪","formula":"deaths\u0000","direction":"up","effective_from":"2026-01"}`)
	visit(t, c, c.Who("B", indicator.ActionView)).json(http.StatusNotFound, "GET", "/api/v1/indicator-values?institution=A", "")
}

func TestIndicatorsOfTheAPI(t *testing.T) {
	t.Parallel()
	c := county(t)
	s := visit(t, c, c.Who(c.County.Code, all...))
	const path = "/api/v1/indicators"
	body := `{"slug":"turnover","name_zh":"周转","numerator":"discharges","denominator":"beds_actual","factor":"1","decimals":2,"unit":"次","direction":"range","effective_from":"2026-01"}`
	t.Run("created once, then unchanged, then a conflict", func(t *testing.T) {
		if got := s.json(http.StatusCreated, "POST", path, body); !strings.Contains(got, `"formula":"discharges/beds_actual"`) {
			t.Error(got)
		}
		s.json(http.StatusOK, "POST", path, body)
		s.json(http.StatusConflict, "POST", path, strings.Replace(body, "周转", "别的", 1))
	})
	t.Run("formula and factor, when they say the same", func(t *testing.T) {
		send := func(slug, rest string) string {
			return `{"slug":"` + slug + `","name_zh":"` + slug + `","direction":"up","effective_from":"2026-01",` + rest + `}`
		}
		s.json(http.StatusCreated, "POST", path, send("both_a", `"formula":"100*deaths/discharges","factor":"100"`))
		s.json(http.StatusOK, "POST", path, send("both_a", `"formula":"100*deaths/discharges","numerator":"deaths","denominator":"discharges","factor":100`))
		s.json(http.StatusCreated, "POST", path, send("both_b", `"formula":"deaths/discharges","factor":"1"`))
		for rest, field := range map[string]string{
			`"formula":"deaths/discharges","factor":"100"`:                                                  "factor",
			`"formula":"deaths/discharges","factor":"many"`:                                                 "factor",
			`"formula":"deaths/discharges","denominator":"beds_actual"`:                                     "denominator",
			`"formula":"100*deaths/discharges","numerator":"deaths","denominator":"discharges","factor":10`: "formula",
		} {
			if got := s.json(http.StatusUnprocessableEntity, "POST", path, send("both_c", rest)); !strings.Contains(got, `"field":"`+field+`"`) {
				t.Errorf("%s: %s", rest, got)
			}
		}
	})
	t.Run("a wrong formula says field, position and sentence", func(t *testing.T) {
		got := s.json(http.StatusUnprocessableEntity, "POST", path,
			`{"slug":"bad","name_zh":"坏","formula":"100*(discharges","direction":"up","effective_from":"2026-01"}`)
		if !strings.Contains(got, `"errors":[{"field":"formula","position":16,"message":"`) {
			t.Error(got)
		}
	})
	t.Run("what is not understood is refused by name", func(t *testing.T) {
		for send, field := range map[string]string{
			`{"slug":"x","colour":"red"}`:                      "colour",
			strings.Replace(body, `"2026-01"`, `"January"`, 1): "effective_from",
			strings.Replace(strings.Replace(body, "turnover", "other", 1), `"factor":"1"`, `"factor":"x"`, 1): "factor",
			strings.Replace(body, "range", "sideways", 1):                                                     "direction",
		} {
			if got := s.json(http.StatusUnprocessableEntity, "POST", path, send); !strings.Contains(got, `"field":"`+field+`"`) {
				t.Errorf("%s: %s", send, got)
			}
		}
	})
	t.Run("a change keeps the rest", func(t *testing.T) {
		got := s.json(http.StatusOK, "PATCH", path+"/turnover", `{"formula":"100*discharges/beds_actual","effective_from":"2026-03"}`)
		if !strings.Contains(got, `"name_zh":"周转"`) || !strings.Contains(got, `"version":2,"effective_from":"2026-03"`) {
			t.Error(got)
		}
		got = s.json(http.StatusOK, "PATCH", path, `{"slug":"turnover","numerator":"deaths","denominator":"discharges","factor":100}`)
		if !strings.Contains(got, `"formula":"100*deaths/discharges"`) {
			t.Error(got)
		}
		if !strings.Contains(got, `"version":3,"effective_from":"2026-08"`) { // nothing that is out is computed anew
			t.Errorf("without a month: %s", got)
		}
		if got = s.json(http.StatusOK, "PATCH", path+"/turnover", `{"note":"改了备注","formula":"100*deaths/discharges"}`); !strings.Contains(got, `"version":3,`) {
			t.Errorf("the same formula again: %s", got)
		}
		s.json(http.StatusUnprocessableEntity, "PATCH", path, `{"name_zh":"没有编码"}`)
		s.json(http.StatusUnprocessableEntity, "PATCH", path+"/turnover", `{"slug":"other"}`)
		s.json(http.StatusNotFound, "PATCH", path+"/nobody", `{"name_zh":"x"}`)
	})
	if got := s.json(http.StatusOK, "GET", path+"?text=turnover", ""); !strings.Contains(got, `"formula_zh":"死亡人数 ÷ 出院人数 × 100"`) {
		t.Error(got)
	}
	s.json(http.StatusOK, "GET", path+"/bed_occupancy", "")
	s.json(http.StatusNotFound, "GET", path+"/nobody", "")
	s.json(http.StatusUnprocessableEntity, "GET", path+"?colour=red", "")
}
