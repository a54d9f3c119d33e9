package staffgroup_test

import (
	"fmt"
	"slices"
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
	held := h.call()
	h.ticks(3)
	h.must(h.take(held, anna, 0))
	h.minutes(1)
	const people = 500
	h.crowd(people, "первое")
	ids, err := storage.Value[[]int64](t.Context(), h.db, `select array_agg(id) from conversation where lifecycle = 'bot'`)
	h.must(err)
	h.batch(func(b *storage.Batch) {
		conversation.QueueHandOffs(b, h.now(), ids, slices.Repeat([]string{"support"}, len(ids)))
	})
	h.minutes(1)
	for n := range 5 {
		h.says(11, fmt.Sprintf("слово %d.", n))
		h.minutes(1)
		shown := strings.Join(h.texts(h.group.Topics(room)[0].Thread), "\n")
		if want := fmt.Sprintf("слово %d.", n); !strings.Contains(shown, want) {
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
	first, second := 0, 0
	for _, one := range topics[1:] {
		all := strings.Join(h.texts(one.Thread), "\n")
		first, second = first+strings.Count(all, "первое "), second+strings.Count(all, "второе ")
	}
	h.equal("shown of the first words", first, people)
	h.equal("shown of the second words", second, again)
	if people < 2*topic.WorkLimit {
		t.Error("all of them are read at once")
	}
}
