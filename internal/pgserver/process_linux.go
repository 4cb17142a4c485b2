package pgserver

import "syscall"

// withParentDeath makes postgres shut down when this process dies, even by kill -9.
func withParentDeath(attr *syscall.SysProcAttr) *syscall.SysProcAttr {
	attr.Pdeathsig = syscall.SIGINT
	return attr
}
