package account

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/alexedwards/scs/pgxstore"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/pg"
)

// Keys of what a browser's session holds: whose sign-in it is, the messages for the next page, and what
// that page shows once.
const (
	KeyCounty  = "county"
	KeySession = "session"
	KeyFlashes = "flashes"
	KeySecret  = "secret"
)

// CookieCodec writes a browser's session as JSON, which the database can read: see Cookies. It implements scs.Codec.
type CookieCodec struct{}

type kept struct {
	Deadline time.Time `json:"deadline"`
	County   int32     `json:"county,omitempty"`
	Session  int64     `json:"session,omitempty"`
	Flashes  []byte    `json:"flashes,omitempty"`
	Secret   []byte    `json:"secret,omitempty"`
}

// Encode writes the values of the four keys; there are no others.
func (CookieCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	k := kept{Deadline: deadline}
	k.County, _ = values[KeyCounty].(int32)
	k.Session, _ = values[KeySession].(int64)
	k.Flashes, _ = values[KeyFlashes].([]byte)
	k.Secret, _ = values[KeySecret].([]byte)
	return json.Marshal(k)
}

// Decode is the inverse of Encode. What cannot be read was written by another program and holds nobody.
func (CookieCodec) Decode(b []byte) (time.Time, map[string]any, error) {
	var k kept
	values := map[string]any{}
	if json.Unmarshal(b, &k) != nil {
		return time.Now(), values, nil
	}
	if k.Session != 0 {
		values[KeyCounty], values[KeySession] = k.County, k.Session
	}
	if k.Flashes != nil {
		values[KeyFlashes] = k.Flashes
	}
	if k.Secret != nil {
		values[KeySecret] = k.Secret
	}
	return k.Deadline, values, nil
}

// Cookies is the store behind the session cookie. It implements scs.CtxStore. Every page asks for the browser's
// session and then for who signed in with it: Cookies reads both in one statement and leaves the second for
// ActorOfSession, where the context has been prepared by Visited.
type Cookies struct {
	*pgxstore.PostgresStore
	db *pgxpool.Pool
}

// NewCookies builds the store. Its own cleaner cannot be stopped without a data race; whoever serves sweeps instead.
func NewCookies(db *pgxpool.Pool) Cookies {
	return Cookies{pgxstore.NewWithCleanupInterval(db, 0), db}
}

// FindCtx returns what the browser's session holds.
func (c Cookies) FindCtx(ctx context.Context, token string) (b []byte, found bool, err error) {
	v, _ := ctx.Value(visitKey{}).(*visit)
	if v == nil {
		return c.Find(token)
	}
	b, v.found, err = findCookie(ctx, c.db, token)
	if pg.NoRows(err) { // nobody signed in, or the sign-in is gone
		return c.Find(token)
	}
	if err != nil {
		return nil, false, fmt.Errorf("read session of a browser: %w", err)
	}
	v.read = true
	return b, true, nil
}

// CommitCtx keeps what the browser's session holds.
func (c Cookies) CommitCtx(_ context.Context, token string, b []byte, expiry time.Time) error {
	return c.Commit(token, b, expiry)
}

// DeleteCtx forgets the browser's session.
func (c Cookies) DeleteCtx(_ context.Context, token string) error { return c.Delete(token) }

// visit is what the store found out about the sign-in while it read the browser's session.
type visit struct {
	found identified
	read  bool
}

type visitKey struct{}

// Visited returns a context in which the store leaves what it finds for ActorOfSession: for one request.
func Visited(ctx context.Context) context.Context {
	return context.WithValue(ctx, visitKey{}, &visit{})
}

// identify reads who is behind a session, unless this request's cookie brought it along.
func (s *Service) identify(ctx context.Context, county int32, session int64) (identified, error) {
	v, _ := ctx.Value(visitKey{}).(*visit)
	if v != nil && v.read && v.found.actor.CountyID == county && v.found.session.ID == session {
		return v.found, nil
	}
	return findSession(ctx, s.db, county, session)
}
