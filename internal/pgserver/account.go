package pgserver

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the system user that postgres runs as: PostgreSQL refuses to run as root.
type account struct {
	uid, gid uint32
	switched bool // this process is root and postgres runs as somebody else
}

// chooseAccount picks the owner of an existing database folder, else postgres, else nobody, when we are root.
func chooseAccount(pgDir string) (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}, nil
	}
	if st, err := os.Stat(pgDir); err == nil {
		if sys := st.Sys().(*syscall.Stat_t); sys.Uid != 0 {
			return account{uid: sys.Uid, gid: sys.Gid, switched: true}, nil
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			return accountOf(u)
		}
	}
	return account{}, errors.New("PostgreSQL 不能以 root 运行，而本机没有 postgres 或 nobody 用户：请建立 postgres 用户（useradd -r postgres），或改用普通用户启动")
}

func accountOf(u *user.User) (account, error) {
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("读取用户 %s 的编号：%w", u.Username, err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("读取用户 %s 的组编号：%w", u.Username, err)
	}
	return account{uid: uint32(uid), gid: uint32(gid), switched: true}, nil
}

func (a account) sysProcAttr() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true} // Ctrl-C must reach the application first
	if a.switched {
		attr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return attr
}

// explain adds what to do when the system does not let us start a program as the account.
func explain(err error, p place) error {
	switch {
	case p.runs.switched && errors.Is(err, syscall.EPERM):
		return fmt.Errorf("系统（多半是容器）不允许 root 换成 uid %d，请改用普通用户启动：%w", p.runs.uid, err)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("运行 PostgreSQL 的用户（uid %d）没有权限进入程序目录或 %s：%w", p.runs.uid, p.home, err)
	}
	return err
}

// own gives the account one folder of ours.
func (a account) own(path string) error {
	if !a.switched {
		return nil
	}
	if err := os.Lchown(path, int(a.uid), int(a.gid)); err != nil {
		return fmt.Errorf("不能把 %s 交给运行 PostgreSQL 的用户（uid %d）：%w", path, a.uid, err)
	}
	return nil
}

// passes reports whether the account may walk through every folder down to dir; what does not exist yet is ours to make.
func (a account) passes(dir string) bool {
	if !a.switched {
		return true
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	for {
		if st, err := os.Stat(dir); err == nil && !a.enters(st) {
			return false
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return true
		}
		dir = parent
	}
}

func (a account) enters(st os.FileInfo) bool {
	sys := st.Sys().(*syscall.Stat_t)
	switch {
	case sys.Uid == a.uid:
		return st.Mode()&0o100 != 0
	case sys.Gid == a.gid:
		return st.Mode()&0o010 != 0
	}
	return st.Mode()&0o001 != 0
}
