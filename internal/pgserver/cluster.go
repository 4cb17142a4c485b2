package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

const superuser = "postgres"

// clusterVersion is the major version that made the database folder; 0 when there is no database yet.
func clusterVersion(pg string) (int, error) {
	text, err := os.ReadFile(filepath.Join(pg, "PG_VERSION"))
	if err == nil {
		version, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil {
			return 0, fmt.Errorf("%s 里的版本号读不懂，数据没有改动：%w", pg, err)
		}
		return version, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return 0, fmt.Errorf("当前用户读不了数据库目录 %s（它可能是另一个用户建立的）：%w", pg, err)
	}
	entries, err := os.ReadDir(pg)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, fmt.Errorf("当前用户读不了数据库目录 %s：%w", pg, err)
	}
	if len(entries) > 0 {
		return 0, fmt.Errorf("%s 不是空目录，但里面没有 PostgreSQL 数据库；为免覆盖，没有改动它，请移走或换一个 YIGAI_DATA_DIR", pg)
	}
	return 0, nil
}

// create makes the database folder under another name and renames it when it is whole, so that an interrupted
// start leaves nothing that looks like a database.
func create(ctx context.Context, c Config, p place, b binaries) error {
	half := p.pg + ".new"
	if err := os.RemoveAll(half); err != nil {
		return fmt.Errorf("不能清除上次未完成的初始化 %s：%w", half, err)
	}
	if err := os.Mkdir(half, 0o700); err != nil {
		return fmt.Errorf("不能建立数据库目录 %s：%w", half, err)
	}
	if err := p.runs.own(half); err != nil {
		return err
	}
	c.Log.Info("首次启动：建立数据库", "位置", p.pg, "PostgreSQL", b.version)
	if err := initdb(ctx, c, p, b, half); err != nil {
		return err
	}
	if err := os.Remove(p.pg); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("不能换下空的数据库目录 %s：%w", p.pg, err)
	}
	if err := os.Rename(half, p.pg); err != nil {
		return fmt.Errorf("不能启用新建的数据库目录 %s：%w", p.pg, err)
	}
	return nil
}

func initdb(ctx context.Context, c Config, p place, b binaries, dir string) error {
	args := []string{
		"--pgdata=" + dir, "--username=" + superuser, "--auth=trust",
		"--encoding=UTF8", "--data-checksums", "--no-instructions",
	}
	args = append(args, locale()...)
	if !c.Durable {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, b.path("initdb"), args...)
	cmd.SysProcAttr, cmd.Env, cmd.Dir = p.runs.sysProcAttr(), environment(), p.home
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	if _, unknown := user.LookupId(strconv.Itoa(int(p.runs.uid))); unknown != nil {
		return fmt.Errorf("建立数据库失败：当前用户（uid %d）没有登记在系统用户表里，PostgreSQL 不接受；请在 /etc/passwd 里登记，或设置 YIGAI_DATABASE_URL：%w", p.runs.uid, err)
	}
	return fmt.Errorf("建立数据库失败：%w：%s", explain(err, p), tail(string(out)))
}

// locale sorts by code point everywhere; queries that show Chinese in order say COLLATE "zh-x-icu" themselves.
func locale() []string {
	if runtime.GOOS == "darwin" {
		return []string{"--locale=C", "--lc-ctype=UTF-8"} // macOS has no C.UTF-8
	}
	return []string{"--locale=C.UTF-8"}
}

// environment is what postgres gets to see: nothing that changes its behaviour (PGDATA, PGPORT, LC_ALL …).
func environment() []string {
	env := []string{"LC_ALL=C"}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "TZ", "LD_LIBRARY_PATH"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// tail is the end of a program's output, in one line.
func tail(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	return strings.Join(lines[max(0, len(lines)-3):], " | ")
}
