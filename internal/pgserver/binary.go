package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// binaries is one installed PostgreSQL.
type binaries struct {
	dir     string
	version int // major
}

func (b binaries) path(name string) string { return filepath.Join(b.dir, name) }

// install says what an administrator does when there is no PostgreSQL.
const install = "请运行 make pg，或安装系统软件包（Debian/Ubuntu：apt install postgresql；macOS：brew install postgresql@17），或用 YIGAI_PG_BIN 指出程序目录"

// findBinaries picks the installed PostgreSQL that fits the database folder: the same major version when there is a
// database (want > 0), else the first one that is new enough.
func findBinaries(ctx context.Context, c Config, p place, want int) (binaries, error) {
	var seen []string
	for _, dir := range candidateDirs(c) {
		b, err := inspect(ctx, dir)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			c.Log.Warn("这里的 PostgreSQL 程序不能用", "目录", dir, "原因", err)
			continue
		}
		if want == b.version || want == 0 && b.version >= MinVersion {
			return b.reachable(c, p)
		}
		seen = append(seen, strconv.Itoa(b.version))
	}
	return binaries{}, missing(p, want, seen)
}

// Missing is the error when no installed PostgreSQL fits; Want is the version of the existing database, 0 without one.
type Missing struct {
	Want int
	text string
}

func (m *Missing) Error() string { return m.text }

func missing(p place, want int, seen []string) error {
	found := "没有找到任何 PostgreSQL"
	if len(seen) > 0 {
		slices.Sort(seen)
		found = "只找到 PostgreSQL " + strings.Join(slices.Compact(seen), "、")
	}
	if want > 0 {
		return &Missing{Want: want, text: fmt.Sprintf("%s 是 PostgreSQL %d 的数据，本机%s；数据没有改动，请安装 PostgreSQL %d", p.pg, want, found, want)}
	}
	return &Missing{text: fmt.Sprintf("本机%s（需要 %d 版以上）；%s", found, MinVersion, install)}
}

// Find tells which installed PostgreSQL Start would run: the folder of its programs and its major version.
func Find(ctx context.Context, c Config) (dir string, version int, err error) {
	if c, err = c.complete(); err != nil {
		return "", 0, err
	}
	p, err := findPlace(c)
	if err != nil {
		return "", 0, err
	}
	want, err := clusterVersion(p.pg)
	if err != nil {
		return "", 0, err
	}
	b, err := findBinaries(ctx, c, p, want)
	return b.dir, b.version, err
}

// candidateDirs lists where to look, best first. YIGAI_PG_BIN, when set, is the only place.
func candidateDirs(c Config) []string {
	if dir := os.Getenv("YIGAI_PG_BIN"); dir != "" {
		return []string{dir}
	}
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin",
	} {
		if found, err := filepath.Glob(pattern); err == nil {
			slices.Reverse(found) // newest first
			dirs = append(dirs, found...)
		}
	}
	return append(dirs, filepath.Join(c.FetchedBin, "bin"))
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// inspect asks the postgres in dir for its version; both programs must be there.
func inspect(ctx context.Context, dir string) (binaries, error) {
	b := binaries{dir: dir}
	for _, name := range []string{"postgres", "initdb"} {
		if _, err := os.Stat(b.path(name)); err != nil {
			return b, err
		}
	}
	out, err := exec.CommandContext(ctx, b.path("postgres"), "--version").CombinedOutput()
	if err != nil {
		return b, fmt.Errorf("%w：%s", err, strings.TrimSpace(string(out)))
	}
	m := versionLine.FindSubmatch(out)
	if m == nil {
		return b, fmt.Errorf("看不懂版本号：%s", out)
	}
	b.version, err = strconv.Atoi(string(m[1]))
	return b, err
}

// reachable copies the binaries next to the database when the user that runs postgres cannot get at them.
func (b binaries) reachable(c Config, p place) (binaries, error) {
	if p.runs.passes(b.dir) {
		return b, nil
	}
	copied := binaries{dir: filepath.Join(p.home, fmt.Sprintf("pgbin-%d", b.version), "bin"), version: b.version}
	if _, err := os.Stat(copied.path("initdb")); err == nil && p.runs.passes(copied.dir) {
		return copied, nil
	}
	tree := filepath.Dir(b.dir)
	if !fits(tree) || !p.runs.passes(p.home) {
		return b, fmt.Errorf("运行 PostgreSQL 的用户进不了 %s；请安装系统的 PostgreSQL 软件包", b.dir)
	}
	c.Log.Info("把 PostgreSQL 程序复制到运行它的用户能进入的目录", "位置", filepath.Dir(copied.dir))
	if err := copyTree(tree, filepath.Dir(copied.dir)); err != nil {
		return b, fmt.Errorf("不能把 PostgreSQL 程序复制到 %s：%w", p.home, err)
	}
	return copied, nil
}

// fits reports whether the folder is a whole PostgreSQL and not, say, /usr.
func fits(tree string) bool {
	entries, err := os.ReadDir(tree)
	return err == nil && len(entries) <= 10
}

// copyTree copies under another name first, so that an interrupted copy is never taken for a whole one.
func copyTree(from, to string) error {
	half := to + ".part"
	if err := os.RemoveAll(half); err != nil {
		return err
	}
	if err := os.CopyFS(half, os.DirFS(from)); err != nil {
		return err
	}
	err := filepath.WalkDir(half, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.Type()&os.ModeSymlink != 0 {
			return err
		}
		st, err := e.Info()
		if err != nil {
			return err
		}
		// The caller's umask may have closed what others must read.
		return os.Chmod(path, st.Mode()|0o444|(st.Mode()&0o100)>>3|(st.Mode()&0o100)>>6)
	})
	if err != nil {
		return err
	}
	return os.Rename(half, to)
}
