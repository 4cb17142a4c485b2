package reportingweb_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yigai/internal/actor"
)

// filled is the downloaded workbook with figures typed into cells found by their row's code.
func (w *world) filled(path string, column int, figures map[string]string) []byte {
	w.t.Helper()
	return w.typedInto(w.get(w.clerk, path+"/workbook.xlsx").is(http.StatusOK).body, column, figures)
}

func (w *world) typedInto(workbook string, column int, figures map[string]string) []byte {
	w.t.Helper()
	book, err := excelize.OpenReader(strings.NewReader(workbook))
	if err != nil {
		w.t.Fatalf("open workbook: %v", err)
	}
	defer book.Close()
	name := book.GetSheetName(0)
	rows, err := book.GetRows(name)
	if err != nil {
		w.t.Fatalf("read workbook: %v", err)
	}
	for i, row := range rows {
		if len(row) > 1 && figures[row[1]] != "" {
			at, err := excelize.CoordinatesToCellName(column, i+1)
			if err == nil {
				err = book.SetCellValue(name, at, figures[row[1]])
			}
			if err != nil {
				w.t.Fatalf("type into the workbook: %v", err)
			}
		}
	}
	b, err := book.WriteToBuffer()
	if err != nil {
		w.t.Fatalf("save workbook: %v", err)
	}
	return b.Bytes()
}

func (w *world) upload(who actor.Actor, path string, content []byte) answer {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "月报.xlsx")
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		w.t.Fatalf("make upload: %v", err)
	}
	return w.ask(who, "POST", path+"/upload", &body, "Content-Type", form.FormDataContentType())
}

func TestWorkbook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own, proxy := w.at("/reporting/%d"), fmt.Sprintf("/reporting/%d", w.proxy.ID)
	w.get(w.clerk, own+"/upload").is(http.StatusOK)
	w.get(w.reviewer, own+"/upload").is(http.StatusForbidden)
	w.get(w.stranger, own+"/workbook.xlsx").is(http.StatusNotFound)
	t.Run("figures typed in Excel are stored, empty cells leave what is there", func(t *testing.T) {
		w.autosave(w.clerk, "nurses", "11", 0)
		w.upload(w.clerk, own, w.filled(own, 6, map[string]string{"visits_total": "5400", "deaths": "0", "discharges": "不适用"})).leadsTo(own)
		for slug, want := range map[string]string{"visits_total": "5400", "deaths": "0", "discharges": "不适用", "nurses": "11"} {
			if got := w.cell(slug).String(); got != want {
				t.Errorf("%s = %q, want %q", slug, got, want)
			}
		}
	})
	t.Run("a wrong figure comes back beside its cell and nothing is stored", func(t *testing.T) {
		page := w.upload(w.clerk, own, w.filled(own, 6, map[string]string{"visits_total": "五千", "nurses": "12"})).is(http.StatusUnprocessableEntity)
		if page.value(w.field("visits_total")) != "五千" || w.cell("nurses").String() != "11" {
			t.Error("the wrong figure is not shown, or the other one was stored")
		}
	})
	t.Run("clinics too", func(t *testing.T) {
		w.upload(w.clerk, proxy, w.filled(proxy, 4, map[string]string{w.clinics[0].Code: "180", w.clinics[1].Code: "20"})).leadsTo(proxy)
		w.get(w.clerk, proxy).has(`id="t-visits_village_proxy">200<`)
	})
	t.Run("another report's workbook, no workbook and no file are refused in one sentence", func(t *testing.T) {
		w.upload(w.clerk, own, w.filled(proxy, 4, map[string]string{w.clinics[0].Code: "1"})).is(http.StatusUnprocessableEntity)
		other := []byte("模板编号,编码,本月\n0-1,visits_total,1\n")
		w.upload(w.clerk, own, other).is(http.StatusUnprocessableEntity).has("模板编号是“0-1”")
		w.upload(w.clerk, own, []byte("\x89PNG")).is(http.StatusUnprocessableEntity)
		w.upload(w.clerk, own, make([]byte, 6<<20)).is(http.StatusUnprocessableEntity).has("文件超过 5 MB,请确认")
		w.post(w.clerk, own+"/upload", nil).is(http.StatusUnprocessableEntity).has("请选择填好的工作簿")
	})
}

// Between download and upload somebody else may have been there: what was not typed stays theirs, what was is asked about.
func TestWorkbookIsFilledFromWhatItSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own, proxy := w.at("/reporting/%d"), fmt.Sprintf("/reporting/%d", w.proxy.ID)
	w.autosave(w.clerk, "visits_total", "5400", 0)
	w.autosave(w.clerk, "nurses", "11", 0)
	book := w.get(w.clerk, own+"/workbook.xlsx").is(http.StatusOK).body
	clinics := w.get(w.clerk, proxy+"/workbook.xlsx").is(http.StatusOK).body
	w.save(w.reportEdit("visits_total", "6000"))

	w.upload(w.clerk, own, w.typedInto(book, 6, map[string]string{"nurses": "12"})).leadsTo(own)
	if got := w.cell("visits_total").String() + " " + w.cell("nurses").String(); got != "6000 12" {
		t.Errorf("after the upload it is %s", got)
	}
	page := w.upload(w.clerk, own, w.typedInto(book, 6, map[string]string{"visits_total": "5500", "deaths": "0"})).is(http.StatusUnprocessableEntity).has("赵同事 刚把这一格改为 6000")
	input := page.find(fmt.Sprintf("input[name=%q]", w.field("visits_total")))
	if input.AttrOr("value", "") != "5500" || input.AttrOr("data-stored", "") != "6,000" || input.AttrOr("data-upon", "") != "1" {
		t.Error("the typed figure does not stand there with what it was typed upon")
	}
	if got := w.cell("visits_total").String() + w.cell("deaths").String(); got != "6000" {
		t.Errorf("a refused upload stored %s", got)
	}
	t.Run("clinics too", func(t *testing.T) {
		w.upload(w.clerk, proxy, w.typedInto(clinics, 4, map[string]string{w.clinics[0].Code: "180"})).leadsTo(proxy)
		w.upload(w.clerk, proxy, w.typedInto(clinics, 4, map[string]string{w.clinics[0].Code: "190"})).is(http.StatusUnprocessableEntity).has("刚把这一格改为 180")
	})
	t.Run("a file that does not say what it was filled from writes over nothing", func(t *testing.T) {
		stamp := fmt.Sprintf("%d-1", w.report.ID)
		w.upload(w.clerk, own, []byte("模板编号,编码,本月\n"+stamp+",visits_total,7000\n")).is(http.StatusUnprocessableEntity).has("6000")
		w.upload(w.clerk, own, []byte("模板编号,编码,本月\n"+stamp+",admissions,70\n")).leadsTo(own)
	})
}

func TestADownloadedWorkbookStandsInTheExportLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	body := w.get(w.clerk, w.at("/reporting/%d")+"/workbook.xlsx").is(http.StatusOK).body
	sum := sha256.Sum256([]byte(body))
	var logged, told int
	err := w.db.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM export_log WHERE kind = 'workbook' AND sha256 = $1 AND account_id = $2),
		(SELECT count(*) FROM audit_entry WHERE action = 'report.export' AND after->>'sha256' = $3)`,
		sum[:], w.clerk.AccountID, hex.EncodeToString(sum[:])).Scan(&logged, &told)
	if err != nil || logged != 1 || told != 1 {
		t.Errorf("%d lines of the log and %d of the trail (%v)", logged, told, err)
	}
}
