package preset

import (
	"testing"
)

func TestLoadEveryPreset(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		pack, err := Load(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if pack.Names[0] != Standard {
			t.Errorf("%s: built on %v, not on the standard pack", name, pack.Names)
		}
	}
}
