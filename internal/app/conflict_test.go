package app

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"

	"yigai/internal/actor"
	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
)

// A question about a figure that somebody else changed is not answered by pressing F5: it is asked again, and nothing
// is stored until the person chooses.
func TestReloadDoesNotAnswerAConflict(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clerk := newBrowser(t, w.server.URL)
	clerk.signIn(w.usernames[actor.InstitutionReporter])
	cell := w.openCell(clerk)

	w.saveAs(t, w.system(t), "611", 0)
	clerk.typeFigure(cell, "622")
	for range 2 {
		clerk.reads("已把这一格改为 611")
		clerk.until(`document.getElementById("entry-saved").dataset.state === "bad"`)
		w.requireStored(t, "611")
		clerk.do(chromedp.Reload(), chromedp.WaitVisible(cell))
	}
	clerk.reads("其中 1 处没有保存")
	clerk.until(fmt.Sprintf(`document.querySelector('%s').value === "622"`, cell))
	w.requireStored(t, "611")

	clerk.do(chromedp.Click(`.choice`))
	clerk.until(`document.getElementById("entry-saved").dataset.state === "saved"`)
	w.requireStored(t, "622")
	clerk.do(chromedp.Reload(), chromedp.WaitVisible(cell))
	clerk.until(fmt.Sprintf(`document.querySelector('%s').value === "622" && !document.querySelector(".choice")`, cell))
}

// What was typed on figures that nobody changed meanwhile is stored after a reload, as it always was.
func TestReloadKeepsWhatCouldNotBeSaved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clerk := newBrowser(t, w.server.URL)
	clerk.signIn(w.usernames[actor.InstitutionReporter])
	cell := w.openCell(clerk)
	clerk.until(fmt.Sprintf(`(localStorage.setItem(document.getElementById("entry").dataset.storage,
		JSON.stringify({cells: {%q: {value: "633", version: 0}}, texts: {}})), true)`, w.cellName()))
	clerk.do(chromedp.Reload(), chromedp.WaitVisible(cell))
	clerk.reads("已找回上次没有保存成功的 1 处内容,并已保存")
	w.requireStored(t, "633")
	clerk.until(`!document.querySelector("#entry-message .callout")`)
}

// An explanation that was kept on the machine is not written over one that somebody else gave meanwhile.
func TestReloadDoesNotOverwriteAnExplanation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for element, figure := range map[string]string{"beds_actual": "50", "beds_actual_max": "60", "bed_days_open": "1800"} {
		w.saveCellAs(t, w.system(t), element, figure, 0)
	}
	x := reporting.Explaining{Key: "L02b", SubjectID: w.number(t, "institution"), Text: "月中加床"}
	if _, err := w.reporting().Explain(t.Context(), w.system(t), w.number(t, "report"), x); err != nil {
		t.Fatal(err)
	}
	clerk := newBrowser(t, w.server.URL)
	clerk.signIn(w.usernames[actor.InstitutionReporter])
	cell := w.openCell(clerk)
	clerk.until(fmt.Sprintf(`(localStorage.setItem(document.getElementById("entry").dataset.storage,
		JSON.stringify({cells: {}, texts: {"x.%s.L02b": {text: "七月扩建", base: "0~"}}})), true)`, w.home["institution"]))
	stored := func() (text string) {
		err := w.app.Deps.DB.QueryRow(t.Context(), `SELECT text FROM explanation WHERE report_id = $1`, w.number(t, "report")).Scan(&text)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for range 2 {
		clerk.do(chromedp.Reload(), chromedp.WaitVisible(cell))
		clerk.reads("刚对这条提示作了说明:“月中加床”")
		clerk.until(`document.getElementById("entry-saved").dataset.state === "bad"`)
		if got := stored(); got != "月中加床" {
			t.Fatalf("stored is %q", got)
		}
	}
	clerk.until(`Array.from(document.querySelectorAll(".choice")).some((b) => b.textContent === "用我的说明" && (b.click(), true))`)
	clerk.until(`document.getElementById("entry-saved").dataset.state === "saved" && !document.querySelector(".choice")`)
	if got := stored(); got != "七月扩建" {
		t.Errorf("stored is %q", got)
	}
}

// What a refused upload brought stays on the screen and is stored by saving; over a colleague's figure only when asked.
func TestRefusedUploadIsNotLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.saveAs(t, w.system(t), "611", 0)
	clerk := newBrowser(t, w.server.URL)
	clerk.signIn(w.usernames[actor.InstitutionReporter])
	file := filepath.Join(t.TempDir(), "月报.csv")
	text := fmt.Sprintf("模板编号,编码,本月,下载时\n%[1]s-1,bed_days_occupied,622,0~\n%[1]s-1,deaths,3,0~\n", w.home["report"])
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	clerk.open("/reporting/" + w.home["report"] + "/upload")
	clerk.do(chromedp.SetUploadFiles(`input[type=file]`, []string{file}), chromedp.Click(`#upload button[type=submit]`), chromedp.WaitVisible(`#entry`))
	clerk.reads("2 处还没有保存")
	clerk.overlook("422")
	w.requireStored(t, "611")
	clerk.do(chromedp.Click(`#save`))
	clerk.until(`document.getElementById("entry-saved").textContent.includes("1 处没有保存")`)
	if got := w.one(t, `SELECT count(*) FROM cell WHERE report_id = $1 AND value = 3`, w.number(t, "report")); got != "1" {
		t.Errorf("%s cells hold the figure that nobody disputes", got)
	}
	w.requireStored(t, "611")
	clerk.do(chromedp.Click(`.choice`))
	clerk.until(`document.getElementById("entry-saved").dataset.state === "saved"`)
	w.requireStored(t, "622")
}

// Two windows of one person are not told of "the other side".
func TestConflictWithAnotherWindowOfMine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clerk := newBrowser(t, w.server.URL)
	clerk.signIn(w.usernames[actor.InstitutionReporter])
	cell := w.openCell(clerk)
	who := w.system(t)
	id, err := strconv.ParseInt(w.one(t, `SELECT id FROM account WHERE username = $1`, w.usernames[actor.InstitutionReporter]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	who.AccountID = id
	w.saveAs(t, who, "611", 0)
	clerk.typeFigure(cell, "622")
	clerk.reads("您在另一个窗口")
	clerk.reads("用另一个窗口的 611")
}

func (w *world) cellName() string { return "c." + w.home["institution"] + ".bed_days_occupied" }

// openCell opens the report of the home township and names the cell's input.
func (w *world) openCell(b *browser) string {
	b.t.Helper()
	cell := fmt.Sprintf(`input[name="%s"]`, w.cellName())
	b.open("/reporting/" + w.home["report"])
	b.do(chromedp.WaitVisible(`#entry`))
	b.until(fmt.Sprintf(`(location.hash = document.querySelector('%s').id, true)`, cell))
	b.do(chromedp.WaitVisible(cell))
	return cell
}

func (b *browser) typeFigure(cell, figure string) {
	b.t.Helper()
	b.do(chromedp.Focus(cell), chromedp.SendKeys(cell, figure+"\r"))
}

// saveAs stores the figure as somebody else's browser does.
func (w *world) saveAs(t *testing.T, who actor.Actor, figure string, version int) {
	t.Helper()
	w.saveCellAs(t, who, "bed_days_occupied", figure, version)
}

func (w *world) reporting() *reporting.Service {
	return reporting.New(w.app.Deps.DB, orgtest.Now, w.app.Deps.Calendar)
}

func (w *world) saveCellAs(t *testing.T, who actor.Actor, element, figure string, version int) {
	t.Helper()
	report, subject := w.number(t, "report"), w.number(t, "institution")
	done, err := w.reporting().SaveCell(t.Context(), who, report, reporting.Edit{SubjectID: subject, Element: element, Typed: figure, Version: version})
	if err != nil || done.Saved[0].Conflict != nil || done.Saved[0].Problem != "" {
		t.Fatalf("%v %+v", err, done.Saved)
	}
}

func (w *world) number(t *testing.T, thing string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(w.home[thing], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (w *world) requireStored(t *testing.T, want string) {
	t.Helper()
	if got := w.one(t, `SELECT c.value::bigint FROM cell c JOIN element e ON e.county_id = c.county_id AND e.id = c.element_id
		WHERE c.report_id = $1 AND c.subject_id = $2 AND e.slug = 'bed_days_occupied'`, w.number(t, "report"), w.number(t, "institution")); got != want {
		t.Errorf("stored is %s, want %s", got, want)
	}
}
