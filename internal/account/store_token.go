package account

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/fault"
	"yigai/internal/pg"
)

const tokenColumns = "t.id, t.name, t.created_at, t.expires_at, t.last_used_at, t.revoked_at, t.granted"

func (t *Token) targets() []any {
	return []any{&t.ID, &t.Name, &t.Created, &t.Expires, &t.LastUsed, &t.Revoked, &t.granted}
}

func findToken(ctx context.Context, q pg.Querier, hash []byte) (f identified, err error) {
	var b belongs
	err = q.QueryRow(ctx, `
		SELECT `+tokenColumns+`, `+identityColumns+`
		FROM account_token t JOIN account a ON a.county_id = t.county_id AND a.id = t.account_id `+belongsJoins+`
		WHERE t.token_hash = $1`, hash).Scan(append(f.token.targets(), f.targets(&b)...)...)
	if pg.NoRows(err) {
		return f, fault.NotFound("这个令牌")
	}
	if err != nil {
		return f, fmt.Errorf("read token: %w", err)
	}
	f.done(b)
	f.actor.TokenID = f.token.ID
	return f, nil
}

func touchToken(ctx context.Context, q pg.Querier, county int32, token int64, now time.Time) error {
	_, err := q.Exec(ctx, `UPDATE account_token SET last_used_at = $3 WHERE county_id = $1 AND id = $2`, county, token, now)
	if err != nil {
		return fmt.Errorf("touch token %d: %w", token, err)
	}
	return nil
}

func listTokens(ctx context.Context, q pg.Querier, county int32, account int64) ([]Token, error) {
	rows, err := q.Query(ctx, `SELECT `+tokenColumns+` FROM account_token t
		WHERE t.county_id = $1 AND t.account_id = $2 ORDER BY t.id DESC LIMIT 100`, county, account)
	if err != nil {
		return nil, fmt.Errorf("list tokens of account %d: %w", account, err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t Token, err error) {
		err = row.Scan(t.targets()...)
		return t, err
	})
	if err != nil {
		return nil, fmt.Errorf("list tokens of account %d: %w", account, err)
	}
	return found, nil
}

// insertToken refuses more than mostTokens at once; the account's row is locked, so two cannot count at the same time.
func insertToken(ctx context.Context, tx pg.Querier, a Account, t Token, hash []byte) (id int64, err error) {
	err = tx.QueryRow(ctx, `
		INSERT INTO account_token (county_id, account_id, name, token_hash, created_at, expires_at, granted)
		SELECT $1, $2, $3, $4, $5, $6, $8
		WHERE (SELECT count(*) FROM account_token WHERE county_id = $1 AND account_id = $2
		       AND revoked_at IS NULL AND expires_at > $5) < $7
		RETURNING id`, a.CountyID, a.ID, t.Name, hash, t.Created, t.Expires, mostTokens, t.granted).Scan(&id)
	if pg.NoRows(err) {
		return 0, fault.Conflict("有效的令牌已有 %d 个,请先撤销不再使用的", mostTokens)
	}
	if err != nil {
		return 0, fmt.Errorf("insert token of account %d: %w", a.ID, err)
	}
	return id, nil
}

func revokeToken(ctx context.Context, tx pg.Querier, county int32, account, token int64, now time.Time) error {
	tag, err := tx.Exec(ctx, `UPDATE account_token SET revoked_at = $4
		WHERE county_id = $1 AND account_id = $2 AND id = $3 AND revoked_at IS NULL`, county, account, token, now)
	if err != nil {
		return fmt.Errorf("revoke token %d: %w", token, err)
	}
	if tag.RowsAffected() == 0 {
		return fault.NotFound("这个令牌,它可能已经撤销")
	}
	return nil
}

// revokeTokens ends every token of an account that could still be used, and counts them.
func revokeTokens(ctx context.Context, tx pg.Querier, county int32, account int64, now time.Time) (int64, error) {
	tag, err := tx.Exec(ctx, `UPDATE account_token SET revoked_at = $3
		WHERE county_id = $1 AND account_id = $2 AND revoked_at IS NULL AND expires_at > $3`, county, account, now)
	if err != nil {
		return 0, fmt.Errorf("revoke the tokens of account %d: %w", account, err)
	}
	return tag.RowsAffected(), nil
}
