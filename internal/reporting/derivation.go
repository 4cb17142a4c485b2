package reporting

import (
	"context"
	"fmt"
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

// Derivation is one version of how an element takes its figure from a source. A version is in force from its month until
// that of the next one; a version that is not enabled ends it.
type Derivation struct {
	Element    Element
	Source     string // name of the view
	Title      string // of the source
	Expression string // over the source's figures
	Note       string // what a clerk is told of it
	Version    int
	From       period.Month
	Enabled    bool
	Reason     string // why it was made so
	By         string // empty: came with the preset
	At         time.Time
	Touched    int // open reports that are counted again because of it; only known as it is saved
}

// FigureSource is something that figures can be taken from.
type FigureSource struct {
	Name    string
	Title   string
	Figures []string // that it knows; empty where it does not say
}

// proxySource sums what the institutions below report by proxy; its figures are the elements of proxy forms.
const proxySource = "proxy_source"

// Derivations lists the newest version of each element's derivation, in the order of the elements.
func (s *Service) Derivations(ctx context.Context, who actor.Actor) ([]Derivation, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	all, err := s.derivations(ctx, s.db, who.CountyID, "")
	if err != nil {
		return nil, err
	}
	return slices.CompactFunc(all, func(a, b Derivation) bool { return a.Element.ID == b.Element.ID }), nil
}

// DerivationVersions lists how an element took its figure over time, newest first.
func (s *Service) DerivationVersions(ctx context.Context, who actor.Actor, element string) ([]Derivation, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	found, err := s.derivations(ctx, s.db, who.CountyID, element)
	if err == nil && len(found) == 0 {
		return nil, fault.NotFound("这个数据项的自动取数")
	}
	return found, err
}

func (s *Service) derivations(ctx context.Context, q pg.Querier, county int32, element string) ([]Derivation, error) {
	c, err := s.catalogue(ctx, q, county)
	if err != nil {
		return nil, err
	}
	found, err := listDerivations(ctx, q, county, element)
	for i := range found {
		if e, ok := c.byID[found[i].Element.ID]; ok {
			found[i].Element = *e
		}
	}
	return found, err
}

// FigureSources lists what figures can be taken from; the figures of the proxy reports are the county's own.
func (s *Service) FigureSources(ctx context.Context, who actor.Actor) ([]FigureSource, error) {
	if err := who.Require(ActionView); err != nil {
		return nil, err
	}
	c, err := s.catalogue(ctx, s.db, who.CountyID)
	if err != nil {
		return nil, err
	}
	return c.sources(ctx, s.db)
}

func (c *Catalogue) sources(ctx context.Context, q pg.Querier) ([]FigureSource, error) {
	found, err := listFigureSources(ctx, q)
	for i := range found {
		if found[i].Name == proxySource {
			found[i].Figures = c.proxied()
		}
	}
	return found, err
}

// proxied are the elements of proxy forms.
func (c *Catalogue) proxied() []string {
	var slugs []string
	for _, e := range c.Elements {
		for _, id := range c.asking(e.Slug) {
			if c.forms[id].Proxy() {
				slugs = append(slugs, e.Slug)
				break
			}
		}
	}
	return slugs
}

// SaveDerivation stores how an element takes its figure, as a new version with the reason for it. The version is the one
// that was seen, 0 for a new one. Open reports follow at once and are counted again; accepted figures stay.
func (s *Service) SaveDerivation(ctx context.Context, who actor.Actor, d Derivation) (Derivation, error) {
	if err := who.Require(ActionConfigure); err != nil {
		return d, err
	}
	d.By, d.At = who.Name, s.now()
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
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
		before, err := s.checkDerivation(ctx, tx, who.CountyID, c, &d)
		if err != nil {
			return err
		}
		return keepDerivation(ctx, tx, who, c, &d, before)
	})
	if err != nil {
		return d, fmt.Errorf("save derivation of %s: %w", d.Element.Slug, err)
	}
	return d, nil
}

// checkDerivation says what is wrong, completes the element, and answers the version before.
func (s *Service) checkDerivation(ctx context.Context, q pg.Querier, county int32, c *Catalogue, d *Derivation) (before Derivation, err error) {
	versions, err := s.derivations(ctx, q, county, d.Element.Slug)
	if err != nil {
		return before, err
	}
	if len(versions) > 0 {
		before = versions[0]
	}
	switch {
	case before.Version > 0 && d.Version == 0:
		return before, fault.Field("element", "“%s”已有自动取数,请打开它修改", before.Element.NameZH)
	case before.Version != d.Version:
		return before, fault.Conflict("这项自动取数刚被别人改过,请重新打开再改")
	}
	sources, err := c.sources(ctx, q)
	if err != nil {
		return before, err
	}
	k := &derivationCheck{c: c, d: d}
	k.element()
	k.expression(sources)
	k.words()
	k.problems = append(k.problems, s.fromProblems(d.From, before.From, ";已审核的数不变")...)
	if len(k.problems) > 0 {
		return before, fault.Invalid(k.problems...)
	}
	return before, nil
}

func keepDerivation(ctx context.Context, tx pgx.Tx, who actor.Actor, c *Catalogue, d *Derivation, before Derivation) (err error) {
	entry := audit.Entry{Action: ActionConfigure, Kind: "derivation", ID: d.Element.Slug, Name: d.Element.NameZH, Reason: d.Reason}
	if d.Version = before.Version + 1; before.Version > 0 {
		entry.Before = before.traced()
	}
	entry.After = d.traced()
	if err := writeDerivation(ctx, tx, who.CountyID, *d); err != nil {
		return err
	}
	if err := audit.Record(ctx, tx, who, entry); err != nil {
		return err
	}
	if err := moveStamp(ctx, tx, who.CountyID); err != nil { // the catalogue it was checked with is not the one that stands now
		return err
	}
	d.Touched, err = countTouched(ctx, tx, who.CountyID, c.asking(d.Element.Slug), d.From)
	return err
}

func (d Derivation) traced() map[string]any {
	return map[string]any{"version": d.Version, "source": d.Source, "expression": d.Expression, "note": d.Note,
		"effective_from": d.From.String(), "enabled": d.Enabled}
}

// derivationCheck collects what is wrong with a derivation.
type derivationCheck struct {
	c        *Catalogue
	d        *Derivation
	problems []fault.Problem
}

func (k *derivationCheck) say(field, format string, args ...any) {
	k.problems = append(k.problems, fault.Problem{Field: field, Message: fmt.Sprintf(format, args...)})
}

func (k *derivationCheck) element() {
	e, ok := k.c.Element(strings.TrimSpace(k.d.Element.Slug))
	switch {
	case !ok:
		k.say("element", "没有编码为“%s”的数据项", k.d.Element.Slug)
	case e.Kind == preset.Calendar:
		k.say("element", "“%s”由系统按日历算出,不用取数", e.NameZH)
	case len(k.c.asking(e.Slug)) == 0:
		k.say("element", "没有一张表填报“%s”", e.NameZH)
	default:
		k.d.Element = *e
	}
}

// expression reads what is taken; every mistake is told with its place.
func (k *derivationCheck) expression(sources []FigureSource) {
	k.d.Expression = strings.TrimSpace(k.d.Expression)
	at := slices.IndexFunc(sources, func(s FigureSource) bool { return s.Name == k.d.Source })
	if at < 0 {
		k.say("source", "请选择来源")
		return
	}
	source := sources[at]
	k.d.Title = source.Title
	expr, err := formula.Parse(k.d.Expression)
	if err != nil {
		k.say("expression", "%s", err.Error())
		return
	}
	if expr.IsCondition() {
		k.say("expression", "取数算式应算出一个数,现在是一个条件")
	}
	for _, ref := range expr.Refs() {
		switch {
		case ref.Window != formula.This || ref.Group != "":
			k.say("expression", "第 %d 个字符:取数只看本单位当月,不能用上月、去年同月、累计或 @", expr.Pos(ref))
		case len(source.Figures) > 0 && !slices.Contains(source.Figures, ref.Slug):
			k.say("expression", "第 %d 个字符:“%s”里没有“%s”", expr.Pos(ref), source.Title, ref.Slug)
		}
	}
}

func (k *derivationCheck) words() {
	k.d.Note, k.d.Reason = strings.TrimSpace(k.d.Note), strings.TrimSpace(k.d.Reason)
	if utf8.RuneCountInString(k.d.Note) > maxMessage {
		k.say("note", "说明最多 %d 个字", maxMessage)
	}
	if n := utf8.RuneCountInString(k.d.Reason); n == 0 || n > maxReason {
		k.say("reason", "请写明原因,最多 %d 个字", maxReason)
	}
}
