package conversation_test

import (
	"context"
	"testing"

	"besedka/core/chat"
	"besedka/core/conversation"
)

// slowly makes processes called slow wait, in the middle of a claim that meets
// a leased chat, until the advisory lock 42 is free.
const slowly = `
create or replace view living_session as
select (classid::bigint << 32) | objid::bigint as number from pg_locks
where locktype = 'advisory' and objsubid = 1
  and (current_setting('application_name') <> 'slow' or (select count(*) = 1 from pg_advisory_xact_lock(42)))`

// TestSlowClaimSeesWhatWasSentMeanwhile: while a claim looks who is still alive, another
// process may send what it has leased and give it back, and a third one waits its turn.
func TestSlowClaimSeesWhatWasSentMeanwhile(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.say("anna", 1)
	h.say("boris", 1)
	lanes := h.claim(1)
	if _, err := h.db.Exec(t.Context(), slowly); err != nil {
		t.Fatal(err)
	}
	gate, err := h.db.Pool().Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer gate.Release()
	if _, err := gate.Exec(t.Context(), `select pg_advisory_lock(42)`); err != nil {
		t.Fatal(err)
	}
	waiting := func(n int64) {
		for h.count(`select count(*) from pg_locks where locktype = 'advisory' and not granted`) != n {
		}
	}
	slow, third := (&house{TB: t, dsn: h.dsn + " application_name=slow"}).neighbour(), h.neighbour()
	claimed, late := make(chan []conversation.Lane), make(chan []conversation.Lane)
	go func() { claimed <- slow.claim(10) }()
	waiting(1)
	go func() { late <- third.claim(10) }()
	waiting(2)

	mark := conversation.Mark{ID: lanes[0].Messages[0].ID, Conversation: lanes[0].Conversation, Claim: lanes[0].Claim, State: conversation.Sent, Release: true}
	if _, err := h.MarkSends(t.Context(), noon, chat.Telegram, []conversation.Mark{mark}); err != nil {
		t.Fatal(err)
	}
	if _, err := gate.Exec(t.Context(), `select pg_advisory_unlock(42)`); err != nil {
		t.Fatal(err)
	}
	if got := <-claimed; len(got) != 1 || got[0].Peer != "boris" {
		t.Errorf("claimed %+v, want boris's: anna's was sent", got)
	}
	if got := <-late; len(got) != 0 {
		t.Errorf("a chat in the hand of who claimed before is claimed again: %+v", got)
	}
	if n := h.count(`select count(*) from send_claim`); n != 1 {
		t.Errorf("%d claims are kept, want the one that is not done", n)
	}
}

// TestChannelThatCannotSendHoldsUpNoOther: a bot whose token was revoked, or
// that is not configured any more, may leave any number of messages waiting.
func TestChannelThatCannotSendHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.say("anna", 1)
	_, err := h.db.Exec(t.Context(), `
with said as (
  insert into outbox (conversation_id, channel, key, sealed, at)
  select conversation_id, channel, 'more/' || n, sealed, at from outbox, generate_series(1, 5000) n
  returning conversation_id, id, channel, priority
)
insert into outbox_open (conversation_id, outbox_id, channel, priority) select conversation_id, id, channel, priority from said`)
	if err != nil {
		t.Fatal(err)
	}
	h.noticed("boris")
	lanes, err := h.ClaimSends(t.Context(), noon, chat.Webchat, 10, new(conversation.Hand))
	if err != nil || len(lanes) != 1 || lanes[0].Peer != "boris" {
		t.Errorf("claimed %d chats, %v; want boris's", len(lanes), err)
	}
}

// noticed has a photo come in the web chat, and the bot say that it looks at it.
func (h *house) noticed(peer string) {
	h.Helper()
	h.receive(conversation.Arrival{Channel: chat.Webchat, Account: "webchat", Messages: []conversation.Message{
		{Key: "1", Peer: peer, At: noon, In: chat.Inbound{Photo: &chat.Photo{Remote: "f"}}},
	}})
	photos, err := h.ClaimFetch(h.Context(), noon, allPhotos, 1)
	if err != nil || len(photos) != 1 {
		h.Fatalf("claimed %d photos, %v", len(photos), err)
	}
	if err := h.Say(h.Context(), noon, photos[0].Notice("смотрю фото")); err != nil {
		h.Fatal(err)
	}
}

// TestMarkOfTheDeadIsWaitedFor: who has died while the database was writing what became of
// a message has sent it; nobody claims it until that is known.
func TestMarkOfTheDeadIsWaitedFor(t *testing.T) {
	t.Parallel()
	for name, release := range map[string]bool{"given back": true, "held": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			h.say("anna", 2)
			lane := h.claim(1)[0]
			number, err := h.db.Session(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			gate, err := h.db.Pool().Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = gate.Rollback(context.WithoutCancel(t.Context())) }()
			if _, err := gate.Exec(t.Context(), `select from lane for update`); err != nil {
				t.Fatal(err)
			}
			marked := make(chan error)
			mark := conversation.Mark{ID: lane.Messages[0].ID, Conversation: lane.Conversation, Claim: lane.Claim, State: conversation.Sent, Release: release}
			go func() {
				_, err := h.MarkSends(t.Context(), noon, chat.Telegram, []conversation.Mark{mark})
				marked <- err
			}()
			for h.count(`select count(*) from pg_locks where locktype = 'transactionid' and not granted`) != 1 {
			}
			h.ends(number)
			other := h.neighbour()
			if got := other.claim(10); len(got) != 0 {
				t.Errorf("claimed %+v while it is being marked", got)
			}
			if err := gate.Rollback(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := <-marked; err != nil {
				t.Fatal(err)
			}
			if got := other.claim(10); len(got) != 1 || len(got[0].Messages) != 1 || got[0].Messages[0].ID != lane.Messages[1].ID {
				t.Errorf("claimed %+v, want what was not sent", got)
			}
		})
	}
}
