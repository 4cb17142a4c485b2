package analysis

import (
	"testing"

	"yigai/internal/fault"
)

func TestAScopeOfWhichOnlyAPartWasReadIsRefused(t *testing.T) {
	t.Parallel()
	if err := bounded(make([]Unit, mostUnits)); err != nil {
		t.Errorf("as many as fit: %v", err)
	}
	if err := bounded(make([]Unit, mostUnits+1)); !fault.IsConflict(err) {
		t.Errorf("one more: %v", err)
	}
}
