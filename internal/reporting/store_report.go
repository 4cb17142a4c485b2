package reporting

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/pg"
)

const reportColumns = `
	r.id, r.form_id, f.slug, f.title, r.form_version, r.institution_id, i.code, i.short_name, i.kind, r.period, r.state,
	r.due_at, r.grace_until, r.extended, r.submission, r.filled, r.fillable, r.errors, r.warnings, r.unexplained, r.responsible_person,
	coalesce(r.submitted_by, 0), r.submitted_name, r.submitted_at, r.received_at, r.reviewed_name, r.reviewed_at,
	r.returned_name, r.returned_at, r.reopened, r.reason,
	CASE WHEN r.state IN ('returned', 'draft') AND r.returned_at IS NOT NULL THEN (SELECT count(*) FROM cell_remark m
	     WHERE m.county_id = r.county_id AND m.report_id = r.id AND m.submission = r.submission) ELSE 0 END,
	r.version, r.updated_at, r.saved_at, r.checked, coalesce(r.checked_by, 0), r.checked_name, r.checked_at, r.returned_from,
	f.two_level, f.review_days, f.position`

const reportTables = `
	report r
	JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id
	JOIN institution_public i ON i.county_id = r.county_id AND i.id = r.institution_id AND ` + StillOwed

// StillOwed is the condition on a report r and its institution i that leaves out what nobody began of a month in which
// the institution was closed already: it was opened before the closing was known.
const StillOwed = `(i.closed_on IS NULL OR i.closed_on > r.period OR r.state <> 'not_started')`

// inScope holds the data scope as $2 and $3 of every query on reports; the county is $1.
const inScope = ` r.county_id = $1 AND ` + actor.InScope

func scanReport(row pgx.CollectableRow) (r Report, err error) {
	var submitted, received, checked, reviewed, returned, grace, saved *time.Time
	err = row.Scan(&r.ID, &r.FormID, &r.FormSlug, &r.FormTitle, &r.FormVersion, &r.InstitutionID, &r.InstitutionCode,
		&r.Institution, &r.InstitutionKind, &r.Month, &r.State, &r.DueAt, &grace, &r.Extended, &r.Submission, &r.Filled, &r.Fillable, &r.Errors,
		&r.Warnings, &r.Unexplained, &r.ResponsiblePerson, &r.SubmittedByID, &r.SubmittedBy, &submitted, &received,
		&r.ReviewedBy, &reviewed, &r.ReturnedBy, &returned, &r.Reopened, &r.Reason, &r.Remarks, &r.Version, &r.UpdatedAt, &saved, &r.Checked,
		&r.CheckedByID, &r.CheckedBy, &checked, &r.ReturnedFrom, &r.TwoLevel, &r.ReviewDays, &r.position)
	r.SubmittedAt, r.ReceivedAt, r.ReviewedAt = orZero(submitted), orZero(received), orZero(reviewed)
	r.ReturnedAt, r.GraceUntil, r.SavedAt, r.CheckedAt = orZero(returned), orZero(grace), orZero(saved), orZero(checked)
	return r, err
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func collectReports(rows pgx.Rows, err error) ([]Report, error) {
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanReport)
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	return found, nil
}

func getReport(ctx context.Context, q pg.Querier, who actor.Actor, id int64) (Report, error) {
	return oneReport(ctx, q, who, id, "")
}

// lockReport keeps every other write to the report waiting until the end of the transaction; reading goes on.
func lockReport(ctx context.Context, q pg.Querier, who actor.Actor, id int64) (Report, error) {
	return oneReport(ctx, q, who, id, " FOR NO KEY UPDATE OF r")
}

func oneReport(ctx context.Context, q pg.Querier, who actor.Actor, id int64, lock string) (Report, error) {
	rows, err := q.Query(ctx, `SELECT `+reportColumns+` FROM `+reportTables+` WHERE `+inScope+` AND r.id = $4`+lock,
		who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, id)
	if err != nil {
		return Report{}, fmt.Errorf("read report %d: %w", id, err)
	}
	r, err := pgx.CollectExactlyOneRow(rows, scanReport)
	if pg.NoRows(err) {
		return Report{}, fault.NotFound("这份月报")
	}
	if err != nil {
		return Report{}, fmt.Errorf("read report %d: %w", id, err)
	}
	return r, nil
}

func listReports(ctx context.Context, q pg.Querier, who actor.Actor, f Filter, after *cursor) ([]Report, error) {
	w := where{sql: inScope, args: []any{who.CountyID, who.Scope.Subtrees, who.Scope.Institutions}}
	w.add(!f.Month.IsZero(), "r.period = $?", f.Month)
	w.add(f.Form != "", "f.slug = $?", f.Form)
	w.add(len(f.States) > 0, "r.state = ANY($?::text[])", stateNames(f.States))
	w.add(f.Institution != "" && !f.Descendants, "i.code = $?", f.Institution)
	w.add(f.Institution != "" && f.Descendants,
		"i.path <@ (SELECT path FROM institution_public WHERE county_id = $1 AND code = $?)", f.Institution)
	w.add(f.InstitutionID != 0 && !f.Descendants, "r.institution_id = $?", f.InstitutionID)
	w.add(f.InstitutionID != 0 && f.Descendants,
		"i.path <@ (SELECT path FROM institution_public WHERE county_id = $1 AND id = $?)", f.InstitutionID)
	w.add(!f.LateAt.IsZero(), "coalesce(r.received_at, $?) > coalesce(r.grace_until, r.due_at)", f.LateAt)
	if after != nil {
		w.add(true, "r.period <= $?", after.month)
		w.add(true, "(r.period < "+w.last()+" OR (f.position, i.code COLLATE \"C\", r.id) > ($?, $?, $?))",
			after.position, after.code, after.id)
	}
	w.args = append(w.args, f.Limit+1)
	return collectReports(q.Query(ctx, `SELECT `+reportColumns+` FROM `+reportTables+` WHERE `+w.sql+
		` ORDER BY r.period DESC, f.position, i.code COLLATE "C", r.id LIMIT `+w.last(), w.args...))
}

// where collects conditions with their arguments; $? becomes the next number.
type where struct {
	sql  string
	args []any
}

func (w *where) add(wanted bool, condition string, args ...any) {
	if !wanted {
		return
	}
	for _, arg := range args {
		w.args = append(w.args, arg)
		condition = strings.Replace(condition, "$?", w.last(), 1)
	}
	w.sql += " AND " + condition
}

func (w *where) last() string { return "$" + strconv.Itoa(len(w.args)) }

func stateNames(states []State) []string {
	names := make([]string, len(states))
	for i, s := range states {
		names[i] = string(s)
	}
	return names
}

// cursor is the last report of a page.
type cursor struct {
	month    period.Month
	position int
	code     string // of the institution
	id       int64
}

func cursorAfter(r Report) string {
	return sealCursor(r.Month, r.position, r.InstitutionCode, r.ID)
}

func parseCursor(text string) (*cursor, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no cursor is the first page
	}
	parts := openCursor(text)
	if len(parts) == 4 {
		m, err1 := period.Parse(parts[0])
		position, err2 := strconv.Atoi(parts[1])
		id, err3 := strconv.ParseInt(parts[3], 10, 64)
		if err1 == nil && err2 == nil && err3 == nil && codeShape.MatchString(parts[2]) {
			return &cursor{m, position, parts[2], id}, nil
		}
	}
	return nil, fault.Field("cursor", "翻页位置无效,请从第一页重新查看")
}

func boardReports(ctx context.Context, q pg.Querier, who actor.Actor, m period.Month) ([]Report, error) {
	return collectReports(q.Query(ctx, `SELECT `+reportColumns+` FROM `+reportTables+` WHERE `+inScope+`
		AND r.period = $4 ORDER BY i.code COLLATE "C", i.id, f.position, r.id LIMIT 5000`,
		who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, m))
}

// deskReports are those of a month and those submitted in any, in the order of boardReports.
func deskReports(ctx context.Context, q pg.Querier, who actor.Actor, m period.Month) ([]Report, error) {
	return collectReports(q.Query(ctx, `SELECT `+reportColumns+` FROM `+reportTables+` WHERE `+inScope+`
		AND (r.period = $4 OR r.state IN ('submitted', 'checked')) ORDER BY i.code COLLATE "C", i.id, f.position, r.id LIMIT 5000`,
		who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, m))
}

// waiting are the reports that wait for a reviewer; $4 says whether it is one who approves what others checked. Where a
// form came back to one level, a checked report waits like a submitted one.
const waiting = `(r.state = 'submitted' OR r.state = 'checked' AND ($4 OR NOT f.two_level))`

func inboxReports(ctx context.Context, q pg.Querier, who actor.Actor) ([]Report, error) {
	return collectReports(q.Query(ctx, `SELECT `+reportColumns+` FROM `+reportTables+` WHERE `+inScope+`
		AND `+waiting+` ORDER BY coalesce(r.checked_at, r.submitted_at), r.id LIMIT 200`,
		who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, who.May(ActionApprove)))
}

func countTodos(ctx context.Context, q pg.Querier, who actor.Actor) (t Todos, err error) {
	err = q.QueryRow(ctx, `SELECT count(*) FILTER (WHERE r.state = 'returned'),
			count(*) FILTER (WHERE r.state IN ('not_started', 'draft')), count(*) FILTER (WHERE `+waiting+`)
		FROM report r JOIN form f ON f.county_id = r.county_id AND f.id = r.form_id
		JOIN institution_public i ON i.county_id = r.county_id AND i.id = r.institution_id AND `+StillOwed+`
		WHERE `+inScope+` AND r.state <> 'accepted'`,
		who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, who.May(ActionApprove)).Scan(&t.Returned, &t.Entering, &t.Review)
	if err != nil {
		return t, fmt.Errorf("count reports that wait: %w", err)
	}
	return t, nil
}

func readEvents(ctx context.Context, q pg.Querier, county int32, report int64) ([]Event, error) {
	rows, err := q.Query(ctx, `SELECT from_state, to_state, reason, by_name, at FROM report_event
		WHERE county_id = $1 AND report_id = $2 ORDER BY id LIMIT 500`, county, report)
	if err != nil {
		return nil, fmt.Errorf("read events of report %d: %w", report, err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Event])
	if err != nil {
		return nil, fmt.Errorf("read events of report %d: %w", report, err)
	}
	return found, nil
}
