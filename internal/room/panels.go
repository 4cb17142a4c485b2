package room

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"yigai/internal/actor"
	"yigai/internal/page"
)

// Panels keeps the rendered panels of a room for everybody of one sight, until anything in the database changes.
type Panels struct {
	kept *page.Kept[rendered]
	now  func() time.Time
}

// The bounds of what stays in memory of the panels of one room.
const (
	keptPanels     = 400
	keptPanelBytes = 4 << 20
)

// NewPanels keeps nothing yet.
func NewPanels(now func() time.Time) *Panels {
	return &Panels{page.NewKept[rendered](keptPanels, keptPanelBytes), now}
}

type rendered struct {
	panels []Panel
	size   int
}

// Size is the memory the panels take.
func (r rendered) Size() int { return r.size }

// Of returns the panels that were made before, or makes them. They may show nothing of the person's own.
func (p *Panels) Of(ctx context.Context, who actor.Actor, make func(context.Context, actor.Actor) ([]Panel, error)) ([]Panel, error) {
	found, err := page.Same(p.kept, who, "home", p.now(), func() (rendered, error) {
		panels, err := make(ctx, who)
		if err != nil {
			return rendered{}, err
		}
		return render(ctx, panels)
	})
	return found.panels, err
}

func render(ctx context.Context, panels []Panel) (r rendered, err error) {
	for _, one := range panels {
		body, err := page.Fix(ctx, one.Body)
		if err != nil {
			return r, err
		}
		one.Body = templ.Raw(body)
		r.panels, r.size = append(r.panels, one), r.size+len(body)
	}
	return r, nil
}
