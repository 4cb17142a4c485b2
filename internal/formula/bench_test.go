package formula

import (
	"testing"

	"github.com/shopspring/decimal"
)

// benchEnv answers without allocating, as a row of facts does.
func benchEnv() Env {
	occupied, open := decimal.NewFromInt(1007), decimal.NewFromInt(1550)
	return func(r Ref) Value {
		if r.Slug == "bed_days_open" {
			return Number(open)
		}
		return Number(occupied)
	}
}

func BenchmarkEval(b *testing.B) {
	for _, src := range []string{
		"100*bed_days_occupied/bed_days_open",
		"bed_days_occupied <= bed_days_open*1.5",
		"100*(bed_days_occupied-py(bed_days_occupied))/py(bed_days_occupied)",
	} {
		b.Run(src, func(b *testing.B) {
			e, env := mustParse(b, src), benchEnv()
			b.ReportAllocs()
			for b.Loop() {
				e.Eval(env)
			}
		})
	}
}

func BenchmarkFractionEval(b *testing.B) {
	f, env := mustParse(b, "100*bed_days_occupied/bed_days_open").Fraction(), benchEnv()
	b.ReportAllocs()
	for b.Loop() {
		f.Eval(env)
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		mustParse(b, "100*(visits_outp_emerg-py(visits_outp_emerg))/py(visits_outp_emerg)")
	}
}

// Reading a reference costs nothing on the heap; only arithmetic does.
func TestReferencesDoNotAllocate(t *testing.T) {
	e, env := mustParse(t, "bed_days_occupied <= bed_days_open"), benchEnv()
	if n := testing.AllocsPerRun(100, func() { e.Eval(env) }); n > 0 {
		t.Errorf("a comparison of two elements allocates %v times", n)
	}
}
