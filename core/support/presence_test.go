package support

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"besedka/storage/storagetest"
)

// TestPresenceBetweenProcesses: what one process is told every process knows.
func TestPresenceBetweenProcesses(t *testing.T) {
	t.Parallel()
	db, now := storagetest.DB(t), time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	ctx, stop := context.WithCancel(t.Context())
	var all, ready sync.WaitGroup
	here := []*Presence{}
	for range 2 {
		p := NewPresence(db, func() time.Time { return now })
		here = append(here, p)
		ready.Add(1)
		all.Go(func() { p.Listen(ctx, sync.OnceFunc(ready.Done)) })
	}
	ready.Wait()
	for _, h := range []Here{{7, 1, "Анна", Writes}, {7, 2, "Борис", Looks}, {7, 3, "Вера", Looks}, {7, 3, "", Leaves}, {8, 9, "конец", Looks}} {
		if err := TellHere(t.Context(), db, h); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range here { // what is told last is heard last
		for len(p.In(8, 0)) == 0 {
			if err := db.Ping(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := fmt.Sprint(p.In(7, 0)); got != "[{7 1 Анна writes} {7 2 Борис looks}]" || len(p.In(7, 1)) != 1 || !p.Writing(7, 1) || p.Writing(7, 2) {
			t.Errorf("heard %s", got)
		}
	}
	stop()
	all.Wait()
}

// TestPresenceEnds: nobody is where they were last seen longer than it lasts, whatever was
// heard in between.
func TestPresenceEnds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
		p, last := NewPresence(nil, func() time.Time { return now }), map[int64]time.Time{}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "seconds")) * time.Second)
			who, what := rapid.Int64Range(1, 4).Draw(t, "who"), rapid.SampledFrom([]Doing{Looks, Writes, Leaves}).Draw(t, "what")
			p.heard(fmt.Sprintf(`{"conversation": 7, "staff": %d, "doing": %q}`, who, what))
			if last[who] = now.Add(PresenceLasts); what == Leaves {
				delete(last, who)
			}
			for id := range int64(5) {
				if is := slices.ContainsFunc(p.In(7, 0), func(h Here) bool { return h.Staff == id }); is != last[id].After(now) {
					t.Fatalf("%d is here: %v, until %v at %v", id, is, last[id], now)
				}
			}
		}
	})
}
