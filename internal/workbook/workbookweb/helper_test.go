package workbookweb_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/xuri/excelize/v2"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/pgtest"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
	"yigai/internal/room"
	"yigai/internal/workbook/workbookweb"
)

// world is a county with two township hospitals, the first with two clinics, in August 2026 with July open.
type world struct {
	t          testing.TB
	db         *pgxpool.Pool
	svc        *reporting.Service
	room       room.Room
	county     org.County
	root       org.Institution
	hospitals  []org.Institution
	clinics    []org.Institution
	clerk      actor.Actor // of the first hospital
	colleague  actor.Actor // another one there
	bureau     actor.Actor // may fill for the whole county
	reviewer   actor.Actor
	own, proxy reporting.Report // of the first hospital
}

const july = "2026-07"

var prepared = pgtest.Prepare(buildWorld)

func newWorld(t testing.TB) *world {
	t.Helper()
	db, w := prepared.New(t)
	w.t, w.db, w.svc = t, db, reportingtest.Service(db)
	w.room = workbookweb.Room(room.Deps{DB: db, Replica: db, Now: orgtest.Now, Log: slog.New(slog.DiscardHandler), Calendar: period.China(), DataDir: t.TempDir()})
	return &w
}

func buildWorld(t testing.TB, db *pgxpool.Pool) world {
	t.Helper()
	w := world{t: t, db: db, svc: reportingtest.Service(db)}
	w.county, w.root = orgtest.County(t, w.db)
	for _, name := range []string{"麦新镇中心卫生院", "东风镇中心卫生院"} {
		w.hospitals = append(w.hospitals, orgtest.Institution(t, w.db, w.county, org.KindTownshipHospital, name))
	}
	for _, name := range []string{"东街卫生室", "西街卫生室"} {
		w.clinics = append(w.clinics, orgtest.Below(t, w.db, w.county, w.hospitals[0].Code, org.KindVillageClinic, name))
	}
	reportingtest.Standard(t, w.db, w.county.ID)
	entering := []string{reporting.ActionView, reporting.ActionEnter, reporting.ActionSubmit}
	w.clerk, w.colleague = orgtest.Actor(w.county, w.hospitals[0], entering...), orgtest.Actor(w.county, w.hospitals[0], entering...)
	w.clerk.Name, w.colleague.Name = "王芳", "赵同事"
	w.bureau, w.reviewer = orgtest.Actor(w.county, w.root, entering...), orgtest.Actor(w.county, w.root, reporting.ActionView, reporting.ActionReview)
	w.bureau.Name, w.reviewer.Name = "局里人", "张强"
	reportingtest.OpenMonth(t, w.db, w.county.ID, july)
	w.own, w.proxy = w.find("township_monthly", 0), w.find("clinic_monthly", 0)
	return w
}

func (w *world) find(form string, hospital int) reporting.Report {
	w.t.Helper()
	r, err := w.svc.Find(w.t.Context(), w.bureau, form, w.hospitals[hospital].ID, reportingtest.Month(w.t, july))
	if err != nil {
		w.t.Fatalf("find %s: %v", form, err)
	}
	return r
}

// cell is what is stored in a cell of a report.
func (w *world) cell(r reporting.Report, subject int64, slug string) reporting.Cell {
	w.t.Helper()
	s, err := w.svc.Open(w.t.Context(), w.bureau, r.ID)
	if err != nil {
		w.t.Fatalf("open report: %v", err)
	}
	return s.Cells[reporting.CellKey{SubjectID: subject, Element: slug}]
}

func (w *world) ownCell(slug string) string {
	w.t.Helper()
	return w.cell(w.own, w.hospitals[0].ID, slug).String()
}

// enter stores a figure of the first hospital as who.
func (w *world) enter(who actor.Actor, slug, figure string) {
	w.t.Helper()
	edit := reporting.Edit{SubjectID: w.hospitals[0].ID, Element: slug, Typed: figure, Version: w.cell(w.own, w.hospitals[0].ID, slug).Version}
	if out, err := w.svc.SaveCell(w.t.Context(), who, w.own.ID, edit); err != nil || out.Saved[0].Problem != "" || out.Saved[0].Conflict != nil {
		w.t.Fatalf("enter %s: %v %+v", slug, err, out.Saved)
	}
}

type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   string
}

func (w *world) ask(who actor.Actor, method, path string, body io.Reader, contentType string) answer {
	w.t.Helper()
	mux := chi.NewRouter()
	for _, route := range w.room.Routes {
		mux.Method(route.Method, route.Path, page.Handler(func(rw http.ResponseWriter, r *http.Request) error {
			if err := page.Who(r).Require(route.Action); err != nil {
				return err
			}
			return route.Handler(rw, r)
		}))
	}
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("Content-Type", contentType)
	rec := httptest.NewRecorder()
	mux.ServeHTTP(rec, r.WithContext(actor.With(r.Context(), who)))
	return answer{w.t, rec.Code, rec.Header(), rec.Body.String()}
}

func (w *world) get(who actor.Actor, path string) answer {
	return w.ask(who, http.MethodGet, path, nil, "")
}

// upload sends files by name.
func (w *world) upload(who actor.Actor, path string, files ...sent) answer {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, f := range files {
		part, err := form.CreateFormFile("file", f.name)
		if err == nil {
			_, err = part.Write(f.content)
		}
		if err != nil {
			w.t.Fatalf("make upload: %v", err)
		}
	}
	if err := form.Close(); err != nil {
		w.t.Fatalf("make upload: %v", err)
	}
	return w.ask(who, http.MethodPost, path, &body, form.FormDataContentType())
}

type sent struct {
	name    string
	content []byte
}

func xlsx(content []byte) sent { return sent{"月报.xlsx", content} }

// apply presses 应用 on a preview.
func (w *world) apply(who actor.Actor, preview answer, choices ...string) answer {
	w.t.Helper()
	form := preview.is(http.StatusOK).find("#apply")
	values := url.Values{"draft": {form.Find("[name=draft]").AttrOr("value", "")}}
	for i := 0; i+1 < len(choices); i += 2 {
		values.Set(choices[i], choices[i+1])
	}
	return w.ask(who, http.MethodPost, form.AttrOr("action", ""), strings.NewReader(values.Encode()), "application/x-www-form-urlencoded")
}

func (w *world) take(who actor.Actor, path string) []byte {
	w.t.Helper()
	return []byte(w.get(who, path).is(http.StatusOK).body)
}

func (w *world) path(r reporting.Report, rest string) string {
	return fmt.Sprintf("/reporting/%d%s", r.ID, rest)
}

// edit opens a workbook, lets change do something to it and saves it.
func edit(t *testing.T, content []byte, change func(*excelize.File)) []byte {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatalf("open workbook: %v", err)
	}
	defer book.Close()
	change(book)
	b, err := book.WriteToBuffer()
	if err != nil {
		t.Fatalf("save workbook: %v", err)
	}
	return b.Bytes()
}

// at is the address of a cell: of the row with a code in the first column and the column with a head among the codes.
func at(t *testing.T, book *excelize.File, sheet, code, head string) string {
	t.Helper()
	rows, err := book.GetRows(sheet)
	if err != nil {
		t.Fatalf("read %s: %v", sheet, err)
	}
	column := 0
	for i, row := range rows {
		if len(row) == 0 {
			continue
		}
		if row[0] == "编码" {
			for j, text := range row {
				if text == head {
					column = j + 1
				}
			}
		}
		if row[0] == code && column > 0 {
			name, err := excelize.CoordinatesToCellName(column, i+1)
			if err != nil {
				t.Fatal(err)
			}
			return name
		}
	}
	t.Fatalf("%s has no %s in %s", sheet, head, code)
	return ""
}

// typed puts values into a report's own workbook, by element.
func typed(t *testing.T, content []byte, figures map[string]any) []byte {
	t.Helper()
	return edit(t, content, func(book *excelize.File) {
		sheet := book.GetSheetName(0)
		for slug, v := range figures {
			if err := book.SetCellValue(sheet, at(t, book, sheet, slug, "本月"), v); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// inRow puts values into an institution's row of a table, by element.
func inRow(t *testing.T, content []byte, sheet, code string, figures map[string]any) []byte {
	t.Helper()
	return edit(t, content, func(book *excelize.File) {
		for slug, v := range figures {
			if err := book.SetCellValue(sheet, at(t, book, sheet, code, slug), v); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Errorf("status %d, want %d: %s", a.status, status, a.find("main").Text())
	}
	return a
}

func (a answer) has(parts ...string) answer {
	a.t.Helper()
	for _, p := range parts {
		if !strings.Contains(a.body, p) {
			a.t.Errorf("answer lacks %q: %s", p, strings.Join(strings.Fields(a.find("main").Text()), " "))
		}
	}
	return a
}

func (a answer) leadsTo(path string) {
	a.t.Helper()
	if got := a.is(http.StatusSeeOther).header.Get("Location"); got != path {
		a.t.Errorf("leads to %s, want %s", got, path)
	}
}

func (a answer) find(selector string) *goquery.Selection {
	a.t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		a.t.Fatalf("read page: %v", err)
	}
	return doc.Find(selector)
}
