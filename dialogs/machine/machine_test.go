package machine_test

import (
	"strconv"
	"sync"
	"testing"

	"besedka/dialogs/machine"
)

func TestMove(t *testing.T) {
	t.Parallel()
	p := machine.New(map[string][]string{"hello": {"name", "bye"}, "name": {"name", "bye"}})
	for _, tt := range []struct {
		from, to string
		ok       bool
	}{
		{"hello", "name", true},
		{"name", "bye", true},
		{"name", "name", true}, // asked again
		{"name", "hello", false},
		{"bye", "name", false},
		{"gone", "name", false},
		{"hello", "gone", false},
	} {
		if to, err := p.Move(tt.from, tt.to); (err == nil) != tt.ok || tt.ok && to != tt.to {
			t.Errorf("Move(%q, %q) = %q, %v, want allowed: %v", tt.from, tt.to, to, err, tt.ok)
		}
	}
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	life := machine.Lifecycle()
	for from, want := range map[string]map[string]string{
		machine.Bot:      {machine.Call: machine.Queued, machine.Take: machine.Operator},
		machine.Queued:   {machine.Take: machine.Operator, machine.GiveBack: machine.Bot},
		machine.Operator: {machine.Take: machine.Operator, machine.Release: machine.Queued, machine.GiveBack: machine.Bot},
	} {
		for _, by := range []string{machine.Call, machine.Take, machine.Release, machine.GiveBack} {
			if to, err := life.Move(from, by); to != want[by] || (err == nil) != (want[by] != "") {
				t.Errorf("%s by %s leads to %q, %v, want %q", from, by, to, err, want[by])
			}
		}
	}
}

// Machines are used by many turns at once and must never answer for another's.
func TestMoveTogether(t *testing.T) {
	t.Parallel()
	edges := map[string][]string{}
	for i := range 100 {
		edges[strconv.Itoa(i)] = []string{strconv.Itoa(i + 1)}
	}
	p := machine.New(edges)
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			for range 50 {
				if _, err := p.Move(strconv.Itoa(i), strconv.Itoa(i+1)); err != nil {
					t.Error(err)
				}
				if _, err := p.Move(strconv.Itoa(i), strconv.Itoa(i+2)); err == nil {
					t.Errorf("moved from %d over a step", i)
				}
			}
		})
	}
	wg.Wait()
}
