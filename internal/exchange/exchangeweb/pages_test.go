package exchangeweb_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"yigai/internal/actor"
	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
)

// send posts a form with a file, as the browser does.
func (w *world) send(who actor.Actor, path, name, content string, fields ...string) answer {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := form.WriteField(fields[i], fields[i+1]); err != nil {
			w.t.Fatal(err)
		}
	}
	if name != "" {
		part, err := form.CreateFormFile("file", name)
		if err == nil {
			_, err = part.Write([]byte(content))
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		w.t.Fatal(err)
	}
	return w.ask(who, http.MethodPost, path, &body, "Content-Type", form.FormDataContentType())
}

// carried are the hidden fields of the preview's form.
func (a answer) carried() (fields []string) {
	for _, in := range a.find("#apply input").EachIter() {
		fields = append(fields, in.AttrOr("name", ""), in.AttrOr("value", ""))
	}
	return fields
}

func TestAFileIsLookedAtStoredAndUndone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := "institution,element,period,value\n" + w.hospital.Code + ",visits_total,2026-07,5400\n" + w.hospital.Code + ",none,2026-07,1\n"
	w.get(w.clerk, "/exchange").is(http.StatusOK).has("没有导入记录", "导入数据")
	w.get(w.clerk, "/exchange/import").is(http.StatusOK).has("检查文件")
	seen := w.send(w.clerk, "/exchange/import", "7月.csv", file, "mode", "both", "state", "draft").is(http.StatusOK).has("没有编码为“none”的数据项", "5,400", "略过不能导入的 1 行")
	if w.cell("visits_total").Version != 0 {
		t.Fatal("looking stored something")
	}
	w.send(w.clerk, "/exchange/import/application", "", "", append(seen.carried(), "partial", "1")...).leadsTo("/exchange/1")
	if got := w.cell("visits_total").String(); got != "5400" {
		t.Errorf("stored %q", got)
	}
	w.get(w.clerk, "/exchange/1").is(http.StatusOK).has("7月.csv", "部分写入", "没有编码为", "撤销导入", "5,400")
	w.send(w.clerk, "/exchange/import", "again.csv", file).is(http.StatusOK).has("这个文件导入过", "不能导入")
	w.get(w.stranger, "/exchange/1").is(http.StatusNotFound)
	w.post(w.stranger, "/exchange/1/undo", nil).is(http.StatusNotFound)
	w.post(w.clerk, "/exchange/1/undo", nil).leadsTo("/exchange/1")
	w.get(w.clerk, "/exchange/1").has("已撤销")
	w.get(w.chief, "/exchange?source=page&state=undone&q=7月").is(http.StatusOK).has("7月.csv")
	w.get(w.chief, "/exchange?before=x").is(http.StatusUnprocessableEntity)
	w.get(w.clerk, "/exchange/1?after=x").is(http.StatusUnprocessableEntity)
	w.get(orgtest.Actor(w.county, w.hospital, reporting.ActionView), "/exchange").is(http.StatusForbidden)
}

func TestAFileThatCannotBeReadIsToldBesideTheField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for content, why := range map[string]string{"": "", "x": "", `{"dataValues":`: "JSON", "<adx><!DOCTYPE x></adx>": "DOCTYPE"} {
		w.send(w.clerk, "/exchange/import", "a.json", content).is(http.StatusUnprocessableEntity).has("f-file-problem", why)
	}
	w.send(w.clerk, "/exchange/import", "", "").is(http.StatusUnprocessableEntity).has("请选择要导入的文件")
	w.send(w.clerk, "/exchange/import", "", "", "payload", "%").is(http.StatusUnprocessableEntity)
	w.post(w.clerk, "/exchange/import", nil).is(http.StatusUnprocessableEntity)
	csv := "institution,element,period,value\n" + w.hospital.Code + ",visits_total,2026-07,5400\n"
	w.send(w.clerk, "/exchange/import", "a.csv", csv, "mode", "none").is(http.StatusUnprocessableEntity)
	w.send(w.clerk, "/exchange/import", "a.csv", csv, "state", "accepted").is(http.StatusForbidden)
	w.send(w.clerk, "/exchange/import", "a.csv", strings.Repeat("x", 9<<20)).is(http.StatusUnprocessableEntity).has("8 MB")
	bad := w.send(w.clerk, "/exchange/import/application", "a.csv", csv+w.hospital.Code+",none,2026-07,1\n")
	bad.leadsTo("/exchange/1")
	w.get(w.clerk, "/exchange/1").is(http.StatusOK).has("整个文件都没有写入")
}

func TestFilesForOtherSystems(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.load("?state=accepted", "text/csv", "institution,element,period,value\n"+w.hospital.Code+",visits_total,2026-06,5400\n").is(http.StatusOK)
	w.get(w.chief, "/exchange/export").is(http.StatusOK).has("DHIS2 JSON", `value="2026-07"`)
	a := w.post(w.chief, "/exchange/files/figures", map[string]string{"from": "2026-06", "to": "2026-06", "format": "adx", "institution": w.hospital.Code + "、X"}).is(http.StatusOK).has(`period="2026-06-01/P1M"`, `value="5400"`)
	if a.header.Get("Repr-Digest") == "" || !strings.Contains(a.header.Get("Content-Disposition"), ".xml") {
		t.Errorf("headers: %v", a.header)
	}
	w.post(w.chief, "/exchange/files/figures", map[string]string{"from": "2026-05", "to": "2026-05", "format": "adx"}).is(http.StatusUnprocessableEntity).has("没有符合条件的数")
	w.post(w.chief, "/exchange/files/figures", map[string]string{"from": "5月", "format": "adx"}).is(http.StatusUnprocessableEntity).has("起始月份")
	w.get(w.chief, "/api/v1/values?format=dhis2&from=2026-06&form=township_monthly").is(http.StatusOK).has(`"dataValues":[{"dataElement":"visits_total","period":"202606"`)
	w.get(w.chief, "/api/v1/values?format=dhis2-csv&idScheme=code&numbers_only=true").is(http.StatusOK).has("dataelement,period,orgunit", ",202606,")
	w.get(w.chief, "/api/v1/values?format=dbf").is(http.StatusUnprocessableEntity)
	w.get(w.chief, "/api/v1/values?format=adx&limit=3").is(http.StatusUnprocessableEntity).has("limit")
	w.get(w.clerk, "/api/v1/values?format=adx").is(http.StatusForbidden)
}

func TestTheAnswerInTheShapeOfDHIS2(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	set := `{"dataValues":[{"dataElement":"visits_total","period":"202607","orgUnit":"` + w.hospital.Code + `","value":"5400"},{"dataElement":"nil","period":"202607","orgUnit":"` + w.hospital.Code + `","value":"1"}]}`
	w.load("?format=dhis2", "application/json", set).is(http.StatusUnprocessableEntity).has(`"status":"ERROR"`, `"importCount":{"imported":0,"updated":0,"ignored":2,"deleted":0}`, `"object":"nil"`, `"rejectedIndexes":[1]`)
	w.load("?format=dhis2&partial=true&dryRun=true&importStrategy=CREATE", "application/json", set).is(http.StatusOK).has(`"status":"WARNING"`, `"imported":1`, `"importStrategy":"CREATE"`)
	w.load("?format=dhis2&partial=true", "application/json", set).is(http.StatusOK).has(`"ignored":1`, `"import":2`)
	w.load("?partial=true", "application/json", set).is(http.StatusOK).has(`"unchanged":1`, `"same_as":{"import":2`)
	gone := strings.Replace(set, `"value":"5400"`, `"value":"","deleted":true`, 1)
	w.load("?format=dhis2&partial=true", "application/json", gone).is(http.StatusOK).has(`"deleted":1`)
	adx := `<adx xmlns="urn:ihe:qrph:adx:2015"><group dataSet="x" period="2026-07-01/P1M" orgUnit="` + w.hospital.Code + `"><dataValue dataElement="visits_total" value="5401"/></group></adx>`
	w.load("?format=adx", "application/adx+xml", adx).is(http.StatusOK).has(`"updated":1`)
	for _, query := range []string{"?mode=all", "?importStrategy=DELETE", "?idScheme=NAME", "?dryRun=maybe"} {
		w.load(query, "application/json", set).is(http.StatusUnprocessableEntity)
	}
}

func TestCodesPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.element(t, mri)
	w.get(w.chief, "/exchange/codes?q=磁共振").is(http.StatusOK).has("f7n9E0hX8qk", "other.mri_exams")
	w.get(w.clerk, "/exchange/codes?subject=institutions").is(http.StatusOK).has("麦新镇中心卫生院")
	w.post(w.clerk, "/exchange/codes", map[string]string{"other.mri_exams": "X"}).is(http.StatusForbidden)
	w.post(w.chief, "/exchange/codes", map[string]string{"subject": "elements", "other.mri_exams": "MRI"}).leadsTo("/exchange/codes?subject=elements")
	w.get(w.chief, "/exchange/codes?q=MRI").has(`value="MRI"`)
	w.post(w.chief, "/exchange/codes", map[string]string{"other.mri_exams": strings.Repeat("x", 70)}).is(http.StatusUnprocessableEntity).has("最多 60 个字")
	w.post(w.chief, "/exchange/files/codes", map[string]string{"subject": "elements"}).is(http.StatusOK).has("mri_exams,磁共振检查人次,MRI")
	w.send(w.chief, "/exchange/codes/import", "codes.csv", "本县编码,外部编码\nmri_exams,M2\n", "subject", "elements").leadsTo("/exchange/codes?subject=elements")
	w.send(w.chief, "/exchange/codes/import", "codes.csv", "本县编码,外部编码\nnone,M2\n", "subject", "elements").is(http.StatusUnprocessableEntity).has("没有编码为“none”")
}
