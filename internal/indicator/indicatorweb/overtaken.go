package indicatorweb

import (
	"net/http"
	"strconv"
	"strings"

	"yigai/internal/form"
	"yigai/internal/indicator"
	"yigai/internal/page"
	"yigai/internal/preset"
	"yigai/web/ui"
)

// revision is the one the form was shown with; a form of somebody's own that names none is made upon what it finds.
func revision(f *form.Form) int {
	text := f.Value("revision")
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return -1 // fits none
	}
	return n
}

// overtaken shows what was typed beside what others stored meanwhile; saving once more replaces theirs knowingly.
func (h *handler) overtaken(w http.ResponseWriter, r *http.Request, slug string, f *form.Form) error {
	i, err := h.svc.Get(r.Context(), page.Who(r), slug)
	if err != nil {
		return err
	}
	now := typed(indicator.DraftOf(i))
	x := editing{form: f, of: &i, overtaken: true, meanwhile: meanwhile(f, now)}
	f.Values.Set("revision", now["revision"])
	return h.showEdit(w, r, http.StatusConflict, x)
}

// meanwhile lists the fields in which the form differs from what stands now: as typed → as it is. The month is not among
// them: an edit begins with one of its own.
func meanwhile(f *form.Form, now map[string]string) []ui.Changed {
	var out []ui.Changed
	for _, x := range [][2]string{{"name_zh", "名称"}, {"formula", "公式"}, {"unit", "单位"}, {"decimals", "小数位数"},
		{"direction", "方向"}, {"level", "计算层级"}, {"topic", "主题"}, {"source", "依据"}, {"definition", "定义"}, {"note", "备注"}} {
		if is := spoken(x[0], now[x[0]]); spoken(x[0], strings.TrimSpace(f.Value(x[0]))) != is {
			out = append(out, ui.Changed{Label: x[1], Before: spoken(x[0], f.Value(x[0])), After: is})
		}
	}
	return out
}

// spoken is a field's value in the words of the page.
func spoken(name, value string) string {
	switch name {
	case "direction":
		return indicator.DirectionTitle(preset.Direction(value))
	case "level":
		return indicator.LevelTitle(value)
	}
	return value
}
