//go:build !linux

package pgserver

import "syscall"

// withParentDeath changes nothing: only Linux tells a child that its parent died. The next start ends the orphan.
func withParentDeath(attr *syscall.SysProcAttr) *syscall.SysProcAttr { return attr }
