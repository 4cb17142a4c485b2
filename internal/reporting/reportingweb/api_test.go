package reportingweb_test

import (
	"net/http"
	"strings"
	"testing"

	"yigai/internal/reporting"
)

const newElement = `{"slug":"mri_exams","name_zh":"磁共振检查人次","unit":"人次","kind":"flow","decimals":0,"code":"f7n9E0hX8qk"}`

// element defines an element that is on no form.
func (w *world) element(t *testing.T, body string) {
	t.Helper()
	w.json(w.chief, "POST", "/api/v1/elements", body).is(http.StatusCreated)
}

func TestElementsAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.json(w.clerk, "POST", "/api/v1/elements", newElement).is(http.StatusForbidden)
	w.element(t, newElement)
	w.json(w.chief, "POST", "/api/v1/elements", newElement).is(http.StatusOK)
	t.Run("another definition under the slug is a conflict in one plain sentence", func(t *testing.T) {
		w.json(w.chief, "POST", "/api/v1/elements", strings.Replace(newElement, "flow", "stock", 1)).is(http.StatusConflict).
			has(`"detail":"编码“mri_exams”`)
	})
	t.Run("every wrong field is named", func(t *testing.T) {
		w.json(w.chief, "POST", "/api/v1/elements", `{"slug":"Bad Slug","name_zh":"","kind":"often"}`).is(http.StatusUnprocessableEntity).
			has(`"field":"slug"`, `"field":"name_zh"`, `"field":"kind"`)
		w.json(w.chief, "POST", "/api/v1/elements", `{"slugg":"x"}`).is(http.StatusUnprocessableEntity).has("slugg")
	})
	t.Run("a patch changes what it names", func(t *testing.T) {
		w.json(w.chief, "PATCH", "/api/v1/elements/mri_exams", `{"definition":"含增强"}`).is(http.StatusOK).has("含增强", "磁共振检查人次")
		w.json(w.chief, "PATCH", "/api/v1/elements/nonsense", `{}`).is(http.StatusNotFound)
		w.json(w.chief, "PATCH", "/api/v1/elements/mri_exams", `{"unit":"次","revision":1}`).is(http.StatusConflict).has("刚被别人修改过")
		w.json(w.chief, "PATCH", "/api/v1/elements/mri_exams", `{"unit":"次","revision":2}`).is(http.StatusOK).has(`"revision":3`, "含增强")
	})
	w.get(w.clerk, "/api/v1/elements").is(http.StatusOK).has(`"slug":"mri_exams"`, `"next":null`)
}

func TestFormsAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.get(w.clerk, "/api/v1/forms?slug=township_monthly").is(http.StatusOK).has(`"element":"visits_total"`, `"due_day":5`)
	w.get(w.clerk, "/api/v1/forms?slug=nonsense").is(http.StatusNotFound)
	w.element(t, newElement)
	body := `{"slug":"tcm_monthly","title":"中医药月报","version":1,"effective_from":"2026-08","layout":"rows","assign":"kind",
		"fills_kinds":["township_hospital"],"subject":"self","due":{"day":5,"next_months":1,"working_day":true},"note":"",
		"sections":[{"title":"中医","note":"","rows":[{"no":"1","element":"mri_exams","required":true}]}]}`
	w.json(w.clerk, "POST", "/api/v1/forms", body).is(http.StatusForbidden)
	w.json(w.chief, "POST", "/api/v1/forms", body).is(http.StatusCreated).has("中医药月报")
	w.json(w.chief, "POST", "/api/v1/forms", strings.NewReplacer("mri_exams", "no_such", "tcm_monthly", "tcm_other").Replace(body)).is(http.StatusUnprocessableEntity)
	w.json(w.chief, "PATCH", "/api/v1/forms/tcm_monthly", `{"due_day":8}`).is(http.StatusOK).has(`"due_day":8`)
	w.json(w.chief, "PATCH", "/api/v1/forms/tcm_monthly", `{"due_day":9,"revision":1}`).is(http.StatusConflict)
	w.json(w.chief, "PATCH", "/api/v1/forms/tcm_monthly", `{"due_day":31}`).is(http.StatusUnprocessableEntity)
}

func TestReportsAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api := func(part string) string { return w.at("/api/v1/reports/%d") + part }
	w.get(w.clerk, "/api/v1/reports?period=2026-07&form=township_monthly").is(http.StatusOK).has(`"state":"not_started"`, `"institution":"`+w.hospital.Code)
	w.get(w.clerk, "/api/v1/reports?institution="+w.hospital.Code).is(http.StatusOK).has(`"institution":"`+w.hospital.Code, `+08:00"`)
	w.get(w.chief, "/api/v1/reports?institution="+w.county.Code).is(http.StatusOK).has(`"items":[]`)
	w.get(w.chief, "/api/v1/reports?descendants=true&institution="+w.county.Code).is(http.StatusOK).has(w.hospital.Code)
	w.get(w.clerk, "/api/v1/reports?state=finished").is(http.StatusUnprocessableEntity)
	w.get(w.stranger, api("")).is(http.StatusNotFound)
	w.json(w.clerk, "POST", api("/submission"), `{"responsible_person":"李院长"}`).is(http.StatusConflict).has(`"detail":"这份月报还没有填写`)
	w.autosave(w.clerk, "visits_total", "5400", 0)
	w.json(w.clerk, "POST", api("/submission"), `{}`).is(http.StatusUnprocessableEntity).has(`"field":"responsible_person"`, `"field":"`+w.field("nurses"))
	w.json(w.clerk, "POST", api("/submission"), `{"responsible":"x"}`).is(http.StatusUnprocessableEntity)
	w.json(w.clerk, "POST", api("/acceptance"), ``).is(http.StatusForbidden)
	w.json(w.reviewer, "POST", api("/acceptance"), ``).is(http.StatusConflict)
	for slug, typed := range plausible {
		w.save(w.reportEdit(slug, typed))
	}
	w.json(w.clerk, "POST", api("/submission"), `{"responsible_person":"李院长"}`).is(http.StatusOK).has(`"state":"submitted"`, `"responsible_person":"李院长"`)
	w.json(w.reviewer, "POST", api("/return"), `{"reason":""}`).is(http.StatusUnprocessableEntity).has(`"field":"reason"`)
	w.json(w.reviewer, "POST", api("/return"), `{"reason":"核对"}`).is(http.StatusOK).has(`"state":"returned"`, `"reason":"核对"`)
	w.json(w.clerk, "POST", api("/submission"), `{"responsible_person":"李院长"}`).is(http.StatusOK)
	w.json(w.reviewer, "POST", api("/acceptance"), `{"submission":7}`).is(http.StatusConflict).has("重新上报", "第 7 次").has("王芳")
	w.json(w.reviewer, "POST", api("/acceptance"), `{"submission":-1}`).is(http.StatusUnprocessableEntity).has(`"field":"submission"`)
	w.json(w.reviewer, "POST", api("/acceptance"), ``).is(http.StatusOK).has(`"state":"accepted"`)
	w.json(w.chief, "POST", api("/reopening"), `{"reason":"更正"}`).is(http.StatusOK).has(`"state":"returned"`)
	if got := w.state(); got != reporting.Returned {
		t.Errorf("state is %s", got)
	}
}

func TestFormsTakeTheirTitleAsNameToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.element(t, newElement)
	w.json(w.chief, "POST", "/api/v1/forms", `{"slug":"tcm_monthly","name_zh":"中医药月报","version":1,"effective_from":"2026-08","layout":"rows","assign":"kind",
		"fills_kinds":["township_hospital"],"subject":"self","due":{"day":5,"next_months":1,"working_day":true},"note":"",
		"sections":[{"title":"中医","note":"","rows":[{"no":"1","element":"mri_exams","required":true}]}]}`).is(http.StatusCreated).has(`"title":"中医药月报"`)
}
