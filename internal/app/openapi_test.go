package app

import (
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yigai/internal/org/orgtest"
	"yigai/internal/pgtest"
)

func described(t *testing.T) (*App, map[string]any) {
	t.Helper()
	config := Config{Listen: "127.0.0.1:0", BaseURL: "http://127.0.0.1", DataDir: t.TempDir()}
	a := New(config, pgtest.New(t), orgtest.Now, slog.New(slog.NewTextHandler(io.Discard, nil)))
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/openapi.json", nil))
	var doc map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %v", w.Code, err)
	}
	return a, doc
}

// at follows the keys down a document; a missing one gives nil.
func at(doc any, keys ...string) any {
	for _, key := range keys {
		m, _ := doc.(map[string]any)
		doc = m[key]
	}
	return doc
}

func TestOpenAPI(t *testing.T) {
	t.Parallel()
	a, doc := described(t)
	t.Run("every route of the API is described", func(t *testing.T) {
		for _, one := range a.Rooms {
			for _, route := range one.Routes {
				if !strings.HasPrefix(route.Path, "/api/") || route.Path == "/api/v1/openapi.json" {
					continue
				}
				if route.Doc == nil {
					t.Errorf("%s %s has no Doc", route.Method, route.Path)
				} else if at(doc, "paths", route.Path, strings.ToLower(route.Method), "summary") == "" {
					t.Errorf("%s %s has no summary", route.Method, route.Path)
				}
			}
		}
	})
	t.Run("the head is that of OpenAPI 3.1", func(t *testing.T) {
		if at(doc, "openapi") != "3.1.0" || at(doc, "info", "title") == nil || at(doc, "info", "version") == nil {
			t.Errorf("openapi %v, info %v", at(doc, "openapi"), at(doc, "info"))
		}
		for _, need := range at(doc, "security").([]any) {
			for name := range need.(map[string]any) {
				if at(doc, "components", "securitySchemes", name) == nil {
					t.Errorf("security scheme %s is not declared", name)
				}
			}
		}
	})
	t.Run("every reference resolves to a schema that says something", func(t *testing.T) {
		walk(doc, func(m map[string]any) {
			ref, ok := m["$ref"].(string)
			if !ok {
				return
			}
			target, _ := at(doc, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...).(map[string]any)
			if len(target) == 0 || target["$ref"] != nil {
				t.Errorf("%s is %v", ref, target)
			}
		})
	})
	t.Run("a body is required unless the operation does without", func(t *testing.T) {
		for name, required := range map[string]bool{"submission": true, "return": true, "acceptance": false} {
			if got := at(doc, "paths", "/api/v1/reports/{id}/"+name, "post", "requestBody", "required"); got != required {
				t.Errorf("%s: required is %v", name, got)
			}
		}
	})
	t.Run("names of schemas are allowed ones", func(t *testing.T) {
		allowed := regexp.MustCompile(`^[A-Za-z0-9._-]+$`)
		for name := range at(doc, "components", "schemas").(map[string]any) {
			if !allowed.MatchString(name) {
				t.Errorf("schema %q", name)
			}
		}
	})
	for path, item := range at(doc, "paths").(map[string]any) {
		for method, op := range item.(map[string]any) {
			t.Run(method+" "+path, func(t *testing.T) { checkOperation(t, path, method, op) })
		}
	}
}

// checkOperation wants the path's parameters declared once, as required; others as query; answers with descriptions.
func checkOperation(t *testing.T, path, method string, op any) {
	t.Helper()
	if !slices.Contains([]string{"get", "post", "patch", "put", "delete"}, method) {
		t.Errorf("method %s", method)
	}
	seen := map[string]int{}
	var inPath []string
	for _, p := range at(op, "parameters").([]any) {
		name, place := at(p, "name").(string), at(p, "in").(string)
		seen[place+" "+name]++
		if seen[place+" "+name] > 1 || at(p, "schema") == nil {
			t.Errorf("parameter %s twice, or without a schema", name)
		}
		if place == "path" {
			inPath = append(inPath, name)
		}
		if place == "path" && at(p, "required") != true || place != "path" && (place != "query" || at(p, "description") == "") {
			t.Errorf("parameter %v", p)
		}
	}
	var want []string
	for _, m := range regexp.MustCompile(`\{([^}]+)\}`).FindAllStringSubmatch(path, -1) {
		want = append(want, m[1])
	}
	if !slices.Equal(inPath, want) {
		t.Errorf("declares %v, the path has %v", inPath, want)
	}
	answers := at(op, "responses").(map[string]any)
	for code, answer := range answers {
		if at(answer, "description") == nil || code != "default" && !strings.HasPrefix(code, "2") {
			t.Errorf("answer %s: %v", code, answer)
		}
	}
	if len(answers) != 2 {
		t.Errorf("answers %v", slices.Collect(maps.Keys(answers)))
	}
}

// walk visits every object of a document.
func walk(node any, visit func(map[string]any)) {
	switch node := node.(type) {
	case map[string]any:
		visit(node)
		for _, child := range node {
			walk(child, visit)
		}
	case []any:
		for _, child := range node {
			walk(child, visit)
		}
	}
}

// Two packages may use the same name for different types; the document must not take one for the other.
func TestOpenAPIKeepsTypesApart(t *testing.T) {
	t.Parallel()
	_, doc := described(t)
	whole := at(doc, "components", "schemas", "page.Problem", "properties")
	one := at(doc, "components", "schemas", "fault.Problem", "properties")
	if at(whole, "errors", "items", "$ref") != "#/components/schemas/fault.Problem" || at(one, "message", "type") != "string" || at(one, "detail") != nil {
		t.Errorf("a problem document is %v, one problem %v", whole, one)
	}
	parent := at(doc, "components", "schemas", "orgweb.apiInstitution", "properties", "parent", "type")
	if got, ok := parent.([]any); !ok || !slices.Contains(got, any("null")) {
		t.Errorf("a value that may be null is described as %v", parent)
	}
}
