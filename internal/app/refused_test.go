package app

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"yigai/internal/actor"
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
	}
	paste(`"1.1\t总诊疗\t11\n1.2\t其中:门诊\t12x\n1.3\t急诊\t13"`)
	clerk.reads("已粘贴 3 格;1 格不能保存,请看标红的格;第 1、2 列未用")
	clerk.until(rows + `[0].value === "11" && ` + rows + `[2].value === "13"`)
	paste(`Array.from({length: ` + rows + `.length + 3}, () => "7").join("\n")`)
	clerk.reads("3 个超出表格,未粘贴")
	paste(`"项目\t本月\n诊疗\t8\n门诊\t9"`)
	clerk.reads("已粘贴 2 格;第 1 列未用;第 1 行是文字,未用")
	clerk.until(rows + `[0].value === "8" && ` + rows + `[1].value === "9"`)
}
