package pgserver

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

const tenRows = "CREATE TABLE kept (n int PRIMARY KEY); INSERT INTO kept SELECT generate_series(1, 10)"

func TestStart(t *testing.T) {
	t.Parallel()
	dir := openTemp(t)
	s := start(t, durable(dir))
	query(t, s, tenRows)
	stop(t, s)
	if answers(s.place) {
		t.Error("postgres answers after Stop")
	}
	again := start(t, durable(dir))
	if n := query(t, again, "SELECT count(*) FROM kept"); n != "10" {
		t.Errorf("%s rows after a restart, want 10", n)
	}
	if listen := query(t, again, "SHOW listen_addresses"); listen != "" {
		t.Errorf("postgres listens on %q, want no network at all", listen)
	}
	if fsync := query(t, again, "SHOW fsync"); fsync != "on" {
		t.Errorf("fsync is %s", fsync)
	}
	if super := query(t, again, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"); super != "f" {
		t.Error("the program's role is a superuser")
	}
}

func TestSecondServeIsRefused(t *testing.T) {
	t.Parallel()
	dir := openTemp(t)
	start(t, quick(dir))
	_, err := Start(t.Context(), quick(dir))
	mustSay(t, err, "已经有一个 yigai serve 在运行", strconv.Itoa(os.Getpid()))
}

func TestPostgresKilled(t *testing.T) {
	t.Parallel()
	s := start(t, durable(openTemp(t)))
	db, err := pgxpool.New(t.Context(), s.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	query(t, s, "CREATE TABLE kept (n int PRIMARY KEY)")
	acknowledged := 0
	for round := range 3 {
		for range 50 {
			if _, err := db.Exec(t.Context(), "INSERT INTO kept VALUES ($1)", acknowledged); err != nil {
				t.Fatal(err)
			}
			acknowledged++
		}
		waitForAnother(t, s, killPostmaster(t, s))
		if n := patientCount(t, db); n != acknowledged {
			t.Errorf("round %d: %d rows, %d were acknowledged", round, n, acknowledged)
		}
	}
}

func killPostmaster(t *testing.T, s *Server) int {
	t.Helper()
	pid, err := readPID(filepath.Join(s.place.pg, "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	return pid
}

// waitForAnother waits for the next postgres: for a moment the backends of the killed one still answer.
func waitForAnother(t *testing.T, s *Server, killed int) {
	t.Helper()
	pidFile := filepath.Join(s.place.pg, "postmaster.pid")
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(poll) {
		pid, err := readPID(pidFile)
		if err == nil && pid != killed && answers(s.place) {
			return
		}
	}
	t.Fatal("postgres was not started again")
}

// patientCount asks until the pool answers again.
func patientCount(t *testing.T, db *pgxpool.Pool) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		var n int
		err := db.QueryRow(ctx, "SELECT count(*) FROM kept").Scan(&n)
		if err == nil {
			return n
		}
		if ctx.Err() != nil {
			t.Fatalf("the pool does not answer again: %v", err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestOwnerKilled(t *testing.T) {
	t.Parallel()
	dir := openTemp(t)
	for round := range 2 {
		o := startOther(t, "serve", dir)
		guest := join(t, dir)
		query(t, guest, "CREATE TABLE IF NOT EXISTS kept (n int PRIMARY KEY); INSERT INTO kept VALUES ("+strconv.Itoa(round)+")")
		o.kill(t)
		stop(t, guest)
	}
	s := start(t, durable(dir))
	if n := query(t, s, "SELECT count(*) FROM kept"); n != "2" {
		t.Errorf("%s rows, want 2", n)
	}
}

func TestEverythingKilled(t *testing.T) {
	t.Parallel()
	dir := openTemp(t)
	o := startOther(t, "serve", dir)
	guest := join(t, dir)
	query(t, guest, tenRows)
	killPostmaster(t, guest)
	o.kill(t)
	stop(t, guest)
	s := start(t, durable(dir))
	if n := query(t, s, "SELECT count(*) FROM kept"); n != "10" {
		t.Errorf("%s rows, want 10", n)
	}
}

func TestForeignProcessNumberInPIDFile(t *testing.T) {
	t.Parallel()
	dir := openTemp(t)
	s := start(t, quick(dir))
	stop(t, s)
	// What a container killed with its volume leaves: the number belongs to somebody else now, here to this test.
	stale := strings.Join([]string{strconv.Itoa(os.Getpid()), s.place.pg, "1", port, s.place.socket, "", ""}, "\n")
	if err := os.WriteFile(filepath.Join(s.place.pg, "postmaster.pid"), []byte(stale), 0o600); err != nil {
		t.Fatal(err)
	}
	query(t, start(t, quick(dir)), "SELECT 1")
}
