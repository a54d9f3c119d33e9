package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"besedka/bots"
	fake "besedka/bots/fake/telegram"
)

// watched says when its listener begins and ends.
type watched struct {
	bots.Listener
	name   string
	events chan string
}

func (w watched) Run(ctx context.Context, sink bots.Sink) error {
	w.events <- w.name + " begins"
	err := w.Listener.Run(ctx, sink)
	w.events <- w.name + " ends"
	return err
}

// TestReceiveHasOneLeader: of two processes one listens; when its session with
// the database is killed it stops, one of them goes on, and nothing is lost or
// taken twice.
func TestReceiveHasOneLeader(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	events := make(chan string, 16)
	var mu sync.Mutex
	var taken []string
	sink := func(_ context.Context, b bots.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		for _, m := range b.Messages {
			taken = append(taken, m.In.Text)
		}
		return nil
	}
	ctx, stop := context.WithCancel(t.Context())
	var processes sync.WaitGroup
	for i := range 2 {
		l := watched{Listener: h.bot, name: fmt.Sprint("process ", i), events: events}
		processes.Go(func() { Receive(ctx, h.db, l, sink, slog.New(slog.DiscardHandler)) })
	}
	say := func(text string) {
		if _, err := h.fake.Do(fake.Act{From: 1, Text: text}); err != nil {
			t.Fatal(err)
		}
		if err := h.fake.AwaitConfirmed(ctx); err != nil {
			t.Fatal(err)
		}
	}
	first := <-events
	say("раз")
	// Another process that asks now must be told no.
	led, err := h.db.Lead(ctx, "listen/"+h.bot.Account(), func(context.Context) error { return nil })
	if err != nil || led {
		t.Errorf("a second leader: %v, %v", led, err)
	}
	if _, err := h.db.Exec(ctx, `
		select pg_terminate_backend(pid) from pg_locks
		where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`); err != nil {
		t.Fatal(err)
	}
	for ended := ""; ended != first[:len("process N")]+" ends"; {
		ended = <-events
	}
	say("два")
	stop()
	processes.Wait()
	mu.Lock()
	defer mu.Unlock()
	if want := []string{"раз", "два"}; !slices.Equal(taken, want) {
		t.Errorf("taken %q, want %q", taken, want)
	}
}

// TestSinkKeepsPoison: through the real door, an update that cannot be read is
// put aside and its neighbours are taken, however often all are told.
func TestSinkKeepsPoison(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, a := range []fake.Act{
		{From: 1, Text: "до", Repeat: 2},
		{From: 1, Raw: []byte(`{"message":{"chat":"not a chat"}}`), Repeat: 2},
	} {
		if _, err := h.fake.Do(a); err != nil {
			t.Fatal(err)
		}
	}
	photographs(t, h, fake.Act{Text: "после"})
	if got := inboxStates(t, h)["ready"]; got != 2 {
		t.Errorf("%d messages came through the door, want 2", got)
	}
	var aside int
	rows, err := h.db.Query(t.Context(), `select count(*)::int from quarantine where account = $1`, h.bot.Account())
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if rows.Next() {
		err = rows.Scan(&aside)
	}
	if err != nil || aside != 1 {
		t.Errorf("%d updates put aside (%v), want 1", aside, err)
	}
}
