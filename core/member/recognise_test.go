package member_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/member"
	"besedka/storage"
)

func (h *house) recognise(at time.Time, s member.Subject) (o member.Owner) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		o, err = h.RecogniseTx(ctx, tx, at, s, number)
		return err
	})
	return o
}

func (h *house) pairs() []member.Pair {
	h.Helper()
	pairs, err := h.Pairs(h.Context(), 0, 100)
	if err != nil {
		h.Fatal(err)
	}
	return pairs
}

// A vouched number finds the member who has proved it; of a stranger it keeps nothing.
func TestVouchedNumberIsRecognised(t *testing.T) {
	t.Parallel()
	h := open(t)
	wa := h.subject(chat.WhatsApp, "1")
	if got, want := h.recognise(now, wa), (member.Owner{Member: wa.Member}); got != want {
		t.Errorf("a stranger is %+v, want %+v", got, want)
	}
	if n := h.count(`select count(*) from phone`); n != 0 {
		t.Errorf("%d numbers of a stranger are kept", n)
	}
	var desk member.Subject
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		desk, _, err = h.EnrolTx(ctx, tx, now, number)
		return err
	})
	want := member.Owner{Member: desk.Member, Joined: true}
	if got := h.recognise(now, wa); got != want {
		t.Errorf("whom the desk took in is %+v, want %+v", got, want)
	}
	wa = h.subject(chat.WhatsApp, "1")
	if got, want := h.recognise(now, wa), (member.Owner{Member: desk.Member}); got != want || wa.Member != desk.Member {
		t.Errorf("the next word is of %+v, want %+v", got, want)
	}
}

// TestRecycledPhone: who proves a number today has it; the points of who had it before
// stay theirs, and staff are asked.
func TestRecycledPhone(t *testing.T) {
	t.Parallel()
	born := func(h *house, s member.Subject, day string) { h.answer(member.PlainAnswer(s.ID, "birthday", day)) }
	for name, tt := range map[string]struct {
		signs func(h *house, old, fresh member.Subject)
		later time.Duration
		joins bool
	}{
		"seen lately":              {func(*house, member.Subject, member.Subject) {}, member.Recycled - time.Hour, true},
		"not seen for long":        {func(*house, member.Subject, member.Subject) {}, member.Recycled + time.Hour, false},
		"born on one day":          {func(h *house, a, b member.Subject) { born(h, a, "1990-05-12"); born(h, b, "1990-05-12") }, time.Hour, true},
		"born on different days":   {func(h *house, a, b member.Subject) { born(h, a, "1990-05-12"); born(h, b, "1991-05-12") }, time.Hour, false},
		"sent a receipt meanwhile": {func(h *house, a, _ member.Subject) { h.sendsReceipt(a, now.Add(member.Recycled)) }, member.Recycled + time.Hour, true},
		"said something meanwhile": {func(h *house, a, _ member.Subject) { h.says(a, now.Add(member.Recycled)) }, member.Recycled + time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			old, fresh := h.subject(chat.Telegram, "old"), h.subject(chat.WhatsApp, "fresh")
			h.verify(old, number)
			tt.signs(h, old, fresh)
			at := now.Add(tt.later)
			if got := h.recognise(at, fresh); got.Joined != tt.joins {
				t.Fatalf("recognised as %+v, want joined %v", got, tt.joins)
			}
			if tt.joins {
				return
			}
			var o member.Owner
			h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
				o, err = h.VerifyPhoneTx(ctx, tx, at, fresh, number)
				return err
			})
			if want := (member.Owner{Member: fresh.Member}); o != want {
				t.Errorf("the proof leaves %+v, want %+v", o, want)
			}
			if id, err := h.FindByPhone(t.Context(), number); id != fresh.Member || err != nil {
				t.Errorf("the number finds %d, %v, want %d", id, err, fresh.Member)
			}
			if phones := h.get(old.Member).Phones; len(phones) != 0 {
				t.Errorf("who had it before still has %+v", phones)
			}
			want := []member.Pair{{ID: 1, One: old.Member, Other: fresh.Member, Reason: member.PairRecycled, At: at}}
			got := h.pairs()
			for i := range got {
				got[i].At = got[i].At.UTC()
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("staff are asked (-want +got):\n%s", diff)
			}
		})
	}
}

// In a messenger a number is of one account: another account that has it is its next
// owner's, however lately the one before was met. A web chat proves nothing of the kind.
func TestNumberMovesToAnotherAccount(t *testing.T) {
	t.Parallel()
	for _, channel := range []chat.Channel{chat.Telegram, chat.WhatsApp} {
		h := open(t)
		old, fresh := h.subject(channel, "old"), h.subject(channel, "fresh")
		h.verify(old, number)
		h.says(old, now)
		if o := h.recognise(now, fresh); o.Joined {
			t.Errorf("%s: a stranger with the number becomes who had it: %+v", channel, o)
		}
		if o, want := h.verify(fresh, number), (member.Owner{Member: fresh.Member}); o != want {
			t.Errorf("%s: the proof leaves %+v, want %+v", channel, o, want)
		}
		if pairs := h.pairs(); len(pairs) != 1 || pairs[0].Reason != member.PairRecycled {
			t.Errorf("%s: staff are asked about %+v", channel, pairs)
		}
		first, second := h.subject(chat.Webchat, "first"), h.subject(chat.Webchat, "second")
		h.verify(first, number)
		if o := h.verify(second, number); !o.Joined || o.Member != fresh.Member {
			t.Errorf("%s: two web chats of one number: %+v, want joined to %d", channel, o, fresh.Member)
		}
	}
}

// A verdict about one of the two whom a member was is about the member, whatever is still
// asked about the other one.
func TestVerdictGoesWithWhoIsJoined(t *testing.T) {
	t.Parallel()
	h := open(t)
	stays, goes, third := h.subject(chat.Telegram, "1"), h.subject(chat.Webchat, "2"), h.subject(chat.Webchat, "3")
	h.exec(`insert into staff (id, name, roles, created_at) overriding system value values (9, 'Вера', '{owner}', $1)`, now)
	h.exec(`insert into member_pair (one, other, reason, at) values ($1, $2, 'claim', $3)`, stays.Member, third.Member, now)
	h.exec(`insert into member_pair (one, other, reason, at, settled_at, verdict, staff_id) values ($1, $2, 'claim', $3, $3, 'different', 9)`,
		goes.Member, third.Member, now)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		_, err := h.MergeTx(ctx, tx, now, goes.Member, stays.Member, "test")
		return err
	})
	if pairs := h.pairs(); len(pairs) != 0 {
		t.Errorf("staff are asked again: %+v", pairs)
	}
	h.verify(h.subject(chat.Telegram, "1"), number)
	if o := h.verify(third, number); o.Joined {
		t.Errorf("the number joins who was told apart: %+v", o)
	}
}

func (h *house) sendsReceipt(s member.Subject, at time.Time) {
	h.Helper()
	h.exec(`insert into member_stat (member_id, receipts, last_receipt_at) values ($1, 1, $2)
		on conflict (member_id) do update set last_receipt_at = excluded.last_receipt_at`, s.Member, at)
}

// says is a turn that a message woke, and one after it that an event did.
func (h *house) says(s member.Subject, at time.Time) {
	h.Helper()
	for n, kind := range []string{"message", "event"} {
		h.exec(`with i as (insert into inbox (conversation_id, kind, dedupe_key, sealed, received_at) values ($1, $2, $2, '', $3) returning id)
			insert into turn (conversation_id, turn_no, inbox_id, release_id, step_in, step_out, seed, sealed, at)
			select $1, $4, id, 'r', '', '', 0, '', $3 from i`, s.Conversation, kind, at, n+1)
	}
}

func (h *house) exec(query string, args ...any) {
	h.Helper()
	if _, err := h.db.Exec(h.Context(), query, args...); err != nil {
		h.Fatal(err)
	}
}

// Who is told apart by staff is not joined by a number any more, nor asked about.
func TestToldApartStaysSo(t *testing.T) {
	t.Parallel()
	h := open(t)
	one, other := h.subject(chat.Telegram, "1"), h.subject(chat.Webchat, "2")
	h.verify(one, number)
	h.claim(other, number)
	h.claim(other, number)
	pairs := h.pairs()
	if len(pairs) != 1 || pairs[0].Reason != member.PairClaim {
		t.Fatalf("staff are asked about %+v, want one claim", pairs)
	}
	h.exec(`insert into staff (id, name, roles, created_at) overriding system value values (9, 'Вера', '{owner}', $1)`, now)
	settle := func() (err error) {
		h.tx(func(ctx context.Context, tx storage.Tx) error {
			_, err = h.SettleTx(ctx, tx, now, pairs[0].ID, 9, member.VerdictDifferent)
			return nil
		})
		return err
	}
	if err := settle(); err != nil {
		t.Fatal(err)
	}
	if err := settle(); err == nil {
		t.Error("it is settled twice")
	}
	if o := h.verify(other, number); o.Joined {
		t.Errorf("the number joins who was told apart: %+v", o)
	}
	if pairs := h.pairs(); len(pairs) != 0 {
		t.Errorf("staff are asked again: %+v", pairs)
	}
}
