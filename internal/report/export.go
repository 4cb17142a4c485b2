package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
	"yigai/internal/sheet"
)

// Summary says what a file holds.
type Summary struct {
	Rows   int64
	Bytes  int64
	SHA256 string // in hexadecimal
}

// File is a finished export. It is complete and logged before its first byte leaves the house: a reader never gets
// half a file that looks whole, and no file is out without its line in the log.
type File struct {
	Summary
	Name string // in Chinese, with its ending
	body *os.File
}

// WriteTo sends the file; Close afterwards.
func (f *File) WriteTo(w io.Writer) (int64, error) {
	if _, err := f.body.Seek(0, io.SeekStart); err != nil {
		return 0, fmt.Errorf("send export: %w", err)
	}
	n, err := io.Copy(w, f.body)
	if err != nil {
		return n, fmt.Errorf("send export: %w", err)
	}
	return n, nil
}

// Close gives the file up.
func (f *File) Close() error { return f.body.Close() }

// Export writes the requested file to w and says what it holds.
func (s *Service) Export(ctx context.Context, who actor.Actor, r Request, w io.Writer) (sum Summary, err error) {
	f, err := s.Prepare(ctx, who, r)
	if err != nil {
		return Summary{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.WriteTo(w); err != nil {
		return Summary{}, err
	}
	return f.Summary, nil
}

// Prepare makes the requested file row by row from one snapshot of the database and logs it. Refusals and failures
// are kept in the trail too; what could not be understood is not.
func (s *Service) Prepare(ctx context.Context, who actor.Actor, r Request) (*File, error) {
	k, known := KindOf(r.Kind)
	if err := who.Require(k.action()); known && err != nil {
		return nil, errors.Join(err, s.logRefusal(ctx, who, r, err))
	}
	settled, err := r.settle(s.monthInHand())
	if err != nil {
		return nil, err
	}
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.leave()
	f, err := s.prepare(ctx, who, k, settled)
	if err != nil {
		// The asker may be gone; what was tried is kept all the same.
		err = errors.Join(err, s.logRefusal(context.WithoutCancel(ctx), who, settled, err))
	}
	return f, err
}

// enter waits for one of the few places, so that exports never take the connections that pages need.
func (s *Service) enter(ctx context.Context) error {
	select {
	case s.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for other exports: %w", ctx.Err())
	}
}

func (s *Service) leave() { <-s.places }

func (s *Service) prepare(ctx context.Context, who actor.Actor, k Kind, r Request) (*File, error) {
	body, err := os.CreateTemp("", "yigai-export-")
	if err != nil {
		return nil, fmt.Errorf("make room for export: %w", err)
	}
	f := &File{body: body}
	// Without a name the file cannot outlive the process.
	err = os.Remove(body.Name())
	if err == nil {
		err = s.fill(ctx, who, k, r, f)
	}
	if err == nil {
		err = s.log(ctx, who, r, f)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// fill writes the rows into the file and counts them.
func (s *Service) fill(ctx context.Context, who actor.Actor, k Kind, r Request, f *File) error {
	sink := &sink{out: f.body, hash: sha256.New()}
	err := s.inSnapshot(ctx, func(q pg.Querier) (err error) {
		if k.build == nil {
			f.Name, f.Rows, err = s.writeReport(ctx, q, who, r, sink)
		} else {
			f.Name, f.Rows, err = s.writeTable(ctx, q, who, k, r, sink)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("export %s: %w", r.Kind, err)
	}
	f.Bytes, f.SHA256 = sink.n, hex.EncodeToString(sink.hash.Sum(nil))
	return nil
}

// sink counts and hashes what passes.
type sink struct {
	out  io.Writer
	hash hash.Hash
	n    int64
}

func (s *sink) Write(p []byte) (int, error) {
	n, err := s.out.Write(p)
	s.hash.Write(p[:n])
	s.n += int64(n)
	return n, err
}

// inSnapshot reads everything of a file in one snapshot, so that no figure is younger than the one beside it.
func (s *Service) inSnapshot(ctx context.Context, read func(q pg.Querier) error) (err error) {
	tx, err := s.replica.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return fmt.Errorf("begin snapshot: %w", err)
	}
	defer func() {
		if rb := tx.Rollback(context.WithoutCancel(ctx)); rb != nil && !errors.Is(rb, pgx.ErrTxClosed) {
			err = errors.Join(err, fmt.Errorf("end snapshot: %w", rb))
		}
	}()
	return read(tx)
}

// writeTable runs a table's query and passes its rows on one by one.
func (s *Service) writeTable(ctx context.Context, tx pg.Querier, who actor.Actor, k Kind, r Request, w io.Writer) (name string, rows int64, err error) {
	t, err := k.build(s, ctx, tx, who, r)
	if err != nil {
		return "", 0, err
	}
	meta := t.meta(r)
	if meta.Title, err = titleIn(ctx, tx, who.CountyID, meta.Title); err != nil {
		return "", 0, err
	}
	out, err := sheet.New(r.Format, w, meta)
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, out.Abort()) }()
	if rows, err = s.stream(ctx, tx, t, out); err != nil {
		return "", rows, err
	}
	return fileName(meta, r), rows, out.Close()
}

// titleIn puts the county before a title, by number and not as the asker knows it: the same figures must give the same
// bytes whoever asks. The platform itself counts as one here, it has a trail too.
func titleIn(ctx context.Context, q pg.Querier, county int32, title string) (string, error) {
	var name string
	if err := q.QueryRow(ctx, "SELECT name FROM county WHERE county_id = $1", county).Scan(&name); err != nil {
		return "", fmt.Errorf("name county %d: %w", county, err)
	}
	return name + title, nil
}

func (s *Service) stream(ctx context.Context, q pg.Querier, t *table, out sheet.Writer) (n int64, err error) {
	rows, err := q.Query(ctx, t.sql(s.most), t.args...)
	if err != nil {
		return 0, fmt.Errorf("query: %w", err)
	}
	defer rows.Close()
	reader := newRowReader(t.columns)
	for ; rows.Next(); n++ {
		if n == s.most {
			return n, fault.Field("", "符合条件的超过 %d 行,请缩小月份、机构或数据项的范围再导出", s.most)
		}
		values, err := reader.read(rows)
		if err != nil {
			return n, err
		}
		if err := out.Row(values...); err != nil {
			return n, err
		}
	}
	if err := rows.Err(); err != nil {
		return n, fmt.Errorf("query: %w", err)
	}
	return n, nil
}

// fileName is what the file is called on the reader's disk.
func fileName(m sheet.Meta, r Request) string {
	name := m.Title
	if m.Period != "" {
		name += "_" + m.Period
	}
	if r.Institution != "" {
		name += "_" + r.Institution
	}
	return name + "." + string(r.Format)
}

// logRefusal keeps in the trail that somebody tried and why it came to nothing.
func (s *Service) logRefusal(ctx context.Context, who actor.Actor, r Request, why error) error {
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		return audit.Record(ctx, tx, who, audit.Entry{Action: "report.export_refused", Kind: "export", Name: KindTitle(r.Kind),
			InstitutionID: who.InstitutionID, After: r, Reason: plain(why)})
	})
}

// plain is the sentence for the trail; what is internal stays in the server's log.
func plain(err error) string {
	if fault.IsFault(err) {
		return fault.Bare(err).Error()
	}
	return "系统出错,没有导出"
}
