package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"
)

// otherWork says how busy the processors are before the bench begins: a figure taken beside other work is not a figure
// of the product.
func otherWork(ctx context.Context) string {
	before, err := jiffies()
	if err != nil {
		return "not known how busy the machine was with other work"
	}
	wait(ctx, time.Second)
	after, err := jiffies()
	if err != nil || after.all == before.all {
		return "not known how busy the machine was with other work"
	}
	idle := float64(after.idle-before.idle) / float64(after.all-before.all)
	return fmt.Sprintf("%.0f %% of the processors busy with other work just before", 100*(1-idle))
}

// spent is the time of all processors since the machine started.
type spent struct{ idle, all int64 }

// jiffies reads the first line of /proc/stat, where there is one.
func jiffies() (s spent, err error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return s, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	for i, field := range strings.Fields(first)[1:] {
		var n int64
		if _, err := fmt.Sscan(field, &n); err != nil {
			return s, err
		}
		if i == 3 || i == 4 { // idle, and waiting for a disk
			s.idle += n
		}
		if i < 8 { // guests are counted in user time already
			s.all += n
		}
	}
	return s, nil
}
