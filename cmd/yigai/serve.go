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
	// The address is taken first: a second server on it fails before it touches any data.
	var listener net.Listener
	if !*workerOnly {
		var err error
		if listener, err = net.Listen("tcp", c.config.Listen); err != nil {
			return fmt.Errorf("地址 %s 无法使用,可能已有一个医改在运行: %w", c.config.Listen, err)
		}
		defer listener.Close()
	}
	a, err := app.Open(ctx, c.config, app.Serve, c.log)
	if err != nil {
		return err
	}
	err = c.serve(ctx, a, listener, !*webOnly)
	return errors.Join(err, a.Close())
}

func (c *call) serve(ctx context.Context, a *app.App, listener net.Listener, work bool) error {
	if c.config.Demo {
		if err := a.FirstDemo(ctx, c.out); err != nil {
			return err
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	if work {
		group.Go(func() error { return a.Work(ctx) })
	}
	if listener != nil {
		group.Go(func() error { return listen(ctx, listener, a.Handler(), c.log) })
		fmt.Fprintf(c.out, "医改已启动:%s\n按 Ctrl-C 停止\n", c.config.BaseURL)
	}
	if c.config.MetricsListen != "" {
		l, err := net.Listen("tcp", c.config.MetricsListen)
		if err != nil {
			return fmt.Errorf("监控地址 %s 无法使用: %w", c.config.MetricsListen, err)
		}
		group.Go(func() error { return listen(ctx, l, app.Metrics(), c.log) })
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
