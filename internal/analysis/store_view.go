package analysis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

const viewColumns = "id, name, query, shared, coalesce(owner_id, 0), owner_name, version, updated_at"

// mine is what a reader may know of: $2 is the account.
const mine = "county_id = $1 AND (shared OR owner_id = $2)"

func scanView(row pgx.CollectableRow) (v View, err error) {
	return v, row.Scan(&v.ID, &v.Name, &v.Query, &v.Shared, &v.OwnerID, &v.Owner, &v.Version, &v.UpdatedAt)
}

func listViews(ctx context.Context, q pg.Querier, who actor.Actor) ([]View, error) {
	rows, err := q.Query(ctx, "SELECT "+viewColumns+" FROM analysis_view WHERE "+mine+" ORDER BY shared, name, id LIMIT 500", who.CountyID, who.AccountID)
	if err != nil {
		return nil, fmt.Errorf("list views: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanView)
	if err != nil {
		return nil, fmt.Errorf("list views: %w", err)
	}
	return found, nil
}

func getView(ctx context.Context, q pg.Querier, who actor.Actor, id int64) (View, error) {
	rows, err := q.Query(ctx, "SELECT "+viewColumns+" FROM analysis_view WHERE "+mine+" AND id = $3", who.CountyID, who.AccountID, id)
	if err != nil {
		return View{}, fmt.Errorf("read view %d: %w", id, err)
	}
	v, err := pgx.CollectExactlyOneRow(rows, scanView)
	if pg.NoRows(err) {
		return v, fault.NotFound("这张自定义表")
	}
	if err != nil {
		return v, fmt.Errorf("read view %d: %w", id, err)
	}
	return v, nil
}

func countViews(ctx context.Context, q pg.Querier, who actor.Actor) (n int, err error) {
	err = q.QueryRow(ctx, "SELECT count(*) FROM analysis_view WHERE county_id = $1 AND owner_id = $2", who.CountyID, who.AccountID).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count views: %w", err)
	}
	return n, nil
}

func insertView(ctx context.Context, q pg.Querier, county int32, v View) (id int64, err error) {
	err = q.QueryRow(ctx, `INSERT INTO analysis_view (county_id, name, query, shared, owner_id, owner_name, updated_at)
		VALUES ($1, $2, $3, $4, NULLIF($5, 0), $6, $7) RETURNING id`, county, v.Name, v.Query, v.Shared, v.OwnerID, v.Owner, v.UpdatedAt).Scan(&id)
	if err != nil {
		return 0, nameTaken(fmt.Errorf("insert view: %w", err), v.Name)
	}
	return id, nil
}

// updateView stores a view that nobody changed since its version.
func updateView(ctx context.Context, q pg.Querier, county int32, v View) error {
	tag, err := q.Exec(ctx, `UPDATE analysis_view SET name = $4, query = $5, shared = $6, updated_at = $7, version = version + 1
		WHERE county_id = $1 AND id = $2 AND version = $3`, county, v.ID, v.Version, v.Name, v.Query, v.Shared, v.UpdatedAt)
	if err != nil {
		return nameTaken(fmt.Errorf("update view: %w", err), v.Name)
	}
	if tag.RowsAffected() == 0 {
		return fault.Conflict("这张表刚被别人改过,请重新打开再改")
	}
	return nil
}

func nameTaken(err error, name string) error {
	if pg.Violates(err, "analysis_view_name") {
		return fault.Field("name", "已有一张叫“%s”的表,请换一个名称", name)
	}
	return err
}

func deleteView(ctx context.Context, q pg.Querier, county int32, id int64) error {
	if _, err := q.Exec(ctx, "DELETE FROM analysis_view WHERE county_id = $1 AND id = $2", county, id); err != nil {
		return fmt.Errorf("delete view %d: %w", id, err)
	}
	return nil
}
