package app

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"yigai/internal/actor"
	"yigai/internal/reporting/reportingtest"
)

// A figure that cannot be stored is told wherever one looks before handing in, and keeps the box from asking.
func TestRefusedFigureBlocksHandingIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clerk := newBrowser(t, w.server.URL)
	clerk.signIn(w.usernames[actor.InstitutionReporter])
	cell := w.openCell(clerk)
	clerk.typeFigure(cell, "17x32")
	clerk.until(`document.getElementById("entry-counts").innerText.includes("1 格没有保存")`)
	clerk.until(`Array.from(document.querySelectorAll(".tab-progress")).filter((t) => t.innerText.includes("✗ 1")).length === 1`)
	clerk.until(`document.getElementById("entry-saved").dataset.state === "bad"`)
	clerk.do(chromedp.Click(`#submit`))
	clerk.reads("还不能上报")
	clerk.until(`document.querySelector(".submit-form").offsetParent === null`)
	clerk.do(chromedp.Click(`#submit-blocks [data-next=refused]`))
	clerk.until(fmt.Sprintf(`document.activeElement.name === %q`, w.cellName()))
	clerk.until(fmt.Sprintf(`(document.querySelector('%s').select(), true)`, cell))
	clerk.typeFigure(cell, "173")
	clerk.until(`document.getElementById("entry-saved").dataset.state === "saved" && !document.querySelector("[data-refused]")`)
}

// Nothing of a pasted block is dropped without a word: names beside the figures, figures beyond the table, refused ones.
func TestPasteSaysWhatItLeftOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clerk := newBrowser(t, w.server.URL)
	clerk.signIn(w.usernames[actor.InstitutionReporter])
	cell := w.openCell(clerk)
	rows := `document.querySelector('` + cell + `').closest("tbody").querySelectorAll(".entry-input")`
	paste := func(text string) {
		t.Helper()
		clerk.until(fmt.Sprintf(`(() => {
			const first = %s[0], data = new DataTransfer();
			first.focus();
			data.setData("text/plain", %s);
			return !first.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
		})()`, rows, text))
		clerk.do(chromedp.WaitVisible(`#paste-preview`))
	}
	agree := func() {
		clerk.do(chromedp.Click(`#paste-preview button[value=yes]`), chromedp.WaitNotPresent(`#paste-preview`))
	}
	paste(`"1.1\t总诊疗\t11\n1.2\t其中:门诊\t12x\n1.3\t急诊\t13"`)
	clerk.reads("粘贴 3 格,改动 3 格,认不出 1 格")
	clerk.until(rows + `[0].value === ""`)
	agree()
	clerk.reads("已粘贴 3 格;1 格不能保存,请看标红的格;第 1、2 列未用")
	clerk.until(rows + `[0].value === "11" && ` + rows + `[2].value === "13"`)
	paste(`Array.from({length: ` + rows + `.length + 3}, () => "7").join("\n")`)
	clerk.reads("3 个超出表格,不粘贴")
	clerk.do(chromedp.Click(`#paste-preview button[value=""]`), chromedp.WaitNotPresent(`#paste-preview`))
	clerk.until(rows + `[0].value === "11"`)
	paste(`"项目\t本月\n诊疗\t８\n门诊\t9"`) // digits of a Chinese input method are digits
	agree()
	clerk.reads("已粘贴 2 格;第 1 列未用;第 1 行是文字,未用")
	clerk.until(rows + `[0].value === "8" && ` + rows + `[1].value === "9"`)
	clerk.until(`Array.from(document.querySelectorAll("#entry-message button")).some((b) => b.textContent === "撤销粘贴" && (b.click(), true))`)
	clerk.until(rows + `[0].value === "11" && ` + rows + `[1].value === "12x"`)
}

// Two warnings about one figure are answered by one reason, with one press of a button.
func TestOneExplanationAnswersBothWarnings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, month := range []string{"2025-07", "2026-06"} {
		reportingtest.Accepted(t, w.app.Deps.DB, w.system(t), w.home["institution_code"], month, map[string]string{"discharges": "100"})
	}
	clerk := newBrowser(t, w.server.URL)
	clerk.signIn(w.usernames[actor.InstitutionReporter])
	w.openCell(clerk)
	cell := fmt.Sprintf(`input[name="c.%s.discharges"]`, w.home["institution"])
	clerk.until(fmt.Sprintf(`(location.hash = document.querySelector('%s').id, true)`, cell))
	clerk.do(chromedp.WaitVisible(cell))
	clerk.typeFigure(cell, "400")
	boxes := fmt.Sprintf(`document.querySelector('%s').closest("tr").querySelectorAll(".explain")`, cell)
	clerk.until(boxes + `.length === 2 && document.querySelector(".same")`)
	clerk.until(`(` + boxes + `[0].value = "扩建住院楼", ` + boxes + `[0].dispatchEvent(new Event("change", {bubbles: true})), true)`)
	clerk.until(`document.getElementById("entry-saved").dataset.state === "saved"`)
	clerk.do(chromedp.Click(`.same`))
	clerk.until(`document.getElementById("entry-saved").dataset.state === "saved" && ` + boxes + `[1].dataset.saved === "扩建住院楼"`)
	if n := w.one(t, `SELECT count(*) FROM explanation WHERE report_id = $1 AND text = '扩建住院楼'`, w.number(t, "report")); n != "2" {
		t.Errorf("%s warnings are explained", n)
	}
}
