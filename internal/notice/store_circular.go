package notice

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
)

const circularColumns = `id, first, last, title, opening, closing, issuer, made_by, made_at, version, issued_on, coalesce(issued_by, ''), coalesce(symbol, '')`

func scanCircular(row pgx.CollectableRow) (c Circular, err error) {
	return c, row.Scan(&c.ID, &c.First, &c.Last, &c.Title, &c.Opening, &c.Closing, &c.Issuer, &c.MadeBy, &c.MadeAt, &c.Version, &c.IssuedOn, &c.IssuedBy, &c.Symbol)
}

func oneCircular(ctx context.Context, q pg.Querier, county int32, id int64, lock string) (Circular, error) {
	rows, err := q.Query(ctx, `SELECT `+circularColumns+`, content FROM circular WHERE county_id = $1 AND id = $2`+lock, county, id)
	if err != nil {
		return Circular{}, fmt.Errorf("read circular %d: %w", id, err)
	}
	c, err := pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (c Circular, err error) {
		var content []byte
		err = row.Scan(&c.ID, &c.First, &c.Last, &c.Title, &c.Opening, &c.Closing, &c.Issuer, &c.MadeBy, &c.MadeAt, &c.Version, &c.IssuedOn, &c.IssuedBy, &c.Symbol, &content)
		if err != nil || content == nil {
			return c, err
		}
		return c, json.Unmarshal(content, &c.Content)
	})
	if pg.NoRows(err) {
		return c, fault.NotFound("这份通报")
	}
	if err != nil {
		return c, fmt.Errorf("read circular %d: %w", id, err)
	}
	return c, nil
}

func listCirculars(ctx context.Context, q pg.Querier, county int32, drafts bool, before int64, limit int) ([]Circular, error) {
	rows, err := q.Query(ctx, `SELECT `+circularColumns+` FROM circular
		WHERE county_id = $1 AND ($2 OR number IS NOT NULL) AND ($3 = 0 OR id < $3) ORDER BY id DESC LIMIT $4`, county, drafts, before, limit)
	if err != nil {
		return nil, fmt.Errorf("list circulars: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanCircular)
	if err != nil {
		return nil, fmt.Errorf("list circulars: %w", err)
	}
	return found, nil
}

// listEarlier lists the issued circulars about the months of another.
func listEarlier(ctx context.Context, q pg.Querier, county int32, c Circular) ([]Circular, error) {
	rows, err := q.Query(ctx, `SELECT `+circularColumns+` FROM circular
		WHERE county_id = $1 AND number IS NOT NULL AND id <> $2 AND first = $3 AND last = $4 ORDER BY id DESC LIMIT 5`, county, c.ID, c.First, c.Last)
	if err != nil {
		return nil, fmt.Errorf("list earlier circulars: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanCircular)
	if err != nil {
		return nil, fmt.Errorf("list earlier circulars: %w", err)
	}
	return found, nil
}

func insertCircular(ctx context.Context, q pg.Querier, who actor.Actor, c Circular, at time.Time) (id int64, err error) {
	err = q.QueryRow(ctx, `INSERT INTO circular (county_id, first, last, title, opening, closing, issuer, made_by, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
		who.CountyID, c.First, c.Last, c.Title, c.Opening, c.Closing, c.Issuer, who.Name, at).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert circular: %w", err)
	}
	return id, nil
}

func updateCircular(ctx context.Context, q pg.Querier, county int32, c Circular) error {
	_, err := q.Exec(ctx, `UPDATE circular SET title = $3, opening = $4, closing = $5, issuer = $6, version = version + 1
		WHERE county_id = $1 AND id = $2`, county, c.ID, c.Title, c.Opening, c.Closing, c.Issuer)
	if err != nil {
		return fmt.Errorf("update circular: %w", err)
	}
	return nil
}

// fullNames are the institutions' names as on their licences, which an official document uses.
func fullNames(ctx context.Context, q pg.Querier, county int32) (map[int64]string, error) {
	rows, err := q.Query(ctx, `SELECT id, name FROM institution_public WHERE county_id = $1 LIMIT $2`, county, org.MaxRows)
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	names := map[int64]string{}
	var id int64
	var name string
	if _, err := pgx.ForEachRow(rows, []any{&id, &name}, func() error { names[id] = name; return nil }); err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	return names, nil
}

// nextNumber holds the year's counter until the end of the transaction, so that numbers come without gaps.
func nextNumber(ctx context.Context, q pg.Querier, county int32, year int) (n int, err error) {
	err = q.QueryRow(ctx, `INSERT INTO circular_counter (county_id, year, last) VALUES ($1, $2, 1)
		ON CONFLICT (county_id, year) DO UPDATE SET last = circular_counter.last + 1 RETURNING last`, county, year).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("take the next number: %w", err)
	}
	return n, nil
}

func issueCircular(ctx context.Context, q pg.Querier, who actor.Actor, c Circular, year, number int, at time.Time) error {
	content, err := json.Marshal(c.Content)
	if err != nil {
		return fmt.Errorf("encode content: %w", err)
	}
	_, err = q.Exec(ctx, `UPDATE circular SET year = $3, number = $4, symbol = $5, issued_on = $6, issued_by = $7, content = $8,
		       title = $9, opening = $10, closing = $11, version = version + 1
		WHERE county_id = $1 AND id = $2`, who.CountyID, c.ID, year, number, c.Symbol, at.In(period.Shanghai).Format(time.DateOnly), who.Name, content,
		c.Title, c.Opening, c.Closing)
	if err != nil {
		return fmt.Errorf("issue circular: %w", err)
	}
	return nil
}

func deleteCircular(ctx context.Context, q pg.Querier, county int32, id int64) error {
	if _, err := q.Exec(ctx, `DELETE FROM circular WHERE county_id = $1 AND id = $2`, county, id); err != nil {
		return fmt.Errorf("delete circular: %w", err)
	}
	return nil
}
