package app

import (
	"bytes"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/pg"
	"yigai/internal/pgtest"
)

func demoApp(t *testing.T) *App {
	t.Helper()
	config := Config{Listen: "127.0.0.1:0", BaseURL: "http://127.0.0.1", DataDir: t.TempDir(), Demo: true}
	return New(config, pgtest.New(t), orgtest.Now, slog.New(slog.NewTextHandler(io.Discard, nil)))
}

func TestFirstDemo(t *testing.T) {
	t.Parallel()
	a := demoApp(t)
	file := filepath.Join(a.Config.DataDir, "demo-accounts.txt")

	var one, two bytes.Buffer
	t.Run("two starts at once load it once", func(t *testing.T) {
		group, ctx := errgroup.WithContext(t.Context())
		group.Go(func() error { return a.FirstDemo(ctx, &one) })
		group.Go(func() error { return a.FirstDemo(ctx, &two) })
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(one.String()+two.String(), "正在装入演示县"); n != 1 {
			t.Errorf("loaded %d times", n)
		}
	})
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("both print the accounts, which work", func(t *testing.T) {
		if !strings.Contains(one.String(), string(text)) || !strings.Contains(two.String(), string(text)) {
			t.Errorf("printed:\n%s\n%s", &one, &two)
		}
		if n := strings.Count(one.String()+two.String(), "改过的以改后的为准"); n != 1 {
			t.Errorf("%d starts say that the passwords may have been changed since, want the later one", n)
		}
		fields := strings.Split(strings.Split(string(text), "\n")[2], " | ")
		svc := account.New(a.Deps.DB, a.Deps.Now, func() *actor.Permissions { return a.Deps.Permissions })
		if _, err := svc.SignIn(t.Context(), fields[0], fields[1], account.Origin{Address: "192.0.2.1"}); err != nil {
			t.Errorf("%s: %v", fields[0], err)
		}
	})
	t.Run("the file is for the owner only", func(t *testing.T) {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info.Mode(), err)
		}
	})
	t.Run("a start without the file says where they were", func(t *testing.T) {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := a.FirstDemo(t.Context(), &out); err != nil || !strings.Contains(out.String(), file) {
			t.Errorf("%v %s", err, &out)
		}
	})
	t.Run("the command refuses a second load", func(t *testing.T) {
		if err := a.LoadDemo(t.Context(), io.Discard); err == nil || err.Error() != "演示县已经装入,不能重复装入" {
			t.Errorf("says %v", err)
		}
	})
}

func TestFirstDemoLeavesARealCountyAlone(t *testing.T) {
	t.Parallel()
	a := demoApp(t)
	err := pg.Tx(t.Context(), a.Deps.DB, func(tx pgx.Tx) error {
		_, _, err := org.CreateCounty(t.Context(), tx, "150523", "开鲁县", false)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := a.FirstDemo(t.Context(), &out); err != nil || !strings.Contains(out.String(), "不装入演示数据") {
		t.Errorf("%v %s", err, &out)
	}
}
