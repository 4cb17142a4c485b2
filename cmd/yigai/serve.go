package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"yigai/internal/app"
)

func serve(ctx context.Context, c *call) error {
	flags := c.flags()
	webOnly := flags.Bool("web-only", false, "")
	workerOnly := flags.Bool("worker-only", false, "")
	if err := c.parse(flags, 0); err != nil {
		return err
	}
	if *webOnly && *workerOnly {
		return misuse("--web-only 和 --worker-only 只能选一个")
	}
	// The addresses are taken first: a second server on them fails before it touches any data.
	var doors doors
	defer doors.close()
	if !*workerOnly {
		if err := doors.open(&doors.web, c.config.Listen); err != nil {
			return err
		}
	}
	if c.config.MetricsListen != "" {
		if err := doors.open(&doors.metrics, c.config.MetricsListen); err != nil {
			return err
		}
	}
	a, err := app.Open(ctx, c.config, app.Serve, c.log)
	if err != nil {
		return err
	}
	return errors.Join(c.serve(ctx, a, doors, !*webOnly), a.Close())
}

// doors are the addresses that this process answers on; nil for none.
type doors struct{ web, metrics net.Listener }

func (d *doors) open(door *net.Listener, address string) (err error) {
	if *door, err = net.Listen("tcp", address); err != nil {
		return fmt.Errorf("地址 %s 无法使用,可能已有一个医改在运行: %w", address, err)
	}
	return nil
}

// close gives back what serving has not closed already.
func (d *doors) close() {
	for _, l := range []net.Listener{d.web, d.metrics} {
		if l != nil {
			_ = l.Close() // the second close of a listener fails, and does no harm
		}
	}
}

func (c *call) serve(ctx context.Context, a *app.App, d doors, work bool) error {
	if c.config.Demo {
		if err := a.FirstDemo(ctx, c.out); err != nil {
			return err
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	if work {
		group.Go(func() error { return a.Work(ctx) })
	}
	if d.metrics != nil {
		group.Go(func() error { return listen(ctx, d.metrics, app.Metrics(), c.log) })
	}
	if d.web != nil {
		group.Go(func() error { return listen(ctx, d.web, a.Handler(), c.log) })
		fmt.Fprintf(c.out, "医改已启动:%s\n按 Ctrl-C 停止\n", c.config.BaseURL)
	}
	return group.Wait()
}

// listen serves until ctx ends, then lets running requests finish for ten seconds.
func listen(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 5 * time.Minute,
		WriteTimeout: 10 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		soft, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		stopped <- server.Shutdown(soft)
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve %s: %w", l.Addr(), err)
	}
	if err := <-stopped; err != nil {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}
