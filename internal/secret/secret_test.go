package secret_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"yigai/internal/secret"
)

func TestSealAndOpen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	sealed, err := secret.In(dir).Seal("13800000000")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := secret.In(dir).Open(sealed); err != nil || got != "13800000000" {
		t.Errorf("another process reads %q, %v", got, err)
	}
	again, err := secret.In(dir).Seal("13800000000")
	if err != nil || string(again) == string(sealed) {
		t.Errorf("the same text looks the same twice (%v)", err)
	}
	if info, err := os.Stat(filepath.Join(dir, "secret.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v", info, err)
	}
	sealed[len(sealed)-1] ^= 1
	for _, wrong := range [][]byte{sealed, nil, []byte("short")} {
		if _, err := secret.In(dir).Open(wrong); !errors.Is(err, secret.ErrForeign) {
			t.Errorf("a changed text opens: %v", err)
		}
	}
	if _, err := secret.In(t.TempDir()).Open(again); !errors.Is(err, secret.ErrForeign) {
		t.Errorf("another key opens it: %v", err)
	}
}

func TestTwoProcessesMakeOneKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var wg sync.WaitGroup
	sealed := make([][]byte, 8)
	for i := range sealed {
		wg.Go(func() {
			var err error
			if sealed[i], err = secret.In(dir).Seal("x"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, one := range sealed {
		if _, err := secret.In(dir).Open(one); err != nil {
			t.Errorf("sealed with a key that did not stay: %v", err)
		}
	}
}

func TestAPassingFailureIsForgotten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	blocking := filepath.Join(dir, "secret.key")
	if err := os.Mkdir(blocking, 0o700); err != nil {
		t.Fatal(err)
	}
	box := secret.In(dir)
	if _, err := box.Seal("x"); err == nil {
		t.Fatal("sealed without a key")
	}
	if err := os.Remove(blocking); err != nil {
		t.Fatal(err)
	}
	sealed, err := box.Seal("x")
	if err != nil {
		t.Fatalf("the failure stays: %v", err)
	}
	if got, err := box.Open(sealed); err != nil || got != "x" {
		t.Errorf("%q, %v", got, err)
	}
}
