package reporting

import (
	"context"
	"fmt"
	"time"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/pg"
)

// worksFor reports whether the actor works at the institution or at one that it belongs to. The authorities stand above
// every institution and belong to none.
func worksFor(ctx context.Context, q pg.Querier, who actor.Actor, institution int64) (yes bool, err error) {
	err = q.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM institution_public h JOIN institution_public i ON i.county_id = h.county_id AND i.id = $3
		WHERE h.county_id = $1 AND h.id = $2 AND i.path <@ h.path AND (h.id = i.id OR h.kind <> ALL($4::text[])))`,
		who.CountyID, who.InstitutionID, institution, []string{org.KindCounty, org.KindBureau}).Scan(&yes)
	if err != nil {
		return false, fmt.Errorf("read where the signer works: %w", err)
	}
	return yes, nil
}

func writeSignature(ctx context.Context, q pg.Querier, who actor.Actor, r Report, at time.Time) error {
	tag, err := q.Exec(ctx, `
		INSERT INTO report_signature (county_id, report_id, submission, hash, name, by_id, at, by_name, by_username)
		SELECT county_id, report_id, submission, sha256(convert_to(cells::text, 'UTF8')), $4, NULLIF($5::bigint, 0), $6, $7, $8
		FROM report_snapshot WHERE county_id = $1 AND report_id = $2 AND submission = $3 AND NOT accepted
		ON CONFLICT DO NOTHING`, who.CountyID, r.ID, r.Submission, r.ResponsiblePerson, who.AccountID, at, who.Name, who.Username)
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
		SELECT s.name, s.by_name, s.by_username, s.at, s.hash, s.hash = (SELECT sha256(convert_to(coalesce(jsonb_agg(jsonb_build_object('subject', subject_id,
		       'element', element_id, 'state', state, 'value', value::text) ORDER BY subject_id, element_id), '[]')::text, 'UTF8'))
		       FROM cell c WHERE c.county_id = s.county_id AND c.report_id = s.report_id)
		FROM report_signature s WHERE s.county_id = $1 AND s.report_id = $2 AND s.submission = $3`,
		county, r.ID, r.Submission).Scan(&s.Name, &s.By, &s.Username, &s.At, &s.Hash, &s.Same)
	if pg.NoRows(err) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("read signature: %w", err)
	}
	return s, nil
}
