package app

import (
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/room"
)

// openAPI describes the API from the routes themselves, so that the two cannot differ.
func (a *App) openAPI(w http.ResponseWriter, _ *http.Request) error {
	return page.JSON(w, http.StatusOK, a.Describe())
}

type object = map[string]any

// Describe builds the OpenAPI 3.1 document of every route under /api/v1.
func (a *App) Describe() map[string]any {
	paths, schemas := object{}, object{"Problem": schemaOf(reflect.TypeFor[page.Problem](), object{})}
	for _, one := range a.Rooms {
		for _, route := range one.Routes {
			if route.Doc == nil {
				continue
			}
			at, ok := paths[route.Path].(object)
			if !ok {
				at = object{}
				paths[route.Path] = at
			}
			at[strings.ToLower(route.Method)] = operation(one, route, schemas)
		}
	}
	return object{
		"openapi": "3.1.0",
		"info": object{"title": "医改 API", "version": "1",
			"description": "与页面相同的操作、权限和数据范围。数字以十进制字符串传送;不认识的字段会被拒绝。"},
		"servers":  []object{{"url": a.Config.BaseURL}},
		"security": []object{{"token": []string{}}},
		"paths":    paths,
		"components": object{"schemas": schemas,
			"securitySchemes": object{"token": object{"type": "http", "scheme": "bearer"}}},
	}
}

var pathParam = regexp.MustCompile(`\{([a-z_]+)\}`)

func operation(one room.Room, route room.Route, schemas object) object {
	doc := route.Doc
	status := doc.Status
	if status == 0 {
		status = http.StatusOK
	}
	op := object{"tags": []string{one.Title}, "summary": doc.Summary, "parameters": parameters(route),
		"responses": object{
			strconv.Itoa(status): object{"description": "成功", "content": content("application/json", doc.Response, schemas)},
			"default": object{"description": "出错", "content": object{"application/problem+json": object{
				"schema": object{"$ref": "#/components/schemas/Problem"}}}},
		}}
	if doc.Body != nil {
		op["requestBody"] = object{"required": true, "content": content("application/json", doc.Body, schemas)}
	}
	return op
}

func parameters(route room.Route) []object {
	list := []object{}
	for _, m := range pathParam.FindAllStringSubmatch(route.Path, -1) {
		list = append(list, object{"name": m[1], "in": "path", "required": true, "schema": object{"type": "string"}})
	}
	for _, q := range route.Doc.Query {
		list = append(list, object{"name": q.Name, "in": "query", "description": q.Description,
			"example": q.Example, "schema": object{"type": "string"}})
	}
	return list
}

func content(mime string, v any, schemas object) object {
	if v == nil {
		return object{}
	}
	return object{mime: object{"schema": schemaOf(reflect.TypeOf(v), schemas)}}
}

var scalars = map[reflect.Type]object{
	reflect.TypeFor[decimal.Decimal]():     {"type": "string", "format": "decimal"},
	reflect.TypeFor[decimal.NullDecimal](): {"type": []string{"string", "null"}, "format": "decimal"},
	reflect.TypeFor[time.Time]():           {"type": "string", "format": "date-time"},
	reflect.TypeFor[period.Month]():        {"type": "string", "example": "2026-07"},
	reflect.TypeFor[json.RawMessage]():     {},
}

// schemaOf describes a Go type as JSON Schema. Named structs are listed once under their name.
func schemaOf(t reflect.Type, schemas object) object {
	if s, ok := scalars[t]; ok {
		return s
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem(), schemas)
	case reflect.Slice, reflect.Array:
		return object{"type": "array", "items": schemaOf(t.Elem(), schemas)}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": schemaOf(t.Elem(), schemas)}
	case reflect.Struct:
		return structSchema(t, schemas)
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.String:
		return object{"type": "string"}
	case reflect.Interface:
		return object{}
	default:
		return object{"type": "integer"}
	}
}

func structSchema(t reflect.Type, schemas object) object {
	name := strings.NewReplacer("[", "_", "]", "", "/", "_", ".", "_", "*", "").Replace(t.Name())
	if name == "" {
		return object{"type": "object", "properties": properties(t, schemas)}
	}
	if _, ok := schemas[name]; !ok {
		schemas[name] = object{} // holds the place of a type that contains itself
		schemas[name] = object{"type": "object", "properties": properties(t, schemas)}
	}
	return object{"$ref": "#/components/schemas/" + name}
}

func properties(t reflect.Type, schemas object) object {
	props := object{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported():
		case f.Anonymous && name == "":
			for k, v := range properties(f.Type, schemas) {
				props[k] = v
			}
		case name == "":
			props[f.Name] = schemaOf(f.Type, schemas)
		default:
			props[name] = schemaOf(f.Type, schemas)
		}
	}
	return props
}
