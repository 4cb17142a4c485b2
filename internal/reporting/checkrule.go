package reporting

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/formula"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/preset"
)

// CheckRule is one version of a rule as the county keeps it. A version is in force from its month until that of the next
// one; a version that is not enabled ends the rule.
type CheckRule struct {
	Code       string
	Version    int
	Level      preset.Level
	Expression string   // must hold; $ stands for each element of Each
	Marks      []string // cells to mark, the first one carries the message
	Each       []string
	Forms      []string // empty: wherever its figures are
	Message    string
	Source     string
	From       period.Month
	Enabled    bool
	Reason     string // why it was made so
	By         string // empty: came with the preset
	At         time.Time
	Touched    int // open reports that are counted again because of it; only known as it is published
}

// CheckRules lists the newest version of every rule, by code.
func (s *Service) CheckRules(ctx context.Context, who actor.Actor) ([]CheckRule, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return listRules(ctx, s.db, who.CountyID, `SELECT DISTINCT ON (code) `+ruleColumns+`
		FROM check_rule WHERE county_id = $1 ORDER BY code, version DESC LIMIT 2000`, who.CountyID)
}

// CheckRuleVersions lists the versions of a rule, newest first.
func (s *Service) CheckRuleVersions(ctx context.Context, who actor.Actor, code string) ([]CheckRule, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	return ruleVersions(ctx, s.db, who.CountyID, code)
}

func ruleVersions(ctx context.Context, q pg.Querier, county int32, code string) ([]CheckRule, error) {
	found, err := listRules(ctx, q, county, `SELECT `+ruleColumns+`
		FROM check_rule WHERE county_id = $1 AND code = $2 ORDER BY version DESC LIMIT 200`, county, code)
	if err == nil && len(found) == 0 {
		return nil, fault.NotFound("这条校验规则")
	}
	return found, err
}

// PublishCheckRule stores a rule, or a new version of one, with the reason for it. The version is the one that was seen,
// 0 for a new rule. It holds for the months from its effective month on that are not accepted yet; accepted figures are
// only looked at again by a re-validation, open reports are counted again at once.
func (s *Service) PublishCheckRule(ctx context.Context, who actor.Actor, r CheckRule) (CheckRule, error) {
	if err := who.Require(ActionManageRules); err != nil {
		return r, err
	}
	r.By, r.At = who.Name, s.now()
	var kept CheckRule
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) (err error) {
		kept, err = s.publishRule(ctx, tx, who, r)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("publish check rule %s: %w", r.Code, err)
	}
	return kept, nil
}

// publishRule works on its own copy: a second attempt of the transaction begins with the version that was seen.
func (s *Service) publishRule(ctx context.Context, tx pgx.Tx, who actor.Actor, r CheckRule) (CheckRule, error) {
	if err := requireWholeCounty(ctx, tx, who); err != nil {
		return r, err
	}
	if err := moveStamp(ctx, tx, who.CountyID); err != nil {
		return r, err
	}
	before, err := newestRule(ctx, tx, who.CountyID, r.Code) // Version 0: a new rule
	if err != nil {
		return r, err
	}
	if err := s.checkRule(ctx, tx, who.CountyID, &r, before); err != nil {
		return r, err
	}
	if err := keepRule(ctx, tx, who, &r, before); err != nil {
		return r, err
	}
	forms, err := ruled(ctx, tx, who.CountyID, r, before)
	if err != nil {
		return r, err
	}
	r.Touched, err = countTouched(ctx, tx, who.CountyID, forms, r.From)
	return r, err
}

// newestRule is the newest version of a rule; one with version 0 when there is none.
func newestRule(ctx context.Context, q pg.Querier, county int32, code string) (CheckRule, error) {
	versions, err := ruleVersions(ctx, q, county, code)
	if fault.IsNotFound(err) {
		return CheckRule{}, nil
	}
	if err != nil {
		return CheckRule{}, err
	}
	return versions[0], nil
}

func (s *Service) checkRule(ctx context.Context, q pg.Querier, county int32, r *CheckRule, before CheckRule) error {
	switch {
	case before.Version == 0 && r.Version != 0:
		return fault.NotFound("这条校验规则")
	case before.Version != 0 && r.Version == 0:
		return fault.Field("code", "已有编号为“%s”的规则,请打开它修改", r.Code)
	case r.Version != before.Version:
		return fault.Conflict("这条规则刚被别人改成第 %d 版,请重新打开再改", before.Version)
	}
	problems, err := s.ruleProblems(ctx, q, county, r)
	if err != nil {
		return err
	}
	problems = append(problems, s.fromProblems(r.From, before.From, ";更早的月份请用批量复核")...)
	if n := utf8.RuneCountInString(r.Reason); n == 0 || n > maxReason {
		problems = append(problems, fault.Problem{Field: "reason", Message: fmt.Sprintf("请写明原因,最多 %d 个字", maxReason)})
	}
	if len(problems) > 0 {
		return fault.Invalid(problems...)
	}
	return nil
}

// fromProblems keeps versions in order, and closed months as they were.
func (s *Service) fromProblems(from, before period.Month, hint string) []fault.Problem {
	earliest := period.MonthOf(s.now()).Prev()
	switch {
	case from.IsZero():
		return []fault.Problem{{Field: "from", Message: "请填写开始执行的月份,如 2026-08"}}
	case from.Before(before):
		return []fault.Problem{{Field: "from", Message: "不能早于上一版的开始月份(" + before.Chinese() + ")"}}
	case from.Before(earliest):
		return []fault.Problem{{Field: "from", Message: "最早从" + earliest.Chinese() + "开始执行" + hint}}
	}
	return nil
}

func keepRule(ctx context.Context, tx pgx.Tx, who actor.Actor, r *CheckRule, before CheckRule) error {
	entry := audit.Entry{Action: ActionManageRules, Kind: "check_rule", ID: r.Code, Name: r.Code + " " + r.Message, Reason: r.Reason}
	if r.Version = before.Version + 1; before.Version > 0 {
		entry.Before = before.traced()
	}
	entry.After = r.traced()
	if err := writeRule(ctx, tx, who.CountyID, *r); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who, entry)
}

func (r CheckRule) traced() map[string]any {
	return map[string]any{"version": r.Version, "level": string(r.Level), "expression": r.Expression, "marks": r.Marks, "each": r.Each,
		"forms": r.Forms, "message": r.Message, "source": r.Source, "effective_from": r.From.String(), "enabled": r.Enabled}
}

var ruleCode = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{1,19}$`)

// reserved are the codes of what the program reckons by itself.
var reserved = []string{CodeOutlier, CodeUnits, CodeLastMonth, CodeLastYear}

// ruleProblems says everything that is wrong with a rule's content, and tidies it.
func (s *Service) ruleProblems(ctx context.Context, q pg.Querier, county int32, r *CheckRule) ([]fault.Problem, error) {
	c, err := loadForms(ctx, q, county)
	if err != nil {
		return nil, err
	}
	d := &draftCheck{c: c, r: r}
	d.tidy()
	d.words()
	d.expression()
	d.names()
	if len(d.problems) == 0 {
		d.applies()
	}
	return d.problems, nil
}

// draftCheck collects what is wrong with a rule before it is stored.
type draftCheck struct {
	c        *Catalogue
	r        *CheckRule
	expr     *formula.Expr
	problems []fault.Problem
}

func (d *draftCheck) say(field, format string, args ...any) {
	d.problems = append(d.problems, fault.Problem{Field: field, Message: fmt.Sprintf(format, args...)})
}

func (d *draftCheck) tidy() {
	for _, text := range []*string{&d.r.Code, &d.r.Expression, &d.r.Message, &d.r.Source, &d.r.Reason} {
		*text = strings.TrimSpace(*text)
	}
	d.r.Marks, d.r.Each, d.r.Forms = some(d.r.Marks), some(d.r.Each), some(d.r.Forms)
}

// maxMessage bounds the sentence of a rule.
const maxMessage = 200

func (d *draftCheck) words() {
	if !ruleCode.MatchString(d.r.Code) {
		d.say("code", "编号由字母和数字组成,以大写字母开头,2 到 20 个字符,如 K01")
	} else if slices.Contains(reserved, d.r.Code) {
		d.say("code", "编号“%s”由系统使用,请换一个", d.r.Code)
	}
	if d.r.Level != preset.Error && d.r.Level != preset.Warning {
		d.say("level", "请选择错误或提醒")
	}
	if n := utf8.RuneCountInString(d.r.Message); n == 0 || n > maxMessage {
		d.say("message", "请写出不符合时给填报人的话,最多 %d 个字", maxMessage)
	}
	if utf8.RuneCountInString(d.r.Source) > maxSource {
		d.say("source", "依据最多 %d 个字", maxSource)
	}
}

// anyElement stands for $ while a rule over a list is read; one character too, so that positions stay.
const anyElement = "x"

// expression reads the condition; every mistake is told with its place.
func (d *draftCheck) expression() {
	over := strings.Contains(d.r.Expression, "$")
	if over != (len(d.r.Each) > 0) {
		d.say("each", "表达式里用了 $ 时填写逐一代入的数据项,没用 $ 时不填")
		return
	}
	expr, err := formula.Parse(strings.ReplaceAll(d.r.Expression, "$", anyElement))
	if err != nil {
		d.say("expression", "%s", err.Error())
		return
	}
	d.expr = expr
	if !expr.IsCondition() {
		d.say("expression", "规则应是一个条件,例如 a>=b;现在算出来的是一个数")
	}
	for _, ref := range expr.Refs() {
		switch {
		case over && ref.Slug == anyElement:
		case d.c.bySlug[ref.Slug] == nil:
			d.say("expression", "第 %d 个字符:没有编码为“%s”的数据项", expr.Pos(ref), ref.Slug)
		case ref.Group != "":
			d.say("expression", "第 %d 个字符:校验规则只看本单位和它的村卫生室,不能用 @%s", expr.Pos(ref), ref.Group)
		}
	}
}

func (d *draftCheck) names() {
	d.elements("each", "逐一代入的数据项", d.r.Each)
	if len(d.r.Marks) == 0 && d.expr != nil {
		d.r.Marks = d.firstMark()
	}
	d.elements("marks", "标出的数据项", d.r.Marks)
	for _, slug := range d.r.Forms {
		if _, ok := d.c.Form(slug); !ok {
			d.say("forms", "没有编码为“%s”的报表", slug)
		}
	}
	for _, m := range placeholderOf.FindAllStringSubmatch(d.r.Message, -1) {
		if m[1] != "$" && d.c.bySlug[m[1]] == nil {
			d.say("message", "大括号里应是数据项编码,没有“%s”", m[1])
		}
	}
}

var placeholderOf = regexp.MustCompile(`\{([^{}]*)\}`)

func (d *draftCheck) firstMark() []string {
	for _, ref := range d.expr.Refs() {
		if len(d.r.Each) > 0 && ref.Slug == anyElement {
			return []string{"$"}
		}
		if e := d.c.bySlug[ref.Slug]; e != nil && e.Kind != preset.Calendar {
			return []string{ref.Slug}
		}
	}
	return []string{}
}

func (d *draftCheck) elements(field, what string, slugs []string) {
	for _, slug := range slugs {
		if slug == "$" || slug == everyElement && field == "each" {
			continue
		}
		if d.c.bySlug[slug] == nil {
			d.say(field, "%s里没有编码为“%s”的数据项", what, slug)
		}
	}
}

// applies refuses a rule that no form could ever use.
func (d *draftCheck) applies() {
	forms, err := d.c.try(*d.r)
	if err != nil {
		d.say("expression", "%s", err.Error())
	} else if len(forms) == 0 {
		d.say("expression", "没有一张表用得上这条规则:标出的数据项要在表里,其余的要在同一单位的表或它的村卫生室代报表里")
	}
}

// try puts a rule alone to work, for every month, and lists the forms it works on.
func (c *Catalogue) try(r CheckRule) ([]string, error) {
	r.Version++
	if err := c.compile([]rule{r.stored(period.Month{}, period.Month{})}); err != nil {
		return nil, err
	}
	var forms []string
	for _, f := range c.Forms {
		if slices.ContainsFunc(f.Layouts, func(l *Layout) bool { return len(l.checks) > 0 }) {
			forms = append(forms, f.Slug)
		}
	}
	return forms, nil
}

func (r CheckRule) stored(from, until period.Month) rule {
	return rule{Code: r.Code, Version: r.Version, Level: r.Level, Condition: r.Expression, Marks: r.Marks, Each: r.Each, Forms: r.Forms,
		Message: r.Message, From: from, Until: until}
}
