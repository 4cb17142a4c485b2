package report

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// Logged is one export in the log.
type Logged struct {
	ID       int64
	Kind     string
	Format   string
	Request  Request
	Rows     int64
	Bytes    int64
	SHA256   string
	By       string
	Username string // "" for the command line
	At       time.Time
}

// log writes the line of a finished file and its audit entry in one transaction.
func (s *Service) log(ctx context.Context, who actor.Actor, r Request, f *File) error {
	e := audit.Export{Kind: r.Kind, Format: string(r.Format), Name: f.Name, Filter: r, Rows: f.Rows, Bytes: f.Bytes}
	if n, err := hex.Decode(e.SHA256[:], []byte(f.SHA256)); err != nil || n != len(e.SHA256) {
		return fmt.Errorf("read hash %q: %w", f.SHA256, err)
	}
	return audit.RecordExport(ctx, s.db, who, e, s.now())
}

const logColumns = `l.id, l.kind, l.format, l.filter, l.rows, l.bytes, encode(l.sha256, 'hex'), l.by_name, coalesce(a.username, ''), l.at
	FROM export_log l LEFT JOIN audit_person a ON a.county_id = l.county_id AND a.account_id = l.account_id`

func scanLogged(row pgx.CollectableRow) (l Logged, err error) {
	var filter []byte
	defer func() { l.Request = requestOf(filter) }()
	return l, row.Scan(&l.ID, &l.Kind, &l.Format, &filter, &l.Rows, &l.Bytes, &l.SHA256, &l.By, &l.Username, &l.At)
}

// requestOf reads what was asked for. Files of other rooms have filters of their own, which need not look like ours.
func requestOf(filter []byte) Request {
	var r Request
	if err := json.Unmarshal(filter, &r); err != nil {
		return Request{}
	}
	return r
}

// logPage is how many lines of the log a page shows.
const logPage = 30

// Log lists exports, newest first, from below the line called before (0: from the top), and the line to go on from.
// Whoever sees the whole county sees everybody's, others their own.
func (s *Service) Log(ctx context.Context, who actor.Actor, before int64) (found []Logged, next int64, err error) {
	if err := who.Require(ActionExport); err != nil {
		return nil, 0, err
	}
	rows, err := s.db.Query(ctx, "SELECT "+logColumns+`
		WHERE l.county_id = $1 AND ($3 = 0 OR l.id < $3) AND (l.account_id = $4 OR `+wholeCounty+`)
		ORDER BY l.id DESC LIMIT $5`, who.CountyID, pg.NonNil(who.Scope.Subtrees), before, who.AccountID, logPage+1)
	if err != nil {
		return nil, 0, fmt.Errorf("list exports: %w", err)
	}
	if found, err = pgx.CollectRows(rows, scanLogged); err != nil {
		return nil, 0, fmt.Errorf("list exports: %w", err)
	}
	if len(found) > logPage {
		found = found[:logPage]
		next = found[logPage-1].ID
	}
	return found, next, nil
}

// wholeCounty says that the scope holds the county itself; $1 is the county, $2 the subtrees.
const wholeCounty = `EXISTS (SELECT FROM institution_public c
	WHERE c.county_id = $1 AND c.parent_id IS NULL AND c.path <@ ANY($2::text[]::ltree[]))`

// Verify finds who took out the file with this hash, newest first; none means that no such file left this house, or
// that it was changed since. Whoever holds the file may ask, so the log's scope does not matter here.
func (s *Service) Verify(ctx context.Context, who actor.Actor, sha256 string) ([]Logged, error) {
	if err := who.Require(ActionExport); err != nil {
		return nil, err
	}
	sum, err := hex.DecodeString(strings.TrimSpace(sha256))
	if err != nil || len(sum) != 32 {
		return nil, fault.Field("sha256", "校验值应为 64 位的十六进制数字,请从导出记录里整段复制")
	}
	rows, err := s.db.Query(ctx, "SELECT "+logColumns+" WHERE l.county_id = $1 AND l.sha256 = $2 ORDER BY l.id DESC LIMIT 50", who.CountyID, sum)
	if err != nil {
		return nil, fmt.Errorf("find export: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanLogged)
	if err != nil {
		return nil, fmt.Errorf("find export: %w", err)
	}
	return found, nil
}
