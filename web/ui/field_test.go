package ui_test

import (
	"testing"

	"yigai/web/ui"
)

func TestField(t *testing.T) {
	t.Parallel()
	t.Run("keeps what was typed beside what is wrong with it", func(t *testing.T) {
		t.Parallel()
		d := doc(t, ui.NumberField(ui.Field{Name: "beds", Label: "床位", Value: "1,20o", Hint: "整数", Problem: "请填写数字"}))
		wantCount(t, d, `input#f-beds[name="beds"][value="1,20o"][inputmode="decimal"][aria-invalid="true"]`, 1)
		wantCount(t, d, `[aria-describedby="f-beds-hint f-beds-problem"]`, 1)
		wantText(t, d, "#f-beds-problem", "请填写数字")
		wantCount(t, d, `label[for="f-beds"]`, 1)
	})
	t.Run("the summary links to the field", func(t *testing.T) {
		t.Parallel()
		problems := ui.ProblemsOf(ui.Field{Name: "a.b", Label: "甲", Problem: "必填"}, ui.Field{Name: "c"})
		d := doc(t, ui.ErrorSummary(problems))
		wantCount(t, d, `[role="alert"] a[href="#f-a-b"]`, 1)
		wantText(t, d, "a", "甲:必填")
	})
	t.Run("a password is never sent back", func(t *testing.T) {
		t.Parallel()
		d := doc(t, ui.PasswordField(ui.Field{Name: "p", Value: "secret"}))
		wantCount(t, d, `input[type="password"]`, 1)
		wantCount(t, d, `input[value]`, 0)
	})
	t.Run("no summary without problems", func(t *testing.T) {
		t.Parallel()
		if html := render(t, ui.ErrorSummary(nil)); html != "" {
			t.Error(html)
		}
	})
}

func TestChoice(t *testing.T) {
	t.Parallel()
	choice := ui.Choice{Field: ui.Field{Name: "k", Label: "类型", Value: "b"}, Values: []string{"a"}, Empty: "全部",
		Options: []ui.Option{{Value: "a", Label: "甲", Group: "一"}, {Value: "b", Label: "乙", Group: "一"}, {Value: "c", Label: "丙", Group: "二"}}}
	wantCount(t, doc(t, ui.SelectField(choice)), `optgroup[label="一"] option[value="b"][selected]`, 1)
	wantCount(t, doc(t, ui.SelectField(choice)), "option", 4)
	wantCount(t, doc(t, ui.RadioField(choice)), `input[type="radio"][value="b"][checked]`, 1)
	wantCount(t, doc(t, ui.CheckGroup(choice)), `input[type="checkbox"][value="a"][checked]`, 1)
}

func TestCellInput(t *testing.T) {
	t.Parallel()
	d := doc(t, ui.CellInput(ui.CellField{Name: "v", Value: "5,410", Label: "门急诊 本月", State: ui.CellFault, Message: "大于总诊疗"}))
	wantCount(t, d, `.cell.tone-bad[data-state="fault"] input[aria-invalid="true"][value="5,410"]`, 1)
	wantCount(t, doc(t, ui.CellInput(ui.CellField{State: ui.CellLocked})), "input[readonly]", 1)
}
