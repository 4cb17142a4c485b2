package pgserver

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOtherVersionIsUntouched(t *testing.T) {
	t.Parallel()
	dir := openTemp(t)
	pg := filepath.Join(dir, "pg")
	fill(t, pg, map[string]string{"PG_VERSION": "9\n", "precious": "data"})
	_, err := Start(t.Context(), quick(dir))
	mustSay(t, err, "是 PostgreSQL 9 的数据", "没有改动")
	mustHold(t, pg, map[string]string{"PG_VERSION": "9\n", "precious": "data"})
}

func TestForeignFolderIsUntouched(t *testing.T) {
	t.Parallel()
	dir := openTemp(t)
	pg := filepath.Join(dir, "pg")
	fill(t, pg, map[string]string{"precious": "data"})
	_, err := Join(t.Context(), quick(dir))
	mustSay(t, err, "不是空目录", "没有改动")
	mustHold(t, pg, map[string]string{"precious": "data"})
}

func TestInterruptedInitdbIsRepeated(t *testing.T) {
	t.Parallel()
	dir := openTemp(t)
	fill(t, filepath.Join(dir, "pg.new"), map[string]string{"PG_VERSION": "15\n"})
	query(t, start(t, quick(dir)), "SELECT 1")
}

func TestUnusualPaths(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{
		"short": "医改 的 数据", "long": strings.Repeat("医改 数据", 12), "with a comma": "a,b",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(openTemp(t), path)
			s := start(t, quick(dir))
			inside := strings.HasPrefix(s.place.socket, dir)
			if inside != (name == "short") {
				t.Errorf("the socket is in %s", s.place.socket)
			}
			query(t, s, tenRows)
			if n := query(t, join(t, dir), "SELECT count(*) FROM kept"); n != "10" {
				t.Errorf("%s rows, want 10", n)
			}
			if !inside {
				t.Cleanup(func() { remove(t, s.place.socket) })
				stop(t, s)
			}
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Error(err)
	}
}

// Below a folder that only its owner may enter, root's postgres cannot work; an ordinary user's can.
func TestClosedFolder(t *testing.T) {
	t.Parallel()
	closed := filepath.Join(openTemp(t), "root")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	c := quick(filepath.Join(closed, "yigai", "var"))
	c.rootHome = filepath.Join(openTemp(t), "lib")
	s := start(t, c)
	query(t, s, tenRows)
	stop(t, s)
	want := filepath.Join(c.DataDir, "pg")
	if os.Geteuid() == 0 {
		want = filepath.Join(c.rootHome, strings.ReplaceAll(strings.Trim(c.DataDir, "/"), "/", "-"), "pg")
	}
	if real, err := filepath.EvalSymlinks(filepath.Join(c.DataDir, "pg")); err != nil || real != want {
		t.Errorf("the database is in %s (%v), want %s", real, err, want)
	}
	if n := query(t, start(t, c), "SELECT count(*) FROM kept"); n != "10" {
		t.Errorf("%s rows, want 10", n)
	}
}

func TestPasses(t *testing.T) {
	t.Parallel()
	closed := filepath.Join(openTemp(t), "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	below := filepath.Join(closed, "not", "made", "yet")
	stranger := account{uid: 54321, gid: 54321, switched: true}
	if stranger.passes(below) {
		t.Error("a stranger passes a folder with mode 0700")
	}
	if !stranger.passes(filepath.Dir(closed)) {
		t.Error("a stranger does not pass a folder with mode 0755")
	}
	if !(account{}).passes(below) {
		t.Error("the user itself does not pass its own folder")
	}
}

func TestProgramsOfAClosedFolderAreCopied(t *testing.T) {
	t.Parallel()
	closed := filepath.Join(openTemp(t), "closed")
	fill(t, filepath.Join(closed, "pgbin", "bin"), map[string]string{"postgres": "#!/bin/sh\n", "initdb": "#!/bin/sh\n"})
	fill(t, filepath.Join(closed, "pgbin", "lib"), map[string]string{"lib.so": "library"})
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	p := place{home: openTemp(t), runs: account{uid: 54321, gid: 54321, switched: true}}
	original := binaries{dir: filepath.Join(closed, "pgbin", "bin"), version: 17}
	for range 2 { // the second time finds the copy
		b, err := original.reachable(quick(p.home), p)
		if err != nil {
			t.Fatal(err)
		}
		if !p.runs.passes(b.dir) || b.version != 17 {
			t.Errorf("programs of version %d in %s, want 17 where the account passes", b.version, b.dir)
		}
		mustHold(t, b.dir, map[string]string{"postgres": "#!/bin/sh\n", "initdb": "#!/bin/sh\n"})
		mustHold(t, filepath.Join(b.dir, "..", "lib"), map[string]string{"lib.so": "library"})
	}
}

func fill(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

// mustHold checks that the folder holds these files and nothing else.
func mustHold(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(files) {
		t.Errorf("%s holds %d entries, want %d", dir, len(entries), len(files))
	}
	for name, want := range files {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(text) != want {
			t.Errorf("%s is %q (%v), want %q", name, text, err, want)
		}
	}
}
