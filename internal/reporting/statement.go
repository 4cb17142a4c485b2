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
	Name     string
	By       string // whose account signed, "" for one of before that was kept
	Username string // of that account
	At       time.Time
	Hash     []byte // of the figures that were handed in
	Same     bool   // whether the figures are still those
}

// Account is the signing account as it is printed: 王芳 wangfang.
func (s Signature) Account() string { return strings.TrimSpace(s.By + " " + s.Username) }

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
// slip of the hand; the page asks for the account's password besides. What is signed is what was handed in. Only an account
// of the unit itself, or of an institution that it belongs to, signs for the unit; who reviews reports never does.
func (s *Service) Sign(ctx context.Context, who actor.Actor, seen Seen, name string) error {
	if err := who.Require(ActionSubmit); err != nil {
		return err
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		r, err := lockReport(ctx, tx, who, seen.Report)
		if err != nil {
			return err
		}
		if err := requireSigner(ctx, tx, who, r); err != nil {
			return err
		}
		if r.State.Editable() {
			return fault.Conflict("上报以后才能签认,这份月报现在是“%s”", r.State.Title())
		}
		if err := seen.unchanged(r, "签认"); err != nil {
			return err
		}
		if name = strings.TrimSpace(name); name == "" || name != r.ResponsiblePerson {
			return fault.Field("signer", "与上报时填写的单位负责人姓名不一致,请核对")
		}
		if err := writeSignature(ctx, tx, who, r, s.now()); err != nil {
			return err
		}
		err = audit.Record(ctx, tx, who, audit.Entry{Action: ActionSubmit, Kind: "signature", ID: strconv.FormatInt(r.ID, 10), Name: r.Name(),
			InstitutionID: r.InstitutionID, After: map[string]any{"submission": r.Submission, "name": name, "by": who.Name, "username": who.Username}})
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

// MaySign reports whether the actor could sign the report's last submission, were it not signed yet.
func (s *Service) MaySign(ctx context.Context, who actor.Actor, r Report) (bool, error) {
	if !who.May(ActionSubmit) || reviews(who) || r.State.Editable() || r.SubmittedAt.IsZero() {
		return false, nil
	}
	return worksFor(ctx, s.db, who, r.InstitutionID)
}

func requireSigner(ctx context.Context, q pg.Querier, who actor.Actor, r Report) error {
	if reviews(who) {
		return fault.Forbidden("审核月报的账号不能代单位签认,请由填报单位自己的账号签认")
	}
	yes, err := worksFor(ctx, q, who, r.InstitutionID)
	if err != nil {
		return err
	}
	if !yes {
		return fault.Forbidden("只有填报单位自己的账号可以签认这份月报")
	}
	return nil
}

func reviews(who actor.Actor) bool { return who.May(ActionReview) || who.May(ActionApprove) }

// SignatureOf is the signature under the last submission of a report in scope; its Name is empty when nobody signed.
func (s *Service) SignatureOf(ctx context.Context, who actor.Actor, report int64) (Signature, error) {
	r, err := s.Get(ctx, who, report)
	if err != nil {
		return Signature{}, err
	}
	return readSignature(ctx, s.db, who.CountyID, r)
}
