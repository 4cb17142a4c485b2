package reporting

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/number"
	"yigai/internal/period"
	"yigai/internal/preset"
)

// load is one LoadValues at work inside its transaction.
type load struct {
	*Service
	who       actor.Actor
	options   LoadOptions
	tx        pgx.Tx
	at        time.Time
	catalogue *Catalogue
	rows      []loadRow // those not refused so far
	reports   map[reportKey]loadReport
	holders   map[heldKey]holder // of institutions that stand below another one now than in the month
	changed   changedFacts
	opened    []period.Month // months in which reports were opened
	result    Loaded
}

// loadRow is one row on its way.
type loadRow struct {
	source      ValueRow
	element     *Element
	month       period.Month
	cell        number.Cell
	institution loadInstitution
	form        *Form // nil: a loaded fact
	reporter    int64 // whose report it goes into
	report      int64
}

// refuse notes why a row cannot be stored.
func (l *load) refuse(row ValueRow, field, value, format string, args ...any) {
	l.result.Conflicts = append(l.result.Conflicts, Refused{Row: row.Row, Field: field, Value: value, Message: fmt.Sprintf(format, args...)})
}

// read understands period, element and figure of every row.
func (l *load) read(ctx context.Context, rows []ValueRow) (err error) {
	if l.catalogue, err = l.Service.catalogue(ctx, l.tx, l.who.CountyID); err != nil {
		return err
	}
	months := map[string]period.Month{}
	for _, row := range rows {
		if read, ok := l.readRow(row, months); ok {
			l.rows = append(l.rows, read)
		}
	}
	return nil
}

func (l *load) readRow(row ValueRow, months map[string]period.Month) (loadRow, bool) {
	out := loadRow{source: row}
	slug := strings.TrimSpace(row.Element)
	e, ok := l.element(slug)
	switch {
	case !ok:
		l.refuse(row, "element", row.Element, "没有编码为“%s”的数据项", slug)
		return out, false
	case e.Kind == preset.Calendar:
		l.refuse(row, "element", row.Element, "“%s”由系统按日历算出,不能导入", e.NameZH)
		return out, false
	case utf8.RuneCountInString(row.Comment) > maxComment:
		l.refuse(row, "comment", "", "批注最多 %d 个字", maxComment)
		return out, false
	}
	out.element = e
	if out.month, ok = l.readMonth(row, months); !ok {
		return out, false
	}
	return out, l.readFigure(&out)
}

// element finds an element by the codes that the file uses.
func (l *load) element(code string) (e *Element, ok bool) {
	if l.options.Elements != OtherCode {
		e, ok = l.catalogue.bySlug[code]
	}
	if !ok && l.options.Elements != OwnCode {
		e, ok = l.catalogue.byCode[code]
	}
	return e, ok
}

func (l *load) readMonth(row ValueRow, months map[string]period.Month) (period.Month, bool) {
	if m, seen := months[row.Period]; seen {
		return m, true
	}
	m, err := period.Parse(row.Period)
	if err != nil {
		l.refuse(row, "period", row.Period, "%s", err.Error())
		return m, false
	}
	if m.After(period.MonthOf(l.at)) {
		l.refuse(row, "period", row.Period, "%s还没有到,不能导入", m.Chinese())
		return m, false
	}
	months[row.Period] = m
	return m, true
}

func (l *load) readFigure(out *loadRow) bool {
	if out.source.Value == nil {
		return true
	}
	var err error
	if out.cell, err = number.Parse(*out.source.Value, out.element.Rule()); err != nil {
		l.refuse(out.source, "value", *out.source.Value, "%s", err.Error())
		return false
	}
	return true
}

// keep goes on with the rows that a step lets through.
func (l *load) keep(through func(*loadRow) bool) {
	kept := l.rows[:0]
	for _, row := range l.rows {
		if through(&row) {
			kept = append(kept, row)
		}
	}
	l.rows = kept
}
