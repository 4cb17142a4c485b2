package pgserver

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	port = "5432" // names the socket file; nothing listens on TCP
	// longestSocket is what every system's sockaddr_un takes (macOS 104 bytes with the closing zero, Linux 108).
	longestSocket = 103
)

// place is where one private database lives and who runs it.
type place struct {
	home   string // holds pg, lock and pg.log; the data folder unless postgres cannot get there
	pg     string // the database folder
	socket string // folder of the socket
	runs   account
}

// findPlace decides where the database of the data folder lives. Root's own folders are closed to the user that
// postgres runs as; the database then lives in /var/lib/yigai and <data folder>/pg is a link to it.
func findPlace(c Config) (place, error) {
	if err := os.MkdirAll(c.DataDir, 0o755); err != nil {
		return place{}, fmt.Errorf("不能建立数据目录 %s：%w", c.DataDir, err)
	}
	pg := filepath.Join(c.DataDir, "pg")
	runs, err := chooseAccount(pg)
	if err != nil {
		return place{}, err
	}
	if target, err := os.Readlink(pg); err == nil {
		pg = target
	} else if !runs.passes(c.DataDir) {
		if pg, err = moveOut(c, pg); err != nil {
			return place{}, err
		}
	}
	p := place{home: filepath.Dir(pg), pg: pg, runs: runs}
	p.socket, err = socketDir(p)
	return p, err
}

// moveOut links <data folder>/pg to a folder that the user running postgres can reach.
func moveOut(c Config, pg string) (string, error) {
	if _, err := os.Lstat(pg); !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("以 root 启动时，运行 PostgreSQL 的用户进不了 %s；请放开上级目录的通过权限（chmod o+x），或把 YIGAI_DATA_DIR 设到别处", pg)
	}
	home := filepath.Join(c.rootHome, strings.ReplaceAll(strings.Trim(c.DataDir, "/"), "/", "-"))
	if err := os.MkdirAll(home, 0o755); err != nil {
		return "", fmt.Errorf("运行 PostgreSQL 的用户进不了 %s，也不能在 %s 建立数据目录：%w；请把 YIGAI_DATA_DIR 设到它能进入的目录", c.DataDir, home, err)
	}
	for _, dir := range []string{c.rootHome, home} { // whatever the umask says
		if err := os.Chmod(dir, 0o755); err != nil {
			return "", fmt.Errorf("不能放开目录 %s 的通过权限：%w", dir, err)
		}
	}
	target := filepath.Join(home, "pg")
	if err := os.Symlink(target, pg); err != nil {
		return "", fmt.Errorf("不能建立链接 %s → %s：%w", pg, target, err)
	}
	_, err := os.Stat(target)
	c.Log.Info("运行 PostgreSQL 的用户进不了 root 的目录，数据库改放在别处", "位置", target, "链接", pg, "沿用已有数据", err == nil)
	return target, nil
}

// socketDir is the database folder itself, or a folder of fixed name in /tmp when that path does not do for a socket.
func socketDir(p place) (string, error) {
	// A comma would make two folders of one, for PostgreSQL and for pgx.
	if len(filepath.Join(p.pg, ".s.PGSQL."+port)) <= longestSocket && !strings.ContainsAny(p.pg, `,"`) {
		return p.pg, nil
	}
	sum := sha256.Sum256([]byte(p.pg))
	dir := "/tmp/yigai-" + hex.EncodeToString(sum[:8])
	if err := os.Mkdir(dir, 0o700); err == nil {
		return dir, p.runs.own(dir)
	} else if !errors.Is(err, os.ErrExist) {
		return "", fmt.Errorf("数据目录的路径不能用于套接字，又不能在 /tmp 建立套接字目录：%w", err)
	}
	st, err := os.Lstat(dir)
	if err != nil {
		return "", fmt.Errorf("检查套接字目录：%w", err)
	}
	if owner := st.Sys().(*syscall.Stat_t).Uid; !st.IsDir() || owner != p.runs.uid || st.Mode().Perm() != 0o700 {
		return "", fmt.Errorf("套接字目录 %s 属于别的用户或权限过宽；请删除它，或把 YIGAI_DATA_DIR 改成较短的路径", dir)
	}
	return dir, nil
}
