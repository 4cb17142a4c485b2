package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"yigai/internal/fault"
)

func TestBareIsWhatThePersonReads(t *testing.T) {
	t.Parallel()
	inner := fault.NotFound("这家机构")
	wrapped := fmt.Errorf("export report: %w", inner)
	for name, err := range map[string]error{"itself": inner, "wrapped": wrapped,
		"joined": errors.Join(wrapped, errors.New("close file")), "joined behind": fmt.Errorf("send: %w", errors.Join(errors.New("close file"), wrapped))} {
		if got := fault.Bare(err); got != inner {
			t.Errorf("%s: %q", name, got)
		}
	}
	other := errors.New("out of disk")
	if got := fault.Bare(other); got != other {
		t.Errorf("another error became %q", got)
	}
}
