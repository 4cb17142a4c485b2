//go:build !linux && !darwin

package pgserver

// memoryMB assumes a small server where the system is not known.
func memoryMB() int { return 2048 }
