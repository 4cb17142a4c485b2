package app

import (
	"encoding"
	"encoding/json"
	"path"
	"reflect"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"yigai/internal/period"
)

var scalars = map[reflect.Type]object{
	reflect.TypeFor[decimal.Decimal]():     {"type": "string", "format": "decimal"},
	reflect.TypeFor[decimal.NullDecimal](): {"type": []string{"string", "null"}, "format": "decimal"},
	reflect.TypeFor[time.Time]():           {"type": "string", "format": "date-time"},
	reflect.TypeFor[period.Month]():        {"type": "string", "example": "2026-07"},
	reflect.TypeFor[json.RawMessage]():     {},
}

// schemaOf describes a Go type as JSON Schema. Named structs are listed once under their package and name.
func schemaOf(t reflect.Type, schemas object) object {
	if s, ok := scalars[t]; ok {
		return s
	}
	if s, ok := ownSpelling(t); ok {
		return s
	}
	switch t.Kind() {
	case reflect.Pointer:
		return nullable(schemaOf(t.Elem(), schemas))
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

// ownSpelling is for types that write themselves: as text, or as something that only they know.
func ownSpelling(t reflect.Type) (object, bool) {
	switch {
	case t.Kind() == reflect.Pointer:
		return nil, false
	case t.Implements(reflect.TypeFor[json.Marshaler]()), reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()):
		return object{}, true
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return object{"type": "string"}, true
	}
	return nil, false
}

// nullable adds null to what a value may be; the schema itself may be shared and stays as it is.
func nullable(s object) object {
	switch kind := s["type"].(type) {
	case string:
		out := object{"type": []string{kind, "null"}}
		for k, v := range s {
			if k != "type" {
				out[k] = v
			}
		}
		return out
	case nil:
		if s["$ref"] != nil {
			return object{"anyOf": []object{s, {"type": "null"}}}
		}
	}
	return s
}

func structSchema(t reflect.Type, schemas object) object {
	if t.Name() == "" {
		return object{"type": "object", "properties": properties(t, schemas)}
	}
	name := path.Base(t.PkgPath()) + "." + strings.NewReplacer("[", "_", "]", "", "/", "_", "*", "", ",", "_").Replace(t.Name())
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
