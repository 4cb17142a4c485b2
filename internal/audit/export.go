package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/pg"
)

// ActionExport is the permission to take out files; a room that offers one of its own asks for it too.
const ActionExport = "report.export"

// Export is a finished file that is about to leave the house.
type Export struct {
	Kind   string // what is in it, as the log names it
	Format string // xlsx or csv
	Name   string // in Chinese, with its ending
	Filter any    // what was asked for
	Rows   int64
	Bytes  int64
	SHA256 [sha256.Size]byte
}

// Measure takes length and hash from the whole file.
func (e Export) Measure(file []byte) Export {
	e.Bytes, e.SHA256 = int64(len(file)), sha256.Sum256(file)
	return e
}

// RecordExport writes the file's line in the export log and its audit entry in one transaction. Call it when the file
// is complete and before its first byte is sent, so that none is out without its line.
func RecordExport(ctx context.Context, db pg.Beginner, who actor.Actor, e Export, at time.Time) error {
	return pg.Tx(ctx, db, func(tx pgx.Tx) error {
		id, err := insertExport(ctx, tx, who, e, at)
		if err != nil {
			return err
		}
		return Record(ctx, tx, who, Entry{Action: ActionExport, Kind: "export", ID: strconv.FormatInt(id, 10), Name: e.Name,
			InstitutionID: who.InstitutionID,
			After:         map[string]any{"filter": e.Filter, "rows": e.Rows, "bytes": e.Bytes, "sha256": hex.EncodeToString(e.SHA256[:])}})
	})
}

func insertExport(ctx context.Context, q pg.Querier, who actor.Actor, e Export, at time.Time) (id int64, err error) {
	filter, err := json.Marshal(e.Filter)
	if err != nil {
		return 0, fmt.Errorf("encode filter of export: %w", err)
	}
	err = q.QueryRow(ctx, `
		INSERT INTO export_log (county_id, kind, format, filter, rows, bytes, sha256, account_id, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, NULLIF($8, 0), $9, $10) RETURNING id`,
		who.CountyID, e.Kind, e.Format, filter, e.Rows, e.Bytes, e.SHA256[:], who.AccountID, who.Name, at).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("log export: %w", err)
	}
	return id, nil
}
