// Package complianceweb shows who meets which standard: the board of a month, what is not met, one institution as a
// check-list, one standard with its subjects. What anybody may see or declare is decided in package compliance.
package complianceweb

import (
	"net/http"
	"strconv"
	"time"

	"yigai/internal/audit"
	"yigai/internal/compliance"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/policy"
	"yigai/internal/room"
	"yigai/web/ui"
)

// Room is compliance as a capability of the product.
func Room(d room.Deps) room.Room {
	h := &handler{svc: compliance.New(d.DB, d.Now, d.Calendar), now: d.Now}
	return room.Room{
		Name: "compliance", Title: "达标", Actions: compliance.Actions, Routes: h.routes(), Jobs: h.svc.Jobs,
		Nav: []room.NavItem{{Group: "政策", Label: "达标看板", Path: path, Icon: "check-circle", Action: compliance.ActionView, Order: 40}},
	}
}

const path = "/compliance"

type handler struct {
	svc *compliance.Service
	now func() time.Time
}

func (h *handler) routes() []room.Route {
	get := func(path string, handler page.Handler) room.Route {
		return room.Route{Method: http.MethodGet, Path: path, Action: compliance.ActionView, Handler: handler}
	}
	return []room.Route{
		get(path, h.board),
		get("/compliance/unmet", h.unmet),
		get("/compliance/standards/{standard}", h.standard),
		{Method: http.MethodPost, Path: "/compliance/standards/{standard}/declarations", Action: compliance.ActionDeclare, Handler: h.declare},
		get("/compliance/institutions/{id}", h.institution),
		{Method: http.MethodPost, Path: "/compliance/export", Action: audit.ActionExport, Handler: h.export},
	}
}

func resultBadge(r compliance.Result, note string) ui.Status {
	s := ui.StatusFor(string(r))
	s.Word, s.Title = r.Title(), note
	return s
}

// heldValue is the fact as people read it.
func heldValue(v compliance.Held) ui.Cell {
	switch {
	case v.Declared != nil:
		return ui.Cell{Text: "申报:" + (compliance.Declaration{Met: v.Declared}).Says(""), Title: v.Note}
	case !v.Value.Valid:
		return ui.Cell{Text: ui.Dash, Title: v.Note}
	case v.How == compliance.FromBureau:
		return ui.Cell{Text: "申报:" + short(v), Title: v.Note}
	}
	return ui.Cell{Text: short(v), Title: v.Note}
}

// short rounds at display only.
func short(v compliance.Held) string { return v.Value.Decimal.Round(2).String() }

// gapText says how far a fact lies from the number.
func gapText(v compliance.Held) string {
	if !v.Gap.Valid {
		return ui.Dash
	}
	d, word := v.Gap.Decimal.Round(2), "超出 "
	if d.IsNegative() {
		d, word = d.Neg(), "差 "
	}
	if d.IsZero() {
		return word + "不到 0.01"
	}
	return word + d.String()
}

func documentOf(preset string) policy.Document {
	d, _ := policy.Known().Document(preset)
	return d
}

// hover is what a standard says of itself.
func hover(s policy.Standard) string {
	text := documentOf(s.Preset).Label() + " " + s.Clause + ":" + s.Words()
	if s.Note != "" {
		text += "(" + s.Note + ")"
	}
	return text
}

func problems(f *form.Form) []ui.FieldProblem {
	var out []ui.FieldProblem
	for _, p := range f.Problems() {
		out = append(out, ui.FieldProblem{Field: p.Field, Message: p.Message})
	}
	return out
}

func count(n int) ui.Cell { return ui.Text(strconv.Itoa(n)) }

func at(base string, m period.Month) string { return base + "?period=" + m.String() }
