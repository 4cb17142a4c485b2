package archtest

import (
	"fmt"
	"slices"
	"strings"
)

// place says what a package of ours is: kernel, core, web or builders of a room, app, cmd, ui, static, migrations.
type place struct{ what, room string }

func where(path string, order []string) place {
	rest, ours := strings.CutPrefix(path, "yigai/")
	if !ours {
		return place{}
	}
	parts := strings.Split(rest, "/")
	switch {
	case parts[0] == "cmd":
		return place{what: "cmd"}
	case rest == "web/ui":
		return place{what: "ui"}
	case parts[0] == "web":
		return place{what: "static"}
	case parts[0] == "migrations":
		return place{what: "migrations"}
	case parts[1] == "app" || parts[1] == "archtest" || parts[1] == "bench":
		return place{what: "app"}
	case rest == "internal/room/roomtest":
		return place{what: "builders", room: "room"}
	case slices.Contains(kernel, parts[1]):
		return place{what: "kernel", room: parts[1]}
	case !slices.Contains(order, parts[1]):
		return place{what: "stray"}
	case len(parts) == 2:
		return place{what: "core", room: parts[1]}
	case parts[2] == parts[1]+"web":
		return place{what: "web", room: parts[1]}
	case parts[2] == parts[1]+"test":
		return place{what: "builders", room: parts[1]}
	}
	return place{what: "stray"}
}

func breaches(p pkg, order []string) []string {
	from := where(p.ImportPath, order)
	if from.what == "stray" {
		return []string{p.ImportPath + " is neither kernel nor a room of rooms.go: list the room, or move the code"}
	}
	var found []string
	for _, to := range p.Imports {
		if why := forbidden(from, to, where(to, order), order); why != "" {
			found = append(found, fmt.Sprintf("%s imports %s: %s", p.ImportPath, to, why))
		}
	}
	for _, to := range slices.Concat(p.TestImports, p.XTestImports) {
		if why := untestable(from, where(to, order), order); why != "" {
			found = append(found, fmt.Sprintf("a test of %s imports %s: %s", p.ImportPath, to, why))
		}
	}
	return found
}

// untestable says in one sentence why a test of the first place may not import another, "" when it may: a test that
// needs a later room tests that room, or the whole.
func untestable(from, to place, order []string) string {
	mine, theirs := slices.Index(order, from.room), slices.Index(order, to.room)
	switch {
	case from.what == "app" || from.what == "cmd":
		return ""
	case to.what == "app" || to.what == "cmd":
		return "what needs the whole application is tested in internal/app"
	case theirs >= 0 && mine < 0:
		return "the kernel and the design system know no room, nor do their tests"
	}
	return onlyIf(theirs <= mine, "a test knows only its room and those listed before it in rooms.go")
}

// forbidden says in one sentence why a package of the first place may not import another, "" when it may.
func forbidden(from place, path string, to place, order []string) string {
	if to.what == "" {
		return foreign(from, path)
	}
	if to.what == "builders" && from.what != "builders" {
		return "builders are for tests only"
	}
	if to.room == "pgtest" && from.what != "builders" && from.room != "pgtest" && from.what != "app" {
		return "test databases are for tests only"
	}
	switch from.what {
	case "cmd":
		return onlyIf(slices.Contains([]string{"cmd", "app", "kernel", "core", "migrations", "static"}, to.what), "commands speak to the app and to operations, not to pages")
	case "app":
		return ""
	case "ui", "static", "migrations":
		return onlyIf(to.what == from.what, "the design system and embedded files import nothing of ours")
	case "kernel":
		return onlyIf(to.what == "kernel" || (from.room == "page" || from.room == "room") && to.what == "ui" || from.room == "pg" && to.what == "migrations" ||
			from.room == "pgtest" && to.what == "migrations", "the kernel imports only the kernel")
	case "builders":
		return onlyIf(to.what == "kernel" || to.what == "core" || to.what == "builders" || from.room == "room" && to.what == "ui", "builders use cores only")
	case "core":
		return coreMay(from, to, order)
	default:
		return webMay(from, to, order)
	}
}

func foreign(from place, path string) string {
	switch {
	case from.what == "core" && (path == "net/http" || strings.HasPrefix(path, "github.com/a-h/templ") || strings.HasPrefix(path, "github.com/go-chi/")):
		return "a room's core knows neither HTTP nor HTML"
	case from.what == "web" && strings.HasPrefix(path, "github.com/jackc/pgx"):
		return "pages hold no SQL; ask the room's core"
	case path == "testing" && (from.what == "core" || from.what == "web" || from.what == "kernel" && from.room != "pgtest"):
		return "test code does not ship"
	}
	return ""
}

func coreMay(from, to place, order []string) string {
	switch to.what {
	case "kernel":
		return onlyIf(to.room != "page" && to.room != "room", "a room's core knows neither HTTP nor HTML")
	case "core":
		return earlier(from, to, order)
	}
	return "a core imports the kernel and earlier cores only"
}

func webMay(from, to place, order []string) string {
	switch to.what {
	case "kernel", "ui", "static":
		return ""
	case "core":
		if to.room == from.room {
			return ""
		}
		return earlier(from, to, order)
	}
	return "a room's pages import their own core, earlier cores, the kernel and web/ui only"
}

func earlier(from, to place, order []string) string {
	return onlyIf(slices.Index(order, to.room) < slices.Index(order, from.room), "a room imports only rooms listed before it in rooms.go")
}

func onlyIf(ok bool, why string) string {
	if ok {
		return ""
	}
	return why
}
