package report

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"yigai/internal/account"
	"yigai/internal/actor"
)

// written finds what the program writes into the trail: the kind of the object, and actions that are no permission.
var (
	writtenKind   = regexp.MustCompile(`audit\.Entry\{[^{}]*?Kind:\s*"([a-z_]+)"`)
	writtenAction = regexp.MustCompile(`"((?:account|report|demo)\.[a-z_]+|refused)"`)
)

// The trail is read by people: whatever a room writes into it has a word here.
func TestTheTrailSpeaksChinese(t *testing.T) {
	t.Parallel()
	s := &Service{allowed: actor.NewPermissions(nil)}
	kinds, actions := 0, 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil || strings.Contains(filepath.Dir(path), "web") {
			return err
		}
		for _, m := range writtenKind.FindAllStringSubmatch(string(source), -1) {
			if kinds++; KindWord(m[1]) == m[1] {
				t.Errorf("%s writes of a %s, which has no word", path, m[1])
			}
		}
		for _, m := range writtenAction.FindAllStringSubmatch(string(source), -1) {
			if actions++; !isPermission(path) && s.ActionWord(m[1]) == m[1] {
				t.Errorf("%s writes the action %s, which has no word", path, m[1])
			}
		}
		return nil
	})
	if err != nil || kinds < 15 || actions < 10 {
		t.Errorf("found %d kinds and %d actions: %v", kinds, actions, err)
	}
}

// isPermission reports whether a file declares permissions: those have their titles with them.
func isPermission(path string) bool {
	return strings.HasSuffix(path, "actions.go") || strings.HasSuffix(path, "report/report.go")
}

func TestFieldsAndValuesInWords(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{"target_12": "目标 12", "roles": "角色", "DueDay": "截止日", "something": "something"} {
		if got := fieldWord(field); got != want {
			t.Errorf("%s is called %s, want %s", field, got, want)
		}
	}
	for _, x := range []struct{ field, value, want string }{{"roles", "auditor、bureau_staff", "审计人员、卫健局工作人员"}, {"scope", "subtree", account.ScopeTitle("subtree")}, {"name", "county", "county"}} {
		if got := valueWord(x.field, x.value); got != x.want {
			t.Errorf("%s %s is said as %s, want %s", x.field, x.value, got, x.want)
		}
	}
}
