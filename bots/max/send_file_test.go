package max_test

import (
	"context"
	"errors"
	"testing"

	"besedka/bots"
	"besedka/bots/fake"
	"besedka/core/chat"
)

// contents are those of a picture or a file, which a voice message cannot be without.
func contents(_ context.Context, m chat.Media) ([]byte, error) {
	if m.Kind == chat.Voice {
		return []byte("OggS"), nil
	}
	return []byte("picture"), nil
}

// TestFiles: a file of the staff's arrives as what it is, with its name and words. Until the
// message itself is sent nothing leaves a doubt.
func TestFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		media chat.Media
		as    string
	}{
		{chat.Media{Kind: chat.Document, Name: "Договор.pdf"}, "file"},
		{chat.Media{Kind: chat.Voice, Name: "voice.ogg"}, "audio"},
		{chat.Media{Kind: chat.Video, Name: "video.mp4"}, "video"},
	} {
		f, a := stand(t, quiet(), &kept{})
		f.Meet(person, false)
		w := chat.Wire{Text: "вот", Media: &tt.media}
		for _, method := range []string{"POST /uploads", "upload"} {
			f.Spoil(fake.Fault{Kind: fake.Outage, Method: method, Times: 1})
			if _, err := a.Send(t.Context(), person, "1", w); !errors.Is(err, bots.ErrUnavailable) || errors.Is(err, bots.ErrUnknownOutcome) {
				t.Errorf("%s: %s out of service: %v, want ErrUnavailable alone", tt.as, method, err)
			}
		}
		if _, err := a.Send(t.Context(), person, "1", w); err != nil {
			t.Fatalf("%s: %v", tt.as, err)
		}
		got := f.Sent(person, 0)
		if len(got) != 1 || got[0].FileKind != tt.as || got[0].Name != tt.media.Name || len(got[0].File) == 0 || got[0].Text != "вот" {
			t.Errorf("%s arrives as %+v", tt.as, got)
		}
	}
}
