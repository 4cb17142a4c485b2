package pgserver

import "golang.org/x/sys/unix"

// memoryMB is the machine's memory; 2048 when the system does not tell.
func memoryMB() int {
	bytes, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return 2048
	}
	return int(bytes >> 20)
}
