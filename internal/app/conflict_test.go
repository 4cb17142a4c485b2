package app

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

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

// An upload shows somebody else's figure before anything is stored, and goes over it only when asked.
func TestUploadAsksAboutAConflict(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	address := "/reporting/" + w.home["report"]
	file := w.filledWorkbook(t, address+"/workbook.xlsx", map[string]any{"bed_days_occupied": 622, "deaths": 3})
	w.saveAs(t, w.system(t), "611", 0)
	clerk := newBrowser(t, w.server.URL)
	clerk.signIn(w.usernames[actor.InstitutionReporter])
	clerk.open(address + "/upload")
	clerk.do(chromedp.SetUploadFiles(`input[type=file]`, []string{file}), chromedp.Click(`#upload button[type=submit]`), chromedp.WaitVisible(`#apply`))
	clerk.reads("1 格下载以后别人改过")
	w.requireStored(t, "611")
	clerk.do(chromedp.Click(`input[name=conflicts][value=mine]`), chromedp.Click(`#apply button[type=submit]`), chromedp.WaitVisible(`#entry`))
	clerk.reads("已导入 2 格")
	w.requireStored(t, "622")
}

// filledWorkbook is a downloaded workbook on disk with figures typed in, by element.
func (w *world) filledWorkbook(t *testing.T, address string, figures map[string]any) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.server.URL+address, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.clients[actor.InstitutionReporter].Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	book, err := excelize.OpenReader(got.Body)
	if err != nil {
		t.Fatalf("open %s: %v", address, err)
	}
	defer book.Close()
	sheet := book.GetSheetName(0)
	rows, err := book.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if len(row) > 0 && figures[row[0]] != nil {
			if err := book.SetCellValue(sheet, fmt.Sprintf("E%d", i+1), figures[row[0]]); err != nil {
				t.Fatal(err)
			}
		}
	}
	file := filepath.Join(t.TempDir(), "月报.xlsx")
	if err := book.SaveAs(file); err != nil {
		t.Fatal(err)
	}
	return file
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
