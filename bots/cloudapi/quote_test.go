package cloudapi_test

import (
	"log/slog"
	"testing"

	fake "besedka/bots/fake/cloudapi"
	"besedka/core/chat"
)

// TestQuote: a message quotes another one, when its id is WhatsApp's.
func TestQuote(t *testing.T) {
	t.Parallel()
	f, a := stand(t, slog.New(slog.DiscardHandler), noon)
	wamid := do(t, f, fake.Act{Text: "привет"})
	for answers, want := range map[string]string{wamid: wamid, "m12": "", "": ""} {
		before := len(f.Sent(person, 0))
		if _, err := a.Send(t.Context(), person, "1", chat.Wire{Text: "вот", Answers: answers}); err != nil {
			t.Fatalf("%q: %v", answers, err)
		}
		if got := f.Sent(person, before)[0].Answers; got != want {
			t.Errorf("%q answers %q, want %q", answers, got, want)
		}
	}
}
