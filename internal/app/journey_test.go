package app

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
)

// The main job, as three people do it in a real browser: a clerk enters and submits, the bureau returns, the
// clerk corrects, the bureau accepts, the indicator changes, the auditor exports and the cells agree.
func TestFromCellToIndicatorToExport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run, err := w.app.StartWorker(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := run.Stop(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	w.prefill(t)
	clerk, bureau := newBrowser(t, w.server.URL), newBrowser(t, w.server.URL)
	clerk.signIn(w.usernames[actor.InstitutionReporter])
	bureau.signIn(w.usernames[actor.BureauStaff])
	report := "/reporting/" + w.home["report"]

	w.enterAndSubmit(clerk, report, "1000")

	bureau.open("/review")
	bureau.reads("甲镇")
	bureau.open(report)
	bureau.do(chromedp.Click(`#return summary`), chromedp.SendKeys(`#return textarea[name=reason]`, "占用床日与登记本不符"),
		chromedp.Click(`#return button[type=submit]`))
	bureau.reads("已退回")

	clerk.open("/")
	clerk.reads("占用床日与登记本不符")
	w.enterAndSubmit(clerk, report, "1007")

	bureau.open(report)
	bureau.reads("1,007")
	bureau.do(chromedp.Click(`#accept`))
	accepted := time.Now()
	bureau.reads("已通过")
	w.followIndicator(t, bureau, accepted)
	w.requireExport(t)
}

// prefill saves the sample report of the domain reference as a draft, all but one cell.
func (w *world) prefill(t *testing.T) {
	t.Helper()
	file, err := os.Open("../preset/testdata/sample.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []reporting.ValueRow
	for i, line := range lines {
		if line[1] == "village_clinics" || line[1] == "village_clinics_ecg" {
			line[2] = "1" // what the register of this county knows
		}
		if line[0] == "T1" && line[1] != "bed_days_occupied" && w.onForm(t, line[1]) {
			rows = append(rows, reporting.ValueRow{Row: i + 1, Institution: w.home["institution_code"], Element: line[1], Period: openMonth, Value: &line[2]})
		}
	}
	who := w.system(t)
	svc := reporting.New(w.app.Deps.DB, orgtest.Now, w.app.Deps.Calendar)
	if loaded, err := svc.LoadValues(t.Context(), who, rows, reporting.LoadOptions{}); err != nil {
		t.Fatalf("%v %+v", err, loaded.Conflicts)
	}
}

func (w *world) system(t *testing.T) actor.Actor {
	t.Helper()
	county, err := org.Counties(t.Context(), w.app.Deps.DB)
	if err != nil {
		t.Fatal(err)
	}
	root, err := org.Root(t.Context(), w.app.Deps.DB, county[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return w.app.System(county[0].ID, root.Path)
}

func (w *world) onForm(t *testing.T, element string) (on bool) {
	t.Helper()
	err := w.app.Deps.DB.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM form_item i JOIN element e USING (county_id)
		JOIN form f USING (county_id) WHERE e.id = i.element_id AND f.id = i.form_id AND f.slug = 'township_monthly' AND e.slug = $1)`, element).Scan(&on)
	if err != nil {
		t.Fatal(err)
	}
	return on
}

// enterAndSubmit types one figure with the keyboard, waits until it is saved, and hands the report in.
func (w *world) enterAndSubmit(b *browser, report, figure string) {
	b.t.Helper()
	cell := fmt.Sprintf(`input[name="c.%s.bed_days_occupied"]`, w.home["institution"])
	b.open(report)
	b.do(chromedp.WaitVisible(cell), chromedp.Focus(cell))
	b.until(fmt.Sprintf(`(document.querySelector('%s').select(), true)`, cell))
	b.do(chromedp.SendKeys(cell, figure+"\r"))
	b.until(fmt.Sprintf(`document.activeElement.name === "c.%s.bed_days_discharged"`, w.home["institution"]))
	b.until(`document.getElementById("entry-saved").dataset.state === "saved"`)
	b.do(chromedp.Click(`#submit`), chromedp.WaitVisible(`input[name=responsible]`), chromedp.SendKeys(`input[name=responsible]`, "王院长"),
		chromedp.Click(`#submit-now`))
	b.reads("已上报")
}

// followIndicator asks for the page of the value until it shows the accepted figure, then reads its origin there.
func (w *world) followIndicator(t *testing.T, b *browser, accepted time.Time) {
	t.Helper()
	page := fmt.Sprintf("/indicators/bed_occupancy/values/%s/%s", w.home["institution_code"], openMonth)
	for deadline := time.Now().Add(30 * time.Second); !w.shows(t, page, "64.97"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s does not show the accepted figure", page)
		}
	}
	t.Logf("the indicator's page shows the accepted figure after %d ms", time.Since(accepted).Milliseconds())
	b.open(page)
	for _, text := range []string{"64.97", "1,007", "1,550", "甲镇卫生院"} {
		b.reads(text)
	}
	b.do(chromedp.Click(`a[href*="cell="][href*="bed_days_occupied"]`))
	b.until(`document.querySelector(".cell-sought") && document.querySelector(".cell-sought").offsetParent
		&& document.querySelector(".cell-sought").textContent.includes("1,007") && document.activeElement.id.endsWith("bed_days_occupied")`)
}

func (w *world) shows(t *testing.T, page, text string) bool {
	t.Helper()
	got, err := w.clients[actor.BureauStaff].Get(w.server.URL + page)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(body, []byte(text))
}

// requireExport downloads as the auditor and compares the cells with what was entered and computed.
func (w *world) requireExport(t *testing.T) {
	t.Helper()
	values := w.sheet(t, "/exports/values.xlsx?from=2026-07&to=2026-07&element=bed_days_occupied&institution="+w.home["institution_code"])
	if !holds(values, "1007") {
		t.Errorf("the export of values lacks 1007: %v", values)
	}
	indicators := w.sheet(t, "/exports/indicator-values.xlsx?from=2026-07&to=2026-07&indicator=bed_occupancy&institution="+w.home["institution_code"])
	if !holds(indicators, "64.97") || !holds(indicators, "1550") {
		t.Errorf("the export of indicators lacks 64.97 or 1550: %v", indicators)
	}
}

func (w *world) sheet(t *testing.T, path string) [][]string {
	t.Helper()
	got, err := w.clients[actor.Auditor].PostForm(w.server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	content, err := io.ReadAll(got.Body)
	if err != nil || got.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v %s", path, got.Status, err, content)
	}
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// holds reports whether some cell shows the figure, with or without separators and further decimals.
func holds(rows [][]string, want string) bool {
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(strings.ReplaceAll(cell, ",", ""), want) {
				return true
			}
		}
	}
	return false
}
