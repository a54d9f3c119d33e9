package staffgroup_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/support"
	"besedka/core/support/topic"
	"besedka/storage"
)

// crowd lets people say something at once, and hands new conversations over.
func (h *stage) crowd(from, to int, text string) (handed []int64) {
	h.t.Helper()
	a := conversation.Arrival{Channel: chat.Telegram, Account: "telegram/42"}
	for p := from; p < to; p++ {
		a.Messages = append(a.Messages, conversation.Message{Key: fmt.Sprint(text, p), Peer: fmt.Sprint(1000 + p), At: h.now(), In: chat.Inbound{Text: fmt.Sprintf("%s %d.", text, p)}})
	}
	h.must(h.door.Receive(h.t.Context(), h.now(), a))
	handed, err := storage.Value[[]int64](h.t.Context(), h.db, `select coalesce(array_agg(id order by id), '{}') from conversation where lifecycle = 'bot'`)
	h.must(err)
	h.batch(func(b *storage.Batch) {
		conversation.QueueHandOffs(b, h.now(), handed, slices.Repeat([]string{"support"}, len(handed)))
	})
	return handed
}

// stand makes topics that show their conversations as they are.
func (h *stage) stand(ids []int64) {
	h.t.Helper()
	marks, err := support.ThreadMarks(h.t.Context(), h.db, ids)
	h.must(err)
	for _, id := range ids {
		t := topic.Topic{Conversation: id, Chat: room, Thread: h.group.AddTopic(room, "Участник"), Since: h.now(), Mark: marks[id] + ".0", PostedAt: new(h.now())}
		h.must(topic.Save(h.t.Context(), h.db, t))
	}
}

// minutes lets so many pass, in steps in which the group has room for a few posts.
func (h *stage) minutes(n int) {
	h.t.Helper()
	for range 2 * n {
		h.skip(30 * time.Second)
	}
}

// TestCrowd: 500 conversations have topics, more than are read at once. Whoever says
// something is shown, the newest ones too, new ones get their topics, all within twenty
// messages a minute; and whoever is answered does not wait behind those who are not.
func TestCrowd(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.group.Police()
	h.says(11, "Здравствуйте")
	held := h.call()
	h.ticks(3)
	h.must(h.take(held, anna, 0))
	h.minutes(1)
	const people, again, fresh = 500, 40, 10
	if people < 2*topic.WorkLimit {
		t.Fatal("all of them are read at once")
	}
	h.stand(h.crowd(0, people, "давнее"))
	h.minutes(1)
	h.equal("topics", len(h.group.Topics(room)), people+1)
	h.crowd(people-again, people+fresh, "новое")
	for n := range 5 {
		h.says(11, fmt.Sprintf("слово %d.", n))
		h.minutes(1)
		if want := fmt.Sprintf("слово %d.", n); !strings.Contains(strings.Join(h.texts(h.group.Topics(room)[0].Thread), "\n"), want) {
			t.Errorf("while others wait, the conversation that is answered does not show %q in a minute", want)
		}
	}
	h.minutes((again + fresh) * 3 / 10)
	h.equal("refused by Telegram", h.group.Refused(), 0)
	shown := 0
	for _, one := range h.group.Topics(room) {
		shown += strings.Count(strings.Join(h.texts(one.Thread), "\n"), "новое ")
	}
	h.equal("shown of what was said", shown, again+fresh)
	h.equal("topics", len(h.group.Topics(room)), people+1+fresh)
}
