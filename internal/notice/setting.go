package notice

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// How often an overdue report is reminded of.
const (
	OverdueDaily  = "daily"
	OverdueWeekly = "weekly"
	OverdueNever  = "never"
)

// Setting is how a county reminds, and what its circulars start from.
type Setting struct {
	RemindBefore []int  `json:"remind_before"` // working days before the deadline, largest first
	Overdue      string `json:"overdue"`
	Returned     int    `json:"returned_after"` // working days after which a returned report is reminded of; 0: never
	Issuer       string `json:"issuer"`         // who signs a circular; empty: the county's health bureau
	Symbol       string `json:"symbol"`         // what stands before 〔2026〕1号
	Heading      string `json:"heading"`
	Opening      string `json:"opening"`
	Closing      string `json:"closing"`
	Version      int    `json:"version"` // 0 while the county has the defaults
}

// Defaults are what a county has until it says otherwise.
func Defaults(issuer string) Setting {
	return Setting{RemindBefore: []int{3, 1}, Overdue: OverdueDaily, Returned: 3, Issuer: issuer, Symbol: "卫健通报",
		Heading: "关于{期间}月报报送情况的通报",
		Opening: "各有关单位：\n{期间}全县应报送月报{应报}份{延期}，按时报送{按时}份，及时率{及时率}；迟报{迟报}份，截至{日期}仍未报送{漏报}份。现将有关情况通报如下。",
		Closing: "请有关单位查明原因，尚未报送的于接到本通报后尽快补报，并指定专人负责，确保今后按时报送。"}
}

// Setting returns the county's setting.
func (s *Service) Setting(ctx context.Context, who actor.Actor) (Setting, error) {
	if err := who.Require(ActionConfigure); err != nil {
		return Setting{}, err
	}
	return readSetting(ctx, s.db, who.CountyID)
}

// SaveSetting replaces the county's setting; Version is the one that was shown.
func (s *Service) SaveSetting(ctx context.Context, who actor.Actor, n Setting) error {
	if err := who.Require(ActionConfigure); err != nil {
		return err
	}
	if err := s.wholeCounty(ctx, who, "这些设置对全县生效,由数据范围为全县的账号修改"); err != nil {
		return err
	}
	slices.SortFunc(n.RemindBefore, func(a, b int) int { return b - a })
	n.RemindBefore = slices.Compact(n.RemindBefore)
	if err := n.check(); err != nil {
		return err
	}
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		was, err := readSetting(ctx, tx, who.CountyID)
		if err != nil {
			return err
		}
		if err := writeSetting(ctx, tx, who.CountyID, n); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: ActionConfigure, Kind: "notice_setting", Name: "催报和通报设置", Before: was, After: n})
	})
	if err != nil {
		return fmt.Errorf("save notice setting: %w", err)
	}
	return nil
}

// Bounds of a setting.
const (
	maxRounds = 5    // reminders before a deadline
	maxAhead  = 15   // working days
	maxBack   = 30   // working days after a return
	maxName   = 60   // of the issuer
	maxSymbol = 20   // of the number
	maxText   = 2000 // of a part of the text
)

func (n Setting) check() error {
	var problems []fault.Problem
	add := func(bad bool, field, message string) {
		if bad {
			problems = append(problems, fault.Problem{Field: field, Message: message})
		}
	}
	outside := slices.ContainsFunc(n.RemindBefore, func(d int) bool { return d < 1 || d > maxAhead })
	add(outside || len(n.RemindBefore) > maxRounds, "remind_before", fmt.Sprintf("截止前催报最多 %d 次,每次在 1 到 %d 个工作日之前", maxRounds, maxAhead))
	add(!slices.Contains([]string{OverdueDaily, OverdueWeekly, OverdueNever}, n.Overdue), "overdue", "请选择逾期后多久催一次")
	add(n.Returned < 0 || n.Returned > maxBack, "returned_after", fmt.Sprintf("退回后催报应为 0 到 %d 个工作日,0 为不催", maxBack))
	for _, t := range []struct {
		field, label, text string
		max                int
	}{{"issuer", "印发单位", n.Issuer, maxName}, {"symbol", "发文字号", n.Symbol, maxSymbol}, {"heading", "标题", n.Heading, maxTitle},
		{"opening", "开头", n.Opening, maxText}, {"closing", "结尾", n.Closing, maxText}} {
		add(strings.TrimSpace(t.text) == "", t.field, "请填写"+t.label)
		add(utf8.RuneCountInString(t.text) > t.max, t.field, fmt.Sprintf("%s最多 %d 个字", t.label, t.max))
	}
	if len(problems) > 0 {
		return fault.Invalid(problems...)
	}
	return nil
}

func readSetting(ctx context.Context, q pg.Querier, county int32) (Setting, error) {
	var issuer string
	var n Setting
	err := q.QueryRow(ctx, `SELECT coalesce((SELECT i.name FROM institution_public i WHERE i.county_id = c.county_id AND i.kind = 'bureau' ORDER BY i.id LIMIT 1), c.name || '卫生健康局'),
			n.remind_before, coalesce(n.overdue, ''), coalesce(n.returned_after, 0), coalesce(n.issuer, ''), coalesce(n.symbol, ''),
			coalesce(n.heading, ''), coalesce(n.opening, ''), coalesce(n.closing, ''), coalesce(n.version, 0)
		FROM county c LEFT JOIN notice_setting n ON n.county_id = c.county_id WHERE c.county_id = $1`, county).
		Scan(&issuer, &n.RemindBefore, &n.Overdue, &n.Returned, &n.Issuer, &n.Symbol, &n.Heading, &n.Opening, &n.Closing, &n.Version)
	if err != nil {
		return n, fmt.Errorf("read notice setting: %w", err)
	}
	if n.Version == 0 {
		return Defaults(issuer), nil
	}
	return n, nil
}

func writeSetting(ctx context.Context, q pg.Querier, county int32, n Setting) error {
	if n.RemindBefore == nil {
		n.RemindBefore = []int{}
	}
	tag, err := q.Exec(ctx, `
		INSERT INTO notice_setting (county_id, remind_before, overdue, issuer, symbol, heading, opening, closing, returned_after)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $10)
		ON CONFLICT (county_id) DO UPDATE SET remind_before = EXCLUDED.remind_before, overdue = EXCLUDED.overdue,
		       issuer = EXCLUDED.issuer, symbol = EXCLUDED.symbol, heading = EXCLUDED.heading, opening = EXCLUDED.opening, returned_after = EXCLUDED.returned_after,
		       closing = EXCLUDED.closing, version = notice_setting.version + 1
		WHERE notice_setting.version = $9`,
		county, n.RemindBefore, n.Overdue, n.Issuer, n.Symbol, n.Heading, n.Opening, n.Closing, n.Version, n.Returned)
	if err != nil {
		return fmt.Errorf("write notice setting: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return fault.Conflict("别人刚刚改过这些设置,请刷新后再改")
	}
	return nil
}
