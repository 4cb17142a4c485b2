// Package app puts the house together: it is the only package that knows every room.
// It opens the database, builds the rooms in order, and serves pages and works jobs.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/account"
	"yigai/internal/account/accountweb"
	"yigai/internal/actor"
	"yigai/internal/page"
	"yigai/internal/period"
	"yigai/internal/pg"
	"yigai/internal/pgserver"
	"yigai/internal/room"
)

// App is the house with its doors open.
type App struct {
	Config   Config
	Deps     room.Deps
	Rooms    []room.Room
	Gate     *accountweb.Gate
	Sessions *scs.SessionManager

	nav      []room.NavItem    // of all rooms, in order
	needs    map[string]string // the action of each page, by address
	lasting  *page.Lasting
	counted  *page.Kept[waits]
	database *pgserver.Server // nil when the database is somebody else's
}

// The bounds of the pages that are kept in memory.
const (
	keptPages = 1000
	keptBytes = 24 << 20
)

// Mode says how the private database is used.
type Mode int

// Serve owns the private database; Command joins a running one or starts it for its own duration.
const (
	Serve Mode = iota
	Command
)

// Open reaches the database (starting the private one when none is configured), brings the schema up
// to date and builds the rooms. Close gives everything back.
func Open(ctx context.Context, c Config, mode Mode, log *slog.Logger) (*App, error) {
	a := &App{Config: c}
	url, err := a.reachDatabase(ctx, mode, log)
	if err != nil {
		return nil, err
	}
	if err := pg.Migrate(ctx, url); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	db, err := pg.Connect(ctx, url)
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	replica := db
	if c.ReplicaURL != "" {
		if replica, err = pg.Connect(ctx, c.ReplicaURL); err != nil {
			db.Close()
			return nil, errors.Join(err, a.Close())
		}
	}
	a.build(db, replica, time.Now, log)
	if err := a.installRooms(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// installRooms lets every room write what this version of the program brings along.
func (a *App) installRooms(ctx context.Context) error {
	for _, one := range a.Rooms {
		if one.Install == nil {
			continue
		}
		if err := one.Install(ctx); err != nil {
			return fmt.Errorf("start room %s: %w", one.Name, err)
		}
	}
	return nil
}

// New builds the house on a database that is already migrated; for tests and benchmarks.
func New(c Config, db *pgxpool.Pool, now func() time.Time, log *slog.Logger) *App {
	a := &App{Config: c}
	a.build(db, db, now, log)
	return a
}

func (a *App) reachDatabase(ctx context.Context, mode Mode, log *slog.Logger) (string, error) {
	if a.Config.DatabaseURL != "" {
		return a.Config.DatabaseURL, nil
	}
	dir, err := filepath.Abs(a.Config.DataDir)
	if err != nil {
		return "", fmt.Errorf("find data folder %s: %w", a.Config.DataDir, err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("数据目录 %s 无法建立: %w", dir, err)
	}
	start := pgserver.Start
	if mode == Command {
		start = pgserver.Join
	}
	a.database, err = start(ctx, pgserver.Config{DataDir: dir, Log: log, Durable: true})
	if err != nil {
		return "", err
	}
	return a.database.URL(), nil
}

func (a *App) build(db, replica *pgxpool.Pool, now func() time.Time, log *slog.Logger) {
	a.Deps = room.Deps{DB: db, Replica: replica, Now: now, Log: log, Calendar: period.China(),
		DataDir: a.Config.DataDir, BaseURL: a.Config.BaseURL, Demo: a.Config.Demo, Permissions: &actor.Permissions{}}
	a.Sessions = accountweb.NewSessions(account.NewCookies(db), a.Config.BaseURL)
	a.lasting, a.counted = page.NewLasting(keptPages, keptBytes, now), page.NewKept[waits](keptPages, keptBytes)
	a.Rooms, a.Gate = a.rooms()
	a.learn()
	*a.Deps.Permissions = *actor.NewPermissions(declared(a.Rooms))
}

func declared(rooms []room.Room) []actor.Action {
	var all []actor.Action
	for _, r := range rooms {
		all = append(all, r.Actions...)
	}
	return all
}

// Close ends the pools and, when it is ours, the database.
func (a *App) Close() error {
	if a.Deps.Replica != nil && a.Deps.Replica != a.Deps.DB {
		a.Deps.Replica.Close()
	}
	if a.Deps.DB != nil {
		a.Deps.DB.Close()
	}
	if a.database != nil {
		return a.database.Stop()
	}
	return nil
}
