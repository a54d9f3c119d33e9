package gateway

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	fake "besedka/bots/fake/telegram"
	"besedka/core/chat"
)

// TestQuoteThatIsRefused: words whose messenger does not take what they quote go without it.
func TestQuoteThatIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.opens(t, 1)
	h.fake.Spoil(fake.Fault{Kind: fake.Misplace, Method: "sendMessage", Times: 1})
	h.saysOf(t, 1, chat.Wire{Text: "Едет", Answers: "m1"}, chat.Wire{Text: "Вот", Answers: "m1"})
	mustStep(t, h.deliver().Step, noon)
	var quotes []int64
	for _, m := range h.fake.Sent(1, 0) {
		quotes = append(quotes, m.ReplyTo)
	}
	if diff := cmp.Diff([]string{"Едет", "Вот"}, h.chatOf(1)); diff != "" {
		t.Errorf("the chat (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int64{0, 1}, quotes); diff != "" {
		t.Errorf("quoted (-want +got):\n%s", diff)
	}
}
