package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// tarball packs the files as npm does.
func tarball(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for name, text := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestUnpack(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "pgbin")
	packed := tarball(t, map[string]string{
		"package/package.json":            "{}",
		"package/native/bin/postgres":     "program",
		"package/native/lib/libpq.so.5.1": "library",
		"package/native/pg-symlinks.json": `[{"source":"native/lib/libpq.so.5.1","target":"native/lib/libpq.so.5"}]`,
	})
	for range 2 { // again over what is there
		if err := unpack(bytes.NewReader(packed), dir); err != nil {
			t.Fatal(err)
		}
	}
	if st, err := os.Stat(filepath.Join(dir, "bin", "postgres")); err != nil || st.Mode()&0o111 == 0 {
		t.Errorf("postgres cannot be run: %v, %v", st, err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "lib", "libpq.so.5")); err != nil || string(text) != "library" {
		t.Errorf("the link leads to %q, %v", text, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "package.json")); err == nil {
		t.Error("files outside the native part are unpacked")
	}
}

func TestUnpackStaysInside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	packed := tarball(t, map[string]string{"package/native/../../../outside": "evil"})
	if err := unpack(bytes.NewReader(packed), filepath.Join(dir, "a", "pgbin")); err == nil {
		t.Error("a path that leads outside is accepted")
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	sum := sha512.Sum512([]byte("good"))
	want := base64.StdEncoding.EncodeToString(sum[:])
	if err := verify([]byte("good"), want); err != nil {
		t.Error(err)
	}
	if err := verify([]byte("changed"), want); err == nil {
		t.Error("a changed package is accepted")
	}
}

func TestDownload(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/there" {
			http.NotFound(w, r)
			return
		}
		if _, err := w.Write([]byte("package")); err != nil {
			t.Error(err)
		}
	}))
	defer s.Close()
	if body, err := download(t.Context(), s.URL+"/there"); err != nil || string(body) != "package" {
		t.Errorf("got %q, %v", body, err)
	}
	if _, err := download(t.Context(), s.URL+"/not-there"); err == nil {
		t.Error("a missing package is no error")
	}
}

func TestNothingIsFetchedForAGivenDatabase(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "var")
	env := map[string]string{"YIGAI_DATABASE_URL": "postgres://db", "YIGAI_DATA_DIR": data}
	var out bytes.Buffer
	if err := run(t.Context(), func(name string) string { return env[name] }, &out); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("a data folder was made")
	}
}
