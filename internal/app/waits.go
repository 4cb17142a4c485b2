package app

import (
	"context"
	"fmt"

	"yigai/internal/actor"
	"yigai/internal/page"
	"yigai/web/ui"
)

// waits is what the bar over every page counts.
type waits struct {
	todos, messages int
	url             string // of the messages
}

// Size is the memory the counts take.
func (w waits) Size() int { return 64 }

// counter counts for the bar of a page, and not for a change that answers without one.
func (a *App) counter(who actor.Actor) func(context.Context, *ui.Shell) error {
	return func(ctx context.Context, s *ui.Shell) error {
		w, err := a.waiting(ctx, who)
		s.Todos, s.Messages, s.MessagesURL = w.todos, w.messages, w.url
		return err
	}
}

// waiting is what waits for the person: counted anew as soon as anything in the database has changed.
func (a *App) waiting(ctx context.Context, who actor.Actor) (waits, error) {
	return page.Same(a.counted, who, fmt.Sprint(who.AccountID), a.Deps.Now(), func() (waits, error) { return a.count(ctx, who) })
}

// count asks the rooms.
func (a *App) count(ctx context.Context, who actor.Actor) (w waits, err error) {
	for _, one := range a.Rooms {
		if one.Todos != nil {
			n, err := one.Todos(ctx, who)
			if err != nil {
				return w, fmt.Errorf("to-dos of %s: %w", one.Name, err)
			}
			w.todos += n
		}
		if one.Unread != nil {
			n, err := one.Unread(ctx, who)
			if err != nil {
				return w, fmt.Errorf("messages of %s: %w", one.Name, err)
			}
			w.messages, w.url = w.messages+n, "/account/messages"
		}
	}
	return w, nil
}
