package notice

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/reporting"
)

// Circular is a notice of the units that were late in a month or quarter. While it is a draft its table is that of the
// moment and its words have places for the figures; issued, everything stays as it was.
type Circular struct {
	ID          int64
	First, Last period.Month
	Title       string
	Opening     string
	Closing     string
	Issuer      string
	MadeBy      string
	MadeAt      time.Time
	Version     int
	IssuedOn    *time.Time // nil: a draft
	IssuedBy    string
	Symbol      string // the whole number: 开卫健通报〔2026〕1号
	Content     Content
}

// Issued reports whether the circular is out.
func (c Circular) Issued() bool { return c.IssuedOn != nil }

// Months says what time it is about: 2026年7月, 2026年第3季度.
func (c Circular) Months() string { return monthsWord(c.First, c.Last) }

func monthsWord(first, last period.Month) string {
	switch {
	case first == last:
		return first.Chinese()
	case period.Quarter(first).First() == first && period.Quarter(first).Last() == last:
		return fmt.Sprintf("%d年第%d季度", first.Year(), (int(first.Month())+2)/3)
	}
	return first.Chinese() + "至" + last.Chinese()
}

// Draft starts a circular about a month or a quarter from the county's templates. The figures come into its words
// when it is issued, from the same count as its tables.
func (s *Service) Draft(ctx context.Context, who actor.Actor, p period.Period) (id int64, err error) {
	if err := s.mayIssue(ctx, who); err != nil {
		return 0, err
	}
	if p.Kind() != period.KindMonth && p.Kind() != period.KindQuarter {
		return 0, fault.Field("period", "通报按月或按季度起草")
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		content, err := s.content(ctx, tx, who, p.First(), p.Last())
		if err != nil {
			return err
		}
		if content.Sum.Owed() == 0 {
			return fault.Field("period", "%s还没有到截止日期的月报,没有可以通报的内容", monthsWord(p.First(), p.Last()))
		}
		setting, err := readSetting(ctx, tx, who.CountyID)
		if err != nil {
			return err
		}
		c := setting.start(p.First(), p.Last())
		if id, err = insertCircular(ctx, tx, who, c, s.now()); err != nil {
			return err
		}
		return s.record(ctx, tx, who, id, c.Title, nil, map[string]any{"first": c.First, "last": c.Last})
	})
	if err != nil {
		return 0, fmt.Errorf("draft circular: %w", err)
	}
	return id, nil
}

// start is a circular in the county's words, about some months.
func (n Setting) start(first, last period.Month) Circular {
	months := monthsWord(first, last)
	put := strings.NewReplacer("{期间}", months, "{月份}", months)
	return Circular{First: first, Last: last, Title: put.Replace(n.Heading), Opening: put.Replace(n.Opening), Closing: put.Replace(n.Closing), Issuer: n.Issuer}
}

// Filled is the circular with the figures of its tables in its words; an issued one is as it was issued.
func (c Circular) Filled() Circular {
	if c.Issued() {
		return c
	}
	timely := "—"
	if rate := c.Content.Sum.Timely(); rate.Valid {
		timely = rate.Decimal.StringFixed(1) + "%"
	}
	sum := c.Content.Sum
	put := strings.NewReplacer("{期间}", c.Months(), "{月份}", c.Months(), "{应报}", strconv.Itoa(sum.Owed()), "{延期}", c.Content.extendedWords(), "{按时}", strconv.Itoa(sum.OnTime),
		"{及时率}", timely, "{迟报}", strconv.Itoa(sum.Late), "{漏报}", strconv.Itoa(sum.Missing), "{日期}", chineseDate(c.Content.AsOf))
	c.Title, c.Opening, c.Closing = put.Replace(c.Title), put.Replace(c.Opening), put.Replace(c.Closing)
	return c
}

func chineseDate(t time.Time) string { return t.In(period.Shanghai).Format("2006年1月2日") }

// mayIssue asks for the permission and the whole county: a circular names every unit.
func (s *Service) mayIssue(ctx context.Context, who actor.Actor) error {
	if err := who.Require(ActionIssue); err != nil {
		return err
	}
	return s.wholeCounty(ctx, who, "通报涉及全县各单位,由数据范围为全县的账号起草")
}

// wholeCounty refuses with the sentence whoever sees a part of the county only.
func (s *Service) wholeCounty(ctx context.Context, who actor.Actor, otherwise string) error {
	root, err := org.Root(ctx, s.db, who.CountyID)
	if err != nil {
		return err
	}
	if !slices.Contains(who.Scope.Subtrees, root.Path) {
		return fault.Forbidden("%s", otherwise)
	}
	return nil
}

// Edit changes the words of a draft; Version is the one that was shown.
func (s *Service) Edit(ctx context.Context, who actor.Actor, n Circular) error {
	if err := s.mayIssue(ctx, who); err != nil {
		return err
	}
	if err := n.check(); err != nil {
		return err
	}
	return s.change(ctx, who, n.ID, n.Version, func(tx pgx.Tx, was Circular) error {
		if err := updateCircular(ctx, tx, who.CountyID, n); err != nil {
			return err
		}
		words := func(c Circular) any {
			return map[string]string{"title": c.Title, "opening": c.Opening, "closing": c.Closing, "issuer": c.Issuer}
		}
		return s.record(ctx, tx, who, n.ID, n.Title, words(was), words(n))
	})
}

func (c Circular) check() error {
	var problems []fault.Problem
	for _, t := range []struct {
		field, label, text string
		max                int
	}{{"title", "标题", c.Title, maxTitle}, {"opening", "开头", c.Opening, maxText}, {"closing", "结尾", c.Closing, maxText}, {"issuer", "印发单位", c.Issuer, maxName}} {
		switch n := utf8.RuneCountInString(t.text); {
		case strings.TrimSpace(t.text) == "":
			problems = append(problems, fault.Problem{Field: t.field, Message: "请填写" + t.label})
		case n > t.max:
			problems = append(problems, fault.Problem{Field: t.field, Message: fmt.Sprintf("%s最多 %d 个字", t.label, t.max)})
		}
	}
	if len(problems) > 0 {
		return fault.Invalid(problems...)
	}
	return nil
}

// Issue gives a draft the next number of the year and keeps it as it is from then on. The units in it are told.
func (s *Service) Issue(ctx context.Context, who actor.Actor, id int64, version int) error {
	if err := s.mayIssue(ctx, who); err != nil {
		return err
	}
	return s.change(ctx, who, id, version, func(tx pgx.Tx, c Circular) error {
		content, err := s.content(ctx, tx, who, c.First, c.Last)
		if err != nil {
			return err
		}
		setting, err := readSetting(ctx, tx, who.CountyID)
		if err != nil {
			return err
		}
		year := s.now().In(period.Shanghai).Year()
		number, err := nextNumber(ctx, tx, who.CountyID, year)
		if err != nil {
			return err
		}
		c.Content = content
		c = c.Filled()
		c.Symbol = fmt.Sprintf("%s〔%d〕%d号", setting.Symbol, year, number)
		if err := issueCircular(ctx, tx, who, c, year, number, s.now()); err != nil {
			return err
		}
		if err := s.tellUnits(ctx, tx, who.CountyID, c); err != nil {
			return err
		}
		return s.record(ctx, tx, who, id, c.Title, nil, map[string]any{"symbol": c.Symbol, "late": content.Sum.Late, "missing": content.Sum.Missing})
	})
}

// tellUnits lets the clerks of the named units know.
func (s *Service) tellUnits(ctx context.Context, tx pgx.Tx, county int32, c Circular) error {
	for _, u := range c.Content.Units {
		to, err := clerksOf(ctx, tx, county, u.InstitutionID, s.rolesWith(reporting.ActionEnter), 0)
		if err != nil {
			return err
		}
		_, err = s.tell(ctx, tx, county, to, letter{kind: KindCircular, title: c.Symbol + " " + c.Title, url: fmt.Sprintf("/circulars/%d", c.ID),
			text: fmt.Sprintf("%s:迟报 %d 份,漏报 %d 份", u.Unit, u.Late, u.Missing), source: fmt.Sprintf("circular:%d", c.ID)})
		if err != nil {
			return err
		}
	}
	return nil
}

// Discard deletes a draft; its number was never given out.
func (s *Service) Discard(ctx context.Context, who actor.Actor, id int64, version int) error {
	if err := s.mayIssue(ctx, who); err != nil {
		return err
	}
	return s.change(ctx, who, id, version, func(tx pgx.Tx, c Circular) error {
		if err := deleteCircular(ctx, tx, who.CountyID, id); err != nil {
			return err
		}
		return s.record(ctx, tx, who, id, c.Title, map[string]any{"title": c.Title}, nil)
	})
}

// change locks a draft as it was shown and does something to it.
func (s *Service) change(ctx context.Context, who actor.Actor, id int64, version int, do func(tx pgx.Tx, c Circular) error) error {
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		c, err := oneCircular(ctx, tx, who.CountyID, id, " FOR UPDATE")
		switch {
		case err != nil:
			return err
		case c.Issued():
			return fault.Conflict("“%s”已经印发(%s),不能再改", c.Title, c.Symbol)
		case c.Version != version:
			return fault.Conflict("别人刚刚改过这份通报,请刷新后再操作")
		}
		return do(tx, c)
	})
	if err != nil {
		return fmt.Errorf("change circular %d: %w", id, err)
	}
	return nil
}

func (s *Service) record(ctx context.Context, tx pgx.Tx, who actor.Actor, id int64, title string, before, after any) error {
	return audit.Record(ctx, tx, who, audit.Entry{Action: ActionIssue, Kind: "circular", ID: strconv.FormatInt(id, 10), Name: title, Before: before, After: after})
}

// Circular returns one: issued ones to everybody who may read them, drafts to those who make them.
func (s *Service) Circular(ctx context.Context, who actor.Actor, id int64) (Circular, error) {
	if err := who.Require(ActionView); err != nil {
		return Circular{}, err
	}
	c, err := oneCircular(ctx, s.db, who.CountyID, id, "")
	if err != nil || c.Issued() {
		return c, err
	}
	if err := s.mayIssue(ctx, who); err != nil {
		return Circular{}, fault.NotFound("这份通报")
	}
	c.Content, err = s.content(ctx, s.db, who, c.First, c.Last)
	return c, err
}

// Earlier lists what was issued about the same months before, newest first.
func (s *Service) Earlier(ctx context.Context, who actor.Actor, c Circular) ([]Circular, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return listEarlier(ctx, s.db, who.CountyID, c)
}

// Circulars lists them, newest first; drafts only for those who make them.
func (s *Service) Circulars(ctx context.Context, who actor.Actor, before int64) (found []Circular, next int64, err error) {
	if err := who.Require(ActionView); err != nil {
		return nil, 0, err
	}
	found, err = listCirculars(ctx, s.db, who.CountyID, who.May(ActionIssue), before, pageSize+1)
	if err != nil {
		return nil, 0, err
	}
	if len(found) > pageSize {
		found = found[:pageSize]
		next = found[pageSize-1].ID
	}
	return found, next, nil
}
