package exchange

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
	"yigai/internal/reporting"
)

// Undo gives every cell that an import changed what it held before, as a new change; what the import did stays in the
// history. It is refused, as a whole, when something of it counts already, was handed in since, or was changed since.
func (s *Service) Undo(ctx context.Context, who actor.Actor, id int64) error {
	if err := who.Require(ActionImport); err != nil {
		return err
	}
	at := s.now()
	err := pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		i, err := getImport(ctx, tx, who, id, " FOR NO KEY UPDATE OF m")
		if err != nil {
			return err
		}
		if why := i.against(); why != "" {
			return fault.Conflict("%s", why)
		}
		cells, err := readFormer(ctx, tx, who.CountyID, id)
		if err != nil {
			return err
		}
		if err := s.reports.PutBack(ctx, tx, who, i.At, cells); err != nil {
			return err
		}
		if err := markUndone(ctx, tx, who, id, at); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: "exchange.undo", Kind: "import", ID: strconv.FormatInt(id, 10), Name: i.Title(),
			InstitutionID: who.InstitutionID, After: map[string]any{"cells": len(cells)}})
	})
	if err != nil {
		return fmt.Errorf("undo import %d: %w", id, err)
	}
	return nil
}

// against says what the record itself has against undoing, "" when nothing.
func (i Import) against() string {
	switch {
	case !i.Stored:
		return "这次导入没有写入任何数,不用撤销"
	case i.Undone():
		return "这次导入已经撤销过了"
	case i.Changed() == 0:
		return "这次导入没有改动任何数,不用撤销"
	case i.Accepted:
		return "这次导入的是历史数据,已经直接通过审核,不能撤销;有错请解锁更正,或导入正确的数"
	case i.Loose > 0:
		return fmt.Sprintf("其中 %d 个数不在任何报表里,导入时已经生效,不能撤销;有错请导入正确的数", i.Loose)
	}
	return ""
}

// Title is what a reader recognises an import by.
func (i Import) Title() string {
	if i.Name == "" {
		return fmt.Sprintf("第 %d 次导入", i.ID)
	}
	return fmt.Sprintf("第 %d 次导入(%s)", i.ID, i.Name)
}

func markUndone(ctx context.Context, tx pg.Querier, who actor.Actor, id int64, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE exchange_import SET undone_at = $3, undone_name = $4 WHERE county_id = $1 AND id = $2`, who.CountyID, id, at, who.Name)
	if err != nil {
		return fmt.Errorf("mark import as undone: %w", err)
	}
	return nil
}

func scanFormer(row pgx.CollectableRow) (f reporting.Former, err error) {
	var state string
	var value decimal.NullDecimal
	err = row.Scan(&f.Report, &f.Subject, &f.Element, &f.Version, &state, &value, &f.Comment)
	f.Cell = cellOf(state, value)
	return f, err
}
