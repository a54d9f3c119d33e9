package dialogs_test

import (
	"slices"
	"testing"

	"besedka/core/chat"
	"besedka/dialogs"
)

// picture is a photo of an album, "" for one that stands alone.
func picture(album string) dialogs.Input {
	return dialogs.Input{Chat: &chat.Inbound{Photo: &chat.Photo{Blob: "1"}, Album: album}}
}

// TestAlbumIsOneAnswer: the first photo answers, the others are taken silently,
// whoever has the conversation by then; those of another album, and those that
// answer nothing, are receipts.
func TestAlbumIsOneAnswer(t *testing.T) {
	t.Parallel()
	for _, asked := range []string{"photo", "document"} {
		for _, after := range []string{"{ say: Спасибо., end: true }", "{ ask: \"Ещё одно?\", expect: photo, end: true }", "{ say: Зову., handoff: care }"} {
			e := dialogs.New(load(t, small(map[string]string{
				"flows/x.yaml": "flow: x\nstart: { words: [да] }\nsteps:\n  a: { ask: Что, expect: " + asked + " }\n  b: " + after + "\n",
				"flows/r.yaml": "flow: r\nstart: { photo: true }\nsteps:\n  a: { say: Чек., end: true }\n",
			})))
			var s dialogs.Session
			var heard []dialogs.NoteKind
			for i, in := range []dialogs.Input{picture("r"), picture("r"), {Chat: &chat.Inbound{Text: "да"}}, picture("a"), picture("a"), picture("a")} {
				about := env(int64(i + 1))
				about.Explain = true
				out, err := e.Turn(s, in, about)
				if err != nil {
					t.Fatal(err)
				}
				if silent := i > 3; silent && (len(out.Effects) > 0 || out.Session.Step != s.Step || out.Session.Flow != s.Flow) {
					t.Errorf("%s, then %s: photo %d of the answer led to %+v", asked, after, i-2, out)
				}
				s, heard = out.Session, append(heard, out.Notes[0].Kind)
			}
			want := []dialogs.NoteKind{dialogs.HeardPhoto, dialogs.HeardPhoto, dialogs.HeardWord, dialogs.HeardAnswer, dialogs.HeardAlbum, dialogs.HeardAlbum}
			if !slices.Equal(heard, want) {
				t.Errorf("%s, then %s: heard %v, want %v", asked, after, heard, want)
			}
			about := env(9)
			about.Explain = true
			if out, err := e.Turn(s, picture("b"), about); err != nil || out.Notes[0].Kind == dialogs.HeardAlbum {
				t.Errorf("%s, then %s: another album led to %+v, %v", asked, after, out, err)
			}
		}
	}
}
