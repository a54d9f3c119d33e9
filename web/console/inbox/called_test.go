package inbox

import (
	"strings"
	"testing"
	"time"

	"besedka/core/chat"
	"besedka/core/conversation"
)

// TestCalledBy: the reason is of what the shopper sent in the hour before, and of nothing
// said since.
func TestCalledBy(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	at := func(minutes int, in chat.Inbound) conversation.Entry {
		return conversation.Entry{At: since.Add(time.Duration(minutes) * time.Minute), In: &in}
	}
	blurred, sharp := chat.Inbound{Photo: &chat.Photo{Trouble: "no_code"}}, chat.Inbound{Photo: &chat.Photo{Codes: []string{"t=1"}}}
	for _, tt := range []struct {
		thread []conversation.Entry
		want   called
	}{
		{nil, called{}},
		{[]conversation.Entry{at(-90, blurred), at(-20, blurred), at(-10, sharp), at(-5, blurred), at(-4, chat.Inbound{Text: "Позовите человека"}), {At: since, Wire: &chat.Wire{Text: "Зову."}}, at(1, blurred)}, called{2, "Позовите человека"}},
		{[]conversation.Entry{at(-1, chat.Inbound{Text: "оператор"}), at(2, chat.Inbound{Text: "ау"})}, called{0, "оператор"}},
		{[]conversation.Entry{at(-1, chat.Inbound{Text: strings.Repeat("ы", 100)})}, called{0, strings.Repeat("ы", 80) + "…"}},
	} {
		if got := calledBy(tt.thread, since); got != tt.want {
			t.Errorf("%+v, want %+v", got, tt.want)
		}
	}
}
