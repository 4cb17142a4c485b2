package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// kernel is a closed list: widening it takes a decision record.
var kernel = []string{"room", "pg", "pgserver", "pgtest", "fault", "actor", "page", "form", "period", "audit", "jobs",
	"sheet", "formula", "preset", "number", "identifier", "gateway", "secret", "docx"}

type pkg struct {
	ImportPath   string
	Dir          string
	Imports      []string
	TestImports  []string
	XTestImports []string
	GoFiles      []string
}

func TestOneWayRule(t *testing.T) {
	t.Parallel()
	order := roomOrder(t)
	for _, p := range packages(t) {
		for _, breach := range breaches(p, order) {
			t.Error(breach)
		}
	}
}

func TestEveryClauseIsCaught(t *testing.T) {
	t.Parallel()
	order := []string{"org", "reporting"}
	cases := map[string]pkg{
		"a room imports a later room":       {ImportPath: "yigai/internal/org", Imports: []string{"yigai/internal/reporting"}},
		"a room imports another room's web": {ImportPath: "yigai/internal/reporting/reportingweb", Imports: []string{"yigai/internal/org/orgweb"}},
		"a core imports its own web":        {ImportPath: "yigai/internal/org", Imports: []string{"yigai/internal/org/orgweb"}},
		"a core imports net/http":           {ImportPath: "yigai/internal/org", Imports: []string{"net/http"}},
		"a core imports templ":              {ImportPath: "yigai/internal/org", Imports: []string{"github.com/a-h/templ"}},
		"a web imports pgx":                 {ImportPath: "yigai/internal/org/orgweb", Imports: []string{"github.com/jackc/pgx/v5"}},
		"the kernel imports a room":         {ImportPath: "yigai/internal/page", Imports: []string{"yigai/internal/org"}},
		"the kernel imports the app":        {ImportPath: "yigai/internal/jobs", Imports: []string{"yigai/internal/app"}},
		"a room imports the app":            {ImportPath: "yigai/internal/org", Imports: []string{"yigai/internal/app"}},
		"the design system imports ours":    {ImportPath: "yigai/web/ui", Imports: []string{"yigai/internal/period"}},
		"a core imports the design system":  {ImportPath: "yigai/internal/org", Imports: []string{"yigai/web/ui"}},
		"builders in production code":       {ImportPath: "yigai/internal/reporting", Imports: []string{"yigai/internal/org/orgtest"}},
		"pgtest in production code":         {ImportPath: "yigai/internal/reporting", Imports: []string{"yigai/internal/pgtest"}},
		"testing in production code":        {ImportPath: "yigai/internal/org", Imports: []string{"testing"}},
		"a folder that is neither":          {ImportPath: "yigai/internal/helpers"},
		"a test imports a later room":       {ImportPath: "yigai/internal/org", XTestImports: []string{"yigai/internal/reporting/reportingtest"}},
		"a test of the kernel knows a room": {ImportPath: "yigai/internal/page", TestImports: []string{"yigai/internal/org"}},
		"a test of a room needs the app":    {ImportPath: "yigai/internal/org", XTestImports: []string{"yigai/internal/app"}},
		"the command imports a room's web":  {ImportPath: "yigai/cmd/yigai", Imports: []string{"yigai/internal/org/orgweb"}},
	}
	for name, p := range cases {
		if len(breaches(p, order)) == 0 {
			t.Errorf("not caught: %s", name)
		}
	}
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,TestImports,XTestImports,GoFiles", "./...")
	cmd.Dir = "../.."
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("list packages: %v", err)
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("read package list: %v", err)
		}
		all = append(all, p)
	}
}

// roomOrder reads the ordered list of rooms from rooms.go.
func roomOrder(t *testing.T) []string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("..", "app", "rooms.go"))
	if err != nil {
		t.Fatalf("read rooms.go: %v", err)
	}
	body := string(src[strings.Index(string(src), "func "):])
	body = strings.Replace(body, "accounts, gate := accountweb.Room(a.Deps, a.Sessions)", "", 1)
	body = strings.Replace(body, "\taccounts,", "\taccountweb.Room(", 1)
	var order []string
	for _, m := range regexp.MustCompile(`(\w+)web\.Room\(`).FindAllStringSubmatch(body, -1) {
		order = append(order, m[1])
	}
	if len(order) < 4 || slices.Index(order, "org") != 0 {
		t.Fatalf("rooms.go lists %v", order)
	}
	return order
}
