package reporting

import (
	"context"
	"slices"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/org"
	"yigai/internal/pg"
)

// requireWholeCounty refuses who may configure but sees only a part of the county: elements, forms and open months are
// the same for everybody.
func requireWholeCounty(ctx context.Context, q pg.Querier, who actor.Actor) error {
	root, err := org.Root(ctx, q, who.CountyID)
	if err != nil {
		return err
	}
	if !slices.Contains(who.Scope.Subtrees, root.Path) {
		return fault.Forbidden("报表、数据项和月份对全县有效,只有数据范围为全县的账号可以改动")
	}
	return nil
}
