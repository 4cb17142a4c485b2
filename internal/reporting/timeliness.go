package reporting

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
	"yigai/internal/sheet"
)

// Tally counts reports by how they came. What is still awaited within its time is in none of the rates.
type Tally struct {
	OnTime  int // within the deadline, or the grace
	Late    int
	Missing int // not come though its time has passed
	Open    int // awaited, its time has not passed
}

// Owed is how many should have come by now.
func (t Tally) Owed() int { return t.OnTime + t.Late + t.Missing }

// Received is how many came, in time or not.
func (t Tally) Received() int { return t.OnTime + t.Late }

// Complete is the completeness in percent: come ÷ owed; not Valid when none was owed.
func (t Tally) Complete() decimal.NullDecimal { return Percent(t.Received(), t.Owed()) }

// Timely is the timeliness in percent: on time ÷ owed; not Valid when none was owed. Every page and file that says
// 及时率 says this figure.
func (t Tally) Timely() decimal.NullDecimal { return Percent(t.OnTime, t.Owed()) }

// Percent is n out of all reports in percent; not Valid when there are none.
func Percent(n, of int) decimal.NullDecimal {
	if of == 0 {
		return decimal.NullDecimal{}
	}
	return decimal.NewNullDecimal(decimal.NewFromInt(int64(n)*100).DivRound(decimal.NewFromInt(int64(of)), 4))
}

// TallyColumns are the counts of a Tally in SQL, in the order of its fields, over a report r; now is the number of the
// argument that holds the time.
func TallyColumns(now string) string {
	const until = "coalesce(r.grace_until, r.due_at)"
	return "count(*) FILTER (WHERE r.received_at <= " + until + "), count(*) FILTER (WHERE r.received_at > " + until + ")," +
		" count(*) FILTER (WHERE r.received_at IS NULL AND " + until + " < " + now + ")," +
		" count(*) FILTER (WHERE r.received_at IS NULL AND " + until + " >= " + now + ")"
}

// Plus is the count of both.
func (t Tally) Plus(o Tally) Tally {
	return Tally{t.OnTime + o.OnTime, t.Late + o.Late, t.Missing + o.Missing, t.Open + o.Open}
}

// Timeliness is a year of reports, units by months; sums are sums of reports, so that rates are Σ ÷ Σ.
type Timeliness struct {
	Year   int
	Rows   []TimelinessRow
	Months [12]Tally // over the units
	Sum    Tally
}

// TimelinessRow is one unit's year.
type TimelinessRow struct {
	InstitutionID int64
	Code, Name    string
	Months        [12]Tally
	Sum           Tally
}

// Timeliness returns the year's reports in scope; with a form's slug only those of the form.
func (s *Service) Timeliness(ctx context.Context, who actor.Actor, year int, form string) (Timeliness, error) {
	if err := who.Require(ActionView); err != nil {
		return Timeliness{}, err
	}
	if year < 2000 || year > s.now().Year()+1 {
		return Timeliness{}, fault.Field("year", "没有 %d 年的月报", year)
	}
	return readTimeliness(ctx, s.db, who, year, form, s.now())
}

func readTimeliness(ctx context.Context, q pg.Querier, who actor.Actor, year int, form string, now time.Time) (Timeliness, error) {
	t := Timeliness{Year: year}
	rows, err := q.Query(ctx, `
		SELECT i.id, i.code, i.short_name, extract(month FROM r.period)::int, `+TallyColumns("$6")+`
		FROM `+reportTables+`
		WHERE `+inScope+` AND r.period >= make_date($4, 1, 1) AND r.period <= make_date($4, 12, 1) AND ($5 = '' OR f.slug = $5)
		GROUP BY i.id, i.code, i.short_name, r.period ORDER BY i.code, i.id, r.period LIMIT 60000`,
		who.CountyID, who.Scope.Subtrees, who.Scope.Institutions, year, form, now)
	if err != nil {
		return t, fmt.Errorf("read timeliness of %d: %w", year, err)
	}
	var row TimelinessRow
	var month int
	var c Tally
	_, err = pgx.ForEachRow(rows, []any{&row.InstitutionID, &row.Code, &row.Name, &month, &c.OnTime, &c.Late, &c.Missing, &c.Open},
		func() error { t.add(row, month, c); return nil })
	if err != nil {
		return t, fmt.Errorf("read timeliness of %d: %w", year, err)
	}
	return t, nil
}

// add takes cells that come ordered by unit.
func (t *Timeliness) add(unit TimelinessRow, month int, c Tally) {
	if n := len(t.Rows); n == 0 || t.Rows[n-1].InstitutionID != unit.InstitutionID {
		t.Rows = append(t.Rows, unit)
	}
	row := &t.Rows[len(t.Rows)-1]
	row.Months[month-1] = c
	row.Sum, t.Months[month-1], t.Sum = row.Sum.Plus(c), t.Months[month-1].Plus(c), t.Sum.Plus(c)
}

// ExportTimeliness writes the year as a file, one line for each unit and month, and records that it was taken out.
func (s *Service) ExportTimeliness(ctx context.Context, who actor.Actor, year int, form string, format sheet.Format, w io.Writer) error {
	t, err := s.Timeliness(ctx, who, year, form)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := t.write(who.Mark(), format, &file); err != nil {
		return err
	}
	out := audit.Export{Kind: "timeliness", Format: string(format), Name: fmt.Sprintf("%d年及时率.%s", year, format), Rows: int64(len(t.Rows)),
		Filter: map[string]any{"year": year, "form": form}}.Measure(file.Bytes())
	if err := audit.RecordExport(ctx, s.db, who, out, s.now()); err != nil {
		return err
	}
	_, err = file.WriteTo(w)
	return err
}

func (t Timeliness) write(mark string, format sheet.Format, w io.Writer) error {
	out, err := sheet.New(format, w, sheet.Meta{Title: fmt.Sprintf("%d年月报完整率和及时率", t.Year), Mark: mark, Columns: []sheet.Field{
		{Title: "机构编码"}, {Title: "单位", Width: 24}, {Title: "月份", Width: 10}, {Title: "应报", Kind: sheet.Int}, {Title: "按时", Kind: sheet.Int},
		{Title: "迟报", Kind: sheet.Int}, {Title: "漏报", Kind: sheet.Int}, {Title: "未到期", Kind: sheet.Int},
		{Title: "完整率", Kind: sheet.Percent, Decimals: 1}, {Title: "及时率", Kind: sheet.Percent, Decimals: 1}}})
	if err != nil {
		return fmt.Errorf("write timeliness: %w", err)
	}
	defer out.Abort() //nolint:errcheck // after Close it does nothing; before it the first error is the one to tell
	for _, row := range t.Rows {
		for m, c := range row.Months {
			if c == (Tally{}) {
				continue
			}
			if err := out.Row(c.line(row.Code, row.Name, fmt.Sprintf("%d-%02d", t.Year, m+1))...); err != nil {
				return fmt.Errorf("write timeliness: %w", err)
			}
		}
		if err := out.Row(row.Sum.line(row.Code, row.Name, "全年")...); err != nil {
			return fmt.Errorf("write timeliness: %w", err)
		}
	}
	if err := out.Row(t.Sum.line("", "合计", "全年")...); err != nil {
		return fmt.Errorf("write timeliness: %w", err)
	}
	return out.Close()
}

func (t Tally) line(code, name, month string) []any {
	return []any{code, name, month, t.Owed(), t.OnTime, t.Late, t.Missing, t.Open, t.Complete(), t.Timely()}
}

// Count adds one report as it stands at a moment.
func (t *Tally) Count(r Report, now time.Time) {
	switch received := !r.ReceivedAt.IsZero(); {
	case received && r.Late(now):
		t.Late++
	case received:
		t.OnTime++
	case r.Late(now):
		t.Missing++
	default:
		t.Open++
	}
}
