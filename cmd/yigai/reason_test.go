package main

import (
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
)

func TestCausesOfTheSystemAreSaidInChinese(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, busy := net.Listen("tcp", taken.Addr().String())
	_, missing := os.Open("/does/not/exist")
	for want, err := range map[string]error{
		"地址不能用:端口已被占用":        fmt.Errorf("地址不能用: %w", busy),
		"备份文件无法读取:没有这个文件或文件夹": fmt.Errorf("备份文件无法读取: %w", missing),
		"说过的话不变":              fmt.Errorf("说过的话不变"),
	} {
		if got := spoken(err); got != want || strings.Contains(got, "address already") {
			t.Errorf("said %q, want %q", got, want)
		}
	}
}
