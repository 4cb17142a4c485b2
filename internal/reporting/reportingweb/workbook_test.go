package reportingweb_test

import (
	"bytes"
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
	a := w.get(w.clerk, path+"/workbook.xlsx").is(http.StatusOK)
	book, err := excelize.OpenReader(strings.NewReader(a.body))
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
