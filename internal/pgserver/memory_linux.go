package pgserver

import "golang.org/x/sys/unix"

// memoryMB is the machine's memory; 2048 when the system does not tell.
func memoryMB() int {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return 2048
	}
	return int(uint64(info.Totalram) * uint64(info.Unit) >> 20)
}
