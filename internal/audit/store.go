package audit

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/pg"
)

// jsonb is read as text so that the hash sees PostgreSQL's one canonical spelling of it.
const sealedColumns = `e.county_id, e.id, e.at, e.account_id, e.username, e.address, e.action, e.object_kind,
	e.object_id, e.object_name, e.institution_id, coalesce(e.before::text, 'null'), coalesce(e.after::text, 'null'), e.reason`

func scanSealed(row pgx.CollectableRow) (s sealed, err error) {
	var before, after string
	err = row.Scan(&s.CountyID, &s.ID, &s.At, &s.AccountID, &s.Username, &s.Address, &s.Action, &s.Kind,
		&s.ObjectID, &s.Name, &s.InstitutionID, &before, &after, &s.Reason)
	s.Before, s.After = []byte(before), []byte(after)
	return s, err
}

func unsealed(ctx context.Context, q pg.Querier) ([]sealed, error) {
	rows, err := q.Query(ctx, `
		SELECT `+sealedColumns+`
		FROM audit_unsealed u JOIN audit_entry e ON e.county_id = u.county_id AND e.id = u.entry_id
		ORDER BY e.county_id, e.id LIMIT $1`, sealBatch)
	if err != nil {
		return nil, fmt.Errorf("read unsealed entries: %w", err)
	}
	entries, err := pgx.CollectRows(rows, scanSealed)
	if err != nil {
		return nil, fmt.Errorf("read unsealed entries: %w", err)
	}
	return entries, nil
}

func lastSeal(ctx context.Context, q pg.Querier, county int32) (seal, error) {
	s := seal{county: county}
	err := q.QueryRow(ctx, `SELECT seq, hash FROM audit_seal WHERE county_id = $1 ORDER BY seq DESC LIMIT 1`, county).
		Scan(&s.seq, &s.hash)
	if err != nil && !pg.NoRows(err) {
		return s, fmt.Errorf("read last seal: %w", err)
	}
	return s, nil
}

func storeSeals(ctx context.Context, q pg.Querier, seals []seal, done [][2]int64) error {
	if len(seals) == 0 {
		return nil
	}
	_, err := q.CopyFrom(ctx, pgx.Identifier{"audit_seal"}, []string{"county_id", "seq", "entry_id", "hash"},
		pgx.CopyFromSlice(len(seals), func(i int) ([]any, error) {
			s := seals[i]
			return []any{s.county, s.seq, s.entry, s.hash}, nil
		}))
	if err != nil {
		return fmt.Errorf("store seals: %w", err)
	}
	counties, ids := make([]int32, len(done)), make([]int64, len(done))
	for i, d := range done {
		counties[i], ids[i] = int32(d[0]), d[1]
	}
	_, err = q.Exec(ctx, `DELETE FROM audit_unsealed u USING unnest($1::int[], $2::bigint[]) AS d(county_id, entry_id)
		WHERE u.county_id = d.county_id AND u.entry_id = d.entry_id`, counties, ids)
	if err != nil {
		return fmt.Errorf("clear unsealed entries: %w", err)
	}
	return nil
}
