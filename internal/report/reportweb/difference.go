package reportweb

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"yigai/internal/report"
	"yigai/web/ui"
)

// changes says field by field what an entry changed; what stayed the same is left out.
func changes(e report.Entry) []ui.Changed {
	before, after := fields(e.Before), fields(e.After)
	all := maps.Clone(before)
	maps.Copy(all, after)
	var out []ui.Changed
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if before[name] != after[name] {
			last := name[strings.LastIndex(name, ".")+1:]
			out = append(out, ui.Changed{Label: path(name), Before: valueWord(last, before[name]), After: valueWord(last, after[name])})
		}
	}
	return out
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
