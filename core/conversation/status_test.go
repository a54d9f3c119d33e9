package conversation_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"besedka/core/chat"
	"besedka/core/conversation"
)

// wa has a message ready to go to a person in WhatsApp, and claims it.
func (h *house) wa(n int) conversation.Lane {
	h.Helper()
	peer := fmt.Sprintf("7999%07d", n)
	h.receive(conversation.Arrival{Channel: chat.WhatsApp, Account: "whatsapp/1", Messages: []conversation.Message{
		{Key: "photo", Peer: peer, At: noon, In: chat.Inbound{Photo: &chat.Photo{Remote: "f"}}},
	}})
	fetches, err := h.ClaimFetch(h.Context(), noon, allPhotos, 1)
	if err != nil || len(fetches) != 1 {
		h.Fatalf("claim a photo: %d, %v", len(fetches), err)
	}
	if err := h.Say(h.Context(), noon, fetches[0].Notice("смотрю фото")); err != nil {
		h.Fatal(err)
	}
	lanes, err := h.ClaimSends(h.Context(), noon, chat.WhatsApp, 1000, new(conversation.Hand))
	i := slices.IndexFunc(lanes, func(l conversation.Lane) bool { return l.Peer == peer })
	if err != nil || i < 0 {
		h.Fatalf("claimed %d chats, %v", len(lanes), err)
	}
	return lanes[i]
}

func (h *house) told(s conversation.Status) {
	h.Helper()
	if err := h.Receive(h.Context(), noon, conversation.Arrival{Channel: chat.WhatsApp, Account: "whatsapp/1", Statuses: []conversation.Status{s}}); err != nil {
		h.Error(err)
	}
}

func (h *house) marked(m conversation.Mark) {
	h.Helper()
	if _, err := h.MarkSends(h.Context(), noon, chat.WhatsApp, []conversation.Mark{m}); err != nil {
		h.Error(err)
	}
}

// TestStatusAndMarkAtOnce: one process hears what became of a message while
// another one writes what the send answered, in either order. What is true in the
// end does not depend on it.
func TestStatusAndMarkAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	other := h.neighbour()
	later := noon.Add(time.Minute)
	for i, tt := range []struct {
		name   string
		status conversation.Status
		mark   conversation.Mark
		state  string
		after  time.Time // when the chat may be sent to again
	}{
		{"a lost answer", conversation.Status{Arrival: conversation.Delivered}, conversation.Mark{State: conversation.Retry, Reason: "unknown_outcome", RetryAt: later}, "sent", time.Time{}},
		{"a given up one", conversation.Status{Arrival: conversation.Taken}, conversation.Mark{State: conversation.Unknown, Reason: "unknown_outcome"}, "sent", time.Time{}},
		{"a failure", conversation.Status{Failed: true, Reason: "blocked"}, conversation.Mark{State: conversation.Sent, External: "a"}, "failed", time.Time{}},
		{"a failure to do again", conversation.Status{Failed: true, Reason: "throttled", Again: true, After: time.Minute}, conversation.Mark{State: conversation.Sent, External: "a"}, "pending", later},
		{"a closed window", conversation.Status{Failed: true, Reason: "window_closed"}, conversation.Mark{State: conversation.Sent, External: "a"}, "pending", noon},
	} {
		for round := range 10 {
			lane := h.wa(100*i + round)
			tt.status.Outbox, tt.status.External = lane.Messages[0].ID, "a"
			tt.mark.ID, tt.mark.Conversation, tt.mark.Claim, tt.mark.Release = lane.Messages[0].ID, lane.Conversation, lane.Claim, true
			var both sync.WaitGroup
			both.Go(func() { other.told(tt.status) })
			both.Go(func() { h.marked(tt.mark) })
			both.Wait()
			state := h.count(fmt.Sprintf(`select count(*) from outbox_standing o join lane l using (conversation_id)
				where o.id = %d and o.state = '%s' and o.external_id = 'a' and l.send_after = %s`, lane.Messages[0].ID, tt.state, instant(tt.after)))
			if state != 1 {
				row := h.text(fmt.Sprintf(`select o.state || ' ' || coalesce(o.external_id, '-') || ' ' || l.send_after from outbox_standing o join lane l using (conversation_id) where o.id = %d`, lane.Messages[0].ID))
				t.Errorf("%s, round %d: %s, want %s", tt.name, round, row, tt.state)
			}
		}
	}
}

func instant(at time.Time) string {
	if at.IsZero() {
		return "'-infinity'"
	}
	return "'" + at.Format(time.RFC3339) + "'"
}

// TestStatusesInAnyOrder: the furthest counts, nothing comes after a failure, and
// what is told of an attempt that was made again is of no account.
func TestStatusesInAnyOrder(t *testing.T) {
	t.Parallel()
	h := open(t)
	sent := conversation.Mark{State: conversation.Sent, External: "a"}
	at := func(e string, a conversation.Arrived) conversation.Status {
		return conversation.Status{External: e, Arrival: a}
	}
	failed := func(e, why string, again bool) conversation.Status {
		return conversation.Status{External: e, Failed: true, Reason: why, Again: again}
	}
	for i, tt := range []struct {
		name  string
		marks []conversation.Mark
		told  []conversation.Status
		want  string // state, arrival, external
	}{
		{"backwards", []conversation.Mark{sent}, []conversation.Status{at("a", conversation.Seen), at("a", conversation.Delivered), at("a", conversation.Taken)}, "sent 2 a"},
		{"forwards", []conversation.Mark{sent}, []conversation.Status{at("a", conversation.Taken), at("a", conversation.Delivered), at("a", conversation.Delivered)}, "sent 1 a"},
		{"failed is final", []conversation.Mark{sent}, []conversation.Status{failed("a", "blocked", false), at("a", conversation.Taken), at("a", conversation.Delivered)}, "failed - a"},
		{"delivered is not failed", []conversation.Mark{sent}, []conversation.Status{at("a", conversation.Delivered), failed("a", "blocked", false)}, "sent 1 a"},
		{"of another attempt", []conversation.Mark{sent}, []conversation.Status{failed("b", "blocked", false), at("b", conversation.Seen)}, "sent - a"},
		{"told twice of the first", []conversation.Mark{sent}, []conversation.Status{failed("a", "unavailable", true), failed("a", "blocked", false), at("a", conversation.Taken)}, "pending - a"},
		{"before any mark", nil, []conversation.Status{at("a", conversation.Delivered)}, "sent 1 a"},
	} {
		lane := h.wa(i)
		for _, m := range tt.marks {
			m.ID, m.Conversation, m.Claim, m.Release = lane.Messages[0].ID, lane.Conversation, lane.Claim, true
			h.marked(m)
		}
		for _, s := range tt.told {
			s.Outbox = lane.Messages[0].ID
			h.told(s)
		}
		got := h.text(fmt.Sprintf(`select state || ' ' || coalesce(arrival::text, '-') || ' ' || external_id from outbox_standing where id = %d`, lane.Messages[0].ID))
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestDoubtThatWaits: a message in doubt whose window has closed is not said again to a
// person who has it.
func TestDoubtThatWaits(t *testing.T) {
	t.Parallel()
	h := open(t)
	lane := h.wa(1)
	m := conversation.Mark{ID: lane.Messages[0].ID, Conversation: lane.Conversation, Claim: lane.Claim, Release: true}
	doubted, waiting := m, m
	doubted.State, doubted.Reason = conversation.Retry, "unknown_outcome"
	waiting.State, waiting.Window = conversation.Waiting, lane.Window
	h.marked(doubted)
	h.marked(waiting)
	h.told(conversation.Status{Outbox: m.ID, External: "a", Arrival: conversation.Delivered})
	if got := h.text(`select state || ' ' || coalesce(external_id, '-') from outbox_standing`); got != "sent a" {
		t.Errorf("%s, want it sent", got)
	}
}

// TestStatusOfAnotherChannel: whoever tells of a message must be whom it was sent by.
func TestStatusOfAnotherChannel(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.say("anna", 1)
	id := h.claim(1)[0].Messages[0].ID
	h.told(conversation.Status{Outbox: id, External: "a", Failed: true, Reason: "blocked"})
	h.told(conversation.Status{Outbox: id, External: "a", Arrival: conversation.Seen})
	if n := h.count(`select count(*) from outbox_standing where state = 'pending'`); n != 1 {
		t.Error("WhatsApp told of a message in Telegram, and was believed")
	}
}

// TestWaitAndWordAtOnce: while one process finds a chat's window closed, the
// person writes to another one. Nothing waits for ever.
func TestWaitAndWordAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	other := h.neighbour()
	for i := range 20 {
		lane := h.wa(i)
		wait := conversation.Mark{ID: lane.Messages[0].ID, Conversation: lane.Conversation, Claim: lane.Claim, State: conversation.Waiting, Window: lane.Window, Release: true}
		var both sync.WaitGroup
		both.Go(func() { h.marked(wait) })
		both.Go(func() {
			hour := noon.Add(time.Hour)
			if err := other.Receive(t.Context(), hour, conversation.Arrival{Channel: chat.WhatsApp, Account: "whatsapp/1", Messages: []conversation.Message{
				{Key: "word", Peer: lane.Peer, At: hour, In: chat.Inbound{Text: "привет"}},
			}}); err != nil {
				t.Error(err)
			}
		})
		both.Wait()
	}
	if n := h.count(`select count(*) from outbox_standing where state = 'waiting'`); n != 0 {
		t.Errorf("%d messages wait for who has written", n)
	}
}
