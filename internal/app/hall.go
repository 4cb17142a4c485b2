package app

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"yigai/internal/actor"
	"yigai/internal/jobs"
	"yigai/internal/page"
	"yigai/internal/room"
	"yigai/web/ui"
)

// hall is what belongs to no capability: the home page, the search, the watching of long work and
// the description of the API.
func (a *App) hall() room.Room {
	routes := []room.Route{
		{Method: "GET", Path: "/", Handler: a.home, Kept: page.Oneself},
		{Method: "GET", Path: "/todos", Handler: a.todos},
		{Method: "GET", Path: "/search", Handler: a.search},
		{Method: "GET", Path: "/jobs/{id}", Handler: a.job},
		{Method: "GET", Path: "/jobs/{id}/progress", Handler: a.jobProgress},
		{Method: "GET", Path: "/api/v1/jobs/{id}", Handler: a.jobAPI,
			Doc: &room.Doc{Summary: "后台任务的状态与进度", Response: jobs.Job{}}},
		{Method: "GET", Path: "/api/v1/openapi.json", Action: room.Public, Handler: a.openAPI},
	}
	if a.Config.Demo {
		routes = append(routes, room.Route{Method: "GET", Path: "/ui", Action: room.Public, Handler: gallery})
	}
	return room.Room{Name: "app", Title: "首页", Routes: routes, Jobs: a.sweepSessions,
		Nav: []room.NavItem{{Label: "首页", Path: "/", Icon: "house", Order: 0}}}
}

// sweepSessions forgets what browsers that never came back left behind; an expired session is refused anyway.
func (a *App) sweepSessions(r *jobs.Registry) {
	r.Every(jobs.Schedule{Name: "app.sessions", Next: jobs.Interval(time.Hour), Do: func(ctx context.Context, _ time.Time) error {
		if _, err := a.Deps.DB.Exec(ctx, "DELETE FROM sessions WHERE expiry < now()"); err != nil {
			return fmt.Errorf("sweep expired sessions: %w", err)
		}
		return nil
	}})
}

// gallery shows every component of the design system; only in a demonstration.
func gallery(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, http.StatusOK, ui.Gallery())
}

// home shows the panels that the rooms offer this person.
func (a *App) home(w http.ResponseWriter, r *http.Request) error {
	who := page.Who(r)
	var panels []room.Panel
	for _, one := range a.Rooms {
		if one.Home == nil {
			continue
		}
		more, err := one.Home(r.Context(), who)
		if err != nil {
			return fmt.Errorf("home panels of %s: %w", one.Name, err)
		}
		panels = append(panels, more...)
	}
	slices.SortStableFunc(panels, func(x, y room.Panel) int { return cmp.Compare(x.Order, y.Order) })
	return page.Render(w, r, http.StatusOK, homePage(greeting{Name: who.Name, Institution: who.Institution,
		County: who.County, Now: a.Deps.Now()}, panels, a.ways(who)))
}

// ways lead to everything a person may open besides the home page.
func (a *App) ways(who actor.Actor) []ui.Action {
	var out []ui.Action
	for _, n := range a.allowed(who) {
		if n.Path != "/" {
			out = append(out, ui.Action{Label: n.Label, URL: n.Path, Icon: n.Icon})
		}
	}
	return out
}

// todos leads to where the to-dos stand: the home page lists them first.
func (a *App) todos(w http.ResponseWriter, r *http.Request) error {
	return page.Redirect(w, r, "/#todos", "")
}

// search asks every room and shows what it found together with the places the person may go.
func (a *App) search(w http.ResponseWriter, r *http.Request) error {
	text := strings.TrimSpace(r.URL.Query().Get("q"))
	if n := []rune(text); len(n) > 50 {
		text = string(n[:50])
	}
	hits := a.places(r, text)
	for _, one := range a.Rooms {
		if one.Search == nil || text == "" {
			continue
		}
		more, err := one.Search(r.Context(), page.Who(r), text)
		if err != nil {
			return fmt.Errorf("search in %s: %w", one.Name, err)
		}
		hits = append(hits, more...)
	}
	return page.Render(w, r, http.StatusOK, searchPage(text, hits))
}

func (a *App) places(r *http.Request, text string) []room.Hit {
	var hits []room.Hit
	for _, one := range a.Rooms {
		for _, n := range one.Nav {
			if text != "" && strings.Contains(n.Label, text) && (n.Action == "" || page.Who(r).May(n.Action)) {
				hits = append(hits, room.Hit{Kind: "功能", Label: n.Label, Hint: n.Group, URL: n.Path})
			}
		}
	}
	return hits
}

func (a *App) job(w http.ResponseWriter, r *http.Request) error {
	j, err := a.findJob(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, jobPage(j))
}

func (a *App) jobProgress(w http.ResponseWriter, r *http.Request) error {
	j, err := a.findJob(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, ui.ProgressBar(progressOf(j)))
}

func (a *App) jobAPI(w http.ResponseWriter, r *http.Request) error {
	j, err := a.findJob(r)
	if err != nil {
		return err
	}
	return page.JSON(w, http.StatusOK, j)
}

func (a *App) findJob(r *http.Request) (jobs.Job, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return jobs.Job{}, err
	}
	return jobs.Get(r.Context(), a.Deps.DB, page.Who(r), id)
}
