package main

import (
	"archive/zip"
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
)

// spoken is the text of an error with the system's English cause at its end said in Chinese; a cause that is not known
// stays as the system says it.
func spoken(err error) string {
	text := err.Error()
	cause, word := causeOf(err), reason(err)
	if cause == nil || word == "" {
		return text
	}
	text = strings.ReplaceAll(text, ": "+cause.Error(), ":"+word)
	return strings.ReplaceAll(text, cause.Error(), word)
}

// causeOf is the outermost error of the system inside err, whose whole text is technical.
func causeOf(err error) error {
	var connect *pgconn.ConnectError
	var opened *net.OpError
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &connect):
		return connect
	case errors.As(err, &opened):
		return opened
	case errors.As(err, &path):
		return path
	case errors.As(err, &link):
		return link
	case errors.Is(err, zip.ErrFormat):
		return zip.ErrFormat
	case errors.Is(err, context.Canceled):
		return context.Canceled
	}
	return nil
}

// reason says why the system refused, "" when it is none of the usual causes.
func reason(err error) string {
	for _, known := range reasons {
		if errors.Is(err, known.cause) {
			return known.word
		}
	}
	if errors.As(err, new(*pgconn.ConnectError)) {
		return "数据库连接不上,请检查 YIGAI_DATABASE_URL 和数据库是否在运行"
	}
	return ""
}

var reasons = []struct {
	cause error
	word  string
}{
	{syscall.EADDRINUSE, "端口已被占用"},
	{syscall.EADDRNOTAVAIL, "本机没有这个地址"},
	{syscall.EISDIR, "这是文件夹"},
	{syscall.ENOTDIR, "路径里有一段不是文件夹"},
	{syscall.ENOSPC, "磁盘已满"},
	{syscall.EROFS, "磁盘是只读的"},
	{syscall.EACCES, "没有权限"},
	{fs.ErrPermission, "没有权限"},
	{fs.ErrNotExist, "没有这个文件或文件夹"},
	{zip.ErrFormat, "不是 zip 格式的文件"},
	{context.Canceled, "已中断"},
}
