package rehearsal

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// alarm is a loop with one thing to do at each of its instants, and a diary.
type alarm struct {
	due []time.Time
	did []time.Time
}

func (a *alarm) step(_ context.Context, now time.Time) (bool, time.Time, error) {
	if len(a.due) == 0 {
		return false, time.Time{}, nil
	}
	if a.due[0].After(now) {
		return false, a.due[0], nil
	}
	a.due, a.did = a.due[1:], append(a.did, now)
	return true, time.Time{}, nil
}

// TestEverythingHappensAtItsTime: whatever the leaps, each loop works exactly
// at the instants when it was due, and nothing before its time.
func TestEverythingHappensAtItsTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		instants := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) time.Time {
			return noon.Add(time.Duration(rapid.IntRange(0, 1000).Draw(t, "second")) * time.Second)
		}), 0, 12)
		loops := []*alarm{{due: instants.Draw(t, "one")}, {due: instants.Draw(t, "other")}}
		p := &play{clock: NewClock(noon)}
		var want [2][]time.Time
		for i, l := range loops {
			slices.SortFunc(l.due, time.Time.Compare)
			want[i] = l.due
			p.steps = append(p.steps, l.step)
		}
		for _, leap := range rapid.SliceOf(rapid.IntRange(0, 400)).Draw(t, "leaps") {
			target := p.clock.Now().Add(time.Duration(leap) * time.Second)
			if err := p.moveTo(t.Context(), target); err != nil {
				t.Fatal(err)
			}
			if now := p.clock.Now(); !now.Equal(target) {
				t.Fatalf("the clock shows %s, want %s", now, target)
			}
			for i, l := range loops {
				n := len(want[i]) - len(l.due)
				if !slices.EqualFunc(l.did, want[i][:n], time.Time.Equal) {
					t.Fatalf("worked at %s, was due at %s", l.did, want[i][:n])
				}
				if n < len(want[i]) && !want[i][n].After(target) {
					t.Fatalf("due at %s, not done by %s", want[i][n], target)
				}
			}
		}
	})
}

// TestHangsCostTheirTimeSideBySide: two calls of one step that hang ten
// seconds cost ten, and what they cost may go beyond the target.
func TestHangsCostTheirTimeSideBySide(t *testing.T) {
	t.Parallel()
	p := &play{clock: NewClock(noon)}
	calls := &alarm{due: []time.Time{noon.Add(time.Second)}}
	p.steps = []Step{func(ctx context.Context, now time.Time) (bool, time.Time, error) {
		worked, next, err := calls.step(ctx, now)
		if worked {
			p.clock.Hang(10 * time.Second)
			p.clock.Hang(10 * time.Second)
		}
		return worked, next, err
	}}
	if err := p.moveTo(t.Context(), noon.Add(2*time.Second)); err != nil {
		t.Fatal(err)
	}
	if got, want := p.clock.Now(), noon.Add(11*time.Second); !got.Equal(want) {
		t.Errorf("the clock shows %s, want %s", got, want)
	}
}

func TestStubbornLoops(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, tt := range []struct {
		name string
		step Step
		want error
	}{
		{"always busy", func(context.Context, time.Time) (bool, time.Time, error) { return true, time.Time{}, nil }, errRestless},
		{"due in the past", func(context.Context, time.Time) (bool, time.Time, error) { return false, noon.Add(-time.Hour), nil }, nil},
		{"due now, without work", func(_ context.Context, now time.Time) (bool, time.Time, error) { return false, now, nil }, nil},
		{"broken", func(context.Context, time.Time) (bool, time.Time, error) { return false, time.Time{}, broken }, broken},
	} {
		other := &alarm{due: []time.Time{noon}}
		p := &play{clock: NewClock(noon), steps: []Step{tt.step, other.step}}
		if err := p.moveTo(t.Context(), noon.Add(time.Hour)); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
		if len(other.did) != 1 {
			t.Errorf("%s: the loop beside it worked %d times, want once", tt.name, len(other.did))
		}
	}
}

// TestHeldTextCostsItsTime at once, and nothing that is due later.
func TestHeldTextCostsItsTime(t *testing.T) {
	t.Parallel()
	pause := 1200 * time.Millisecond
	held := &alarm{due: []time.Time{noon.Add(pause)}}
	timer := &alarm{due: []time.Time{noon.Add(time.Second), noon.Add(time.Minute)}}
	p := &play{clock: NewClock(noon), steps: []Step{held.step, timer.step}, held: held.step}
	if err := p.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, want := p.clock.Now(), noon.Add(pause); !got.Equal(want) {
		t.Errorf("the clock shows %s, want %s", got, want)
	}
	if len(held.did) != 1 || len(timer.did) != 1 {
		t.Errorf("worked at %s and %s, want once each", held.did, timer.did)
	}
}
