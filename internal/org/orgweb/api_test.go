package orgweb_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"yigai/internal/org"
	"yigai/internal/org/orgtest"
)

const api = "/api/v1/institutions"

func (s *site) json(status int, method, path, body string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.ask(status, method, path, "application/json", body)
}

type problemDocument struct {
	Errors []struct{ Field, Message string }
}

// refuses fails unless the answer is a 422 about the field.
func (s *site) refuses(method, path, body, field string) {
	s.t.Helper()
	var p problemDocument
	w := s.json(422, method, path, body)
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || len(p.Errors) == 0 || p.Errors[0].Field != field {
		s.t.Errorf("%s: want a problem of %s, got %s", body, field, w.Body.String())
	}
	if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "application/problem+json") {
		s.t.Errorf("content type %s", got)
	}
}

func TestAPICreate(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := `{"code":"K-T01","name":"麦新镇中心卫生院","kind":"township_hospital","parent":"150523","division":"150523102","uscc":""}`
	var made map[string]any
	if err := json.Unmarshal(s.json(201, "POST", api, body).Body.Bytes(), &made); err != nil {
		t.Fatal(err)
	}
	if made["code"] != "K-T01" || made["parent"] != "150523" || made["division"] != "150523102" || made["closed_on"] != nil {
		t.Errorf("got %v", made)
	}
	s.json(200, "POST", api, body)
	s.json(409, "POST", api, strings.Replace(body, "中心", "", 1))
	s.refuses("POST", api, `{"code":"A","name":"甲","kind":"hospital","parent":"150523"}`, "kind")
	s.refuses("POST", api, `{"code":"A","name":"甲","kind":"cdc","parent":"NO"}`, "parent")
	s.refuses("POST", api, `{"code":"A","name":"甲","kind":"cdc","parent":"150523","beds":3}`, "beds")
	s.refuses("POST", api, `{"code":"A","name":"甲","kind":"cdc","parent":"150523","opened_on":"soon"}`, "opened_on")
	s.refuses("POST", api, `{"code":"A","kind":"cdc","parent":"150523"}`, "name")
	s.refuses("POST", api, `{"code":7}`, "code")
	s.refuses("POST", api, `not json`, "body")
	s.as(org.ActionView)
	s.json(403, "POST", api, body)
}

func TestAPIList(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.kailu()
	seen, path := 0, api+"?limit=100"
	for path != "" {
		var p struct {
			Items []map[string]any
			Next  *string
		}
		if err := json.Unmarshal(s.json(200, "GET", path, "").Body.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		seen, path = seen+len(p.Items), ""
		if p.Next != nil {
			path = api + "?limit=100&cursor=" + *p.Next
		}
	}
	if seen != 287 {
		t.Errorf("%d institutions over all pages", seen)
	}
	for query, n := range map[string]int{"kind=cdc": 1, "kind=cdc,mch_hospital": 2, "parent=K-T04": 18, "parent=150523": 24,
		"parent=150523&descendants=true&kind=village_clinic&township=150523103": 18, "text=麦新镇卫生院": 1, "text=none": 0} {
		got := s.json(200, "GET", api+"?limit=500&"+query, "").Body.String()
		if strings.Count(got, `"version"`) != n || !strings.Contains(got, `"next":null`) {
			t.Errorf("%s: %s", query, got)
		}
	}
	for query, field := range map[string]string{"kind=x": "kind", "limit=0": "limit", "state=x": "state", "colour=red": "colour", "cursor=x": "cursor"} {
		s.refuses("GET", api+"?"+query, "", field)
	}
	s.json(200, "GET", api+"/K-T04", "")
	s.json(404, "GET", api+"/NO", "")
	own := orgtest.Actor(s.county, s.institution("K-T04"), org.ActionView)
	s.who = &own
	s.json(404, "GET", api+"/K-T05", "")
	if got := s.json(200, "GET", api, "").Body.String(); strings.Count(got, `"version"`) != 19 {
		t.Errorf("own scope: %s", got)
	}
}

func TestAPIPatch(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.kailu()
	s.json(200, "PATCH", api+"/K-T04", `{"name":"麦新镇中心卫生院","opened_on":"1958-05-01"}`)
	got := s.json(200, "PATCH", api, `{"code":"K-T04","short_name":"麦新"}`).Body.String()
	for _, want := range []string{`"name":"麦新镇中心卫生院"`, `"short_name":"麦新"`, `"opened_on":"1958-05-01"`, `"version":3`} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s: %s", want, got)
		}
	}
	s.json(409, "PATCH", api+"/K-T04", `{"name":"别的","version":1}`)
	s.json(404, "PATCH", api+"/NO", `{"name":"别的"}`)
	s.refuses("PATCH", api+"/K-T04", `{"parent":"K-V001"}`, "parent")
	s.refuses("PATCH", api+"/K-T04", `{"path":"1"}`, "path")
	s.refuses("PATCH", api, `{"name":"别的"}`, "code")
	s.as(org.ActionView)
	s.json(403, "PATCH", api+"/K-T04", `{"name":"别的"}`)
}
