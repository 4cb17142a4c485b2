// Package secret seals short personal texts (where a person is reached) with a key of the installation, so that a copy
// of the database alone does not give them away.
//
// The key is a file below the data folder, made at the first use and readable by its owner only. It belongs to the
// installation and not to the database: several servers on one database share a copy of it, and after a restore
// without it the sealed texts are lost and have to be entered again.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

const keySize = 32

// Box seals and opens with one key.
type Box struct {
	file string

	mu   sync.Mutex
	kept cipher.AEAD // nil until the key could be read
}

// In is the box whose key lies in the data folder; nothing is read or written before the first use.
func In(dataDir string) *Box {
	return &Box{file: filepath.Join(dataDir, "secret.key")}
}

// aead reads the key once; a failure is not remembered, since the next use may find the trouble gone.
func (b *Box) aead() (cipher.AEAD, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kept != nil {
		return b.kept, nil
	}
	aead, err := b.open()
	if err != nil {
		return nil, err
	}
	b.kept = aead
	return aead, nil
}

// Seal encrypts a text; the same text never looks the same twice.
func (b *Box) Seal(plain string) ([]byte, error) {
	aead, err := b.aead()
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(plain)+aead.Overhead())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("draw nonce: %w", err)
	}
	return aead.Seal(nonce, nonce, []byte(plain), nil), nil
}

// ErrForeign says that a text was sealed with another key or changed since.
var ErrForeign = errors.New("sealed with another key")

// Open decrypts what Seal made.
func (b *Box) Open(sealed []byte) (string, error) {
	aead, err := b.aead()
	if err != nil {
		return "", err
	}
	if len(sealed) < aead.NonceSize() {
		return "", ErrForeign
	}
	plain, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], nil)
	if err != nil {
		return "", ErrForeign
	}
	return string(plain), nil
}

func (b *Box) open() (cipher.AEAD, error) {
	key, err := os.ReadFile(b.file)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = b.make()
	}
	if err != nil {
		return nil, fmt.Errorf("read key %s: %w", b.file, err)
	}
	if len(key) != keySize {
		return nil, fmt.Errorf("key %s has %d bytes, want %d", b.file, len(key), keySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("use key: %w", err)
	}
	return cipher.NewGCM(block)
}

// make writes a new key under another name first and links it, so that of two processes one wins and both read the same.
func (b *Box) make() ([]byte, error) {
	key := make([]byte, keySize)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(b.file), 0o755); err != nil {
		return nil, err
	}
	temp, err := os.CreateTemp(filepath.Dir(b.file), ".secret-*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(key)
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(temp.Name(), b.file); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(b.file)
}
