package max_test

import (
	"testing"

	"besedka/core/chat"
)

// TestQuote: a message quotes another one, when its id is MAX's.
func TestQuote(t *testing.T) {
	t.Parallel()
	f, a := stand(t, quiet(), &kept{})
	f.Meet(person, false)
	for answers, want := range map[string]string{"mid.00ab": "mid.00ab", "m12": "", "": ""} {
		before := len(f.Sent(person, 0))
		if _, err := a.Send(t.Context(), person, "1", chat.Wire{Text: "вот", Answers: answers}); err != nil {
			t.Fatalf("%q: %v", answers, err)
		}
		if got := f.Sent(person, before)[0].Answers; got != want {
			t.Errorf("%q answers %q, want %q", answers, got, want)
		}
	}
}
