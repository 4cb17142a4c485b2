package main

import (
	"net/http"
	"time"

	"github.com/alexedwards/scs/pgxstore"
	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/jackc/pgx/v5"
)

// bareName is what the session holds; a page without it was served to nobody.
const bareName = "张三"

// The ceilings of a list and of the form: one query by index, its columns as text.
const (
	listQuery = `SELECT ARRAY[id::text, code, name, short_name, kind, coalesce(parent_id::text, ''), path::text, version::text, created_at::text, updated_at::text]
		FROM institution WHERE county_id = $1 AND id > $2 ORDER BY county_id, id LIMIT 30`
	formQuery = `SELECT ARRAY[r.period::text, c.subject_id::text, c.element_id::text, c.state, c.value::text, c.comment, c.version::text]
		FROM report o JOIN report r ON r.county_id = o.county_id AND r.form_id = o.form_id AND r.institution_id = o.institution_id
		     AND r.period IN (o.period, (o.period - interval '1 month')::date, (o.period - interval '1 year')::date)
		JOIN cell c ON c.county_id = r.county_id AND c.report_id = r.id
		WHERE o.county_id = $1 AND o.id = $2 ORDER BY r.period, c.subject_id, c.element_id`
)

// bareHandler serves pages that do nothing but what every page has to: route, session, one query, a table.
func (w *world) bareHandler() (http.Handler, func()) {
	store := pgxstore.NewWithCleanupInterval(w.db, time.Hour)
	sessions := scs.New()
	sessions.Store, sessions.Cookie.Name = store, "bare"
	r := chi.NewRouter()
	r.Use(middleware.Compress(1), sessions.LoadAndSave)
	r.Get("/in", func(_ http.ResponseWriter, r *http.Request) { sessions.Put(r.Context(), "name", bareName) })
	r.Get("/list/{id}", w.bare(sessions, listQuery))
	r.Get("/form/{id}", w.bare(sessions, formQuery))
	return r, store.StopCleanup
}

func (w *world) bare(sessions *scs.SessionManager, sql string) http.HandlerFunc {
	return func(out http.ResponseWriter, r *http.Request) {
		rows, err := w.db.Query(r.Context(), sql, w.county.id, chi.URLParam(r, "id"))
		if err != nil {
			http.Error(out, err.Error(), http.StatusInternalServerError)
			return
		}
		found, err := pgx.CollectRows(rows, pgx.RowTo[[]string])
		name := sessions.GetString(r.Context(), "name")
		if err != nil || name == "" || len(found) == 0 {
			http.Error(out, "no rows or no session", http.StatusInternalServerError)
			return
		}
		out.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := barePage(name, found).Render(r.Context(), out); err != nil {
			w.log.Warn("bare page", "error", err)
		}
	}
}
