package account

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// belongs is where an account stands: home institution, county root and listed institutions, with their paths.
const (
	belongsColumns = `coalesce(i.id, 0), coalesce(i.name, ''), coalesce(i.kind, ''), coalesce(i.path::text, ''),
		coalesce(root.path::text, ''), l.ids, l.paths`
	belongsJoins = `
		JOIN county c ON c.county_id = a.county_id
		LEFT JOIN institution_public i ON i.county_id = a.county_id AND i.id = a.institution_id
		LEFT JOIN institution_public root ON root.county_id = a.county_id AND root.parent_id IS NULL
		CROSS JOIN LATERAL (
			SELECT coalesce(array_agg(p.id ORDER BY p.id), '{}') AS ids, coalesce(array_agg(p.path::text ORDER BY p.id), '{}') AS paths
			FROM account_scope x JOIN institution_public p ON p.county_id = x.county_id AND p.id = x.institution_id
			WHERE x.county_id = a.county_id AND x.account_id = a.id) l`
)

type belongs struct {
	id         int64
	name, kind string
	path, root string
	ids        []int64
	paths      []string
}

func (b *belongs) targets() []any {
	return []any{&b.id, &b.name, &b.kind, &b.path, &b.root, &b.ids, &b.paths}
}

func (b *belongs) region() region {
	r := region{root: b.root, paths: map[int64]string{}}
	for i, id := range b.ids {
		r.paths[id] = b.paths[i]
	}
	if b.id != 0 {
		r.paths[b.id] = b.path
	}
	return r
}

// accountQuery reads accounts as somebody sees them: $1 county (0: every county), $2 subtrees, $3 institutions,
// $4 since when failed sign-ins block, $5 how many do.
const accountQuery = `
	SELECT a.id, a.county_id, c.name, a.username, a.name, a.roles, a.scope, a.must_change, a.active, a.last_sign_in_at,
	       a.password_changed_at, a.created_at, a.version,
	       EXISTS (SELECT FROM sign_in_failure f WHERE f.name_hash = sha256(convert_to(a.username, 'UTF8'))
	               AND f.failures >= $5 AND f.last_at > $4) AS blocked, ` + belongsColumns + `
	FROM account a ` + belongsJoins + `
	WHERE ($1 = 0 OR a.county_id = $1 AND (
	       i.path <@ ANY($2::text[]::ltree[]) OR i.id = ANY($3::bigint[])
	       OR a.institution_id IS NULL AND root.path <@ ANY($2::text[]::ltree[])))`

func sight(who actor.Actor, now time.Time) []any {
	return []any{who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, now.Add(-waits[len(waits)-1]), freeTries}
}

func scanAccount(row pgx.CollectableRow) (a Account, err error) {
	var b belongs
	err = row.Scan(append([]any{&a.ID, &a.CountyID, &a.County, &a.Username, &a.Name, &a.Grant.Roles, &a.Grant.Scope,
		&a.MustChange, &a.Active, &a.LastSignIn, &a.Changed, &a.Created, &a.Version, &a.Blocked}, b.targets()...)...)
	a.Institution, a.Grant.InstitutionID, a.Grant.List, a.places = b.name, b.id, b.ids, b.region()
	return a, err
}

// visible reads one account that the asker may know of.
func visible(ctx context.Context, q pg.Querier, who actor.Actor, where string, key any, now time.Time, lock string) (Account, error) {
	rows, err := q.Query(ctx, accountQuery+" AND "+where+" "+lock, append(sight(who, now), key)...)
	if err != nil {
		return Account{}, fmt.Errorf("read account %v: %w", key, err)
	}
	a, err := pgx.CollectExactlyOneRow(rows, scanAccount)
	if pg.NoRows(err) {
		return Account{}, fault.NotFound("这个账号")
	}
	if err != nil {
		return Account{}, fmt.Errorf("read account %v: %w", key, err)
	}
	return a, nil
}

// lockAccount reads an account regardless of who asks.
func lockAccount(ctx context.Context, tx pg.Querier, id int64, now time.Time) (Account, error) {
	return visible(ctx, tx, actor.Actor{}, "a.id = $6", id, now, "FOR UPDATE OF a")
}

func listAccounts(ctx context.Context, q pg.Querier, who actor.Actor, f Filter, now time.Time) ([]Account, error) {
	rows, err := q.Query(ctx, accountQuery+`
		AND ($6 = 0 OR a.county_id = $6)
		AND ($7 = '' OR $7 = ANY(a.roles))
		AND ($8::bigint = 0 OR i.path <@ (SELECT p.path FROM institution_public p WHERE p.id = $8 AND p.county_id = a.county_id))
		AND ($9 = '' OR strpos(a.username, lower($9)) > 0 OR strpos(a.name, $9) > 0)
		AND a.username > $10
		AND CASE $11 WHEN 'active' THEN a.active WHEN 'disabled' THEN NOT a.active WHEN 'waiting' THEN a.roles = '{}'
		    WHEN 'blocked' THEN EXISTS (SELECT FROM sign_in_failure f WHERE f.name_hash = sha256(convert_to(a.username, 'UTF8'))
		                                AND f.failures >= $5 AND f.last_at > $4)
		    ELSE true END
		ORDER BY a.username LIMIT $12`,
		append(sight(who, now), f.County, f.Role, f.Institution, strings.TrimSpace(f.Text), f.After, f.State, f.Limit+1)...)
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanAccount)
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	return found, nil
}

func insertAccount(ctx context.Context, tx pg.Querier, d Draft, hash string, now time.Time) (id int64, err error) {
	err = tx.QueryRow(ctx, `
		INSERT INTO account (county_id, username, name, password_hash, roles, scope, institution_id, must_change,
		                     password_changed_at, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, NULLIF($7, 0), $8, $9, $9) RETURNING id`,
		d.CountyID, d.Username, d.Name, hash, notNil(d.Grant.Roles), d.Grant.Scope, d.Grant.InstitutionID, !d.Settled, now).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert account %s: %w", d.Username, err)
	}
	return id, storeList(ctx, tx, d.CountyID, id, d.Grant.List)
}

func notNil(roles []string) []string {
	if roles == nil {
		return []string{}
	}
	return roles
}

func storeList(ctx context.Context, tx pg.Querier, county int32, id int64, list []int64) error {
	_, err := tx.Exec(ctx, `DELETE FROM account_scope WHERE county_id = $1 AND account_id = $2`, county, id)
	if err != nil {
		return fmt.Errorf("clear scope of account %d: %w", id, err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO account_scope (county_id, account_id, institution_id)
		SELECT $1, $2, unnest($3::bigint[])`, county, id, list)
	if err != nil {
		return fmt.Errorf("store scope of account %d: %w", id, err)
	}
	return nil
}

func updateGrant(ctx context.Context, tx pg.Querier, a Account, c Change) error {
	tag, err := tx.Exec(ctx, `
		UPDATE account SET name = $4, roles = $5, scope = $6, institution_id = NULLIF($7, 0), version = version + 1
		WHERE county_id = $1 AND id = $2 AND version = $3`,
		a.CountyID, a.ID, c.Version, c.Name, notNil(c.Grant.Roles), c.Grant.Scope, c.Grant.InstitutionID)
	if err != nil {
		return fmt.Errorf("update account %d: %w", a.ID, err)
	}
	if tag.RowsAffected() == 0 {
		return fault.Conflict("这个账号刚被其他人修改过,请刷新后重新填写")
	}
	return storeList(ctx, tx, a.CountyID, a.ID, c.Grant.List)
}

func setActive(ctx context.Context, tx pg.Querier, a Account, active bool) error {
	_, err := tx.Exec(ctx, `UPDATE account SET active = $3, version = version + 1 WHERE county_id = $1 AND id = $2`,
		a.CountyID, a.ID, active)
	if err != nil {
		return fmt.Errorf("set account %d active %t: %w", a.ID, active, err)
	}
	return nil
}

func setPassword(ctx context.Context, tx pg.Querier, county int32, id int64, hash string, mustChange bool, now time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE account SET password_hash = $3, must_change = $4, password_changed_at = $5
		WHERE county_id = $1 AND id = $2`, county, id, hash, mustChange, now)
	if err != nil {
		return fmt.Errorf("set password of account %d: %w", id, err)
	}
	return nil
}

// regionOf finds where the institutions stand; one that does not exist in the county is left out.
func regionOf(ctx context.Context, q pg.Querier, county int32, ids []int64) (region, error) {
	r := region{paths: map[int64]string{}}
	rows, err := q.Query(ctx, `SELECT id, path::text, parent_id IS NULL FROM institution_public
		WHERE county_id = $1 AND (id = ANY($2) OR parent_id IS NULL)`, county, ids)
	if err != nil {
		return r, fmt.Errorf("read institutions of a grant: %w", err)
	}
	var id int64
	var path string
	var root bool
	_, err = pgx.ForEachRow(rows, []any{&id, &path, &root}, func() error {
		r.paths[id] = path
		if root {
			r.root = path
		}
		return nil
	})
	if err != nil {
		return r, fmt.Errorf("read institutions of a grant: %w", err)
	}
	return r, nil
}
