package app

import (
	"cmp"
	"slices"
	"strings"

	"yigai/internal/actor"
	"yigai/internal/room"
	"yigai/web/ui"
)

// navigation lists what the person may open, grouped and in order; the place in view is marked.
func (a *App) navigation(who actor.Actor, path string) []ui.NavGroup {
	items := a.allowed(who)
	here := inView(items, path)
	var groups []ui.NavGroup
	for _, n := range items {
		if len(groups) == 0 || groups[len(groups)-1].Label != n.Group {
			groups = append(groups, ui.NavGroup{Label: n.Group})
		}
		last := &groups[len(groups)-1]
		last.Items = append(last.Items, ui.NavItem{Label: n.Label, URL: n.Path, Icon: n.Icon, Active: n.Path == here})
	}
	return groups
}

func (a *App) allowed(who actor.Actor) []room.NavItem {
	items := make([]room.NavItem, 0, len(a.nav))
	for _, n := range a.nav {
		if n.Action == "" || who.May(n.Action) {
			items = append(items, n)
		}
	}
	return items
}

// userMenu is what stands under the person's name, without what they may not open.
func (a *App) userMenu(who actor.Actor) []ui.Action {
	return slices.DeleteFunc(ui.DefaultUserMenu(), func(item ui.Action) bool {
		action := a.needs[item.URL]
		return action != "" && action != room.Public && !who.May(action)
	})
}

// learn keeps what every page asks of the rooms: the destinations in order, and the action of each page.
func (a *App) learn() {
	a.needs = map[string]string{}
	for _, one := range a.Rooms {
		a.nav = append(a.nav, one.Nav...)
		for _, route := range one.Routes {
			if route.Method == "GET" {
				a.needs[route.Path] = route.Action
			}
		}
	}
	slices.SortStableFunc(a.nav, func(x, y room.NavItem) int { return cmp.Compare(x.Order, y.Order) })
}

// inView is the longest navigation path that the address lies under.
func inView(items []room.NavItem, path string) string {
	best := ""
	for _, n := range items {
		under := path == n.Path || (n.Path != "/" && strings.HasPrefix(path, n.Path+"/"))
		if under && len(n.Path) > len(best) {
			best = n.Path
		}
	}
	return best
}
