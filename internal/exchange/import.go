package exchange

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
	"yigai/internal/reporting"
)

// Source is the way by which an import came.
type Source string

// The sources.
const (
	API     Source = "api"
	Page    Source = "page"
	Command Source = "command"
)

// Title names the source for people.
func (s Source) Title() string {
	switch s {
	case API:
		return "接口"
	case Page:
		return "网页"
	case Command:
		return "命令行"
	}
	return string(s)
}

// Options say how a file is imported.
type Options struct {
	Source   Source
	Name     string // of the file, "" for a request
	Accepted bool   // as history: figures count at once
	DryRun   bool   // say what would happen; nothing is stored or kept
	Partial  bool   // leave out the rows that are refused, store the others
	Only     reporting.Only

	Elements, Institutions reporting.Scheme // codes that the file names things by
}

// Result is what became of a file.
type Result struct {
	reporting.Loaded
	ID      int64    // of the import, 0 in a dry run
	Same    *Import  // the last import of the very same file, nil when there is none
	Changes []Change // of a dry run: the first ones
}

// MayImport asks whether who may import at all, before a file is read.
func MayImport(who actor.Actor) error {
	if err := who.Require(ActionImport); err != nil {
		return err
	}
	if who.May(reporting.ActionEnter) {
		return nil
	}
	return who.Require(reporting.ActionLoad)
}

// Import stores the figures of a file, all or none unless Partial, and keeps what it did: an import that is stored in the
// transaction of its figures, one that is refused by itself. When rows are refused the result comes with the fault.
func (s *Service) Import(ctx context.Context, who actor.Actor, f File, o Options) (Result, error) {
	if err := MayImport(who); err != nil {
		return Result{}, err
	}
	k := &keeper{Service: s, who: who, file: f, options: o, started: s.now(), clock: time.Now()}
	var err error
	if k.result.Same, err = lastOfFile(ctx, s.db, who, f.SHA256); err != nil {
		return Result{}, fmt.Errorf("import figures: %w", err)
	}
	k.result.Loaded, err = s.reports.LoadValues(ctx, who, f.Rows, reporting.LoadOptions{Accepted: o.Accepted, DryRun: o.DryRun, Partial: o.Partial,
		Only: o.Only, Elements: o.Elements, Institutions: o.Institutions, Refused: f.Refused, Keep: k.keep})
	if err != nil && len(k.result.Conflicts) > 0 && fault.IsInvalid(err) {
		return k.result, k.refused(ctx, err)
	}
	if err != nil {
		return Result{}, fmt.Errorf("import figures: %w", err)
	}
	return k.result, nil
}

// keeper keeps the record of one import.
type keeper struct {
	*Service
	who     actor.Actor
	file    File
	options Options
	started time.Time
	clock   time.Time // how long it takes is measured, whatever now says
	result  Result
}

// Bounds of what is kept or shown of one import.
const (
	keptConflicts = 500
	shownChanges  = 200
)

// keep runs in the transaction of the figures.
func (k *keeper) keep(ctx context.Context, tx pgx.Tx, done reporting.Loaded) (err error) {
	if k.options.DryRun {
		k.result.Changes, err = readStagedChanges(ctx, tx, k.who)
		return err
	}
	if k.result.ID, err = insertImport(ctx, tx, k.who, k.record(done, true)); err != nil {
		return err
	}
	return insertChanges(ctx, tx, k.who.CountyID, k.result.ID)
}

// refused keeps an import of which nothing was stored, and returns why.
func (k *keeper) refused(ctx context.Context, why error) error {
	if k.options.DryRun {
		return why
	}
	err := pg.Tx(ctx, k.db, func(tx pgx.Tx) (err error) {
		k.result.ID, err = insertImport(ctx, tx, k.who, k.record(reporting.Loaded{Conflicts: k.result.Conflicts}, false))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep refused import: %w", err)
	}
	return why
}

func (k *keeper) record(done reporting.Loaded, stored bool) Import {
	i := Import{Source: k.options.Source, Format: k.file.Format, Name: fileName(k.options.Name), SHA256: k.file.SHA256, Bytes: int64(k.file.Bytes),
		Only: k.options.Only, Accepted: k.options.Accepted, Stored: stored, Imported: done.Imported, Updated: done.Updated, Deleted: done.Deleted,
		Unchanged: done.Unchanged, Ignored: len(done.Conflicts) + done.Skipped, Loose: done.Loose, ConflictCount: len(done.Conflicts),
		At: k.started, Took: time.Since(k.clock)}
	for _, c := range done.Conflicts[:min(len(done.Conflicts), keptConflicts)] {
		i.Conflicts = append(i.Conflicts, Conflict{Row: c.Row, Field: c.Field, Value: cut(c.Value), Message: clean(c.Message)})
	}
	return i
}

// fileName is what is kept of the name that a browser or a person gave: its last part, short.
func fileName(given string) string {
	given = clean(given[strings.LastIndexAny(given, `/\`)+1:])
	const most = 120
	if utf8.RuneCountInString(given) > most {
		return string([]rune(given)[:most])
	}
	return given
}

// clean leaves out what the database keeps in no text.
func clean(s string) string { return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "") }
