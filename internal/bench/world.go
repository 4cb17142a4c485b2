package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/indicator"
	"yigai/internal/pg"
	"yigai/internal/pgserver"
)

// world is what the rows measure: a database with the county, and the product on it.
type world struct {
	settings
	progress io.Writer
	log      *slog.Logger

	others string // how busy the machine was before
	dir    string // data folder of the installation
	server *pgserver.Server
	admin  string // address of the database as its superuser
	db     *pgxpool.Pool

	county   *county
	computed *indicator.Run // once the indicators are there
	web      *web           // once somebody asked for a page
}

func (w *world) say(format string, args ...any) { fmt.Fprintf(w.progress, format+"\n", args...) }

// of gives a tenth of n in a quick run.
func (w *world) of(n int) int {
	if w.quick {
		return max(1, n/10)
	}
	return n
}

// build starts the database and loads the county.
func build(ctx context.Context, s settings, progress io.Writer) (w *world, err error) {
	w = &world{settings: s, progress: progress, log: slog.New(slog.NewTextHandler(progress, &slog.HandlerOptions{Level: slog.LevelWarn}))}
	w.others = otherWork(ctx)
	if w.dir, err = os.MkdirTemp("", "yigai-bench-"); err != nil {
		return nil, fmt.Errorf("make a temporary folder: %w", err)
	}
	if err := errors.Join(os.Chmod(w.dir, 0o755), w.startDatabase(ctx)); err != nil {
		return nil, errors.Join(err, w.close())
	}
	began := time.Now()
	if w.county, err = w.load(ctx); err != nil {
		return nil, errors.Join(err, w.close())
	}
	w.say("county loaded: %.1f s", time.Since(began).Seconds())
	return w, nil
}

// fetched is the folder in which make pg leaves a PostgreSQL where the system has none.
var fetched = filepath.Join("var", "pgbin")

func (w *world) startDatabase(ctx context.Context) (err error) {
	w.server, err = pgserver.Start(ctx, pgserver.Config{DataDir: w.dir, Log: w.log, Durable: true, FetchedBin: fetched})
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	w.admin = strings.Replace(w.server.URL(), "://"+pgserver.Role+"@", "://postgres@", 1)
	if err := pg.Migrate(ctx, w.server.URL()); err != nil {
		return err
	}
	w.db, err = pg.Connect(ctx, w.server.URL())
	return err
}

// stopDatabase lets the folder go, so that a server of its own can take it.
func (w *world) stopDatabase() error {
	var err error
	if w.web != nil {
		err = w.web.close()
		w.web = nil
	}
	if w.db != nil {
		w.db.Close()
		w.db = nil
	}
	if w.server != nil {
		err = errors.Join(err, w.server.Stop())
		w.server = nil
	}
	return err
}

func (w *world) close() error { return errors.Join(w.stopDatabase(), os.RemoveAll(w.dir)) }
