package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	fake "besedka/bots/fake/telegram"
	"besedka/core/chat"
	"besedka/storage"
)

// TestComesBack: to who blocks the bot nothing is said and nothing is kept for them;
// what is said after they let it write again arrives.
func TestComesBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	photographs(t, h, fake.Act{Text: "привет"})
	photographs(t, h, fake.Act{Block: true})
	h.says(t, 1, "раз", "два")
	mustStep(t, h.deliver().Step, noon)
	if diff := cmp.Diff(map[string]int{"failed blocked": 2}, h.states(t)); diff != "" || h.heard(1) != nil {
		t.Errorf("blocked, they heard %q (-want +got):\n%s", h.heard(1), diff)
	}
	photographs(t, h, fake.Act{Unblock: true})
	if in := h.newest(t); !in.Unblocked {
		t.Errorf("the last thing they did is %+v", in)
	}
	if n := inboxStates(t, h)["ready"]; n != 2 { // the greeting and the block
		t.Errorf("%d rows wait for a turn, want 2", n)
	}
	again(t, h, "напоминание")
	mustStep(t, h.deliver().Step, noon)
	if diff := cmp.Diff([]string{"напоминание"}, h.heard(1)); diff != "" {
		t.Errorf("back again, they heard (-want +got):\n%s", diff)
	}
}

// again says one more thing to the person.
func again(t *testing.T, h *house, text string) {
	t.Helper()
	if _, err := h.db.Exec(t.Context(), `update outbox set key = null`); err != nil {
		t.Fatal(err)
	}
	h.says(t, 1, text)
}

// TestThrottledOverTheWire: a chat that Telegram wants left in peace holds up no other;
// when several are, the whole bot is.
func TestThrottledOverTheWire(t *testing.T) {
	t.Parallel()
	for chats, whole := range map[int64]bool{1: false, 2: false, 3: true} {
		t.Run(fmt.Sprint(chats), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			for person := int64(1); person <= 4; person++ {
				h.opens(t, person)
				h.says(t, person, "раз")
				if person <= chats {
					h.fake.Spoil(fake.Fault{Kind: fake.Throttle, Method: "sendMessage", Chat: person, Times: 1, RetryAfter: 7})
				}
			}
			d := h.deliver()
			mustStep(t, d.Step, noon)
			if got := len(h.fake.Sent(0, 0)); got != 4-int(chats) {
				t.Errorf("%d chats heard, want %d", got, 4-chats)
			}
			h.opens(t, 5)
			h.says(t, 5, "раз")
			mustStep(t, d.Step, noon.Add(time.Second))
			if heard := len(h.heard(5)) > 0; heard == whole {
				t.Errorf("another chat hears meanwhile: %v", heard)
			}
			mustStep(t, d.Step, noon.Add(8*time.Second))
			if diff := cmp.Diff(map[string]int{"sent": 5}, sentOnly(h.states(t))); diff != "" || len(h.fake.Sent(0, 0)) != 5 {
				t.Errorf("in the end %d messages arrived (-want +got):\n%s", len(h.fake.Sent(0, 0)), diff)
			}
		})
	}
}

// sentOnly forgets why messages waited before they were sent.
func sentOnly(states map[string]int) map[string]int {
	sums := map[string]int{}
	for state, n := range states {
		var word string
		_, _ = fmt.Sscan(state, &word)
		sums[word] += n
	}
	return sums
}

// TestGroupLeavesNobody: whatever happens in a group to which somebody adds the bot,
// nobody becomes a member by it and nothing is said.
func TestGroupLeavesNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- h.bot.Run(ctx, Sink(h.conv, chat.Telegram, func() time.Time { return noon })) }()
	if _, err := h.fake.Do(fake.Act{From: 9, Raw: []byte(`{"my_chat_member":{"chat":{"id":-5,"type":"group"},"from":{"id":7},"date":1,"new_chat_member":{"status":"member"}}}`)}); err != nil {
		t.Fatal(err)
	}
	if err := h.fake.AwaitConfirmed(ctx); err != nil { // it has told what it wants to hear
		t.Fatal(err)
	}
	const group = `"chat":{"id":-5,"type":"supergroup","title":"Дом"},"date":1,"message_id":3`
	for _, update := range []string{
		`{"message":{` + group + `,"from":{"id":7},"text":"/start@fake_bot promo"}}`,
		`{"message":{` + group + `,"from":{"id":7},"new_chat_members":[{"id":42,"is_bot":true}]}}`,
		`{"message":{` + group + `,"from":{"id":7},"migrate_to_chat_id":-1005}}`,
		`{"edited_message":{` + group + `,"from":{"id":7},"text":"а"}}`,
		`{"message_reaction":{` + group + `,"user":{"id":7},"new_reaction":[]}}`,
		`{"callback_query":{"id":"q","from":{"id":7},"data":"x","message":{` + group + `}}}`,
		`{"my_chat_member":{"chat":{"id":-5,"type":"supergroup"},"from":{"id":7},"date":1,"new_chat_member":{"status":"left"}}}`,
	} {
		if id, err := h.fake.Do(fake.Act{From: 9, Raw: []byte(update)}); err != nil || id == 0 {
			t.Fatalf("%s: update %d, %v", update, id, err)
		}
	}
	if err := h.fake.AwaitConfirmed(ctx); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	mustStep(t, NewDeliver(h.conv, h.bot, chat.Rates{}, func() {}, func() time.Time { return noon }, slog.New(slog.DiscardHandler)).Step, noon)
	members, err := storage.Value[int](t.Context(), h.db, `select (select count(*) from member) + (select count(*) from subject) + (select count(*) from quarantine)`)
	if err != nil || members != 0 || len(h.fake.Sent(0, 0)) != 0 {
		t.Errorf("%d members and poisons, %d messages, %v", members, len(h.fake.Sent(0, 0)), err)
	}
}
