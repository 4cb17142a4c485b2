package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"
)

// held is the memory that the Go runtime holds from the operating system.
func held() int64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64()) - int64(s[1].Value.Uint64())
}

// inMemory runs do and says how long it took and how much more memory was held at the worst moment, looking every
// two milliseconds.
func inMemory(do func() error) (took time.Duration, growth int64, err error) {
	debug.FreeOSMemory()
	before := held()
	stop, peak := make(chan struct{}), make(chan int64)
	go func() {
		most, clock := before, time.NewTicker(2*time.Millisecond)
		defer clock.Stop()
		for {
			select {
			case <-stop:
				peak <- max(most, held())
				return
			case <-clock.C:
				most = max(most, held())
			}
		}
	}()
	began := time.Now()
	err = do()
	took = time.Since(began)
	close(stop)
	return took, <-peak - before, err
}

// resident is the memory of another process in bytes, as the operating system counts it.
func resident(pid int) (int64, error) {
	if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid)); err == nil {
		var size, pages int64
		_, err := fmt.Sscan(string(text), &size, &pages)
		return pages * int64(os.Getpagesize()), err
	}
	out, err := exec.Command("ps", "-o", "rss=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return 0, fmt.Errorf("ask for the memory of process %d: %w", pid, err)
	}
	kilobytes, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	return kilobytes << 10, err
}
