package reporting

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/jobs"
	"yigai/internal/pg"
)

// Signature is the responsible person's name under the figures of a report's last submission.
type Signature struct {
	Name string
	At   time.Time
	Hash []byte // of the figures that were handed in
	Same bool   // whether the figures are still those
}

// Code is the short form of the hash that is printed: 8F3A-11C0.
func (s Signature) Code() string {
	const digits = 8
	text := strings.ToUpper(hex.EncodeToString(s.Hash))
	if len(text) < digits {
		return ""
	}
	return text[:digits/2] + "-" + text[digits/2:digits]
}

// Sign puts the responsible person's name under the last submission. The name is typed again, so that nobody signs by a
// slip of the hand; the page asks for the account's password besides. What is signed is what was handed in.
func (s *Service) Sign(ctx context.Context, who actor.Actor, seen Seen, name string) error {
	if err := who.Require(ActionSubmit); err != nil {
		return err
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		r, err := lockReport(ctx, tx, who, seen.Report)
		if err != nil {
			return err
		}
		if r.State.Editable() {
			return fault.Conflict("上报以后才能签认,这份月报现在是“%s”", r.State.Title())
		}
		if err := seen.unchanged(r, "签认"); err != nil {
			return err
		}
		if name = strings.TrimSpace(name); name == "" || name != r.ResponsiblePerson {
			return fault.Field("signer", "请输入上报时填写的单位负责人姓名“%s”", r.ResponsiblePerson)
		}
		if err := writeSignature(ctx, tx, who, r, s.now()); err != nil {
			return err
		}
		err = audit.Record(ctx, tx, who, audit.Entry{Action: ActionSubmit, Kind: "signature", ID: strconv.FormatInt(r.ID, 10), Name: r.Name(),
			InstitutionID: r.InstitutionID, After: map[string]any{"submission": r.Submission, "name": name}})
		if err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, Signed{County: who.CountyID, Report: r.ID, Submission: r.Submission, Name: name, ByID: who.AccountID, By: who.Name})
	})
	if err != nil {
		return fmt.Errorf("sign report %d: %w", seen.Report, err)
	}
	return nil
}

// SignatureOf is the signature under the last submission of a report in scope; its Name is empty when nobody signed.
func (s *Service) SignatureOf(ctx context.Context, who actor.Actor, report int64) (Signature, error) {
	r, err := s.Get(ctx, who, report)
	if err != nil {
		return Signature{}, err
	}
	return readSignature(ctx, s.db, who.CountyID, r)
}

func writeSignature(ctx context.Context, q pg.Querier, who actor.Actor, r Report, at time.Time) error {
	tag, err := q.Exec(ctx, `
		INSERT INTO report_signature (county_id, report_id, submission, hash, name, by_id, at)
		SELECT county_id, report_id, submission, sha256(convert_to(cells::text, 'UTF8')), $4, NULLIF($5::bigint, 0), $6
		FROM report_snapshot WHERE county_id = $1 AND report_id = $2 AND submission = $3 AND NOT accepted
		ON CONFLICT DO NOTHING`, who.CountyID, r.ID, r.Submission, r.ResponsiblePerson, who.AccountID, at)
	if err != nil {
		return fmt.Errorf("write signature: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return fault.Conflict("这次上报已经签认过,或者是导入的历史数据,不需要签认")
	}
	return nil
}

// readSignature compares the figures as they stand in the way in which the snapshot took them.
func readSignature(ctx context.Context, q pg.Querier, county int32, r Report) (s Signature, err error) {
	err = q.QueryRow(ctx, `
		SELECT s.name, s.at, s.hash, s.hash = (SELECT sha256(convert_to(coalesce(jsonb_agg(jsonb_build_object('subject', subject_id,
		       'element', element_id, 'state', state, 'value', value::text) ORDER BY subject_id, element_id), '[]')::text, 'UTF8'))
		       FROM cell c WHERE c.county_id = s.county_id AND c.report_id = s.report_id)
		FROM report_signature s WHERE s.county_id = $1 AND s.report_id = $2 AND s.submission = $3`,
		county, r.ID, r.Submission).Scan(&s.Name, &s.At, &s.Hash, &s.Same)
	if pg.NoRows(err) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("read signature: %w", err)
	}
	return s, nil
}
