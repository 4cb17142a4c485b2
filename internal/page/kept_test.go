package page

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"yigai/internal/actor"
)

// weight is a value of that size.
type weight int

func (w weight) Size() int { return int(w) }

func TestKept(t *testing.T) {
	t.Parallel()
	made := 0
	ask := func(k *Kept[weight], key, stamp string, size int) {
		t.Helper()
		got, err := k.Get(key, stamp, func() (weight, error) { made++; return weight(size), nil })
		if err != nil || int(got) != size {
			t.Errorf("%s is %d, %v, want %d", key, got, err, size)
		}
	}
	expect := func(want int, what string) {
		t.Helper()
		if made != want {
			t.Errorf("%s: made %d times, want %d", what, made, want)
		}
		made = 0
	}
	k := NewKept[weight](3, 1000)
	ask(k, "a", "1", 10)
	ask(k, "a", "1", 10)
	expect(1, "the same stamp")
	ask(k, "a", "2", 20)
	expect(1, "another stamp")
	ask(k, "b", "2", 20)
	expect(1, "another key")
	if _, err := k.Get("b", "3", func() (weight, error) { return 0, errors.New("broken") }); err == nil {
		t.Error("a failure was kept quiet")
	}
	ask(k, "b", "3", 30)
	expect(1, "after a failure")
	ask(k, "c", "3", 1)
	ask(k, "a", "2", 20)
	ask(k, "d", "3", 1) // b was not asked for the longest
	made = 0
	ask(k, "a", "2", 20)
	ask(k, "b", "3", 30)
	expect(1, "a fourth of three")
}

func TestOneMakesWhatManyAskForAtOnce(t *testing.T) {
	t.Parallel()
	k, made, begin := NewKept[weight](10, 1000), 0, make(chan struct{})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			<-begin
			if got, err := k.Get("a", "1", func() (weight, error) { made++; return 7, nil }); err != nil || got != 7 {
				t.Errorf("got %d, %v", got, err)
			}
		})
	}
	close(begin)
	all.Wait()
	if made != 1 {
		t.Errorf("made %d times", made)
	}
}

// While somebody writes, everybody asks with another stamp: they must not stand in one line.
func TestAskersWithOtherStampsDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	k, inside, all := NewKept[weight](10, 1000), make(chan string), sync.WaitGroup{}
	open := make(chan struct{})
	for _, stamp := range []string{"1", "2", "3"} {
		all.Go(func() {
			if got, err := k.Get("a", stamp, func() (weight, error) { inside <- stamp; <-open; return 7, nil }); err != nil || got != 7 {
				t.Errorf("got %d, %v", got, err)
			}
		})
	}
	for range 3 {
		<-inside // all three are at work before any of them is through
	}
	close(open)
	all.Wait()
}

// Who waited for somebody that failed makes it for themselves.
func TestAFailureIsNobodyElses(t *testing.T) {
	t.Parallel()
	k, inside, open := NewKept[weight](10, 1000), make(chan struct{}), make(chan struct{})
	first := make(chan error)
	go func() {
		_, err := k.Get("a", "1", func() (weight, error) { close(inside); <-open; return 0, errors.New("went away") })
		first <- err
	}()
	<-inside
	second := make(chan error)
	go func() {
		_, err := k.Get("a", "1", func() (weight, error) { return 7, nil })
		second <- err
	}()
	close(open)
	if err := <-first; err == nil {
		t.Error("the failure is lost")
	}
	if err := <-second; err != nil {
		t.Errorf("the other one got %v", err)
	}
}

func TestKeptStaysSmall(t *testing.T) {
	t.Parallel()
	k := NewKept[weight](50, 1000)
	for n := range 500 {
		key := fmt.Sprint("key ", n)
		if _, err := k.Get(key, "1", func() (weight, error) { return weight(n * 3), nil }); err != nil {
			t.Fatal(err)
		}
		sum := 0
		for _, e := range k.entries {
			sum += e.size
		}
		if sum != k.bytes || k.bytes > 1000 || len(k.entries) > 50 {
			t.Fatalf("after %d: %d entries of %d bytes, %d noted", n, len(k.entries), sum, k.bytes)
		}
	}
}

func TestViewersDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for n, who := range []actor.Actor{
		{}, {CountyID: 1}, {InstitutionID: 1}, {InstitutionKind: "county"},
		{Scope: actor.Scope{Subtrees: []string{"1.2", "3"}}}, {Scope: actor.Scope{Subtrees: []string{"1.2 3"}}},
		{Scope: actor.Scope{Subtrees: []string{"1", "2.3"}}}, {Scope: actor.Scope{Institutions: []int64{1, 2}}},
		{Scope: actor.Scope{Institutions: []int64{12}}},
	} {
		if other, there := seen[Viewer(who)]; there {
			t.Errorf("viewers %d and %d share what is kept: %s", other, n, Viewer(who))
		}
		seen[Viewer(who)] = n
	}
}
