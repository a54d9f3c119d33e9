package runner_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"besedka/core/calendar"
	"besedka/core/conversation"
	"besedka/core/hook"
	"besedka/core/support"
	"besedka/storage"
)

// reader is one of the staff who reads a conversation now and then, and gives it back or
// closes it as they have read it.
type reader struct {
	*desk
	by     int64
	read   int64           // the shopper's last message that they have seen
	back   map[int64]int64 // by the event that gives back: what it takes account of
	closes map[int64]bool  // the event has a reason
	closed int64           // that the bot has had since, for a reason
}

func (r *reader) looks() { r.read = r.shown().Newest }

// newestEvent is the last event of the conversation, 0: none.
func (r *reader) newestEvent() int64 {
	r.Helper()
	n, err := storage.Value[int64](r.Context(), r.db, `select coalesce(max(id), 0) from inbox where kind = 'event' and conversation_id = $1`, r.id)
	if err != nil {
		r.Fatal(err)
	}
	return n
}

// gives gives the conversation back with what was read, for a reason or without.
func (r *reader) gives(reason string) {
	r.Helper()
	before := r.newestEvent()
	g := conversation.GiveBack{Conversation: r.id, Staff: r.by, Key: r.key(), Seen: r.read, Ended: reason}
	err := r.tx(func(ctx context.Context, tx storage.Tx) error {
		if reason == "" {
			return r.door.GiveBackTx(ctx, tx, r.now, g)
		}
		return support.Cases{Door: r.door}.CloseTx(ctx, tx, r.now, g)
	})
	if stale, ok := errors.AsType[*conversation.StaleError](err); ok {
		if newest := r.shown().Newest; newest <= r.read || stale.Newest != newest || len(stale.Arrived) == 0 {
			r.Fatalf("who has read to %d of %d is refused: %+v", r.read, newest, stale)
		}
		return
	}
	if _, taken := errors.AsType[*conversation.TakenError](err); taken || errors.Is(err, conversation.ErrNotHeld) {
		return
	}
	if err != nil {
		r.Fatal(err)
	}
	r.noted(before, r.read, reason != "")
}

func (r *reader) noted(before, seen int64, closes bool) {
	if id := r.newestEvent(); id != before {
		r.back[id], r.closes[id] = seen, closes
	}
}

func (r *reader) waits() {
	r.Helper()
	before, newest := r.newestEvent(), r.shown().Newest
	r.now = r.now.Add(promised.Quiet)
	sweep := r.sweep()
	sweep.Promise = func() calendar.Promise { return calendar.Promise{Quiet: promised.Quiet} }
	if _, _, err := sweep.Step(r.Context(), r.now); err != nil {
		r.Fatal(err)
	}
	r.noted(before, newest, true)
}

// overtakes writes a message that has its place before the next event and is seen by
// nobody until that is committed.
func (r *reader) overtakes(act func()) {
	r.Helper()
	r.said++
	err := r.db.InTx(r.Context(), func(ctx context.Context, tx storage.Tx) error {
		_, err := tx.Exec(ctx, `with said as (
			insert into inbox (conversation_id, kind, dedupe_key, sealed, received_at)
			select conversation_id, kind, $2, sealed, $3 from inbox where kind = 'message' and conversation_id = $1 order by id limit 1
			returning id, conversation_id
		) insert into inbox_open (inbox_id, conversation_id, state) select id, conversation_id, 'ready' from said`, r.id, "overtakes/"+r.key(), r.now)
		if err != nil {
			return err
		}
		act()
		return nil
	})
	if err != nil {
		r.Fatal(err)
	}
}

// turned looks, when the bot has the conversation again, that nothing lies before what gave
// it back that nobody has seen.
func (r *reader) turned() {
	r.Helper()
	was := r.shown().Lifecycle
	r.turns()
	if was == "bot" || r.shown().Lifecycle != "bot" {
		return
	}
	event, err := storage.Value[int64](r.Context(), r.db, `select inbox_id from turn where conversation_id = $1 order by turn_no desc limit 1`, r.id)
	if err != nil {
		r.Fatal(err)
	}
	seen, ours := r.back[event]
	if !ours {
		return // the shopper has called the bot
	}
	if n := r.of(fmt.Sprintf(`inbox where kind = 'message' and id < %d and id > %d`, event, seen)); n != 0 {
		r.Fatalf("given back by %d over %d messages that nobody has seen", event, n)
	}
	if r.closes[event] {
		r.closed++
	}
}

// TestGivenBackAsSeen: however the shopper, who reads and answers them, and the silence come
// between each other, nobody gives the bot a conversation over words that were not seen,
// and what is counted as closed is what the bot has had for that reason.
func TestGivenBackAsSeen(t *testing.T) {
	t.Parallel()
	h := openSupport(t)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		h.meets(fmt.Sprint("reader ", n))
		r := &reader{desk: h, by: h.staff[0], back: map[int64]int64{}, closes: map[int64]bool{}}
		takes := func() {
			h.now = h.now.Add(time.Second) // each time it is people's is a case of its own
			h.takes(r.by, 0)
		}
		acts := map[string]func(*rapid.T){
			"writes":  func(rt *rapid.T) { h.writes(rapid.SampledFrom([]string{"Да", "ау", "бот"}).Draw(rt, "text")) },
			"turns":   func(*rapid.T) { r.turned() },
			"takes":   func(*rapid.T) { takes() },
			"looks":   func(*rapid.T) { r.looks() },
			"replies": func(*rapid.T) { h.replies(r.by) },
			"back":    func(*rapid.T) { r.gives("") },
			"closes":  func(*rapid.T) { r.gives("solved") },
			"waits":   func(*rapid.T) { r.waits() },
			"back, overtaken": func(*rapid.T) {
				r.looks()
				r.overtakes(func() { r.gives("solved") })
			},
			"waits, overtaken": func(*rapid.T) { r.overtakes(r.waits) },
		}
		takes()
		rt.Repeat(acts)
		for h.of(`inbox_open where true`) > 0 {
			r.turned()
		}
		if got := h.of(`support_case where closed_at is not null`); got != r.closed {
			rt.Fatalf("%d are counted as closed, and the bot has had %d for a reason", got, r.closed)
		}
		h.ends()
	})
}

// TestProgramLetsGo: what the program does to a conversation is told as its own act, and
// not as that of who had it.
func TestProgramLetsGo(t *testing.T) {
	t.Parallel()
	h := openSupport(t)
	anna := h.staff[0]
	if _, err := h.db.Exec(t.Context(), `insert into hook_endpoint (made_key, url, kinds, texts, secret, made_by, made_at) values ('k', 'https://desk.example', $1, false, '\x00', $2, $3)`,
		[]string{string(hook.Released), string(hook.Closed), string(hook.GivenBack)}, anna, noon); err != nil {
		t.Fatal(err)
	}
	h.takes(anna, 0)
	h.now = h.now.Add(promised.Return)
	h.sweeps() // late
	h.takes(anna, 0)
	h.replies(anna)
	h.now = h.now.Add(promised.Quiet)
	h.sweeps() // quiet
	h.settle(h.now)
	if got := h.count(`select count(*) from hook_event where staff_id is null`); got != 3 || h.count(`select count(*) from hook_event`) != 3 {
		t.Errorf("%d of %d events are the program's, want 3", got, h.count(`select count(*) from hook_event`))
	}
}
