package reportingweb_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"yigai/internal/actor"
	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
)

// TestEntryIsRefused asks every address of one report without the permission and from outside its scope.
func TestEntryIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	nobody := orgtest.Actor(w.county, w.hospital)
	cell := fmt.Sprintf("/cells/%d/visits_total", w.hospital.ID)
	addresses := []struct{ method, path, action string }{
		{"GET", "", reporting.ActionView}, {"POST", "", reporting.ActionEnter}, {"GET", "/sibling", reporting.ActionView},
		{"GET", "/print", reporting.ActionView}, {"GET", "/differences", reporting.ActionView},
		{"GET", cell, reporting.ActionView}, {"POST", cell + "/comment", reporting.ActionEnter}, {"POST", cell + "/remarks", reporting.ActionEnter},
		{"POST", "/submission", reporting.ActionSubmit}, {"POST", "/return", reporting.ActionReview},
		{"POST", "/acceptance", reporting.ActionReview}, {"POST", "/reopening", reporting.ActionReopen},
	}
	for _, a := range addresses {
		t.Run(a.method+" "+a.path, func(t *testing.T) {
			path := w.at("/reporting/%d") + a.path
			w.ask(nobody, a.method, path, nil).is(http.StatusForbidden)
			from := w.stranger.Grant(a.action)
			if a.method == "POST" {
				w.post(from, path, map[string]string{"reason": "核对", "text": "核对", "responsible": "李院长"}).is(http.StatusNotFound)
			} else {
				w.get(from, path).is(http.StatusNotFound)
			}
		})
	}
	w.json(w.stranger, "POST", w.at("/reporting/%d/cells"), `{"cells":[{"subject":1,"element":"visits_total","value":"1"}]}`).is(http.StatusNotFound)
	w.json(w.stranger, "POST", w.at("/reporting/%d/explanations"), `{"key":"L21a","subject":1,"text":"x"}`).is(http.StatusNotFound)
	w.get(w.clerk, "/reporting/nonsense").is(http.StatusNotFound)
}

func TestEntryScreen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	page := w.get(w.clerk, w.at("/reporting/%d")).is(http.StatusOK)
	if n := page.find(".entry-input").Length(); n < 60 {
		t.Errorf("%d cells", n)
	}
	if n := page.find(".entry-tabs label").Length(); n < 4 {
		t.Errorf("%d tabs", n)
	}
	if page.find("#submit-now").Length() != 1 || page.find("[name=responsible]").Length() != 1 {
		t.Error("the report cannot be handed in")
	}
	if inline := page.find("[style], script:not([src])").Length(); inline > 0 {
		t.Errorf("%d inline styles or scripts, which the Content-Security-Policy forbids", inline)
	}
	t.Run("somebody who may only look gets no inputs and the reason", func(t *testing.T) {
		look := orgtest.Actor(w.county, w.hospital, reporting.ActionView)
		page := w.get(look, w.at("/reporting/%d")).is(http.StatusOK).has("您的账号可以查看,不能填报")
		if page.find(".entry-input").Length() > 0 {
			t.Error("there are inputs")
		}
	})
	t.Run("a number elsewhere leads to its cell, on its tab, marked", func(t *testing.T) {
		page := w.get(w.clerk, w.at("/reporting/%d?cell=")+w.field("deaths")).is(http.StatusOK)
		cell := page.find(".cell-sought")
		open, _ := page.find(".tab-input[checked]").Attr("aria-controls")
		if cell.Length() != 1 || cell.Find("input").AttrOr("name", "") != w.field("deaths") || cell.Closest(".pane").AttrOr("id", "") != open {
			t.Errorf("%d cells are marked, open is %s", cell.Length(), open)
		}
		if w.get(w.clerk, w.at("/reporting/%d?cell=c.1.nothing")).is(http.StatusOK).find(".cell-sought").Length() != 0 {
			t.Error("a cell that is not there is marked")
		}
	})
	t.Run("the sibling of a month that is not open leads back", func(t *testing.T) {
		w.get(w.clerk, w.at("/reporting/%d/sibling?period=2026-06")).leadsTo(w.at("/reporting/%d"))
		w.get(w.clerk, w.at("/reporting/%d/sibling?period=last")).is(http.StatusUnprocessableEntity)
	})
}

func TestFormWithoutScripts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	base := w.get(w.clerk, w.at("/reporting/%d")).value("base")
	t.Run("a whole form is saved", func(t *testing.T) {
		w.post(w.clerk, w.at("/reporting/%d"), map[string]string{"base": base, "section": "2",
			w.field("visits_total"): "5,400", w.field("deaths"): "0", w.field("discharges"): "不适用", w.field("admissions"): ""}).
			leadsTo(w.at("/reporting/%d?section=2"))
		for slug, want := range map[string]string{"visits_total": "5400", "deaths": "0", "discharges": "不适用", "admissions": ""} {
			if got := w.cell(slug).String(); got != want {
				t.Errorf("%s = %q, want %q", slug, got, want)
			}
		}
	})
	t.Run("what cannot be read comes back as typed, beside its cell, and nothing is stored", func(t *testing.T) {
		base := w.get(w.clerk, w.at("/reporting/%d")).value("base")
		page := w.post(w.clerk, w.at("/reporting/%d"), map[string]string{"base": base,
			w.field("visits_total"): "五千", w.field("nurses"): "12"}).is(http.StatusUnprocessableEntity)
		if got := page.value(w.field("visits_total")); got != "五千" {
			t.Errorf("typed text is %q", got)
		}
		if got := page.value(w.field("nurses")); got != "12" {
			t.Errorf("the other typed figure is %q", got)
		}
		if page.find(fmt.Sprintf("#m-%d-visits_total .field-problem", w.hospital.ID)).Length() != 1 {
			t.Error("no problem beside the cell")
		}
		if page.find("#error-summary a").Length() != 1 {
			t.Error("no link in the summary")
		}
		if got := w.cell("nurses").Version; got != 0 {
			t.Errorf("nurses was stored, version %d", got)
		}
	})
	t.Run("an untouched cell that somebody else changed stays theirs", func(t *testing.T) {
		base := w.get(w.clerk, w.at("/reporting/%d")).value("base")
		w.save(w.reportEdit("visits_total", "6000"))
		w.post(w.clerk, w.at("/reporting/%d"), map[string]string{"base": base, w.field("visits_total"): "5,400",
			w.field("nurses"): "13"}).is(http.StatusSeeOther)
		if got := w.cell("visits_total").String(); got != "6000" {
			t.Errorf("visits_total = %s", got)
		}
	})
	t.Run("a touched cell that somebody else changed is refused with their figure", func(t *testing.T) {
		base := w.get(w.clerk, w.at("/reporting/%d")).value("base")
		w.save(w.reportEdit("visits_total", "6100"))
		w.post(w.clerk, w.at("/reporting/%d"), map[string]string{"base": base, w.field("visits_total"): "6,200"}).
			is(http.StatusUnprocessableEntity).has("6100")
	})
	t.Run("a form that does not say what it showed overwrites nothing", func(t *testing.T) {
		again := w.post(w.clerk, w.at("/reporting/%d"), map[string]string{w.field("visits_total"): "6,300"}).is(http.StatusUnprocessableEntity).has("6100")
		if again.value(w.field("visits_total")) != "6,300" || w.cell("visits_total").String() != "6100" {
			t.Error("the figure was stored, or what was typed is gone")
		}
		w.post(w.clerk, w.at("/reporting/%d"), map[string]string{w.field("home_beds"): "4"}).is(http.StatusSeeOther)
	})
	t.Run("more than anybody types is refused", func(t *testing.T) {
		w.post(w.clerk, w.at("/reporting/%d"), map[string]string{"base": strings.Repeat("0", 5<<20)}).is(http.StatusRequestEntityTooLarge)
	})
}

// reportEdit types a figure upon what is stored now.
func (w *world) reportEdit(slug, typed string) reporting.Edit {
	return reporting.Edit{SubjectID: w.hospital.ID, Element: slug, Typed: typed, Version: w.cell(slug).Version}
}

func (w *world) save(edit reporting.Edit) {
	w.t.Helper()
	colleague := w.clerk
	colleague.AccountID, colleague.Name = 99, "赵同事"
	if _, err := w.svc.SaveCell(w.t.Context(), colleague, w.report.ID, edit); err != nil {
		w.t.Fatalf("save as a colleague: %v", err)
	}
}

type saved struct {
	Cells []struct {
		Field, Outcome, Shown, Message string
		Version                        int
		NA                             bool
		Theirs                         *struct{ Shown, By string }
	}
	State                         string
	Marks, Findings, Pieces, Text map[string]string
}

func (w *world) autosave(who actor.Actor, slug, value string, version int) saved {
	w.t.Helper()
	body := fmt.Sprintf(`{"cells":[{"subject":%d,"element":%q,"value":%q,"version":%d}]}`, w.hospital.ID, slug, value, version)
	a := w.json(who, "POST", w.at("/reporting/%d/cells"), body).is(http.StatusOK)
	var out saved
	if err := json.Unmarshal([]byte(a.body), &out); err != nil {
		w.t.Fatalf("read answer: %v", err)
	}
	return out
}

func TestAutosave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.autosave(w.clerk, "visits_total", "5400", 0)
	if c := first.Cells[0]; c.Outcome != "saved" || c.Shown != "5,400" || c.Version != 1 || first.State != "draft" {
		t.Errorf("saved: %+v", first)
	}
	t.Run("findings, marks, derived figures and progress come with it", func(t *testing.T) {
		out := w.autosave(w.clerk, "visits_outp_emerg", "5410", 0)
		id := fmt.Sprintf("n-%d-visits_outp_emerg", w.hospital.ID)
		if !strings.Contains(out.Findings[id], "5,410") || out.Marks[w.field("visits_outp_emerg")] != "cell-bad" || out.Marks[w.field("visits_total")] != "cell-bad" {
			t.Errorf("findings %v marks %v", out.Findings, out.Marks)
		}
		if !strings.Contains(out.Pieces["entry-counts"], "1 错") || out.Pieces["progress-2"] == "" {
			t.Errorf("pieces %v", out.Pieces)
		}
		w.autosave(w.clerk, "bed_days_open", "1550", 0)
		out = w.autosave(w.clerk, "bed_days_occupied", "1007", 0)
		if got := out.Text[fmt.Sprintf("d-%d-d1", w.hospital.ID)]; got != "64.97" {
			t.Errorf("derived rate is %q", got)
		}
	})
	t.Run("a stale version is a conflict that names the other figure and person", func(t *testing.T) {
		w.save(w.reportEdit("visits_total", "5512"))
		c := w.autosave(w.clerk, "visits_total", "5600", 1).Cells[0]
		if c.Outcome != "conflict" || c.Theirs == nil || c.Theirs.Shown != "5,512" || c.Theirs.By != "赵同事" {
			t.Errorf("conflict: %+v", c)
		}
		if got := w.cell("visits_total").String(); got != "5512" {
			t.Errorf("overwritten with %s", got)
		}
	})
	t.Run("an unreadable figure is a problem", func(t *testing.T) {
		c := w.autosave(w.clerk, "nurses", "12a", 0).Cells[0]
		if c.Outcome != "problem" || !strings.Contains(c.Message, "12a") {
			t.Errorf("problem: %+v", c)
		}
	})
	t.Run("not applicable is neither empty nor zero", func(t *testing.T) {
		if c := w.autosave(w.clerk, "deaths", "不适用", 0).Cells[0]; !c.NA || c.Shown != "不适用" {
			t.Errorf("not applicable: %+v", c)
		}
	})
	t.Run("unknown fields are refused by name, an empty request too", func(t *testing.T) {
		w.json(w.clerk, "POST", w.at("/reporting/%d/cells"), `{"cells":[{"subjekt":1}]}`).is(http.StatusUnprocessableEntity).has("subjekt")
		w.json(w.clerk, "POST", w.at("/reporting/%d/cells"), `{"cells":[]}`).is(http.StatusUnprocessableEntity)
	})
	t.Run("after submission it is a conflict in one plain sentence", func(t *testing.T) {
		w := newWorld(t)
		w.submitted()
		a := w.json(w.clerk, "POST", w.at("/reporting/%d/cells"), fmt.Sprintf(`{"cells":[{"subject":%d,"element":"nurses","value":"1"}]}`, w.hospital.ID))
		a.is(http.StatusConflict).has(`"detail":"已上报`)
	})
}

func TestExplanation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.autosave(w.clerk, "beds_actual", "50", 0)
	w.autosave(w.clerk, "beds_actual_max", "60", 0)
	w.autosave(w.clerk, "bed_days_open", "1800", 0)
	body := `{"key":"L02b","subject":%d,"text":"月中加床"}`
	w.json(w.clerk, "POST", w.at("/reporting/%d/explanations"), fmt.Sprintf(body, w.hospital.ID)).is(http.StatusOK)
	name := fmt.Sprintf("x.%d.L02b", w.hospital.ID)
	if got := w.get(w.clerk, w.at("/reporting/%d")).value(name); got != "月中加床" {
		t.Errorf("explanation is %q", got)
	}
	w.json(w.clerk, "POST", w.at("/reporting/%d/explanations"), fmt.Sprintf(`{"key":"L02b","subject":%d,"text":" "}`, w.hospital.ID)).
		is(http.StatusUnprocessableEntity)
	w.json(w.clerk, "POST", w.at("/reporting/%d/explanations"), `{"key":"L99","subject":1,"text":"x"}`).is(http.StatusNotFound)
	t.Run("without scripts it travels with the form", func(t *testing.T) {
		base := w.get(w.clerk, w.at("/reporting/%d")).value("base")
		w.post(w.clerk, w.at("/reporting/%d"), map[string]string{"base": base, name: "七月扩建"}).is(http.StatusSeeOther)
		if got := w.get(w.clerk, w.at("/reporting/%d")).value(name); got != "七月扩建" {
			t.Errorf("explanation is %q", got)
		}
	})
}

// An explanation is as careful as a figure: upon what was not seen it is not stored, with and without scripts.
func TestExplanationOverAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.autosave(w.clerk, "beds_actual", "50", 0)
	w.autosave(w.clerk, "beds_actual_max", "60", 0)
	w.autosave(w.clerk, "bed_days_open", "1800", 0)
	name := fmt.Sprintf("x.%d.L02b", w.hospital.ID)
	form := w.get(w.clerk, w.at("/reporting/%d"))
	before := map[string]string{"base": form.value("base"), name: "七月扩建", "b" + name: form.value("b" + name)}
	colleague := w.clerk
	colleague.Name = "赵同事"
	body := func(text, base string) string {
		b, err := json.Marshal(map[string]any{"key": "L02b", "subject": w.hospital.ID, "text": text, "base": base})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	w.json(colleague, "POST", w.at("/reporting/%d/explanations"), body("月中加床", before["b"+name])).is(http.StatusOK)

	answer := w.json(w.clerk, "POST", w.at("/reporting/%d/explanations"), body("七月扩建", before["b"+name])).is(http.StatusOK)
	answer.has(`"stale":{"message":"赵同事 刚对这条提示作了说明:“月中加床”,请核对后再保存","theirs":"月中加床"}`)
	page := w.post(w.clerk, w.at("/reporting/%d"), before).is(http.StatusUnprocessableEntity).has("赵同事 刚对这条提示作了说明")
	if page.value(name) != "七月扩建" || page.value("b"+name) == before["b"+name] {
		t.Error("what was typed, upon what stands now, is not offered again")
	}
	again := map[string]string{"base": page.value("base"), name: "七月扩建", "b" + name: page.value("b" + name)}
	w.post(w.clerk, w.at("/reporting/%d"), again).is(http.StatusSeeOther)
	if got := w.get(w.clerk, w.at("/reporting/%d")).value(name); got != "七月扩建" {
		t.Errorf("explanation is %q", got)
	}
}

// The count above the form is that of everything that is wrong, also of what is only summed up; a clinic is named once.
func TestProblemsAreCountedAndNamedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := fmt.Sprintf("/reporting/%d", w.proxy.ID)
	w.json(w.clerk, "POST", path+"/cells", fmt.Sprintf(`{"cells":[{"subject":%d,"element":"visits_village_proxy","value":"0"}]}`, w.clinics[0].ID)).is(http.StatusOK)
	page := w.post(w.clerk, path+"/submission", map[string]string{"responsible": "李院长"}).is(http.StatusUnprocessableEntity)
	lines := page.find("#error-summary li")
	rest := 0
	if _, err := fmt.Sscanf(lines.Last().Text(), "另有 %d 处", &rest); err != nil {
		t.Fatalf("the last line is %q: %v", lines.Last().Text(), err)
	}
	if want := fmt.Sprintf("请先改正以下 %d 处", lines.Length()-1+rest); !strings.Contains(page.find("#error-summary .callout-title").Text(), want) {
		t.Errorf("the title is %q, want %s", page.find("#error-summary .callout-title").Text(), want)
	}
	for _, line := range append(lines.Map(texts), page.find(".clinics .field-problem").Map(texts)...) {
		for _, clinic := range w.clinics {
			if strings.Count(line, clinic.Name) > 1 {
				t.Errorf("%q names the clinic twice", line)
			}
		}
	}
	if row := page.find(".clinics .field-problem").First().Closest("tr"); !row.HasClass("clinic-notes") || row.Children().Length() != 1 {
		t.Error("what is said about a clinic does not have the width of the table")
	}
	if beside := page.find(".clinics .field-problem").Text(); beside == "" || strings.Contains(beside, w.clinics[0].Name) {
		t.Errorf("in the clinic's own row it says %q", beside)
	}
}

func texts(_ int, s *goquery.Selection) string { return s.Text() }

func TestUnfilledClinicsAreHintedAt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hint := w.get(w.clerk, w.at("/reporting/%d")).find(".submit-box .incomplete")
	if link, _ := hint.Find("a").Attr("href"); link != fmt.Sprintf("/reporting/%d", w.proxy.ID) || !strings.Contains(hint.Text(), "还没有填完(已填 0/") {
		t.Errorf("it says %q, leading to %q", hint.Text(), link)
	}
	tab := w.get(w.clerk, w.at("/reporting/%d")).find(".entry-tabs [title*='还没有填完']").Closest("label")
	if tab.Length() != 1 || !strings.Contains(tab.Text(), "0/") || tab.Find("[title=已填完]").Length() != 0 {
		t.Errorf("the tab of the sums says %q", tab.Text())
	}
	w.submitted()
	if n := tab.Find(".tone-good").Length(); n != 0 {
		t.Error("a page whose proxy report is not filled is ticked off")
	}
	if said := w.get(w.reviewer, w.at("/reporting/%d")).find("#incomplete").Text(); !strings.Contains(said, "还没有填完") {
		t.Errorf("the reviewer is told %q", said)
	}
	if n := w.get(w.clerk, fmt.Sprintf("/reporting/%d", w.proxy.ID)).find(".incomplete").Length(); n != 0 {
		t.Errorf("the clinics' own form holds %d hints", n)
	}
	var cells []string
	sheet, err := w.svc.Open(t.Context(), w.clerk, w.proxy.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sheet.Subjects {
		for _, row := range sheet.Layout.Entered() {
			cells = append(cells, fmt.Sprintf(`{"subject":%d,"element":%q,"value":"0"}`, s.ID, row.Key))
		}
	}
	w.json(w.clerk, "POST", fmt.Sprintf("/reporting/%d/cells", w.proxy.ID), `{"cells":[`+strings.Join(cells, ",")+`]}`).is(http.StatusOK)
	w.returned("请核对", "多了")
	if n := w.get(w.clerk, w.at("/reporting/%d")).find(".submit-box .incomplete").Length(); n != 0 {
		t.Errorf("%d hints though every clinic is filled", n)
	}
}

func TestClinicGrid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	page := w.get(w.clerk, fmt.Sprintf("/reporting/%d", w.proxy.ID)).is(http.StatusOK)
	if rows := page.find(".clinics tbody tr:not(.clinic-notes)").Length(); rows != 2 {
		t.Errorf("%d clinics", rows)
	}
	body := fmt.Sprintf(`{"cells":[{"subject":%d,"element":"visits_village_proxy","value":"180"},{"subject":%d,"element":"visits_village_proxy","value":"20"}]}`,
		w.clinics[0].ID, w.clinics[1].ID)
	a := w.json(w.clerk, "POST", fmt.Sprintf("/reporting/%d/cells", w.proxy.ID), body).is(http.StatusOK)
	var out saved
	if err := json.Unmarshal([]byte(a.body), &out); err != nil {
		t.Fatal(err)
	}
	if got := out.Text["t-visits_village_proxy"]; got != "200" {
		t.Errorf("total is %q", got)
	}
	if note := w.get(w.clerk, w.at("/reporting/%d")).has("2/2 家已填"); note.status != http.StatusOK {
		t.Error("the township's own form does not show the clinics' sum")
	}
}

func TestHandInSaysWhatBlocks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if blocks := w.get(w.clerk, w.at("/reporting/%d")).find("#submit-blocks").Text(); !strings.Contains(blocks, "个必填项还没有填") {
		t.Errorf("of an empty report it says %q", blocks)
	}
	w.submitted()
	w.returned("请更正", "多了")
	if blocks := w.get(w.clerk, w.at("/reporting/%d")).find("#submit-blocks"); blocks.Text() != "" {
		t.Errorf("of a report that can be handed in it says %q", blocks.Text())
	}
	body := fmt.Sprintf(`{"cells":[{"subject":%d,"element":"visits_outp_emerg","value":"999999","version":1}]}`, w.hospital.ID)
	w.json(w.clerk, "POST", w.at("/reporting/%d/cells"), body).is(http.StatusOK).has(`"submit-blocks":"`, "还不能上报")
	blocks := w.get(w.clerk, w.at("/reporting/%d")).find("#submit-blocks")
	if link, _ := blocks.Find("a").First().Attr("href"); !strings.HasPrefix(link, "#f-") || !strings.Contains(blocks.Text(), "不能大于") {
		t.Errorf("of an error it says %q, leading to %q", blocks.Text(), link)
	}
}
