package pgserver

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// The three locks of a data folder; the kernel lets go of them when their holder dies, however it dies.
const (
	serveLock  = "serve"  // held by the one serve
	ownerLock  = "owner"  // held by the parent of postgres
	guestsLock = "guests" // shared by the commands that use somebody else's postgres
)

// held is a file that this process has locked.
type held struct{ file *os.File }

// tryLock locks the file of that name, or returns nil when another process has it.
func tryLock(home, name string, how int) (*held, error) {
	dir := filepath.Join(home, "lock")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("不能在数据目录里建立锁文件目录 %s：%w", dir, err)
	}
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("不能打开数据目录里的锁文件：%w", err)
	}
	err = syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, f.Close()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("不能锁定 %s（数据目录须在本机磁盘上）：%w", f.Name(), err), f.Close())
	}
	return &held{file: f}, nil
}

func tryExclusive(home, name string) (*held, error) { return tryLock(home, name, syscall.LOCK_EX) }

func tryShared(home, name string) (*held, error) { return tryLock(home, name, syscall.LOCK_SH) }

// sign leaves the process id in the file for the message that the next one gets.
func (h *held) sign() error {
	if err := h.file.Truncate(0); err != nil {
		return fmt.Errorf("不能写锁文件：%w", err)
	}
	if _, err := h.file.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0); err != nil {
		return fmt.Errorf("不能写锁文件：%w", err)
	}
	return nil
}

// release lets go; a nil lock is nothing to let go of.
func (h *held) release() error {
	if h == nil {
		return nil
	}
	return h.file.Close()
}

// signature is the process id that the holder left, or "未知".
func signature(home, name string) string {
	text, err := os.ReadFile(filepath.Join(home, "lock", name))
	if pid := strings.TrimSpace(string(text)); err == nil && pid != "" {
		return pid
	}
	return "未知"
}
