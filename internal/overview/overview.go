// Package overview is the county on one screen: the completeness of a month, its key indicators, and the townships ranked
// and set on a grid of tiles by one indicator.
//
// Words: key indicators are up to eight that a county looks at first; a tile is a township institution on the grid, at a
// row and a column that the county may choose to resemble its map.
//
// Tables: overview_indicator, overview_tile. Reads: the views institution_public, division_public, indicator_public,
// report_public, form_public, and package indicator. Whoever may view indicators sees what lies in their scope, and with
// reporting.view the completeness of it; overview.arrange, for the whole county, chooses indicators and places tiles.
package overview

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"yigai/internal/actor"
	"yigai/internal/indicator"
	"yigai/internal/period"
)

// ActionArrange is the permission to choose the key indicators and to place the tiles.
const ActionArrange = "overview.arrange"

// Actions are the permissions of this room.
var Actions = []actor.Action{{Name: ActionArrange, Title: "设置县域总览", Roles: []string{actor.BureauAdmin}}}

// Bounds of the screen.
const (
	MaxIndicators = 8
	MaxRow        = 20
	MaxColumn     = 12
)

// Service shows and arranges the overview, in all counties of one database.
type Service struct {
	db        *pgxpool.Pool
	now       func() time.Time
	indicator *indicator.Service
}

// New builds the service.
func New(db *pgxpool.Pool, now func() time.Time, calendar period.Calendar) *Service {
	return &Service{db: db, now: now, indicator: indicator.New(db, now, calendar)}
}

// Default is a key indicator of counties that chose none, with why it is one and where it is asked for.
type Default struct{ Slug, Reason, Source string }

//go:embed data/indicators.csv
var defaultsFile []byte

// Defaults lists the key indicators of counties that chose none. The file is part of the program, so a fault in it is a
// programming mistake.
func Defaults() []Default {
	rows, err := csv.NewReader(bytes.NewReader(defaultsFile)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("read default indicators: %v", err))
	}
	list := make([]Default, len(rows)-1)
	for n, r := range rows[1:] {
		list[n] = Default{r[0], r[1], r[2]}
	}
	return list
}
