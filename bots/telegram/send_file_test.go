package telegram_test

import (
	"context"
	"testing"

	fake "besedka/bots/fake/telegram"
	"besedka/core/chat"
)

// contents are those of a picture or a file, which a voice message cannot be without.
func contents(_ context.Context, m chat.Media) ([]byte, error) {
	if m.Kind == chat.Voice {
		return []byte("OggS"), nil
	}
	return []byte("picture"), nil
}

// TestFiles: a file of the staff's arrives as what it is, with its name and words.
func TestFiles(t *testing.T) {
	t.Parallel()
	f, a := stand(t, quiet())
	do(t, f, fake.Act{Text: "/start"})
	for _, m := range []chat.Media{
		{Kind: chat.Document, Name: "Договор «А».pdf"}, {Kind: chat.Voice, Name: "voice.ogg"}, {Kind: chat.Video, Name: "video.mp4"},
	} {
		if _, err := a.Send(t.Context(), "77", "1", chat.Wire{Text: "вот", Media: &m}); err != nil {
			t.Fatalf("%s: %v", m.Kind, err)
		}
	}
	got := f.Sent(person, 0)
	if len(got) != 3 {
		t.Fatalf("%d messages arrive", len(got))
	}
	if d := got[0]; string(d.Document) != "picture" || d.Name != "Договор «А».pdf" || d.Text != "вот" {
		t.Errorf("the document is %+v", d)
	}
	if v := got[1]; string(v.Voice) != "OggS" || v.Document != nil {
		t.Errorf("the voice message is %+v", v)
	}
	if v := got[2]; string(v.Video) != "picture" || v.Text != "вот" {
		t.Errorf("the video is %+v", v)
	}
}
