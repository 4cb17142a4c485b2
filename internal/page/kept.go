package page

import (
	"fmt"
	"sync"

	"yigai/internal/actor"
)

// Sized is what knows how much memory it takes.
type Sized interface{ Size() int }

// Kept holds what was made of the database until its stamp changes, within bounds; what was not asked for the longest
// goes first. What is made once is made by one asker while the others of the same key wait.
type Kept[V Sized] struct {
	maxCount, maxBytes int

	mu      sync.Mutex
	entries map[string]*keptEntry[V]
	bytes   int
	clock   int // grows with every use
}

type keptEntry[V Sized] struct {
	size, used int // guarded by the owner

	mu    sync.Mutex
	made  bool
	stamp string
	value V
}

// NewKept keeps nothing yet, and never more than so many values and bytes.
func NewKept[V Sized](maxCount, maxBytes int) *Kept[V] {
	return &Kept[V]{maxCount: maxCount, maxBytes: maxBytes, entries: map[string]*keptEntry[V]{}}
}

// Get returns what is kept under the key, or makes it. The stamp must have been read before anything that make reads.
func (k *Kept[V]) Get(key, stamp string, make func() (V, error)) (V, error) {
	e := k.entry(key)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.made && e.stamp == stamp {
		return e.value, nil
	}
	v, err := make()
	if err != nil {
		return v, err
	}
	e.made, e.stamp, e.value = true, stamp, v
	k.weigh(key, e, len(key)+v.Size())
	return v, nil
}

func (k *Kept[V]) entry(key string) *keptEntry[V] {
	k.mu.Lock()
	defer k.mu.Unlock()
	e, ok := k.entries[key]
	if !ok {
		e = &keptEntry[V]{size: len(key)}
		k.entries[key] = e
		k.bytes += e.size
	}
	k.clock++
	e.used = k.clock
	k.shrink()
	return e
}

// weigh notes how large an entry has become, unless it was dropped meanwhile.
func (k *Kept[V]) weigh(key string, e *keptEntry[V], size int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.entries[key] != e {
		return
	}
	k.bytes += size - e.size
	e.size = size
	k.shrink()
}

func (k *Kept[V]) shrink() {
	for len(k.entries) > k.maxCount || k.bytes > k.maxBytes && len(k.entries) > 0 {
		oldest := ""
		for key, e := range k.entries {
			if o, ok := k.entries[oldest]; !ok || e.used < o.used {
				oldest = key
			}
		}
		k.bytes -= k.entries[oldest].size
		delete(k.entries, oldest)
	}
}

// Viewer tells apart who may be shown different things: by county, data scope and home institution, nothing else.
func Viewer(who actor.Actor) string {
	return fmt.Sprintf("%d %d %q %q %d", who.CountyID, who.InstitutionID, who.InstitutionKind,
		who.Scope.Subtrees, who.Scope.Institutions)
}
