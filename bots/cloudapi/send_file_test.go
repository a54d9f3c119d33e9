package cloudapi_test

import (
	"log/slog"
	"strings"
	"testing"

	fake "besedka/bots/fake/cloudapi"
	"besedka/core/chat"
)

// TestFilesOfStaff: a file of the staff's arrives as what it is, with its name and words; every kind
// of document that the channel is said to take is taken.
func TestFilesOfStaff(t *testing.T) {
	t.Parallel()
	f, a := stand(t, slog.New(slog.DiscardHandler), noon)
	do(t, f, fake.Act{Text: "привет"})
	send := func(text string, m chat.Media) (fake.Sent, error) {
		before := len(f.Sent(person, 0))
		if _, err := a.Send(t.Context(), person, "1", chat.Wire{Text: text, Media: &m}); err != nil {
			return fake.Sent{}, err
		}
		return f.Sent(person, before)[0], nil
	}
	endings := strings.Fields(chat.CapsOf(chat.WhatsApp).Files.Endings)
	for _, ending := range append(endings, "PDF") {
		name := "Договор." + ending
		got, err := send("вот", chat.Media{Kind: chat.Document, Name: name})
		if err != nil || got.FileKind != "document" || got.Name != name || got.Text != "вот" || len(got.File) == 0 {
			t.Errorf("%s arrives as %+v, %v", name, got, err)
		}
	}
	if got, err := send("", chat.Media{Kind: chat.Voice, Name: "voice.ogg"}); err != nil || got.FileKind != "voice" {
		t.Errorf("the voice message is %+v, %v", got, err)
	}
	if got, err := send("вот", chat.Media{Kind: chat.Video, Name: "video.mp4"}); err != nil || got.FileKind != "video" || got.Text != "вот" {
		t.Errorf("the video is %+v, %v", got, err)
	}
}
