package staffgroup_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/support/topic"
	"besedka/storage"
)

// crowd lets so many shoppers say something at once.
func (h *stage) crowd(people int, text string) {
	h.t.Helper()
	a := conversation.Arrival{Channel: chat.Telegram, Account: "telegram/42"}
	for p := range people {
		a.Messages = append(a.Messages, conversation.Message{Key: fmt.Sprint(text, p), Peer: fmt.Sprint(1000 + p), At: h.now(), In: chat.Inbound{Text: fmt.Sprintf("%s %d.", text, p)}})
	}
	h.must(h.door.Receive(h.t.Context(), h.now(), a))
}

// minutes lets so many pass, in steps in which the group has room for a few posts.
func (h *stage) minutes(n int) {
	h.t.Helper()
	for range 2 * n {
		h.skip(30 * time.Second)
	}
}

// TestCrowd: the group serves 500 conversations, more than are read at once, within its
// twenty messages a minute: all get a topic, and whoever is answered does not wait behind
// those who are not.
func TestCrowd(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.group.Police()
	h.says(11, "Здравствуйте")
	first := h.call()
	h.ticks(3)
	h.must(h.take(first, anna, 0))
	h.minutes(1)
	const people = 500
	h.crowd(people, "первое")
	ids, err := storage.Collect[struct {
		ID int64 `db:"id"`
	}](t.Context(), h.db, `select id from conversation where lifecycle = 'bot' order by id`)
	h.must(err)
	for _, one := range ids {
		h.handOff(one.ID)
	}
	h.minutes(1)
	for n := range 5 {
		h.says(11, fmt.Sprintf("слово %d.", n))
		h.minutes(1)
		held := strings.Join(h.texts(h.group.Topics(room)[0].Thread), "\n")
		if want := fmt.Sprintf("слово %d.", n); !strings.Contains(held, want) {
			t.Errorf("while others wait for a topic, the one that is answered does not show %q in a minute", want)
		}
	}
	h.minutes(people * 3 / 15)
	const again = 50
	h.crowd(again, "второе")
	h.minutes(again / 10)
	h.equal("refused by Telegram", h.group.Refused(), 0)
	topics := h.group.Topics(room)
	if len(topics) != people+1 {
		t.Fatalf("%d topics for %d conversations", len(topics), people+1)
	}
	for i, one := range topics[1:] {
		all := strings.Join(h.texts(one.Thread), "\n")
		if strings.Count(all, "первое ") != 1 || i < again && strings.Count(all, "второе ") != 1 {
			t.Fatalf("topic %d of %d shows\n%s", i, people, all)
		}
	}
	if people < 2*topic.WorkLimit {
		t.Error("all of them are read at once")
	}
}
