package telegram_test

import (
	"testing"

	fake "besedka/bots/fake/telegram"
	"besedka/core/chat"
)

// TestQuote: whatever is sent quotes a message of either side, and goes alone when that is
// gone or nothing of Telegram's.
func TestQuote(t *testing.T) {
	t.Parallel()
	f, a := stand(t, quiet())
	do(t, f, fake.Act{Text: "/start"})
	for _, tt := range []struct {
		answers string
		media   *chat.Media
		want    int64
	}{
		{"m1", nil, 1},
		{"1", nil, 1},
		{"m1", &chat.Media{}, 1},
		{"m1", &chat.Media{Kind: chat.Document, Name: "a.pdf"}, 1},
		{"m1", &chat.Media{Kind: chat.Voice, Name: "voice.ogg"}, 1},
		{"m1", &chat.Media{Kind: chat.Video, Name: "video.mp4"}, 1},
		{"m999", nil, 0},
		{"mid.1", nil, 0},
		{"", nil, 0},
	} {
		if _, err := a.Send(t.Context(), "77", "1", chat.Wire{Text: "вот", Media: tt.media, Answers: tt.answers}); err != nil {
			t.Fatalf("%q: %v", tt.answers, err)
		}
		all := f.Sent(person, 0)
		if got := all[len(all)-1]; got.ReplyTo != tt.want {
			t.Errorf("%q with %+v answers %d, want %d", tt.answers, tt.media, got.ReplyTo, tt.want)
		}
	}
}
