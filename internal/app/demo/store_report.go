package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"yigai/internal/pg"
	"yigai/internal/reporting"
)

// reportRow is a report as it stands at the end of its story.
type reportRow struct {
	ID          int64      `json:"id"`
	State       string     `json:"state"`
	Submission  int        `json:"submission"`
	Head        string     `json:"head"`
	Clerk       *int64     `json:"clerk"`
	ClerkName   string     `json:"clerk_name"`
	Submitted   *time.Time `json:"submitted"`
	Received    *time.Time `json:"received"`
	Reviewer    *int64     `json:"reviewer"`
	Reviewed    *time.Time `json:"reviewed"`
	ReviewName  string     `json:"review_name"`
	ReturnName  string     `json:"return_name"`
	Returned    *time.Time `json:"returned"`
	Reason      string     `json:"reason"`
	Version     int        `json:"version"`
	LastTouched time.Time  `json:"touched"`
}

func (s story) row() reportRow {
	r := reportRow{ID: s.id, State: string(s.state), Submission: len(s.submissions), Reason: s.reason, Version: 1 + 2*len(s.events),
		LastTouched: s.events[len(s.events)-1].at}
	if n := len(s.submissions); n > 0 {
		r.Head, r.Clerk, r.ClerkName, r.Submitted, r.Received = s.head, s.clerk.known(), s.clerk.name, &s.submissions[n-1], &s.submissions[0]
	}
	switch {
	case s.state == reporting.Returned:
		r.ReturnName, r.Returned = s.reviewer.name, &s.reviewed
	case !s.reviewed.IsZero():
		r.Reviewer, r.ReviewName, r.Reviewed = s.reviewer.known(), s.reviewer.name, &s.reviewed
	}
	return r
}

func updateReports(ctx context.Context, q pg.Querier, county int32, stories []story) error {
	rows := make([]reportRow, len(stories))
	for i, s := range stories {
		rows[i] = s.row()
	}
	b, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("encode reports: %w", err)
	}
	_, err = q.Exec(ctx, `
		UPDATE report r
		SET state = s.state, submission = s.submission, responsible_person = s.head, submitted_by = s.clerk,
		    submitted_name = s.clerk_name, submitted_at = s.submitted, received_at = s.received, reviewed_by = s.reviewer,
		    reviewed_name = s.review_name, reviewed_at = s.reviewed,
		    returned_name = s.return_name, returned_at = s.returned, reason = s.reason, version = s.version, updated_at = s.touched,
		    saved_at = s.touched, checked = true,
		    filled = (SELECT count(*) FROM cell c WHERE c.county_id = r.county_id AND c.report_id = r.id)
		FROM jsonb_to_recordset($2::jsonb) AS s(id bigint, state text, submission int, head text, clerk bigint, clerk_name text,
		    submitted timestamptz, received timestamptz, reviewer bigint, review_name text, reviewed timestamptz,
		    return_name text, returned timestamptz, reason text,
		    version int, touched timestamptz)
		WHERE r.county_id = $1 AND r.id = s.id`, county, b)
	if err != nil {
		return fmt.Errorf("update reports: %w", err)
	}
	return nil
}

// snapshot is one submission or acceptance; Was holds a figure that was corrected after it.
type snapshot struct {
	Report     int64     `json:"report"`
	Submission int       `json:"submission"`
	Accepted   bool      `json:"accepted"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
	Element    int32     `json:"element"`
	Was        *string   `json:"was"`
}

func takeSnapshots(ctx context.Context, q pg.Querier, county int32, stories []story, cells []cell) error {
	corrected := map[int64]cell{}
	for _, c := range cells {
		if c.fixed {
			corrected[c.id] = c
		}
	}
	var all []snapshot
	for _, s := range stories {
		all = append(all, s.snapshots(corrected[s.id])...)
	}
	b, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("encode snapshots: %w", err)
	}
	_, err = q.Exec(ctx, `
		INSERT INTO report_snapshot (county_id, report_id, submission, accepted, cells, by_name, at)
		SELECT $1, s.report, s.submission, s.accepted, jsonb_agg(jsonb_build_object('subject', c.subject_id, 'element', c.element_id,
		       'state', c.state, 'value', CASE WHEN c.element_id = s.element THEN s.was::numeric(24, 6) ELSE c.value END::text)
		       ORDER BY c.subject_id, c.element_id), s."by", s.at
		FROM jsonb_to_recordset($2::jsonb) AS s(report bigint, submission int, accepted boolean, "by" text, at timestamptz,
		     element int, was text)
		JOIN cell c ON c.county_id = $1 AND c.report_id = s.report
		GROUP BY s.report, s.submission, s.accepted, s."by", s.at`, county, b)
	if err != nil {
		return fmt.Errorf("take snapshots: %w", err)
	}
	return nil
}

func (s story) snapshots(fixed cell) []snapshot {
	var all []snapshot
	for i, at := range s.submissions {
		one := snapshot{Report: s.id, Submission: i + 1, By: s.clerk.name, At: at}
		if fixed.fixed && i == 0 {
			text := fixed.before.Int.String()
			one.Element, one.Was = fixed.element, &text
		}
		all = append(all, one)
	}
	if s.state == reporting.Accepted {
		all = append(all, snapshot{Report: s.id, Submission: len(s.submissions), Accepted: true, By: s.reviewer.name, At: s.reviewed})
	}
	return all
}
