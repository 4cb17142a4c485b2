package reporting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/formula"
	"yigai/internal/number"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/preset"
)

// Origin says how a cell got its figure, as far as it matters to who reads it.
type Origin string

// The origins of cells.
const (
	Typed      Origin = "typed"   // somebody's own figure: typed, imported or sent
	Carried    Origin = "carried" // last month's, taken over and not changed since
	FromSource Origin = "derived" // taken from a source; it follows the source until the report is handed in
)

func (o Origin) orTyped() Origin {
	if o == "" {
		return Typed
	}
	return o
}

// trail is what the history of a cell says of a change that came by a way of its own.
func (o Origin) trail(way string) string {
	if o == Carried || o == FromSource {
		return string(o)
	}
	return way
}

// SourceFigure is what a source knows of a cell.
type SourceFigure struct {
	Title            string // 机构名录
	Note             string
	Link             string // to where the figure is looked after
	Value            formula.Value
	Filled, Expected int64 // how many of those who should have said something
}

// CodeSource marks the finding that a cell says something else than its source; its explanation is the reason.
const CodeSource = "来源"

// derivation takes the figure of an element from a source.
type derivation struct {
	element *Element
	source  string // name of the view
	title   string
	note    string
	expr    *formula.Expr
	from    period.Month
	until   period.Month // first month of the next version; zero: still in force
}

func (d *derivation) inForce(m period.Month) bool {
	return !d.from.After(m) && (d.until.IsZero() || m.Before(d.until))
}

// sourceKey names one figure of a source, the whole source where figure is "".
type sourceKey struct {
	source      string
	institution int64
	figure      string
}

func (c *Catalogue) readDerivations(ctx context.Context, q pg.Querier, county int32) error {
	found, err := readDerivations(ctx, q, county)
	if err != nil {
		return err
	}
	for _, d := range found {
		e, ok := c.byID[d.element]
		if !ok {
			continue
		}
		expr, err := formula.Parse(d.expression)
		if err != nil {
			return fmt.Errorf("derivation of %s: %w", e.Slug, err)
		}
		c.derive(&derivation{element: e, source: d.source, title: d.title, note: d.note, expr: expr, from: d.from, until: d.until})
	}
	return nil
}

// derive puts a derivation to work wherever its element is entered.
func (c *Catalogue) derive(d *derivation) {
	for _, f := range c.Forms {
		for _, l := range f.Layouts {
			if _, asked := l.rows[d.element.Slug]; !asked {
				continue
			}
			l.derivations = append(l.derivations, d)
		}
	}
}

// follow puts what the sources say where nobody says otherwise: into cells that are empty and those that follow. The
// figure is stored when the report is handed in; until then it changes with its source.
func (f *figures) follow() {
	for _, d := range f.layout.derivations {
		if !d.inForce(f.report.Month) {
			continue
		}
		for _, subject := range f.subjects {
			figure, ok := f.ask(d, subject.ID)
			if !ok {
				continue
			}
			k := CellKey{subject.ID, d.element.Slug}
			f.sources[k] = figure
			if figure.Value.Reason == "" && f.report.State.Editable() {
				f.take(k, figure)
			}
		}
	}
}

func (f *figures) take(k CellKey, figure SourceFigure) {
	c := f.cells[k]
	if c.Version > 0 && c.Origin != FromSource && storedState(c.Cell) != stateEmpty {
		return
	}
	now := c
	now.Cell, now.Origin = number.Of(figure.Value.Decimal), FromSource
	if c.Version > 0 && c.Equal(now.Cell) {
		return
	}
	f.unstored[k] = c
	f.cells[k] = now
}

// ask reckons a derivation for one institution; false when the source knows nothing of it.
func (f *figures) ask(d *derivation, institution int64) (SourceFigure, bool) {
	out := SourceFigure{Title: d.title, Note: d.note}
	known := false
	out.Value = d.expr.Eval(func(ref formula.Ref) formula.Value {
		one, ok := f.known[sourceKey{d.source, institution, ref.Slug}]
		if !ok || ref.Window != formula.This {
			return formula.Absent(formula.Missing)
		}
		if !known || one.Filled < out.Filled {
			out.Filled = one.Filled
		}
		known, out.Link, out.Expected = true, one.Link, max(out.Expected, one.Expected)
		return one.Value
	})
	if out.Value.Reason == "" {
		out.Value.Decimal = out.Value.Decimal.Round(int32(d.element.Decimals))
	}
	return out, known
}

// unlike finds the cells that say something else than their source. An accepted figure is not asked about again.
func (f *figures) unlike(subject Subject) []Finding {
	if f.report.State == Accepted {
		return nil
	}
	var list []Finding
	for _, row := range f.layout.Entered() {
		k := CellKey{subject.ID, row.Key}
		source, ok := f.sources[k]
		if !ok || source.Value.Reason != "" || !f.filled(k) || f.cells[k].Equal(number.Of(source.Value.Decimal)) {
			continue
		}
		said := number.Of(source.Value.Decimal).String()
		found := Finding{Key: CodeSource + ":" + row.Key, Code: CodeSource, Level: preset.Warning, SubjectID: subject.ID, Element: row.Key,
			Marks: []string{row.Key}, Message: fmt.Sprintf("与来源不同:%s是 %s,这里是 %s,请说明原因", source.Title, said, f.cells[k].String()),
			Figures: row.Key + "=" + f.cells[k].String() + ";" + source.Title + "=" + said}
		if f.form.Proxy() {
			found.Subject = subject.Name
		}
		list = append(list, f.explainedBy(found))
	}
	return list
}

// storeFollowed stores what the sources say now, as the report is handed in.
func (s *Service) storeFollowed(ctx context.Context, tx pgx.Tx, who actor.Actor, f *figures) error {
	var changes []change
	for _, subject := range f.subjects {
		for _, row := range f.layout.Entered() {
			k := CellKey{subject.ID, row.Key}
			old, follows := f.unstored[k]
			if !follows {
				continue
			}
			c := f.cells[k]
			c.Version = old.Version + 1
			changes = append(changes, change{k, row.Element.ID, old, c})
		}
	}
	if len(changes) == 0 {
		return nil
	}
	f.sign(who, s.now(), nil, changes)
	return writeCells(ctx, tx, who, f.report.ID, changes, originTyped, s.now())
}
