package audit

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/pg"
)

// sealBatch bounds one round of sealing, so that a backlog never holds a transaction open for long.
const sealBatch = 5000

// Seal chains every committed entry that has no seal yet and returns how many it chained.
// Only one sealer works at a time; writers are never held up, because entries get their place here and not when written.
func Seal(ctx context.Context, db pg.Beginner) (int, error) {
	total := 0
	for {
		n, err := sealSome(ctx, db)
		total += n
		if err != nil || n < sealBatch {
			return total, err
		}
	}
}

func sealSome(ctx context.Context, db pg.Beginner) (n int, err error) {
	err = pg.Tx(ctx, db, func(tx pgx.Tx) error {
		var mine bool
		if err := tx.QueryRow(ctx, "SELECT pg_try_advisory_xact_lock(hashtext('yigai audit seal'))").Scan(&mine); err != nil {
			return fmt.Errorf("lock sealing: %w", err)
		}
		if !mine {
			return nil
		}
		entries, err := unsealed(ctx, tx)
		if err != nil {
			return err
		}
		n = len(entries)
		return chain(ctx, tx, entries)
	})
	return n, err
}

func chain(ctx context.Context, tx pgx.Tx, entries []sealed) error {
	heads := map[int32]seal{}
	var seals []seal
	var done [][2]int64
	for _, e := range entries {
		head, ok := heads[e.CountyID]
		if !ok {
			var err error
			if head, err = lastSeal(ctx, tx, e.CountyID); err != nil {
				return err
			}
		}
		hash, err := e.hash(head.hash)
		if err != nil {
			return err
		}
		head = seal{county: e.CountyID, seq: head.seq + 1, entry: e.ID, hash: hash}
		heads[e.CountyID] = head
		seals = append(seals, head)
		done = append(done, [2]int64{int64(e.CountyID), e.ID})
	}
	return storeSeals(ctx, tx, seals, done)
}

type seal struct {
	county     int32
	seq, entry int64
	hash       []byte
}

// sealed is an entry in the exact shape that is hashed. Changing it breaks every existing chain.
type sealed struct {
	CountyID      int32           `json:"county"`
	ID            int64           `json:"id"`
	At            time.Time       `json:"at"`
	AccountID     *int64          `json:"account"`
	Username      string          `json:"username"`
	Address       string          `json:"address"`
	Action        string          `json:"action"`
	Kind          string          `json:"kind"`
	ObjectID      string          `json:"object"`
	Name          string          `json:"name"`
	InstitutionID *int64          `json:"institution"`
	Before        json.RawMessage `json:"before"`
	After         json.RawMessage `json:"after"`
	Reason        string          `json:"reason"`
}

func (s sealed) hash(previous []byte) ([]byte, error) {
	s.At = s.At.UTC()
	body, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encode audit entry %d: %w", s.ID, err)
	}
	h := sha256.New()
	h.Write(previous)
	h.Write(body)
	return h.Sum(nil), nil
}
