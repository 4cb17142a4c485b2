package audit

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/period"
	"yigai/internal/pg"
)

// Proof is the outcome of verifying the whole trail.
type Proof struct {
	Entries  int64  // sealed entries whose hash was recomputed and found right
	Unsealed int64  // entries written in the last seconds, not chained yet
	Broken   string // "" or a Chinese sentence naming the first entry that does not fit
	Head     string // hash of the last sealed entry that fits, in hexadecimal; it stands for everything before it
}

// Verify recomputes every chain from its beginning. It finds a changed, removed, inserted or reordered entry. That the
// newest entries were cut off with their seals only shows against a place in the chain that was noted elsewhere: Head.
func Verify(ctx context.Context, q pg.Querier) (Proof, error) { return verify(ctx, q, nil) }

// VerifyCounty is Verify of one county's chain alone.
func VerifyCounty(ctx context.Context, q pg.Querier, county int32) (Proof, error) {
	return verify(ctx, q, &county)
}

func verify(ctx context.Context, q pg.Querier, county *int32) (Proof, error) {
	var p Proof
	err := q.QueryRow(ctx, "SELECT count(*) FROM audit_unsealed WHERE county_id = $1 OR $1::int IS NULL", county).Scan(&p.Unsealed)
	if err != nil {
		return p, fmt.Errorf("count unsealed entries: %w", err)
	}
	if err := verifyNoneMissing(ctx, q, county, &p); err != nil || p.Broken != "" {
		return p, err
	}
	rows, err := q.Query(ctx, `
		SELECT `+sealedColumns+`, s.seq, s.hash
		FROM audit_seal s JOIN audit_entry e ON e.county_id = s.county_id AND e.id = s.entry_id
		WHERE s.county_id = $1 OR $1::int IS NULL
		ORDER BY s.county_id, s.seq`, county)
	if err != nil {
		return p, fmt.Errorf("read audit chain: %w", err)
	}
	defer rows.Close()
	var last seal
	for rows.Next() {
		if last, err = p.step(rows, last); err != nil || p.Broken != "" {
			return p, err
		}
	}
	if err := rows.Err(); err != nil {
		return p, fmt.Errorf("read audit chain: %w", err)
	}
	return p, nil
}

func (p *Proof) step(rows pgx.Rows, last seal) (seal, error) {
	var e sealed
	var s seal
	var before, after string
	err := rows.Scan(&e.CountyID, &e.ID, &e.At, &e.AccountID, &e.Username, &e.Address, &e.Action, &e.Kind,
		&e.ObjectID, &e.Name, &e.InstitutionID, &before, &after, &e.Reason, &s.seq, &s.hash)
	if err != nil {
		return s, fmt.Errorf("read audit chain: %w", err)
	}
	e.Before, e.After, s.county = []byte(before), []byte(after), e.CountyID
	if last.county != s.county {
		last = seal{county: s.county}
	}
	want, err := e.hash(last.hash)
	if err != nil {
		return s, err
	}
	switch {
	case s.seq != last.seq+1:
		p.Broken = fmt.Sprintf("县 %d 的审计链在第 %d 条之后缺了一条", s.county, last.seq)
	case !bytes.Equal(want, s.hash):
		p.Broken = fmt.Sprintf("县 %d 的审计链第 %d 条(记录号 %d,%s)与封存时不一致", s.county, s.seq, e.ID, e.At.In(period.Shanghai).Format("2006-01-02 15:04:05"))
	default:
		p.Entries++
		p.Head = hex.EncodeToString(s.hash)
	}
	return s, nil
}

// verifyNoneMissing finds entries that neither wait for sealing nor are sealed, and seals without an entry.
func verifyNoneMissing(ctx context.Context, q pg.Querier, only *int32, p *Proof) error {
	var county int32
	var id int64
	err := q.QueryRow(ctx, `
		SELECT coalesce(e.county_id, s.county_id), coalesce(e.id, s.entry_id)
		FROM audit_entry e FULL JOIN audit_seal s ON s.county_id = e.county_id AND s.entry_id = e.id
		WHERE (e.id IS NULL OR (s.entry_id IS NULL AND NOT EXISTS
			(SELECT FROM audit_unsealed u WHERE u.county_id = e.county_id AND u.entry_id = e.id)))
		  AND ($1::int IS NULL OR coalesce(e.county_id, s.county_id) = $1)
		ORDER BY 1, 2 LIMIT 1`, only).Scan(&county, &id)
	if pg.NoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for entries outside the chain: %w", err)
	}
	p.Broken = fmt.Sprintf("县 %d 的审计记录 %d 不在审计链中", county, id)
	return nil
}
