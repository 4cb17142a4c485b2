package page

import (
	"fmt"
	"sync"

	"yigai/internal/actor"
)

// Sized is what knows how much memory it takes.
type Sized interface{ Size() int }

// Kept holds what was made of the database until its stamp changes, within bounds; what was not asked for the longest
// goes first. Of several who ask for the same key and stamp at once, one makes it and the others wait for that; nobody
// waits for what another stamp asks.
type Kept[V Sized] struct {
	maxCount, maxBytes int

	mu      sync.Mutex
	entries map[string]*keptEntry[V]
	flights map[flight]chan struct{} // what is being made; closed when it is there, or failed
	bytes   int
	clock   int // grows with every use
}

type keptEntry[V Sized] struct {
	size, used int
	made       bool
	stamp      string
	value      V
}

type flight struct{ key, stamp string }

// NewKept keeps nothing yet, and never more than so many values and bytes.
func NewKept[V Sized](maxCount, maxBytes int) *Kept[V] {
	return &Kept[V]{maxCount: maxCount, maxBytes: maxBytes, entries: map[string]*keptEntry[V]{}, flights: map[flight]chan struct{}{}}
}

// Get returns what is kept under the key, or makes it. The stamp must have been read before anything that make reads.
// Who waited in vain, because the one who made it failed or went away, makes it for themselves.
func (k *Kept[V]) Get(key, stamp string, make func() (V, error)) (V, error) {
	v, there, wait := k.find(key, stamp)
	if wait != nil {
		<-wait
		if v, there = k.look(key, stamp); !there {
			return make()
		}
	}
	if there {
		return v, nil
	}
	defer k.land(flight{key, stamp})
	v, err := make()
	if err == nil {
		k.keep(key, stamp, v)
	}
	return v, err
}

// find returns what is kept, or the channel of who is making it; without either, the asker is the one who makes it.
func (k *Kept[V]) find(key, stamp string) (v V, there bool, wait chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	e := k.entry(key)
	if e.made && e.stamp == stamp {
		return e.value, true, nil
	}
	f := flight{key, stamp}
	if wait = k.flights[f]; wait == nil {
		k.flights[f] = make(chan struct{})
	}
	return v, false, wait
}

func (k *Kept[V]) look(key, stamp string) (v V, there bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if e := k.entry(key); e.made && e.stamp == stamp {
		return e.value, true
	}
	return v, false
}

func (k *Kept[V]) keep(key, stamp string, v V) {
	k.mu.Lock()
	defer k.mu.Unlock()
	e := k.entry(key)
	e.made, e.stamp, e.value = true, stamp, v
	size := len(key) + v.Size()
	k.bytes += size - e.size
	e.size = size
	k.shrink()
}

func (k *Kept[V]) land(f flight) {
	k.mu.Lock()
	defer k.mu.Unlock()
	close(k.flights[f])
	delete(k.flights, f)
}

// entry is the place of a key, used just now; the owner's lock is held.
func (k *Kept[V]) entry(key string) *keptEntry[V] {
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
