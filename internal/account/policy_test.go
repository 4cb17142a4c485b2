package account

import (
	"context"
	"slices"
	"testing"
	"time"

	"yigai/internal/fault"
)

func TestWeakness(t *testing.T) {
	t.Parallel()
	good := []string{"quiet hill seven", "Abc-2468", "医共体-改革-稳步推进-二", "Quiet-Hill-77", "yigai-and-rivers", "correcthorse9"}
	for _, p := range good {
		if m := weakness(p, "li.si"); m != "" {
			t.Errorf("%q is refused: %s", p, m)
		}
	}
	bad := []string{"", "short", "Aa1-", "abcdefgh", "12345678", "88888888", "1234567890", "13800138000", "admin123", "Admin@2024",
		"password2026!!", "Yigai-2026", "li.si-2026-x", "LI.SI-2026-x", "aaaaaaaaaaaa", "abcabcabcabc", "abcdefghijkl",
		"with\x00control", string(make([]rune, 129))}
	for _, p := range bad {
		if weakness(p, "li.si") == "" {
			t.Errorf("%q is accepted", p)
		}
	}
}

func TestGenerate(t *testing.T) {
	t.Parallel()
	var seen []string
	for range 200 {
		p := generate()
		if m := weakness(p, "li.si"); m != "" || len(p) != 14 || slices.Contains(seen, p) {
			t.Fatalf("generated %q: %s", p, m)
		}
		seen = append(seen, p)
	}
}

// TestNobodyCostsTheSame keeps an unknown name as slow as a known one.
func TestNobodyCostsTheSame(t *testing.T) {
	t.Parallel()
	ok, err := fits("", nobody)
	if ok || err != nil {
		t.Errorf("fits is %t, error %v", ok, err)
	}
	unknown := credentials{}
	if ok, err := unknown.accept("anything"); ok || err != nil {
		t.Errorf("accepts is %t, error %v", ok, err)
	}
}

func TestGateIsBounded(t *testing.T) {
	t.Parallel()
	g := newGate()
	var leave []func()
	for range 8 {
		if !g.free.TryAcquire(1) {
			break
		}
		leave = append(leave, func() { g.free.Release(1) })
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := g.enter(ctx); err == nil || fault.IsFault(err) {
		t.Errorf("a full gate let somebody in, or blamed the person who left: %v", err)
	}
	leave[0]()
	done, err := g.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	done()
}
