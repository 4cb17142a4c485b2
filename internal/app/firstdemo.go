package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/app/demo"
)

// demoLock is the advisory lock that keeps two processes from loading the demo at once: "demo" in ASCII.
const demoLock = 0x64656d6f

// LoadDemo makes the demo county, keeps its accounts in a file that only the owner reads, and prints them. A database
// that already holds a county is refused.
func (a *App) LoadDemo(ctx context.Context, out io.Writer) error {
	return alone(ctx, a.Deps.DB, func() error { return a.loadDemo(ctx, out) })
}

// FirstDemo is LoadDemo for a start with YIGAI_DEMO: it loads into an empty database, shows the accounts again when the
// demo is there already, and leaves a county that is not the demo's alone.
func (a *App) FirstDemo(ctx context.Context, out io.Writer) error {
	return alone(ctx, a.Deps.DB, func() error {
		state, err := demo.Look(ctx, a.Deps.DB)
		if err != nil {
			return fmt.Errorf("look for the demo county: %w", err)
		}
		switch state {
		case demo.Real:
			return say(out, "数据库里已有县,不装入演示数据。\n")
		case demo.Loaded:
			return a.showDemo(out, "演示县已在数据库里。下面是装入时的初始密码,改过的以改后的为准。\n")
		}
		if err := say(out, "第一次启动,正在装入演示县,约需半分钟。\n"); err != nil {
			return err
		}
		return a.loadDemo(ctx, out)
	})
}

// alone runs do while no other process is in here; the lock goes with the connection.
func alone(ctx context.Context, db *pgxpool.Pool, do func() error) (err error) {
	conn, err := db.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("reach database: %w", err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", demoLock); err != nil {
		return fmt.Errorf("wait for another load of the demo: %w", err)
	}
	defer func() {
		_, unlocked := conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", demoLock)
		err = errors.Join(err, unlocked)
	}()
	return do()
}

func (a *App) loadDemo(ctx context.Context, out io.Writer) error {
	accounts, err := demo.Load(ctx, demo.House{DB: a.Deps.DB, Now: a.Deps.Now, Calendar: a.Deps.Calendar,
		Permissions: func() *actor.Permissions { return a.Deps.Permissions }, System: a.System}, out)
	if err != nil {
		return err
	}
	if err := a.keepAccounts(accounts); err != nil {
		return err
	}
	return a.showDemo(out, "")
}

func (a *App) accountsFile() string { return filepath.Join(a.Config.DataDir, "demo-accounts.txt") }

var accountsText = template.Must(template.New("accounts").Parse(
	`医改演示账号(数据均为虚构,密码随机生成)
用户名 | 密码 | 角色 | 姓名 | 单位
{{range .}}{{.Username}} | {{.Password}} | {{.Role}} | {{.Name}} | {{.Place}}
{{end}}`))

func (a *App) keepAccounts(accounts []demo.Account) error {
	if err := os.MkdirAll(a.Config.DataDir, 0o755); err != nil {
		return fmt.Errorf("数据目录 %s 无法建立: %w", a.Config.DataDir, err)
	}
	var text strings.Builder
	if err := accountsText.Execute(&text, accounts); err != nil {
		return fmt.Errorf("write demo accounts: %w", err)
	}
	// A file of an earlier database may be there with other rights, which writing would leave as they are.
	if err := os.Remove(a.accountsFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("演示账号文件无法替换: %w", err)
	}
	if err := os.WriteFile(a.accountsFile(), []byte(text.String()), 0o600); err != nil {
		return fmt.Errorf("演示账号文件无法写入: %w", err)
	}
	return nil
}

// showDemo prints the accounts from the file, after what is to be said about them.
func (a *App) showDemo(out io.Writer, said string) error {
	text, err := os.ReadFile(a.accountsFile())
	if errors.Is(err, fs.ErrNotExist) {
		return say(out, "演示县已装入,但账号文件 %s 不在了;用 yigai user passwd --username 用户名 重设密码,yigai user list 列出账号。\n", a.accountsFile())
	}
	if err != nil {
		return fmt.Errorf("演示账号文件无法读取: %w", err)
	}
	return say(out, "%s%s以上账号也在 %s\n", said, text, a.accountsFile())
}

func say(out io.Writer, format string, args ...any) error {
	if _, err := fmt.Fprintf(out, format, args...); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
