package account

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/fault"
	"yigai/internal/pg"
)

const identityColumns = `a.id, a.county_id, c.name, c.demo, a.username, a.name, a.roles, a.scope, a.must_change, a.active, ` + belongsColumns

// targets receives identityColumns; done puts the pieces together afterwards.
func (f *identified) targets(b *belongs) []any {
	a := &f.actor
	return append([]any{&a.AccountID, &a.CountyID, &a.County, &a.Demo, &a.Username, &a.Name, &a.Roles, &f.grant.Scope,
		&a.MustChange, &f.active}, b.targets()...)
}

func (f *identified) done(b belongs) {
	f.grant.InstitutionID, f.grant.List, f.region = b.id, b.ids, b.region()
	f.actor.InstitutionID, f.actor.Institution, f.actor.InstitutionKind = b.id, b.name, b.kind
}

const sessionColumns = "s.id, s.account_id, s.started_at, s.last_seen_at, s.expires_at, s.address, s.user_agent, s.ended_at, s.ended_why"

func (s *Session) targets() []any {
	return []any{&s.ID, &s.AccountID, &s.Started, &s.LastSeen, &s.Expires, &s.Address, &s.Agent, &s.Ended, &s.Why}
}

func findSession(ctx context.Context, q pg.Querier, county int32, session int64) (f identified, err error) {
	err = f.scan(q.QueryRow(ctx, `SELECT `+sessionColumns+`, `+identityColumns+`
		FROM account_session s JOIN account a ON a.county_id = s.county_id AND a.id = s.account_id `+belongsJoins+`
		WHERE s.county_id = $1 AND s.id = $2`, county, session))
	if pg.NoRows(err) {
		return f, fault.NotFound("这次登录")
	}
	if err != nil {
		return f, fmt.Errorf("read session %d: %w", session, err)
	}
	return f, nil
}

// findCookie reads what a browser's session holds together with whose sign-in it is. The first byte tells JSON from
// what another program wrote, which holds nobody.
func findCookie(ctx context.Context, q pg.Querier, token string) (data []byte, f identified, err error) {
	err = f.scan(q.QueryRow(ctx, `SELECT `+sessionColumns+`, `+identityColumns+`, pg_current_snapshot()::text, w.data
		FROM sessions w
		CROSS JOIN LATERAL (SELECT CASE WHEN substr(w.data, 1, 1) = '{'::bytea THEN convert_from(w.data, 'UTF8')::jsonb END AS kept) k
		JOIN account_session s ON s.county_id = (k.kept->>'county')::int AND s.id = (k.kept->>'session')::bigint
		JOIN account a ON a.county_id = s.county_id AND a.id = s.account_id `+belongsJoins+`
		WHERE w.token = $1 AND w.expiry > now()`, token), &f.actor.Snapshot, &data)
	return data, f, err
}

// scan reads sessionColumns, identityColumns and more from a row.
func (f *identified) scan(row pgx.Row, more ...any) error {
	var b belongs
	if err := row.Scan(slices.Concat(f.session.targets(), f.targets(&b), more)...); err != nil {
		return err
	}
	f.done(b)
	f.actor.SessionID = f.session.ID
	return nil
}

func touchSession(ctx context.Context, q pg.Querier, county int32, session int64, now time.Time) error {
	_, err := q.Exec(ctx, `UPDATE account_session SET last_seen_at = $3
		WHERE county_id = $1 AND id = $2 AND last_seen_at < $3`, county, session, now)
	if err != nil {
		return fmt.Errorf("touch session %d: %w", session, err)
	}
	return nil
}

func insertSession(ctx context.Context, tx pg.Querier, c credentials, from Origin, now time.Time) (id int64, err error) {
	err = tx.QueryRow(ctx, `
		WITH seen AS (UPDATE account SET last_sign_in_at = $3 WHERE county_id = $1 AND id = $2)
		INSERT INTO account_session (county_id, account_id, started_at, last_seen_at, expires_at, address, user_agent, device_hash)
		VALUES ($1, $2, $3, $3, $4, left($5, 100), left($6, 300), $7) RETURNING id`,
		c.CountyID, c.ID, now, now.Add(Lifetime), from.Address, from.Agent, from.deviceHash()).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("open session of account %d: %w", c.ID, err)
	}
	return id, nil
}

func listSessions(ctx context.Context, q pg.Querier, county int32, account int64) ([]Session, error) {
	rows, err := q.Query(ctx, `SELECT `+sessionColumns+` FROM account_session s
		WHERE s.county_id = $1 AND s.account_id = $2 ORDER BY s.id DESC LIMIT 30`, county, account)
	if err != nil {
		return nil, fmt.Errorf("list sessions of account %d: %w", account, err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Session, err error) {
		err = row.Scan(s.targets()...)
		return s, err
	})
	if err != nil {
		return nil, fmt.Errorf("list sessions of account %d: %w", account, err)
	}
	return found, nil
}

// endSessions ends the open sessions of an account: only one, or all except one, when these are not 0.
func endSessions(ctx context.Context, tx pg.Querier, county int32, account, only, except int64, why string, now time.Time) (int64, error) {
	tag, err := tx.Exec(ctx, `UPDATE account_session SET ended_at = $5, ended_why = $6
		WHERE county_id = $1 AND account_id = $2 AND ended_at IS NULL AND expires_at > $5
		  AND ($3 = 0 OR id = $3) AND id <> $4`, county, account, only, except, now, why)
	if err != nil {
		return 0, fmt.Errorf("end sessions of account %d: %w", account, err)
	}
	return tag.RowsAffected(), nil
}

func credentialsOf(ctx context.Context, q pg.Querier, username string) (c credentials, err error) {
	err = q.QueryRow(ctx, `SELECT county_id, id, username, password_hash, active, must_change, password_changed_at
		FROM account WHERE username = $1`, username).
		Scan(&c.CountyID, &c.ID, &c.Username, &c.Hash, &c.Active, &c.MustChange, &c.Changed)
	if err != nil && !pg.NoRows(err) {
		return c, fmt.Errorf("read account for sign-in: %w", err)
	}
	return c, nil
}

func deviceSeen(ctx context.Context, q pg.Querier, account int64, device []byte, since time.Time) (seen bool, err error) {
	err = q.QueryRow(ctx, `SELECT EXISTS (SELECT FROM account_session s JOIN account a ON a.county_id = s.county_id AND a.id = s.account_id
		WHERE a.id = $1 AND s.device_hash = $2 AND s.started_at > $3)`, account, device, since).Scan(&seen)
	if err != nil {
		return false, fmt.Errorf("look for a known device: %w", err)
	}
	return seen, nil
}

// countFailures counts what the address failed over all names and the name over all addresses.
func countFailures(ctx context.Context, q pg.Querier, a admitted, addressSince, nameSince time.Time) (byAddress, byName int, err error) {
	err = q.QueryRow(ctx, `
		SELECT (SELECT coalesce(sum(failures), 0) FROM sign_in_failure WHERE place = $2 AND last_at > $3),
		       (SELECT coalesce(sum(failures), 0) FROM sign_in_failure WHERE name_hash = $1 AND place LIKE 'a:%' AND last_at > $4)`,
		a.name, a.place, addressSince, nameSince).Scan(&byAddress, &byName)
	if err != nil {
		return 0, 0, fmt.Errorf("count failed sign-ins: %w", err)
	}
	return byAddress, byName, nil
}

// lockTries reads the count of a place and holds it until the transaction ends.
func lockTries(ctx context.Context, tx pg.Querier, name []byte, place string) (t tries, err error) {
	err = tx.QueryRow(ctx, `INSERT INTO sign_in_failure (name_hash, place, failures, last_at) VALUES ($1, $2, 0, '-infinity')
		ON CONFLICT (name_hash, place) DO UPDATE SET failures = sign_in_failure.failures
		RETURNING failures, CASE WHEN failures = 0 THEN 'epoch' ELSE last_at END`, name, place).Scan(&t.failures, &t.last)
	if err != nil {
		return t, fmt.Errorf("read failed sign-ins: %w", err)
	}
	return t, nil
}

func storeTries(ctx context.Context, tx pg.Querier, name []byte, place string, t tries) error {
	_, err := tx.Exec(ctx, `UPDATE sign_in_failure SET failures = $3, last_at = $4 WHERE name_hash = $1 AND place = $2`,
		name, place, t.failures, t.last)
	if err != nil {
		return fmt.Errorf("count a sign-in: %w", err)
	}
	return nil
}

func forgetTries(ctx context.Context, tx pg.Querier, name []byte, place string) error {
	_, err := tx.Exec(ctx, `DELETE FROM sign_in_failure WHERE name_hash = $1 AND place = $2`, name, place)
	if err != nil {
		return fmt.Errorf("forget failed sign-ins: %w", err)
	}
	return nil
}

func forgetName(ctx context.Context, tx pg.Querier, name []byte) error {
	_, err := tx.Exec(ctx, `DELETE FROM sign_in_failure WHERE name_hash = $1`, name)
	if err != nil {
		return fmt.Errorf("forget failed sign-ins: %w", err)
	}
	return nil
}

func prune(ctx context.Context, q pg.Querier, failures, sessions time.Time) error {
	if _, err := q.Exec(ctx, `DELETE FROM sign_in_failure WHERE last_at < $1`, failures); err != nil {
		return fmt.Errorf("prune failed sign-ins: %w", err)
	}
	if _, err := q.Exec(ctx, `DELETE FROM account_session WHERE started_at < $1`, sessions); err != nil {
		return fmt.Errorf("prune sessions: %w", err)
	}
	return nil
}
