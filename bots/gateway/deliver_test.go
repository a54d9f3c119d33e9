package gateway

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/bots"
	fake "besedka/bots/fake/telegram"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/storage"
)

// TestDeliverKeepsOrder: three loops share the outbox of many chats; each
// message goes out once and each chat hears its own in order.
func TestDeliverKeepsOrder(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const people, each = 40, 25 // more than one prefix of a lane
	var want []string
	for i := range each {
		want = append(want, fmt.Sprint("ответ ", i))
	}
	for p := range int64(people) {
		h.opens(t, p+1)
		h.says(t, p+1, want...)
	}
	var loops sync.WaitGroup
	for range 3 {
		d := h.deliver()
		loops.Go(func() {
			for len(h.fake.Sent(0, 0)) < people*each {
				if _, _, err := d.Step(t.Context(), noon); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	loops.Wait()
	for p := range int64(people) {
		if diff := cmp.Diff(want, h.heard(p+1)); diff != "" {
			t.Errorf("person %d (-want +got):\n%s", p+1, diff)
		}
	}
	if diff := cmp.Diff(map[string]int{"sent": people * each}, h.states(t)); diff != "" {
		t.Errorf("outbox (-want +got):\n%s", diff)
	}
}

// TestDeliverGoesOn: who has something left to send says so, however few chats it is for.
func TestDeliverGoesOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const people, each = 100, 4
	for p := range int64(people) {
		h.opens(t, p+1)
		h.says(t, p+1, "раз", "два", "три", "четыре")
	}
	d := h.deliver()
	for worked := true; worked; {
		var err error
		if worked, _, err = d.Step(t.Context(), noon); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(map[string]int{"sent": people * each}, h.states(t)); diff != "" {
		t.Errorf("outbox (-want +got):\n%s", diff)
	}
}

func TestDeliverTrouble(t *testing.T) {
	t.Parallel()
	tooLong := strings.Repeat("я", 5000)
	tests := []struct {
		name   string
		fault  fake.Fault
		block  bool
		texts  []string
		next   time.Duration // after noon; 0 = nothing waits
		states map[string]int
		later  map[string]int // after a second Step, at next
		heard  []string
	}{
		{
			name: "throttled", fault: fake.Fault{Kind: fake.Throttle, RetryAfter: 7, Times: 1}, texts: []string{"а", "б"},
			next: 7 * time.Second, states: map[string]int{"pending throttled": 1, "pending": 1},
			later: map[string]int{"sent": 2}, heard: []string{"а", "б"},
		},
		{
			name: "outage", fault: fake.Fault{Kind: fake.Outage, Times: 1}, texts: []string{"а", "б"},
			next: 2 * time.Second, states: map[string]int{"pending unavailable": 1, "pending": 1},
			later: map[string]int{"sent": 2}, heard: []string{"а", "б"},
		},
		{
			name: "blocked", block: true, texts: []string{"а", "б"},
			states: map[string]int{"failed blocked": 2}, later: map[string]int{"failed blocked": 2},
		},
		{
			name: "rejected", texts: []string{tooLong, "б"},
			states: map[string]int{"failed rejected": 1, "sent": 1}, later: map[string]int{"failed rejected": 1, "sent": 1}, heard: []string{"б"},
		},
		{
			name: "answer_lost_once", fault: fake.Fault{Kind: fake.Drop, Method: "sendMessage", Times: 1}, texts: []string{"а", "б"},
			next: 2 * time.Second, states: map[string]int{"pending unknown_outcome": 1, "pending": 1},
			later: map[string]int{"sent": 2}, heard: []string{"а", "а", "б"},
		},
		{
			name: "answer_masked_for_long", fault: fake.Fault{Kind: fake.BadGateway, Method: "sendMessage", Times: 2}, texts: []string{"а", "б"},
			next: 2 * time.Second, states: map[string]int{"pending unknown_outcome": 1, "pending": 1},
			later: map[string]int{"unknown unknown_outcome": 1, "sent": 1}, heard: []string{"а", "а", "б"},
		},
		{
			name: "answer_lost_twice", fault: fake.Fault{Kind: fake.Drop, Method: "sendMessage", Times: 2}, texts: []string{"а", "б"},
			next: 2 * time.Second, states: map[string]int{"pending unknown_outcome": 1, "pending": 1},
			later: map[string]int{"unknown unknown_outcome": 1, "sent": 1}, heard: []string{"а", "а", "б"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			d := h.deliver()
			h.opens(t, 1)
			h.says(t, 1, tt.texts...)
			if tt.fault.Kind != "" {
				h.fake.Spoil(tt.fault)
			}
			if tt.block {
				if _, err := h.fake.Do(fake.Act{From: 1, Block: true}); err != nil {
					t.Fatal(err)
				}
			}
			mustStep(t, d.Step, noon)
			if diff := cmp.Diff(tt.states, h.states(t)); diff != "" {
				t.Errorf("outbox (-want +got):\n%s", diff)
			}
			worked, next := mustStep(t, d.Step, noon)
			if worked {
				t.Error("there was work before the time")
			}
			if want := noon.Add(tt.next); tt.next == 0 && !next.IsZero() || tt.next != 0 && !next.Equal(want) {
				t.Errorf("next is %v, want %v", next, tt.next)
			}
			mustStep(t, d.Step, next)
			if diff := cmp.Diff(withoutReason(tt.later), withoutReason(h.states(t))); diff != "" {
				t.Errorf("outbox later (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.heard, h.heard(1)); diff != "" {
				t.Errorf("heard (-want +got):\n%s", diff)
			}
		})
	}
}

// withoutReason forgets why a row was tried again.
func withoutReason(states map[string]int) map[string]int {
	m := map[string]int{}
	for state, n := range states {
		state, _, _ = strings.Cut(state, " ")
		m[state] += n
	}
	return m
}

// TestThrottledThenLost: what was throttled was not delivered, so the lost
// answer that follows is the first doubt and not the last.
func TestThrottledThenLost(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := h.deliver()
	h.opens(t, 1)
	h.says(t, 1, "а")
	h.fake.Spoil(fake.Fault{Kind: fake.Throttle, RetryAfter: 7, Times: 1})
	h.fake.Spoil(fake.Fault{Kind: fake.Drop, Times: 1})
	for _, want := range []string{"pending throttled", "pending unknown_outcome", "sent"} {
		mustStep(t, d.Step, noon.Add(time.Minute))
		if diff := cmp.Diff(map[string]int{want: 1}, h.states(t)); diff != "" {
			t.Errorf("outbox (-want +got):\n%s", diff)
		}
	}
}

// TestThrottlingUsesUpNoAttempts: a message that had to wait for long outlives an outage
// like any other.
func TestThrottlingUsesUpNoAttempts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := h.deliver()
	h.opens(t, 1)
	h.says(t, 1, "а")
	h.fake.Spoil(fake.Fault{Kind: fake.Throttle, RetryAfter: 1, Times: 5})
	for i := range 5 {
		mustStep(t, d.Step, noon.Add(time.Duration(i+1)*time.Hour))
	}
	n, err := storage.Value[int](t.Context(), h.db, `select attempts from outbox_standing`)
	if err != nil || n != 0 {
		t.Errorf("%d attempts, %v", n, err)
	}
}

// TestDeliverHoldsThrottledBot: when several chats are told to wait at once,
// the whole bot waits, from when it was told and not from when it began to send,
// and so does a chat that was not told.
func TestDeliverHoldsThrottledBot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	told := noon.Add(20 * time.Second)
	d := h.deliverBy(told)
	for p := range int64(manyChats) {
		h.opens(t, p+1)
		h.says(t, p+1, "а")
	}
	h.fake.Spoil(fake.Fault{Kind: fake.Throttle, RetryAfter: 30, Times: manyChats})
	mustStep(t, d.Step, noon)
	h.opens(t, 99)
	h.says(t, 99, "б")
	if worked, next := mustStep(t, d.Step, told.Add(time.Second)); worked || !next.Equal(told.Add(30*time.Second)) {
		t.Errorf("worked %v, next %v; want a pause of 30 s", worked, next)
	}
	mustStep(t, d.Step, told.Add(30*time.Second))
	if got := len(h.fake.Sent(0, 0)); got != manyChats+1 {
		t.Errorf("%d messages sent, want %d", got, manyChats+1)
	}
}

// TestHoldsThrottledBotAtItsPace: a step at Telegram's pace writes to two chats of a
// newsletter, fewer than tell that the whole bot is throttled: the next step knows of
// them, or the bot would go on knocking at every chat in turn.
func TestHoldsThrottledBotAtItsPace(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	now := noon
	d := NewDeliver(h.conv, h.bot, chat.CapsOf(chat.Telegram).Rates, func() {}, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	for p := range int64(20) {
		h.opens(t, p+1)
		h.says(t, p+1, "новости")
	}
	if _, err := h.db.Exec(t.Context(), `with low as (update outbox set priority = $1) update outbox_open set priority = $1`, conversation.Low); err != nil {
		t.Fatal(err)
	}
	h.fake.Spoil(fake.Fault{Kind: fake.Throttle, RetryAfter: 30})
	for range 20 {
		mustStep(t, d.Step, now)
		now = now.Add(time.Second)
	}
	if n := h.states(t)["pending throttled"]; n < manyChats || n > manyChats+1 {
		t.Errorf("a throttled bot knocked at %d chats, want %d or so", n, manyChats)
	}
	h.fake.Heal()
	for range 60 {
		mustStep(t, d.Step, now)
		now = now.Add(time.Second)
	}
	if n := len(h.fake.Sent(0, 0)); n != 20 {
		t.Errorf("in the end %d messages are sent, want 20", n)
	}
}

// TestVerdictWithEcho: where the messenger tells later what became of a message,
// one in doubt waits for that.
func TestVerdictWithEcho(t *testing.T) {
	t.Parallel()
	got := verdict(noon, new(conversation.Send), bots.ErrUnknownOutcome, chat.Caps{Echo: true})
	if want := (conversation.Mark{State: conversation.Retry, Reason: doubt, RetryAt: noon.Add(echoPause)}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	again := func(after time.Duration, reason string) conversation.Mark {
		return conversation.Mark{State: conversation.Retry, Reason: reason, RetryAt: noon.Add(after)}
	}
	tests := []struct {
		name       string
		err        error
		before     int
		reason     string
		idempotent bool
		want       conversation.Mark
	}{
		{"sent", nil, 3, "throttled", false, conversation.Mark{State: conversation.Sent}},
		{"throttled_late", &bots.ThrottledError{After: time.Minute}, maxAttempts, "throttled", false, again(time.Minute, "throttled")},
		{"window", bots.ErrWindowClosed, 0, "", false, conversation.Mark{State: conversation.Failed, Reason: "window_closed"}},
		{"unavailable_grows", bots.ErrUnavailable, 3, "unavailable", false, again(16*time.Second, "unavailable")},
		{"unavailable_levels_off", bots.ErrUnavailable, 60, "unavailable", false, again(maxPause, "unavailable")},
		{"unavailable_ends", bots.ErrUnavailable, maxAttempts - 1, "unavailable", false, conversation.Mark{State: conversation.Failed, Reason: "unavailable"}},
		{"unauthorised", bots.ErrUnauthorized, 0, "", false, again(firstPause, "unavailable")},
		{"unknown_idempotent", bots.ErrUnknownOutcome, 5, "unavailable", true, again(64*time.Second, "unavailable")},
		{"unknown_once", bots.ErrUnknownOutcome, 5, "throttled", false, again(firstPause, doubt)},
		{"unknown_twice", bots.ErrUnknownOutcome, 1, doubt, false, conversation.Mark{State: conversation.Unknown, Reason: doubt}},
		{"doubt_outlives_throttling", &bots.ThrottledError{After: time.Minute}, 1, doubt, false, again(time.Minute, doubt)},
		{"doubt_outlives_outage", bots.ErrUnavailable, 1, doubt, false, again(4*time.Second, doubt)},
		{"unclassified_is_unknown", errors.New("?"), 1, doubt, false, conversation.Mark{State: conversation.Unknown, Reason: doubt}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := verdict(noon, &conversation.Send{Attempts: tt.before, Reason: tt.reason}, tt.err, chat.Caps{Idempotent: tt.idempotent})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
		})
	}
}
