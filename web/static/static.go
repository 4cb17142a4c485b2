// Package static holds the files a browser needs: style sheets, scripts, icons. Third-party files are
// pinned by .scripts/assets.sh and carry their licences in LICENSES.
//
// A file's address contains a hash of its content, so a browser keeps it for a year and asks again only
// when it changed: /static/<hash>/app.css. The plain address /static/app.css works too, revalidated each time.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"sync"
)

// FS holds the files as they are.
//
//go:embed *.css *.js *.svg LICENSES
var FS embed.FS

// file is one embedded file, ready to send.
type file struct {
	hash   string
	mime   string
	plain  []byte
	zipped []byte // nil when compression gains nothing
}

// files is read once; the embedded files cannot be broken, so a failure is a programming mistake.
var files = sync.OnceValue(func() map[string]file {
	all := make(map[string]file)
	err := fs.WalkDir(FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		all[name], err = load(name)
		return err
	})
	if err != nil {
		panic(fmt.Sprintf("static: read embedded files: %v", err))
	}
	return all
})

// Path gives the address of a file, with the hash of its content.
func Path(name string) string {
	if f, ok := files()[name]; ok {
		return "/static/" + f.hash + "/" + name
	}
	return "/static/" + name
}

func load(name string) (file, error) {
	content, err := FS.ReadFile(name)
	if err != nil {
		return file{}, err
	}
	sum := sha256.Sum256(content)
	f := file{hash: hex.EncodeToString(sum[:6]), mime: mimeOf(name), plain: content}
	f.zipped, err = squeeze(content)
	return f, err
}

func squeeze(content []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if b.Len() >= len(content) {
		return nil, nil
	}
	return b.Bytes(), nil
}

// mimeOf does not trust the machine's own table, which on some systems calls scripts plain text.
func mimeOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}
