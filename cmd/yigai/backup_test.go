package main

import (
	"path/filepath"
	"strings"
	"testing"

	"yigai/internal/pgtest"
)

// The drill of docs/operations.md on private databases, whose role is no superuser.
func TestBackupDrillOnPrivateDatabases(t *testing.T) {
	t.Parallel()
	old, fresh := newProgram(t, ""), newProgram(t, "")
	old.newCounty("standard")
	file := filepath.Join(t.TempDir(), "drill.zip")
	if said := old.do("", "backup", file); !strings.Contains(said, file) {
		t.Errorf("backup says %q", said)
	}
	if said := fresh.do("", "restore", file); !strings.Contains(said, "已恢复") {
		t.Errorf("restore says %q", said)
	}
	if was, is := old.do("", "user", "list"), fresh.do("", "user", "list"); was != is || !strings.Contains(is, "bureau") {
		t.Errorf("accounts were\n%sare\n%s", was, is)
	}
	if was, is := old.do("", "audit", "verify"), fresh.do("", "audit", "verify"); was != is {
		t.Errorf("the trail was %q, is %q", was, is)
	}
}

func TestDoctorNamesWhatIsSetAndReachable(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	p := newProgram(t, url)
	p.env = append(p.env, "YIGAI_TRUSTED_PROXIES=10.0.0.5", "YIGAI_REPLICA_URL="+url, "YIGAI_METRICS_LISTEN=127.0.0.1:9100")
	said := p.do("", "doctor")
	for _, want := range []string{"10.0.0.5/32", "127.0.0.1:9100", "YIGAI_DATABASE_URL", "PostgreSQL", "不是副本", "进程没有运行"} {
		if !strings.Contains(said, want) {
			t.Errorf("doctor does not say %q:\n%s", want, said)
		}
	}
	if strings.Contains(said, "postgres://") {
		t.Errorf("doctor shows an address with a password:\n%s", said)
	}
}
