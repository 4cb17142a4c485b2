package app

import (
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"yigai/internal/page"
	"yigai/internal/room"
)

// openAPI describes the API from the routes themselves, so that the two cannot differ.
func (a *App) openAPI(w http.ResponseWriter, _ *http.Request) error {
	return page.JSON(w, http.StatusOK, a.Describe())
}

type object = map[string]any

// Describe builds the OpenAPI 3.1 document of every route under /api/v1.
func (a *App) Describe() map[string]any {
	paths, schemas := object{}, object{}
	problem := schemaOf(reflect.TypeFor[page.Problem](), schemas)
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
			at[strings.ToLower(route.Method)] = operation(one, route, problem, schemas)
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

func operation(one room.Room, route room.Route, problem, schemas object) object {
	doc := route.Doc
	status := doc.Status
	if status == 0 {
		status = http.StatusOK
	}
	op := object{"tags": []string{one.Title}, "summary": doc.Summary, "parameters": parameters(route),
		"responses": object{
			strconv.Itoa(status): object{"description": "成功", "content": content("application/json", doc.Response, schemas)},
			"default":            object{"description": "出错", "content": object{"application/problem+json": object{"schema": problem}}},
		}}
	if doc.Body != nil {
		op["requestBody"] = object{"required": !doc.Optional, "content": content("application/json", doc.Body, schemas)}
	}
	return op
}

func parameters(route room.Route) []object {
	list := []object{}
	for _, m := range pathParam.FindAllStringSubmatch(route.Path, -1) {
		list = append(list, object{"name": m[1], "in": "path", "required": true, "schema": object{"type": "string"}})
	}
	for _, q := range route.Doc.Query {
		param := object{"name": q.Name, "in": "query", "description": q.Description, "schema": object{"type": "string"}}
		if q.Example != "" {
			param["example"] = q.Example
		}
		list = append(list, param)
	}
	return list
}

func content(mime string, v any, schemas object) object {
	if v == nil {
		return object{}
	}
	return object{mime: object{"schema": schemaOf(reflect.TypeOf(v), schemas)}}
}
