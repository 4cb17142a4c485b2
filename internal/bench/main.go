// Command bench measures the budgets of the product on a county of full size and prints them as a Markdown table, each
// beside the ceiling that the same machine reached in the same run.
//
// It starts a PostgreSQL of its own in a temporary folder, durable as an installation's, loads the county, and asks the
// product over the loopback address only. docs/benchmarks.md says how to read the table.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"
)

// limit ends a run that hangs; a whole run takes less than half of it.
const limit = 15 * time.Minute

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithTimeout(ctx, limit)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	cancel()
	stop()
	os.Exit(code)
}

// settings is what the command line says.
type settings struct {
	quick bool
	only  string
	path  string
	hold  bool
	// profile is a file for the processor profile of the measured rows.
	profile string
}

func run(ctx context.Context, args []string, out, progress io.Writer) int {
	s, err := parse(args, progress)
	if err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		fmt.Fprintln(progress, err)
		return 2
	}
	if err := bench(ctx, s, out, progress); err != nil {
		fmt.Fprintln(progress, err)
		return 1
	}
	return 0
}

func parse(args []string, progress io.Writer) (s settings, err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(progress)
	flags.BoolVar(&s.quick, "quick", false, "a county and loads ten times smaller")
	flags.StringVar(&s.only, "row", "", "measure one row: "+strings.Join(rowNames(), ", "))
	flags.StringVar(&s.path, "path", "", "of the row pages, measure the pages whose address holds this")
	flags.BoolVar(&s.hold, "hold", false, "load the county, serve it and wait, to look at pages and query plans")
	flags.StringVar(&s.profile, "profile", "", "write a processor profile of the measured rows to this file")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if s.only != "" && !known(s.only) {
		return s, fmt.Errorf("there is no row %q; there are %s", s.only, strings.Join(rowNames(), ", "))
	}
	return s, nil
}

// bench builds the world, measures row by row and prints. A row that cannot be measured does not stop the others.
func bench(ctx context.Context, s settings, out, progress io.Writer) (err error) {
	w, err := build(ctx, s, progress)
	if err != nil {
		return fmt.Errorf("build the county: %w", err)
	}
	defer func() { err = errors.Join(err, w.close()) }()
	if s.hold {
		return w.wait(ctx)
	}
	w.heading(ctx, out)
	stop, err := startProfile(s.profile)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	var failed error
	for _, r := range rows {
		if s.only != "" && s.only != r.name {
			continue
		}
		began := time.Now()
		lines, err := r.measure(ctx, w)
		w.say("%s: %.1f s", r.name, time.Since(began).Seconds())
		if err != nil {
			lines = append(lines, line{what: r.name, verdict: "not measured"})
			failed = errors.Join(failed, fmt.Errorf("row %s: %w", r.name, err))
		}
		for _, l := range lines {
			l.print(out)
		}
	}
	return failed
}

// wait serves the county until it is interrupted or the time is over.
func (w *world) wait(ctx context.Context) error {
	b, err := w.openWeb(ctx)
	if err != nil {
		return err
	}
	w.say("serving %s for staff-01 to staff-%d, clerk and auditor, password %s\ndatabase %s", b.site.base, userCount, password, w.admin)
	<-ctx.Done()
	return nil
}

// startProfile writes a processor profile until it is stopped; without a file it does nothing.
func startProfile(file string) (stop func() error, err error) {
	if file == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, fmt.Errorf("write the profile: %w", err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error { pprof.StopCPUProfile(); return f.Close() }, nil
}
