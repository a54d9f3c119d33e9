package runner_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"besedka/core/calendar"
	"besedka/core/conversation"
	"besedka/core/support"
	"besedka/storage"
)

// promised is how soon people answer here.
var promised = calendar.Promise{Return: time.Hour, Quiet: 3 * time.Hour}

func (h *desk) sweep() support.Sweep {
	return support.Sweep{DB: h.db, Door: h.door, Promise: func() calendar.Promise { return promised }}
}

func (h *desk) passes(by, to int64) {
	h.Helper()
	err := h.tx(func(ctx context.Context, tx storage.Tx) error {
		return support.Cases{Door: h.door}.TransferTx(ctx, tx, h.now, conversation.Transfer{Conversation: h.id, Staff: by, To: to})
	})
	if by == to {
		if !errors.Is(err, support.ErrColleague) {
			h.Fatalf("passed on to oneself: %v", err)
		}
		return
	}
	if got := h.refused(err, by); got != (h.holder != by) {
		h.Fatalf("%d passes on what %d has: refused %v", by, h.holder, got)
	}
	if err == nil {
		h.holder, h.taken = to, h.now
	}
}

// sweeps lets go of what is due: nobody loses a conversation before their hour is over.
func (h *desk) sweeps() {
	h.Helper()
	if _, _, err := h.sweep().Step(h.Context(), h.now); err != nil {
		h.Fatal(err)
	}
	if is := h.shown(); is.Holder != h.holder {
		if is.Holder != 0 || is.Lifecycle != "queued" || h.now.Sub(h.taken) < promised.Return {
			h.Fatalf("after %v it is %+v, and %d had it", h.now.Sub(h.taken), is, h.holder)
		}
		h.holder = 0
	}
}

// TestLateAnswer: who waits an hour for the holder's answer is the queue's again, once,
// however many processes look; whoever takes it then has an hour of their own.
func TestLateAnswer(t *testing.T) {
	t.Parallel()
	h := openSupport(t)
	anna, boris := h.staff[0], h.staff[1]
	h.takes(anna, 0)
	h.now = h.now.Add(30 * time.Minute)
	h.passes(anna, boris)
	h.now = h.now.Add(59 * time.Minute)
	worked, next, err := h.sweep().Step(t.Context(), h.now)
	if err != nil || worked || !next.Equal(h.now.Add(time.Minute)) {
		t.Fatalf("a minute before it is %v, next %v, %v", worked, next, err)
	}
	h.now = next
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if _, _, err := h.sweep().Step(t.Context(), h.now); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if s := h.shown(); s.Lifecycle != "queued" || h.count(`select count(*) from audit where act = 'conversations.return' and staff_id is null`) != 1 {
		t.Fatalf("an hour later it is %+v", s)
	}
	rows, err := support.List(t.Context(), h.db, h.now, support.Asked{Show: support.Waiting, Staff: anna})
	if err != nil || len(rows) != 1 || rows[0].Passed != "late" || rows[0].PassedFrom != "Борис" {
		t.Errorf("the queue shows %+v, %v", rows, err)
	}
	h.holder = 0
	h.takes(anna, 0)
	h.replies(anna)
	h.now = h.now.Add(2 * time.Hour)
	h.sweeps()
	if s := h.shown(); s.Holder != anna {
		t.Errorf("who has answered has it no more: %+v", s)
	}
}

// TestQuietReturn: who was answered and says nothing has the bot again, which asks what it
// had asked; who says something meanwhile does not.
func TestQuietReturn(t *testing.T) {
	t.Parallel()
	h := openSupport(t)
	anna := h.staff[0]
	h.takes(anna, 0)
	h.replies(anna)
	h.now = h.now.Add(3 * time.Hour)
	h.writes("Да") // and no turn has heard it yet
	h.sweeps()
	if n := h.of(`inbox where kind = 'event'`); n != 0 {
		t.Fatalf("given back %d times over the head of the shopper", n)
	}
	before := h.shown()
	h.settle(h.now)
	h.replies(anna)
	if s := h.shown(); s.Holder != anna || before.Holder != anna {
		t.Fatalf("it is %+v", s)
	}
	h.now = h.now.Add(3 * time.Hour)
	said := h.bots()
	for range 2 {
		h.sweeps()
	}
	h.settle(h.now)
	if s := h.shown(); s.Lifecycle != "bot" || h.bots() != said+1 {
		t.Errorf("it is %+v, and the bot said %d things", s, h.bots()-said)
	}
	closed, err := support.ClosedIn(t.Context(), h.db, noon, h.now.Add(time.Second))
	if err != nil || len(closed) != 1 || closed[0] != (support.Closed{Ended: support.Quieted, Cases: 1}) {
		t.Errorf("closed are %+v, %v", closed, err)
	}
}

// TestSweepReachesAll: what was taken last is let go of, too, however many were taken before
// it and are in good hands.
func TestSweepReachesAll(t *testing.T) {
	t.Parallel()
	h := openSupport(t)
	anna := h.staff[0]
	for _, sql := range []string{
		`insert into member (created_at) select $1::timestamptz from generate_series(1, 1000)`,
		`insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at) select id, 'telegram', int4send(id::int), '', int4send(id::int), $1 from member where not exists (select from subject s where s.member_id = member.id)`,
		`insert into conversation (subject_id, channel, at, lifecycle, queue, queued_at, holder, taken_at) select id, 'telegram', $1, 'operator', 'support', $1, 1, $1 from subject s where not exists (select from conversation c where c.subject_id = s.id)`,
		`insert into outbox (conversation_id, channel, sealed, at, staff_id) select id, 'telegram', '', $1, holder from conversation where holder is not null`,
	} {
		if _, err := h.db.Exec(t.Context(), sql, h.now); err != nil {
			t.Fatal(err)
		}
	}
	h.now = h.now.Add(time.Hour)
	h.takes(anna, 0)
	h.now = h.now.Add(promised.Return)
	h.sweeps()
	if s := h.shown(); s.Lifecycle != "queued" || h.count(`select count(*) from conversation where holder is not null`) != 1000 {
		t.Errorf("it is %+v", s)
	}
}
