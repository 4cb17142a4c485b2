package account

import (
	"context"
	"crypto/rand"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/alexedwards/argon2id"
	"golang.org/x/sync/semaphore"

	"yigai/internal/fault"
)

// cost follows the OWASP password storage recommendation for argon2id: 19 MiB, two passes, one lane; about 25 ms.
var cost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// nobody is a hash at the same cost that no password fits: an unknown name takes as long as a wrong password.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlzIQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// gate bounds how many hashes are computed at once, so that a flood of sign-ins takes neither all memory nor all
// processors from the people who are working.
type gate struct{ free *semaphore.Weighted }

const longestQueue = 10 * time.Second

func newGate() gate {
	return gate{semaphore.NewWeighted(int64(min(max(runtime.GOMAXPROCS(0), 1), 8)))}
}

// enter waits for a turn; leave must be called when err is nil.
func (g gate) enter(ctx context.Context) (leave func(), err error) {
	wait, cancel := context.WithTimeout(ctx, longestQueue)
	defer cancel()
	if err := g.free.Acquire(wait, 1); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fault.Conflict("现在登录的人太多,请稍等片刻再试")
	}
	return func() { g.free.Release(1) }, nil
}

func (s *Service) hash(ctx context.Context, password string) (string, error) {
	leave, err := s.hashing.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	h, err := argon2id.CreateHash(password, cost)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return h, nil
}

// fits compares; the caller holds a turn of the gate.
func fits(password, hash string) (bool, error) {
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return ok, nil
}

// matches is fits with a turn of its own.
func (s *Service) matches(ctx context.Context, password, hash string) (bool, error) {
	leave, err := s.hashing.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	return fits(password, hash)
}

// generate makes a password that is easy to read out: three groups of four, about 59 bits.
func generate() string {
	const letters = "abcdefghjkmnpqrstuvwxyz23456789" // none that look alike
	var b strings.Builder
	for b.Len() < 14 {
		if b.Len()%5 == 4 {
			b.WriteByte('-')
			continue
		}
		b.WriteByte(letters[pick(len(letters))])
	}
	return b.String()
}

// pick draws evenly from 0 to n-1.
func pick(n int) int {
	var one [1]byte
	for {
		if _, err := rand.Read(one[:]); err != nil {
			panic(err) // never since Go 1.24
		}
		if limit := 256 - 256%n; int(one[0]) < limit {
			return int(one[0]) % n
		}
	}
}
