package reporting

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/preset"
)

// ChangeLimit is how much an element may change, as the county has set it.
type ChangeLimit struct {
	Element Element
	Against Against
	Percent decimal.Decimal
	Least   decimal.Decimal // a change up to this is none
	Source  string
	Enabled bool
	Version int // 0: not there yet
	By      string
	At      time.Time
}

// ChangeLimits lists the county's limits, by element.
func (s *Service) ChangeLimits(ctx context.Context, who actor.Actor) ([]ChangeLimit, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	c, err := s.catalogue(ctx, s.db, who.CountyID)
	if err != nil {
		return nil, err
	}
	return listLimits(ctx, s.db, who.CountyID, c)
}

// SaveChangeLimit sets how much an element may change; the version is the one that was seen, 0 for a new one. It answers
// how many open reports are counted again because of it.
func (s *Service) SaveChangeLimit(ctx context.Context, who actor.Actor, l ChangeLimit) (touched int, err error) {
	if err := who.Require(ActionManageRules); err != nil {
		return 0, err
	}
	l.By, l.At, l.Source = who.Name, s.now(), strings.TrimSpace(l.Source)
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		if err := requireWholeCounty(ctx, tx, who); err != nil {
			return err
		}
		if err := moveStamp(ctx, tx, who.CountyID); err != nil {
			return err
		}
		c, err := s.catalogue(ctx, tx, who.CountyID)
		if err != nil {
			return err
		}
		if err := l.check(c); err != nil {
			return err
		}
		if err := writeLimit(ctx, tx, who.CountyID, l); err != nil {
			return err
		}
		if err := moveStamp(ctx, tx, who.CountyID); err != nil { // the catalogue read above is not the one that stands now
			return err
		}
		if touched, err = countTouched(ctx, tx, who.CountyID, c.asking(l.Element.Slug), period.Month{}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionManageRules, Kind: "change_limit", ID: l.Element.Slug + ":" + string(l.Against),
			Name: l.Element.NameZH + " " + l.Against.Title(), After: map[string]any{"percent": l.Percent, "least": l.Least, "source": l.Source, "enabled": l.Enabled}})
	})
	if err != nil {
		return 0, fmt.Errorf("save change limit of %s: %w", l.Element.Slug, err)
	}
	return touched, nil
}

const maxSource = 200

// check says what is wrong and completes the element.
func (l *ChangeLimit) check(c *Catalogue) error {
	var problems []fault.Problem
	add := func(field, format string, args ...any) {
		problems = append(problems, fault.Problem{Field: field, Message: fmt.Sprintf(format, args...)})
	}
	e, ok := c.Element(l.Element.Slug)
	switch {
	case !ok:
		add("element", "没有编码为“%s”的数据项", l.Element.Slug)
	case e.Kind == preset.Calendar:
		add("element", "“%s”由系统按日历算出,不用设置", e.NameZH)
	case e.Kind == preset.Cumulative && l.Against == LastMonth:
		add("against", "“%s”按累计口径填报,每月都会增加,请用同比", e.NameZH)
	default:
		l.Element = *e
	}
	if l.Against != LastMonth && l.Against != LastYear {
		add("against", "请选择环比或同比")
	}
	if !l.Percent.IsPositive() || l.Percent.GreaterThan(decimal.NewFromInt(10_000)) {
		add("percent", "幅度应大于 0,最多 10000")
	}
	if l.Least.IsNegative() {
		add("least", "不能为负数")
	}
	if len([]rune(l.Source)) > maxSource {
		add("source", "依据最多 %d 个字", maxSource)
	}
	if len(problems) > 0 {
		return fault.Invalid(problems...)
	}
	return nil
}

func readLimits(ctx context.Context, q pg.Querier, county int32) ([]limit, error) {
	rows, err := q.Query(ctx, `
		SELECT e.slug, l.against, l.percent, l.least
		FROM change_limit l JOIN element e ON e.county_id = l.county_id AND e.id = l.element_id
		WHERE l.county_id = $1 AND l.enabled ORDER BY l.element_id, l.against LIMIT 5000`, county)
	if err != nil {
		return nil, fmt.Errorf("read change limits: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l limit, err error) {
		return l, row.Scan(&l.element, &l.against, &l.percent, &l.least)
	})
	if err != nil {
		return nil, fmt.Errorf("read change limits: %w", err)
	}
	return found, nil
}

func listLimits(ctx context.Context, q pg.Querier, county int32, c *Catalogue) ([]ChangeLimit, error) {
	rows, err := q.Query(ctx, `SELECT element_id, against, percent, least, source, enabled, version, by_name, at
		FROM change_limit WHERE county_id = $1 ORDER BY element_id, against LIMIT 5000`, county)
	if err != nil {
		return nil, fmt.Errorf("list change limits: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l ChangeLimit, err error) {
		if err = row.Scan(&l.Element.ID, &l.Against, &l.Percent, &l.Least, &l.Source, &l.Enabled, &l.Version, &l.By, &l.At); err == nil {
			if e, ok := c.byID[l.Element.ID]; ok {
				l.Element = *e
			}
		}
		return l, err
	})
	if err != nil {
		return nil, fmt.Errorf("list change limits: %w", err)
	}
	return found, nil
}

// writeLimit stores a limit that nobody changed since its version.
func writeLimit(ctx context.Context, q pg.Querier, county int32, l ChangeLimit) error {
	tag, err := q.Exec(ctx, `
		INSERT INTO change_limit AS t (county_id, element_id, against, percent, least, source, enabled, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (county_id, element_id, against) DO UPDATE SET percent = $4, least = $5, source = $6, enabled = $7, by_name = $8,
			at = $9, version = t.version + 1 WHERE t.version = $10`,
		county, l.Element.ID, string(l.Against), l.Percent, l.Least, l.Source, l.Enabled, l.By, l.At, l.Version)
	if err != nil {
		return fmt.Errorf("write change limit: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return fault.Conflict("这个数据项已有设置,或刚被别人改过,请重新打开再改")
	}
	return nil
}
