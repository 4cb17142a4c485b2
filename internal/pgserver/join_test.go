package pgserver

import (
	"testing"
	"time"
)

func TestCommandAlone(t *testing.T) {
	t.Parallel()
	dir := openTemp(t)
	s := join(t, dir)
	query(t, s, tenRows)
	stop(t, s)
	if answers(s.place) {
		t.Error("postgres answers after the command that started it")
	}
}

func TestCommandJoinsServe(t *testing.T) {
	t.Parallel()
	dir := openTemp(t)
	serve := start(t, quick(dir))
	query(t, serve, tenRows)
	command := join(t, dir)
	if command.URL() != serve.URL() {
		t.Errorf("the command uses %s, serve %s", command.URL(), serve.URL())
	}
	if n := query(t, command, "SELECT count(*) FROM kept"); n != "10" {
		t.Errorf("the command sees %s rows, want 10", n)
	}
	stop(t, command)
	query(t, serve, "SELECT 1")
}

func TestServeWaitsForShortCommand(t *testing.T) {
	t.Parallel()
	dir := openTemp(t)
	command := join(t, dir)
	query(t, command, tenRows)
	ended := make(chan error, 1)
	go func() {
		time.Sleep(300 * time.Millisecond)
		ended <- command.Stop()
	}()
	serve := start(t, quick(dir))
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	awaitTakeOver(t, serve)
	if n := query(t, serve, "SELECT count(*) FROM kept"); n != "10" {
		t.Errorf("%s rows, want 10", n)
	}
}

func TestServeSucceedsLongCommand(t *testing.T) {
	t.Parallel()
	dir := openTemp(t)
	command := join(t, dir)
	query(t, command, tenRows)
	serve := start(t, quick(dir)) // comes back after the grace, as a guest
	if n := query(t, serve, "SELECT count(*) FROM kept"); n != "10" {
		t.Errorf("%s rows beside the command, want 10", n)
	}
	_, err := Start(t.Context(), quick(dir))
	mustSay(t, err, "已经有一个 yigai serve 在运行")
	stop(t, command)
	awaitTakeOver(t, serve)
	if n := query(t, serve, "SELECT count(*) FROM kept"); n != "10" {
		t.Errorf("%s rows after taking over, want 10", n)
	}
}

// awaitTakeOver waits for the database of a serve whose predecessor has ended.
func awaitTakeOver(t *testing.T, serve *Server) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(poll) {
		if ping(t.Context(), serve.URL()) == nil {
			return
		}
	}
	t.Fatal("serve did not take the database over")
}

func TestCommandWaitsForItsGuest(t *testing.T) {
	t.Parallel()
	dir := openTemp(t)
	first := join(t, dir)
	query(t, first, tenRows)
	second := join(t, dir)
	ended := make(chan error, 1)
	go func() { ended <- first.Stop() }()
	time.Sleep(5 * poll)
	if n := query(t, second, "SELECT count(*) FROM kept"); n != "10" {
		t.Errorf("%s rows while the first command wants to end, want 10", n)
	}
	stop(t, second)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestManyCommandsAtOnce(t *testing.T) {
	t.Parallel()
	dir := openTemp(t)
	others := make([]*other, 4)
	for i := range others {
		others[i] = startOther(t, "join", dir)
	}
	for _, o := range others {
		if err := o.input.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, o := range others {
		o.expect(t, "stopped")
		if err := o.cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	query(t, join(t, dir), "SELECT 1")
}
