package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// owners lists the tables and views of every room and of the kernel's packages; one that is called after its room needs
// no mention. A room reads and writes its own tables, reads those of the kernel, and of the rooms before it what they
// publish as views.
var owners = map[string]string{
	"page":    "sessions",
	"jobs":    "job job_schedule",
	"audit":   "audit_entry audit_unsealed audit_seal audit_person export_log",
	"org":     "county division division_public institution institution_public institution_stamp community community_member",
	"account": "account account_scope account_session account_token account_reach sign_in_failure",
	"clinic":  "village village_neighbour",
	"reporting": `element element_public form form_public form_assignment form_version form_item form_item_public check_rule calendar_day
		extension report report_public report_event report_snapshot report_subject proxy_subject cell cell_change cell_remark remark_resolution remark_read explanation
		review_desk review_mark correction report_signature derivation figure_source proxy_source institution_source
		fact reporting_fact reporting_due reporting_catalogue reporting_stamp outlier_setting figure_range change_limit`,
	"indicator": `indicator indicator_public indicator_version indicator_version_public indicator_target indicator_target_public
		indicator_value indicator_value_public indicator_correction indicator_run indicator_request indicator_fact_origin`,
	"validation": "validation_run validation_result follow_up",
	"exchange":   "exchange_import exchange_change",
	"analysis":   "analysis_view",
	"notice":     "message message_preference message_address outbox notice_setting circular circular_counter",
}

// tenant is the table that every other refers to: everybody may read what a county is called.
const tenant = "county"

// relations are the tables (false) and views (true) that the migrations make.
func relations(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "migrations", "*.up.sql"))
	if err != nil || len(files) == 0 {
		t.Fatalf("find migrations: %d, %v", len(files), err)
	}
	views := map[string]bool{}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^CREATE (?:OR REPLACE )?(TABLE|VIEW) (\w+)`).FindAllStringSubmatch(string(src), -1) {
			views[m[2]] = m[1] == "VIEW"
		}
		for _, m := range regexp.MustCompile(`(?m)^DROP (?:TABLE|VIEW) (\w+)`).FindAllStringSubmatch(string(src), -1) {
			delete(views, m[1])
		}
	}
	return views
}

// ground knows whose every table and view is.
type ground struct {
	order []string
	views map[string]bool
	owner map[string]string
}

func newGround(t *testing.T) ground {
	t.Helper()
	g := ground{order: roomOrder(t), views: relations(t), owner: map[string]string{}}
	for name := range g.views {
		if room, _, _ := strings.Cut(name, "_"); slices.Contains(g.order, room) {
			g.owner[name] = room
		}
	}
	for room, names := range owners {
		for _, name := range strings.Fields(names) {
			g.owner[name] = room
		}
	}
	return g
}

func TestEveryTableHasAnOwner(t *testing.T) {
	t.Parallel()
	g := newGround(t)
	for name := range g.views {
		if g.owner[name] == "" {
			t.Errorf("nobody owns %s: call it after its room, or list it in owners", name)
		}
	}
	for name, room := range g.owner {
		if _, there := g.views[name]; !there {
			t.Errorf("%s of %s is in no migration", name, room)
		}
	}
}

// mention is a table or view named in a statement.
type mention struct {
	name  string
	write bool
}

var statement = regexp.MustCompile(`\b(DELETE FROM|FROM|JOIN|INTO|UPDATE|USING|TRUNCATE)\s+(?:ONLY\s+)?(\w+)`)

func mentions(sql string) (found []mention) {
	for _, m := range statement.FindAllStringSubmatch(sql, -1) {
		found = append(found, mention{m[2], slices.Contains([]string{"DELETE FROM", "INTO", "UPDATE", "TRUNCATE"}, m[1])})
	}
	return found
}

// trespass says in one sentence why code of a place may not do this, "" when it may.
func (g ground) trespass(from place, m mention) string {
	owner := g.owner[m.name]
	mine, theirs := slices.Index(g.order, from.room), slices.Index(g.order, owner)
	switch {
	case owner == "" || owner == from.room:
		return ""
	case m.write:
		return "only " + owner + " writes " + m.name
	case theirs < 0 || m.name == tenant:
		return "" // of the kernel, or the tenant
	case from.what == "kernel":
		return "the kernel knows no room, " + m.name + " is of " + owner
	case !g.views[m.name]:
		return "read what " + owner + " publishes as a view, not its table " + m.name
	case theirs > mine:
		return m.name + " is of " + owner + ", a later room"
	}
	return ""
}

func TestRoomsReadWhatOthersPublish(t *testing.T) {
	t.Parallel()
	g := newGround(t)
	for _, p := range packages(t) {
		from := where(p.ImportPath, g.order)
		if !slices.Contains([]string{"core", "web", "kernel"}, from.what) || from.room == "pgtest" {
			continue
		}
		for _, name := range p.GoFiles {
			for at, m := range inFile(t, filepath.Join(p.Dir, name)) {
				for _, one := range m {
					if why := g.trespass(from, one); why != "" {
						t.Errorf("%s: %s", at, why)
					}
				}
			}
		}
	}
}

// inFile lists what the texts of a Go file mention, by place; pgx.Identifier names where rows are copied to.
func inFile(t *testing.T, path string) map[string][]mention {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]mention{}
	note := func(at token.Pos, m ...mention) {
		where := fmt.Sprint(files.Position(at))
		found[where] = append(found[where], m...)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			note(n.Pos(), mentions(text(n))...)
		case *ast.CompositeLit:
			if s, ok := n.Type.(*ast.SelectorExpr); ok && s.Sel.Name == "Identifier" && len(n.Elts) > 0 {
				if name, ok := n.Elts[len(n.Elts)-1].(*ast.BasicLit); ok {
					note(n.Pos(), mention{text(name), true})
				}
			}
		}
		return true
	})
	return found
}

func text(l *ast.BasicLit) string {
	s, err := strconv.Unquote(l.Value)
	if l.Kind != token.STRING || err != nil {
		return ""
	}
	return s
}

func TestEveryTrespassIsCaught(t *testing.T) {
	t.Parallel()
	g := ground{order: []string{"org", "account", "reporting"}, views: map[string]bool{"reporting_due": true},
		owner: map[string]string{"county": "org", "account": "account", "fact": "reporting", "reporting_due": "reporting", "audit_entry": "audit"}}
	org, account, late := place{"core", "org"}, place{"core", "account"}, place{"core", "reporting"}
	for sql, x := range map[string]struct {
		from place
		free bool
	}{
		"SELECT 1 FROM audit_entry e LEFT JOIN account a ON true":     {org, false},
		"SELECT name FROM account":                                    {late, false},
		"DELETE FROM account WHERE true":                              {late, false},
		"INSERT INTO audit_entry VALUES (1)":                          {late, false},
		"UPDATE county SET name = ''":                                 {late, false},
		"SELECT 1 FROM reporting_due":                                 {org, false},
		"SELECT 1 FROM ONLY fact":                                     {place{"kernel", "page"}, false},
		"SELECT c.name FROM fact f JOIN county c USING (county_id)":   {late, true},
		"WITH mine AS (SELECT 1) SELECT 1 FROM mine, unnest($1) AS x": {org, true},
		"SELECT 1 FROM county FOR UPDATE OF county":                   {account, true},
		"INSERT INTO account SELECT FROM audit_entry":                 {account, true},
	} {
		why := ""
		for _, m := range mentions(sql) {
			why += g.trespass(x.from, m)
		}
		if (why == "") != x.free {
			t.Errorf("%s by %s: %q", sql, x.from.room, why)
		}
	}
}
