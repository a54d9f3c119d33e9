package staffgroup_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	fake "besedka/bots/fake/telegram"
)

// TestGroupOfTwentyAMinute: what many shoppers say at once goes into few messages, never
// more than Telegram lets into a group, and all of it arrives.
func TestGroupOfTwentyAMinute(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.group.Police()
	const people, each = 8, 12
	for p := range int64(people) {
		h.says(11+p, fmt.Sprintf("первое от %d.", p))
		h.call()
	}
	for n := range each {
		for p := range int64(people) {
			h.says(11+p, fmt.Sprintf("строка %d от %d.", n, p))
		}
		h.ticks(5)
	}
	h.ticks(180)
	h.equal("refused by Telegram", h.group.Refused(), 0)
	posts := 0
	for p, topic := range h.group.Topics(room) {
		all := strings.Join(h.texts(topic.Thread), "\n")
		posts += len(h.texts(topic.Thread))
		for n := range each {
			if want := fmt.Sprintf("строка %d от %d.", n, p); strings.Count(all, want) != 1 {
				t.Errorf("topic %d shows %q %d times", p, want, strings.Count(all, want))
			}
		}
	}
	if lines := people * (each + 1); posts >= lines {
		t.Errorf("%d messages for %d lines", posts, lines)
	}
}

// TestThrottled: while Telegram wants to be left in peace nothing is sent, and nothing is
// lost.
func TestThrottled(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Здравствуйте")
	h.call()
	h.group.Spoil(fake.Fault{Kind: fake.Throttle, RetryAfter: 30})
	h.tick()
	h.group.Heal()
	h.ticks(20)
	h.equal("topics before the time", len(h.group.Topics(room)), 0)
	h.ticks(15)
	h.shown("👤 12:00  Здравствуйте")
}

// TestAnswersThatGetLost: a post of which nobody knows whether it came is made once more,
// never a third time; another one is not held up.
func TestAnswersThatGetLost(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Здравствуйте")
	h.call()
	h.tick()
	h.says(11, "раз")
	h.group.Spoil(fake.Fault{Kind: fake.Drop, Method: "sendMessage", Times: 2})
	h.ticks(10)
	h.says(11, "два")
	h.ticks(5)
	h.shown("👤 12:00  два")
	h.equal("copies", strings.Count(h.shows(), "👤 12:00  раз"), 2)
}

// TestKilledBetween: a process that is killed at any call of Telegram's leaves the next one
// all that it did not do, and what it did is not done again but for that call.
func TestKilledBetween(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"createForumTopic", "sendMessage", "pinChatMessage", "editMessageText", "setMessageReaction"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			h.group.Spoil(fake.Fault{Kind: fake.Stall, Method: method, Times: 1})
			h.says(11, "Здравствуйте")
			h.call()
			if method == "editMessageText" || method == "setMessageReaction" {
				h.tick()
				h.tap(anna, "Взять")
				h.in(anna, "Слушаю вас")
			}
			h.killed(func() bool { return h.group.Stalled() })
			h.start()
			h.ticks(40)
			alive := h.group.Topics(room)
			last := alive[len(alive)-1].Thread
			all := strings.Join(h.texts(last), "\n")
			h.equal("lines that stand there", strings.Count(all, "👤 12:00  Здравствуйте"), 1)
			h.equal("what the shopper hears", len(h.heard(11)), h.count(`select count(*) from topic_reply`))
			if n := len(alive); n > 2 || n > 1 && method != "createForumTopic" {
				t.Errorf("%d topics", n)
			}
		})
	}
}

// killed runs steps in a process until cond, and kills it in the middle of one.
func (h *stage) killed(cond func() bool) {
	h.t.Helper()
	ctx, stop := context.WithCancel(h.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			h.mu.Lock()
			h.at = h.at.Add(time.Second)
			h.mu.Unlock()
			_, _, _ = h.deliver.Step(h.t.Context(), h.now())
			_, _, _ = h.g.Step(ctx, h.now()) // it is killed
		}
	}()
	h.must(h.group.Await(h.t.Context(), cond))
	stop()
	<-done
	h.kill()
}

// TestUpdateThatIsGivenUp: what can never be carried out does not hold up the others.
func TestUpdateThatIsGivenUp(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Здравствуйте")
	h.call()
	h.tick()
	_, err := h.db.Exec(t.Context(), `alter table note add check (octet_length(sealed) < 100)`)
	h.must(err)
	h.in(anna, "// "+strings.Repeat("длинная ", 100))
	h.in(anna, "// короткая")
	h.equal("notes", h.count(`select count(*) from note`), 1)
	h.tick()
	h.shown("Бот не смог это обработать")
	h.equal("kept for who looks into it", h.count(`select count(*) from quarantine`), 1)
}
