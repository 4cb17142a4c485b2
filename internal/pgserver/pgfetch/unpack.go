package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

const prefix = "package/native/"

// unpack writes the native part of the package beside dir and moves it there when it is whole.
func unpack(tarball io.Reader, dir string) (err error) {
	half := dir + ".part"
	if err := os.RemoveAll(half); err != nil {
		return err
	}
	if err := os.MkdirAll(half, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(half) // nothing in the package can reach outside
	if err != nil {
		return err
	}
	if err := errors.Join(extract(tarball, root), link(root), root.Close()); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(half, dir)
}

func extract(tarball io.Reader, root *os.Root) error {
	z, err := gzip.NewReader(tarball)
	if err != nil {
		return err
	}
	for files := tar.NewReader(z); ; {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name, native := strings.CutPrefix(h.Name, prefix)
		if !native || h.Typeflag != tar.TypeReg {
			continue
		}
		if err := write(root, name, files); err != nil {
			return fmt.Errorf("%s：%w", name, err)
		}
	}
}

func write(root *os.Root, name string, from io.Reader) (err error) {
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	mode := os.FileMode(0o644)
	if path.Dir(name) == "bin" {
		mode = 0o755
	}
	f, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}

// link makes the links between shared libraries; npm packages cannot hold links, so a list stands in for them.
func link(root *os.Root) error {
	text, err := root.ReadFile("pg-symlinks.json")
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(text, &links); err != nil {
		return fmt.Errorf("pg-symlinks.json：%w", err)
	}
	for _, l := range links {
		name := strings.TrimPrefix(l.Target, "native/")
		to, err := filepath.Rel(path.Dir(name), strings.TrimPrefix(l.Source, "native/"))
		if err != nil {
			return err
		}
		if err := root.Symlink(to, name); err != nil {
			return err
		}
	}
	return nil
}
