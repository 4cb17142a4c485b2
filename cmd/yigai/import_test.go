package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yigai/internal/pgtest"
)

// fails runs one command that must exit with the code, and returns everything it said.
func (p *program) fails(code int, args ...string) string {
	p.t.Helper()
	var said bytes.Buffer
	cmd := p.command(args...)
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); cmd.ProcessState.ExitCode() != code {
		p.t.Fatalf("yigai %s: %v, want code %d\n%s", strings.Join(args, " "), err, code, &said)
	}
	return said.String()
}

func TestRefusedFiguresAreNamedAndWrittenBesideTheFile(t *testing.T) {
	t.Parallel()
	p := newProgram(t, pgtest.URL(t))
	p.newCounty("standard")
	file := filepath.Join(t.TempDir(), "bad.csv")
	rows := "机构编码,数据项,报告期,数值\nK-T01,bed_days_open,2026-07,1550\nK-T01,bed_days_occupied,2026-07,12a\n"
	if err := os.WriteFile(file, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, flags := range [][]string{{"--dry-run"}, nil} {
		said := p.fails(exitFailed, append([]string{"import", "values", file}, flags...)...)
		if !strings.Contains(said, "第 3 行“数值”") || !strings.Contains(said, "“12a”不是数字") || !strings.Contains(said, "全部没有写入") {
			t.Errorf("%v: said %s", flags, said)
		}
		refused := strings.TrimSuffix(file, ".csv") + ".退回.csv"
		if len(flags) > 0 { // a dry run leaves the file's folder alone
			if _, err := os.Stat(refused); err == nil {
				t.Error("a dry run wrote beside the file")
			}
			refused = filepath.Join(p.here, "bad.退回.csv")
		}
		got, err := os.ReadFile(refused)
		if err != nil || !strings.Contains(string(got), "12a,3,") || !strings.Contains(string(got), "不是数字") || strings.Contains(string(got), "1550") {
			t.Errorf("%v: refused rows are %q, %v", flags, got, err)
		}
	}
	var many strings.Builder
	many.WriteString("机构编码,数据项,报告期,数值\n")
	for i := range 50 {
		fmt.Fprintf(&many, "K-T01,bed_days_open,2026-07,%dx\n", i)
	}
	if err := os.WriteFile(file+"2.csv", []byte(many.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if said := p.fails(exitFailed, "import", "values", file+"2.csv"); strings.Count(said, "不是数字") != mostRefusals || !strings.Contains(said, "另有 30 处") {
		t.Errorf("fifty refusals are told as %s", said)
	}
	if said := p.fails(exitFailed, "import", "values", file, "--partial"); !strings.Contains(said, "新增 1") || !strings.Contains(said, "有 1 行没有导入") {
		t.Errorf("a partial import says %s", said)
	}
}
