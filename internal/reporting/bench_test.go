package reporting_test

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/period"
	"yigai/internal/pgtest"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

// crowd is a county of 300 institutions with 30 accepted months and one being entered.
type crowd struct {
	svc       *reporting.Service
	chief     actor.Actor
	hospitals []org.Institution
	month     period.Month
	loads     [][]reporting.ValueRow
}

func newCrowd(b *testing.B, db *pgxpool.Pool) *crowd {
	b.Helper()
	c := &crowd{svc: reportingtest.Service(db), month: reportingtest.Month(b, july)}
	county, root := orgtest.County(b, db)
	reportingtest.Standard(b, db, county.ID)
	c.chief = orgtest.Actor(county, root, reporting.ActionView, reporting.ActionEnter, reporting.ActionLoad, reporting.ActionConfigure, reporting.ActionReview)
	catalogue, err := c.svc.Catalogue(b.Context(), c.chief)
	if err != nil {
		b.Fatal(err)
	}
	var clinics []org.Institution
	for range 20 {
		h := orgtest.Institution(b, db, county, org.KindTownshipHospital, fmt.Sprintf("卫生院%d", len(c.hospitals)))
		c.hospitals = append(c.hospitals, h)
		for range 14 {
			clinics = append(clinics, orgtest.Below(b, db, county, h.Code, org.KindVillageClinic, fmt.Sprintf("卫生室%d", len(clinics))))
		}
	}
	for m := c.month.Add(-30); m.Before(c.month); m = m.Next() {
		c.loads = append(c.loads, append(rowsOf(catalogue, "township_monthly", m, c.hospitals), rowsOf(catalogue, "clinic_monthly", m, clinics)...))
	}
	for _, rows := range c.loads {
		if _, err := c.svc.LoadValues(b.Context(), c.chief, rows, reporting.LoadOptions{Accepted: true}); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := c.svc.OpenMonth(b.Context(), c.chief, c.month); err != nil {
		b.Fatal(err)
	}
	if _, err := db.Exec(b.Context(), "ANALYZE"); err != nil {
		b.Fatal(err)
	}
	return c
}

func rowsOf(c *reporting.Catalogue, form string, m period.Month, institutions []org.Institution) []reporting.ValueRow {
	f, _ := c.Form(form)
	var rows []reporting.ValueRow
	for _, i := range institutions {
		for n, r := range f.LayoutIn(m).Entered() {
			value := fmt.Sprint(1000 + n)
			rows = append(rows, reporting.ValueRow{Row: len(rows) + 1, Institution: i.Code, Element: r.Key, Period: m.String(), Value: &value})
		}
	}
	return rows
}

func BenchmarkReporting(b *testing.B) {
	db := pgtest.New(b)
	c := newCrowd(b, db)
	form, err := c.svc.Find(b.Context(), c.chief, "township_monthly", c.hospitals[3].ID, c.month)
	if err != nil {
		b.Fatal(err)
	}
	proxy, err := c.svc.Find(b.Context(), c.chief, "clinic_monthly", c.hospitals[3].ID, c.month)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("open a form", func(b *testing.B) { c.open(b, form.ID) })
	b.Run("open a proxy form of 140 cells", func(b *testing.B) { c.open(b, proxy.ID) })
	b.Run("save a cell", func(b *testing.B) {
		version := 0
		for n := 0; b.Loop(); n++ {
			out, err := c.svc.SaveCell(b.Context(), c.chief, form.ID,
				reporting.Edit{SubjectID: c.hospitals[3].ID, Element: "visits_total", Typed: fmt.Sprint(n), Version: version})
			if err != nil || out.Saved[0].Conflict != nil {
				b.Fatal(err, out.Saved)
			}
			version = out.Saved[0].Cell.Version
		}
	})
	b.Run("save a whole form", func(b *testing.B) {
		for n := 0; b.Loop(); n++ {
			c.saveForm(b, form.ID, n)
		}
	})
	for name, ask := range map[string]func() error{
		"list":  func() error { _, err := c.svc.List(b.Context(), c.chief, reporting.Filter{Limit: 50}); return err },
		"board": func() error { _, err := c.svc.Board(b.Context(), c.chief, c.month); return err },
		"grid":  func() error { _, err := c.svc.Grid(b.Context(), c.chief, c.month, "township_monthly", nil); return err },
		"inbox": func() error { _, err := c.svc.Inbox(b.Context(), c.chief); return err },
		"todos": func() error { _, err := c.svc.Todos(b.Context(), c.chief); return err },
		"values": func() error {
			_, _, err := c.svc.Values(b.Context(), c.chief, reporting.ValueFilter{Institution: c.hospitals[3].Code, Descendants: true, Limit: 200})
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("load a month again, nothing changed", func(b *testing.B) {
		for b.Loop() {
			if l, err := c.svc.LoadValues(b.Context(), c.chief, c.loads[3], reporting.LoadOptions{Accepted: true}); err != nil || l.Unchanged != len(c.loads[3]) {
				b.Fatal(l, err)
			}
		}
		b.ReportMetric(float64(len(c.loads[3])), "rows/op")
	})
}

func (c *crowd) open(b *testing.B, report int64) {
	for b.Loop() {
		if _, err := c.svc.Open(b.Context(), c.chief, report); err != nil {
			b.Fatal(err)
		}
	}
}

func (c *crowd) saveForm(b *testing.B, report int64, n int) {
	sheet, err := c.svc.Open(b.Context(), c.chief, report)
	if err != nil {
		b.Fatal(err)
	}
	var edits []reporting.Edit
	for _, r := range sheet.Layout.Entered() {
		k := reporting.CellKey{SubjectID: sheet.Subjects[0].ID, Element: r.Key}
		edits = append(edits, reporting.Edit{SubjectID: k.SubjectID, Element: k.Element, Typed: fmt.Sprint(n), Version: sheet.Cells[k].Version})
	}
	if _, err := c.svc.SaveSheet(b.Context(), c.chief, report, edits); err != nil {
		b.Fatal(err)
	}
}
