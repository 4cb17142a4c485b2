package report

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Change is one field that an entry changed, in words.
type Change struct{ Label, Before, After string }

// Changes says field by field what an entry changed; what stayed the same is left out.
func Changes(e Entry) []Change {
	before, after := fields(e.Before), fields(e.After)
	all := maps.Clone(before)
	maps.Copy(all, after)
	var out []Change
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if before[name] != after[name] {
			out = append(out, Change{path(name), said(name, before[name]), said(name, after[name])})
		}
	}
	return out
}

// said is a field's value in words; the last part of a nested name says what it is.
func said(name, value string) string { return valueWord(name[strings.LastIndex(name, ".")+1:], value) }

// stateInWords is a stored state as one text, for the cell of an export: 状态:草稿;上报次数:1.
func stateInWords(state string) string {
	values := fields(json.RawMessage(state))
	parts := make([]string, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		parts = append(parts, path(name)+":"+said(name, values[name]))
	}
	return strings.Join(parts, ";")
}

// path names a nested field: 条件 · 报表.
func path(name string) string {
	parts := strings.Split(name, ".")
	for n, p := range parts {
		parts[n] = fieldWord(p)
	}
	return strings.Join(parts, " · ")
}

// fields flattens a stored state to one text per field. Numbers keep their digits.
func fields(state json.RawMessage) map[string]string {
	out := map[string]string{}
	if len(state) == 0 {
		return out
	}
	d := json.NewDecoder(bytes.NewReader(state))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		out["内容"] = string(state)
		return out
	}
	flatten(out, "", v)
	return out
}

func flatten(out map[string]string, name string, v any) {
	object, ok := v.(map[string]any)
	if !ok {
		if name == "" {
			name = "内容"
		}
		out[name] = text(v)
		return
	}
	for key, inner := range object {
		if name != "" {
			key = name + "." + key
		}
		flatten(out, key, inner)
	}
}

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for n, one := range v {
			parts[n] = text(one)
		}
		return strings.Join(parts, "、")
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}
