// Package workbook is monthly reporting in Excel, both ways: one report as a workbook that looks like the paper form,
// or the reports of many institutions with a row for each; filled offline, sent back, looked at cell by cell and
// stored as a whole or not at all.
//
// A workbook carries a sealed stamp on a hidden sheet: which reports it is for, in which version of the form, and what
// every cell said when it was downloaded. Only what was typed since is stored, upon the version of the cell that was
// downloaded, so that somebody else's figure is never written over in silence; a stamp that was changed is refused.
// Between looking and storing nothing is kept by us: the sealed draft travels with the page.
//
// Who may fill a report may upload it (reporting.enter, in scope); handing in asks for reporting.submit. The package
// owns no table.
package workbook

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/reporting"
	"yigai/internal/secret"
)

// Service writes and reads workbooks.
type Service struct {
	db      *pgxpool.Pool
	reports *reporting.Service
	box     *secret.Box
	now     func() time.Time
}

// New returns the service; stamps and drafts are sealed with the key in box.
func New(db *pgxpool.Pool, reports *reporting.Service, box *secret.Box, now func() time.Time) *Service {
	return &Service{db: db, reports: reports, box: box, now: now}
}

// File is a finished workbook.
type File struct {
	Name    string
	Content []byte
}
