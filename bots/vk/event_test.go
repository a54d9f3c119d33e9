package vk

import (
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/bots"
	"besedka/core/chat"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func reader(t testing.TB) *Adapter {
	a, err := New(Config{Token: "token", Group: 9, Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestReadEvent(t *testing.T) {
	t.Parallel()
	const head = `{"type":"message_new","event_id":"e","group_id":9,"object":{"message":{"date":1795348800,"from_id":77,"peer_id":77,`
	one := func(in chat.Inbound) []bots.Received {
		return []bots.Received{{Key: "e", Peer: "77", At: noon, In: in}}
	}
	tests := []struct {
		name, raw string
		want      []bots.Received
	}{
		{"text", head + `"text":"баланс"}}}`, one(chat.Inbound{Text: "баланс"})},
		{"begin", head + `"text":"Начать","payload":"{\"command\":\"start\"}"}}}`, one(chat.Inbound{Text: "/start"})},
		{"begin_by_link", head + `"text":"Начать","ref":"promo","payload":"{\"command\":\"start\"}"}}}`, []bots.Received{
			{Key: "ref/promo", Peer: "77", At: noon, In: chat.Inbound{Unblocked: true}}, one(chat.Inbound{Start: "promo"})[0],
		}},
		{"words_by_link", head + `"text":"привет","ref":"promo"}}}`, []bots.Received{
			{Key: "ref/promo", Peer: "77", At: noon, In: chat.Inbound{Start: "promo"}}, one(chat.Inbound{Text: "привет"})[0],
		}},
		{"photo", head + `"attachments":[{"type":"photo","photo":{"sizes":[{"url":"small","width":75},{"url":"big","width":1280}]}}]}}}`, one(chat.Inbound{Photo: &chat.Photo{Remote: "big"}})},
		{"whole_photo", head + `"attachments":[{"type":"photo","photo":{"orig_photo":{"url":"whole"},"sizes":[{"url":"big","width":1280}]}}]}}}`, one(chat.Inbound{Photo: &chat.Photo{Remote: "whole"}})},
		{"pdf", head + `"attachments":[{"type":"doc","doc":{"title":"чек.pdf","url":"u"}}]}}}`, one(chat.Inbound{Photo: &chat.Photo{Remote: "u", PDF: true}})},
		{"zip", head + `"attachments":[{"type":"doc","doc":{"title":"a.zip","url":"u"}}]}}}`, one(chat.Inbound{File: &chat.File{Kind: chat.Document, Remote: "u", Name: "a.zip"}})},
		{"zip_under_words", head + `"text":"вот","attachments":[{"type":"link"},{"type":"doc","doc":{"title":"a.zip","url":"u","size":9}}]}}}`, one(chat.Inbound{Text: "вот", File: &chat.File{Kind: chat.Document, Remote: "u", Name: "a.zip", Size: 9}})},
		{"doc_without_address", head + `"attachments":[{"type":"doc","doc":{"title":"a.zip"}}]}}}`, one(chat.Inbound{Unknown: "doc"})},
		{"voice", head + `"attachments":[{"type":"audio_message","audio_message":{"duration":2,"link_mp3":"m","link_ogg":"o"}}]}}}`, one(chat.Inbound{File: &chat.File{Kind: chat.Voice, Remote: "m"}})},
		{"voice_in_ogg", head + `"attachments":[{"type":"audio_message","audio_message":{"link_ogg":"o"}}]}}}`, one(chat.Inbound{File: &chat.File{Kind: chat.Voice, Remote: "o"}})},
		{"voice_without_address", head + `"attachments":[{"type":"audio_message"}]}}}`, one(chat.Inbound{Unknown: "audio_message"})},
		{"sticker", head + `"attachments":[{"type":"sticker","sticker":{"images":[{"url":"small","width":64},{"url":"big","width":512}]}}]}}}`, one(chat.Inbound{File: &chat.File{Kind: chat.Sticker, Remote: "big"}})},
		{"video", head + `"attachments":[{"type":"video","video":{"player":"p"}}]}}}`, one(chat.Inbound{Unknown: "video"})},
		{"nothing", head + `"text":""}}}`, one(chat.Inbound{Unknown: "empty"})},
		{"forwarded", head + `"text":"","fwd_messages":[{"text":"вот"}]}}}`, one(chat.Inbound{Text: "вот"})},
		{"place", head + `"text":"","geo":{"type":"point","coordinates":{"latitude":55.750,"longitude":37.6}}}}}`, one(chat.Inbound{Location: &chat.Point{Lat: "55.750", Lon: "37.6"}})},
		{"tap", `{"type":"message_event","event_id":"e","object":{"user_id":77,"peer_id":77,"event_id":"x","payload":{"tap":"tok"}}}`, one(chat.Inbound{Tap: "tok"})},
		{"tap_on_a_strange_key", `{"type":"message_event","event_id":"e","object":{"user_id":77,"peer_id":77,"event_id":"x","payload":["?"]}}`, one(chat.Inbound{Unknown: "message_event"})},
		{"denied", `{"type":"message_deny","event_id":"e","object":{"user_id":77}}`, one(chat.Inbound{Blocked: true})},
		{"conversation_of_many", `{"type":"message_new","event_id":"e","object":{"message":{"from_id":77,"peer_id":2000000001,"text":"hi"}}}`, nil},
		{"another_community", `{"type":"message_new","event_id":"e","object":{"message":{"from_id":-5,"peer_id":-5,"text":"hi"}}}`, nil},
		{"something_else", `{"type":"wall_post_new","event_id":"e","object":{"id":1}}`, nil},
	}
	a := reader(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := a.read([]json.RawMessage{json.RawMessage(tt.raw)})
			want := bots.Batch{Account: "vk/9", Messages: tt.want}
			if diff := cmp.Diff(want, n.Batch, cmp.Transformer("utc", time.Time.UTC)); diff != "" {
				t.Errorf("read (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRandomID: outbox rows have ids of their own, within VK's 31 bits and never 0.
func TestRandomID(t *testing.T) {
	t.Parallel()
	seen := map[int64]string{}
	for _, id := range []string{"0", "1", "2", "2147483646", "9223372036854775807", "-1", "id-0", "id-1"} {
		n := randomID(id)
		if n < 1 || n > 1<<31-1 {
			t.Errorf("%s is %d", id, n)
		}
		seen[n] = id
	}
	if randomID("5") == randomID("6") || len(seen) < 6 {
		t.Errorf("ids %v", seen)
	}
}

// FuzzRead: whatever VK tells, it is either messages with a peer or poison with a
// reason, or nothing to us; never a crash.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"type":"message_new","event_id":"1","object":{"message":{"from_id":1,"peer_id":1,"ref":"x","attachments":[{"type":"photo"}]}}}`))
	f.Add([]byte(`{"type":"message_event","event_id":"1","object":{"user_id":1,"peer_id":1}}`))
	f.Add([]byte(`[]`))
	a := reader(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		n := a.read([]json.RawMessage{raw})
		for _, m := range n.Messages {
			if m.Peer == "" || m.Key == "" {
				t.Errorf("a message without peer or key: %+v", m)
			}
		}
		for _, p := range n.Poison {
			if p.Reason == "" || p.Key == "" || p.Reason == "reading it panicked" {
				t.Errorf("poison %+v", p)
			}
		}
	})
}
