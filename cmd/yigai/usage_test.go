package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		args []string
		code int
		says string
	}{
		"nothing":           {nil, exitUsage, "yigai serve"},
		"help":              {[]string{"--help"}, 0, "yigai backup"},
		"unknown":           {[]string{"fly"}, exitUsage, `没有 "fly"`},
		"half a command":    {[]string{"user"}, exitUsage, "create、passwd、unlock、list"},
		"unknown role":      {[]string{"user", "create", "--username", "x", "--role", "boss"}, exitUsage, "bureau_admin"},
		"a folder":          {[]string{"import", "institutions", "."}, exitFailed, "是文件夹"},
		"help of a command": {[]string{"county", "create", "--help"}, 0, "示例"},
		"unknown flag":      {[]string{"county", "create", "--clor", "1"}, exitUsage, "不认识的选项"},
		"short county code": {[]string{"county", "create", "--code", "15", "--name", "开鲁县"}, exitUsage, "6 位"},
		"nobody's token":    {[]string{"token", "create"}, exitUsage, "请给出 --user\n"},
		"missing flags":     {[]string{"county", "create"}, exitUsage, "--code"},
		"unknown kind":      {[]string{"import", "cats", "x.csv"}, exitUsage, "institutions"},
		"missing file":      {[]string{"import", "institutions", "/does/not/exist.csv"}, exitFailed, "没有这个文件"},
		"wrong period":      {[]string{"indicator", "compute", "--period", "7月"}, exitUsage, "2026-07"},
		"both sides":        {[]string{"serve", "--web-only", "--worker-only"}, exitUsage, "只能选一个"},
		"wrong setting":     {[]string{"serve"}, exitUsage, "YIGAI_LISTEN"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			getenv := func(key string) string {
				if key == "YIGAI_LISTEN" && name == "wrong setting" {
					return "nowhere"
				}
				return ""
			}
			code := run(t.Context(), c.args, getenv, strings.NewReader(""), &out, &errs)
			if code != c.code || !strings.Contains(out.String()+errs.String(), c.says) {
				t.Errorf("code %d, want %d with %q; said %s%s", code, c.code, c.says, &out, &errs)
			}
		})
	}
}

func TestEveryToolHasAnExample(t *testing.T) {
	t.Parallel()
	for _, one := range tools() {
		if !strings.HasPrefix(one.example, "yigai "+one.name) || one.about == "" {
			t.Errorf("%s: example %q, about %q", one.name, one.example, one.about)
		}
	}
}
