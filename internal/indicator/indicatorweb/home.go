package indicatorweb

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yigai/internal/actor"
	"yigai/internal/indicator"
	"yigai/internal/org"
	"yigai/internal/page"
	"yigai/internal/room"
	"yigai/web/ui"
)

// How many indicators the home page shows.
const (
	mostRed = 8
	mostOwn = 6

	mostFigures = 12
)

// keptPanels are the panels of those of one data scope who work at the same place.
type keptPanels struct {
	asked  bool // some indicator has to do with the place, or there is none to ask for
	place  string
	panels []room.Panel
	size   int
}

// Size is the memory the panels take.
func (p keptPanels) Size() int { return p.size }

// home shows those who see the whole county what is red, everybody else their own main indicators.
func (h *handler) home(ctx context.Context, who actor.Actor) ([]room.Panel, error) {
	if !who.May(indicator.ActionView) {
		return nil, nil
	}
	stamp, err := h.svc.Stamp(ctx, who)
	if err != nil {
		return nil, err
	}
	p, err := h.panels.Get(page.Viewer(who), stamp+h.today(), func() (keptPanels, error) { return h.makePanels(ctx, who) })
	if err != nil || p.asked {
		return p.panels, err
	}
	return h.figuresHome(ctx, who, p.place)
}

// makePanels renders the panels of indicators; figures of an institution without any are never kept.
func (h *handler) makePanels(ctx context.Context, who actor.Actor) (keptPanels, error) {
	found, err := h.svc.Headlines(ctx, who, mostRed, mostOwn)
	if err != nil || found.Place.ID == 0 {
		return keptPanels{asked: true}, err
	}
	panel := room.Panel{Order: 30, Wide: true, Body: ownPanel(ownTitle(found), ownNote(found), headlineStats(found))}
	switch {
	case found.Place.Kind == org.KindCounty:
		panel = room.Panel{Order: 15, Body: redPanel(found.Month.Chinese(), headlineTable(found), boardPath+"?period="+found.Month.String()+"&tab=county")}
	case !found.Asked:
		return keptPanels{place: found.Place.Name}, nil
	}
	var body strings.Builder
	if err := panel.Body.Render(ui.WithShell(ctx, ui.Shell{}), &body); err != nil {
		return keptPanels{}, fmt.Errorf("render indicators of the home page: %w", err)
	}
	panel.Body = templ.Raw(body.String())
	return keptPanels{asked: true, panels: []room.Panel{panel}, size: body.Len()}, nil
}

// figuresHome shows an institution without indicators, such as a village clinic, the figures reported for it.
func (h *handler) figuresHome(ctx context.Context, who actor.Actor, place string) ([]room.Panel, error) {
	found, err := h.svc.OwnFigures(ctx, who, mostFigures)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	stats := make([]ui.Stat, len(found))
	for n, f := range found {
		stats[n] = ui.Stat{Label: f.Name, Value: ui.Num(f.Value, f.Decimals), Unit: f.Unit}
	}
	link := "/institutions/" + strconv.FormatInt(who.InstitutionID, 10)
	return []room.Panel{{Order: 30, Wide: true, Body: figuresPanel(place+" "+found[0].Month.Chinese()+",已审核", stats, link)}}, nil
}

func ownTitle(h indicator.Headlines) string {
	if h.Later.IsZero() {
		return "本月主要指标"
	}
	return "主要指标"
}

// ownNote says which month is shown, and why it is not the newest.
func ownNote(h indicator.Headlines) string {
	note := h.Place.Name + " " + h.Month.Chinese()
	if !h.Later.IsZero() {
		note += "," + h.Later.Chinese() + "的月报还没有审核通过"
	}
	return note
}

func headlineTable(h indicator.Headlines) ui.Table {
	t := ui.Table{ID: "red-indicators", Caption: "未达标的指标", Columns: []ui.Column{{Label: "指标", Wide: true}, {Label: "全县", Numeric: true},
		{Label: "目标"}, {Label: "达标"}, {Label: "近12个月"}},
		Empty: ui.Empty{Title: "有目标的指标都已达标", Icon: "check-circle"}}
	if !h.Judged {
		t.Empty = ui.Empty{Title: "还没有可以与目标比较的指标", Hint: "月报审核通过后,没有达标的指标会出现在这里。", Icon: "inbox"}
	}
	for _, x := range h.Items {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(x.Indicator.NameZH, indicatorURL(x.Indicator.Slug)+"?period="+h.Month.String()),
			boardCell(x.Indicator, x.Now, h.Place, h.Month), targetCell(x.Indicator, x.Now), ui.Node(boardStatus(statusOf(x.Now))),
			ui.Node(ui.Sparkline(ui.Spark{Title: x.Indicator.NameZH, Points: points(x.Trend, h.Month), Places: x.Indicator.Decimals}))}})
	}
	return t
}

func headlineStats(h indicator.Headlines) []ui.Stat {
	var out []ui.Stat
	for _, x := range h.Items {
		s := ui.Stat{Label: x.Indicator.NameZH, Value: ui.Num(x.Now.Value.Decimal, x.Indicator.Decimals), Unit: x.Indicator.Unit,
			URL: valueURL(x.Indicator.Slug, h.Place.Code, h.Month), Status: statusOf(x.Now), Trend: points(x.Trend, h.Month)}
		if x.Now.HasTarget {
			s.Target = x.Now.Target.String()
		}
		if last := x.LastMonth(); last != nil {
			s.ChangeNote, s.Change = "较上月", ui.Signed(x.Now.Value.Decimal.Sub(*last), x.Indicator.Decimals)
		}
		out = append(out, s)
	}
	return out
}
