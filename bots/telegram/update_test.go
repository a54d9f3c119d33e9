package telegram

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/bots"
	"besedka/core/chat"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func reader(t testing.TB) *Adapter {
	a, err := New(Config{Token: "42:token", Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestReadUpdate(t *testing.T) {
	t.Parallel()
	const head = `{"update_id":5,"message":{"message_id":1,"date":1795348800,"chat":{"id":77,"type":"private"},"from":{"id":77,"first_name":"Анна","last_name":"К","language_code":"ru"},`
	from := chat.Inbound{Name: "Анна К", Lang: "ru"}
	in := func(set func(*chat.Inbound)) *chat.Inbound {
		c := from
		set(&c)
		return &c
	}
	tests := []struct {
		name, raw string
		want      *chat.Inbound // nil = nothing to us
	}{
		{"text", head + `"text":"баланс"}}`, in(func(c *chat.Inbound) { c.Text = "баланс" })},
		{"start", head + `"text":"/start"}}`, in(func(c *chat.Inbound) { c.Text = "/start" })},
		{"start_link", head + `"text":"/start@our_bot  abc_1"}}`, in(func(c *chat.Inbound) { c.Start = "abc_1" })},
		{"command_of_bot", head + `"text":"/help@our_bot now"}}`, in(func(c *chat.Inbound) { c.Text = "/help now" })},
		{"mail_is_no_command", head + `"text":"a@b.test"}}`, in(func(c *chat.Inbound) { c.Text = "a@b.test" })},
		{"photo", head + `"caption":"чек","photo":[{"file_id":"small"},{"file_id":"big"}],"media_group_id":"g"}}`, in(func(c *chat.Inbound) { c.Text, c.Photo, c.Album = "чек", &chat.Photo{Remote: "big"}, "g" })},
		{"photo_as_file", head + `"document":{"file_id":"doc","mime_type":"image/png"}}}`, in(func(c *chat.Inbound) { c.Photo = &chat.Photo{Remote: "doc"} })},
		{"file", head + `"caption":"архив","document":{"file_id":"doc","mime_type":"application/zip","file_name":"a.zip","file_size":7}}}`, in(func(c *chat.Inbound) {
			c.Text, c.File = "архив", &chat.File{Kind: chat.Document, Remote: "doc", Name: "a.zip", Mime: "application/zip", Size: 7}
		})},
		{"video", head + `"caption":"вот","media_group_id":"g","video":{"file_id":"v","duration":5,"mime_type":"video/mp4","file_size":70000000000,"cover":[{"x":1}]}}}`, in(func(c *chat.Inbound) {
			c.Text, c.Album, c.File = "вот", "g", &chat.File{Kind: chat.Video, Remote: "v", Mime: "video/mp4", Size: 70000000000}
		})},
		{"voice", head + `"voice":{"file_id":"v","duration":5,"mime_type":"audio/ogg"}}}`, in(func(c *chat.Inbound) { c.File = &chat.File{Kind: chat.Voice, Remote: "v", Mime: "audio/ogg"} })},
		{"audio", head + `"audio":{"file_id":"v","file_name":"a.mp3"}}}`, in(func(c *chat.Inbound) { c.File = &chat.File{Kind: chat.Audio, Remote: "v", Name: "a.mp3"} })},
		{"video_note", head + `"video_note":{"file_id":"v","length":5}}}`, in(func(c *chat.Inbound) { c.File = &chat.File{Kind: chat.VideoNote, Remote: "v"} })},
		{"animation_is_no_picture", head + `"animation":{"file_id":"v"},"document":{"file_id":"v","mime_type":"image/gif"}}}`, in(func(c *chat.Inbound) { c.File = &chat.File{Kind: chat.Animation, Remote: "v"} })},
		{"video_without_a_file", head + `"video":{}}}`, in(func(c *chat.Inbound) { c.Unknown = "video" })},
		{"document", head + `"caption":"ИНН","document":{"file_id":"doc","mime_type":"application/pdf"}}}`, in(func(c *chat.Inbound) { c.Text, c.Photo = "ИНН", &chat.Photo{Remote: "doc", PDF: true} })},
		{"document_by_its_name", head + `"document":{"file_id":"doc","mime_type":"application/octet-stream","file_name":"Чек.PDF"}}}`, in(func(c *chat.Inbound) { c.Photo = &chat.Photo{Remote: "doc", PDF: true} })},
		{"photo_by_its_name", head + `"document":{"file_id":"doc","file_name":"IMG_1.HEIC"}}}`, in(func(c *chat.Inbound) { c.Photo = &chat.Photo{Remote: "doc"} })},
		{"forwarded_photo", head + `"forward_origin":{"type":"user","date":1},"caption":"вот","photo":[{"file_id":"big"}]}}`, in(func(c *chat.Inbound) { c.Text, c.Photo = "вот", &chat.Photo{Remote: "big"} })},
		{"forwarded_document", head + `"forward_origin":{"type":"channel","date":1},"document":{"file_id":"doc","mime_type":"application/pdf"}}}`, in(func(c *chat.Inbound) { c.Photo = &chat.Photo{Remote: "doc", PDF: true} })},
		{"forwarded_link", head + `"forward_origin":{"type":"user","date":1},"text":"Ваш чек","entities":[{"type":"bold"},{"type":"text_link","url":"https://e-ofd.ru/check?fn=1"}]}}`, in(func(c *chat.Inbound) { c.Text, c.Links = "Ваш чек", "https://e-ofd.ru/check?fn=1" })},
		{"own_contact", head + `"contact":{"phone_number":"79990000001","user_id":77}}}`, in(func(c *chat.Inbound) { c.Contact = &chat.Contact{Phone: "+79990000001", Own: true} })},
		{"friends_contact", head + `"contact":{"phone_number":"+7 999 000-00-02","user_id":78}}}`, in(func(c *chat.Inbound) { c.Contact = &chat.Contact{Phone: "+79990000002"} })},
		{"strangers_contact", head + `"contact":{"phone_number":"79990000003"}}}`, in(func(c *chat.Inbound) { c.Contact = &chat.Contact{Phone: "+79990000003"} })},
		{"venue", head + `"venue":{},"location":{"latitude":55.750000,"longitude":37.6}}}`, in(func(c *chat.Inbound) { c.Location = &chat.Point{Lat: "55.750000", Lon: "37.6"} })},
		{"passed_on_own_contact", head + `"forward_origin":{"type":"user"},"contact":{"phone_number":"79990000001","user_id":77}}}`, in(func(c *chat.Inbound) { c.Contact = &chat.Contact{Phone: "+79990000001"} })},
		{"live_location", head + `"location":{"latitude":55.75,"longitude":37.6,"live_period":900,"heading":3}}}`, in(func(c *chat.Inbound) { c.Location = &chat.Point{Lat: "55.75", Lon: "37.6"} })},
		{"live_location_moves", `{"update_id":5,"edited_message":{"message_id":1,"date":1,"edit_date":1795348800,"chat":{"id":77,"type":"private"},"from":{"id":77},"location":{"latitude":55.76,"longitude":37.6}}}`, nil},
		{"words_behind_start", head + `"text":"/start привет бот"}}`, in(func(c *chat.Inbound) { c.Text = "/start привет бот" })},
		{"long_payload", head + `"text":"/start ` + strings.Repeat("a", 65) + `"}}`, in(func(c *chat.Inbound) { c.Text = "/start " + strings.Repeat("a", 65) })},
		{"longest_payload", head + `"text":"/start\n` + strings.Repeat("a", 64) + `"}}`, in(func(c *chat.Inbound) { c.Start = strings.Repeat("a", 64) })},
		{"sticker", head + `"sticker":{"file_id":"s","emoji":"👍","is_animated":true}}}`, in(func(c *chat.Inbound) { c.File = &chat.File{Kind: chat.Sticker, Remote: "s", Name: "👍"} })},
		{"new_kinds_around_a_text", head + `"forward_origin":{"type":"hologram"},"reply_to_message":{"date":0,"paid_media":{"x":[1]}},"text":"да"}}`, in(func(c *chat.Inbound) { c.Text = "да" })},
		{"answer_to_ours", head + `"reply_to_message":{"message_id":12,"date":1,"from":{"id":42,"is_bot":true}},"text":"да"}}`, in(func(c *chat.Inbound) { c.Text, c.Answers = "да", "12" })},
		{"answer_to_themselves", head + `"reply_to_message":{"message_id":12,"date":1,"from":{"id":77,"is_bot":false}},"text":"да"}}`, in(func(c *chat.Inbound) { c.Text, c.Answers = "да", "m12" })},
		{"tap", `{"update_id":5,"callback_query":{"id":"q","from":{"id":77,"first_name":"Анна","last_name":"К","language_code":"ru"},"message":{"message_id":3,"date":0,"chat":{"id":77,"type":"private"}},"data":"tok"}}`, in(func(c *chat.Inbound) { c.Tap = "tok" })},
		{"blocked", `{"update_id":5,"my_chat_member":{"date":1795348800,"chat":{"id":77,"type":"private"},"new_chat_member":{"status":"kicked"}}}`, &chat.Inbound{Blocked: true}},
		{"unblocked", `{"update_id":5,"my_chat_member":{"date":1795348800,"chat":{"id":77,"type":"private"},"new_chat_member":{"status":"member"}}}`, &chat.Inbound{Unblocked: true}},
		{"edited", `{"update_id":5,"edited_message":{"message_id":1,"date":1,"edit_date":1795348800,"chat":{"id":77,"type":"private"},"from":{"id":77},"text":"Анна"}}`, &chat.Inbound{Text: "Анна", Edits: "m1"}},
		{"reaction", `{"update_id":5,"message_reaction":{"chat":{"id":77,"type":"private"},"message_id":3,"user":{"id":77},"date":1795348800,"old_reaction":[],"new_reaction":[{"type":"emoji","emoji":"👍"},{"type":"hologram","depth":{}}]}}`, &chat.Inbound{Reaction: &chat.Reaction{To: "3", Emoji: []string{"👍", "hologram"}}}},
		{"reaction_taken_back", `{"update_id":5,"message_reaction":{"chat":{"id":77,"type":"private"},"message_id":3,"user":{"id":77},"date":1795348800,"new_reaction":[]}}`, &chat.Inbound{Reaction: &chat.Reaction{To: "3"}}},
		{"added_to_group", `{"update_id":5,"my_chat_member":{"date":1795348800,"chat":{"id":-9,"type":"group"},"new_chat_member":{"status":"member"}}}`, nil},
		{"edited_in_group", `{"update_id":5,"edited_message":{"message_id":1,"date":1,"chat":{"id":-9,"type":"group"},"from":{"id":77},"text":"a"}}`, nil},
		{"reaction_in_group", `{"update_id":5,"message_reaction":{"chat":{"id":-9,"type":"group"},"message_id":3,"date":1,"new_reaction":[]}}`, nil},
		{"tap_in_group", `{"update_id":5,"callback_query":{"id":"q","from":{"id":77},"message":{"message_id":3,"date":1,"chat":{"id":-9,"type":"group"}},"data":"tok"}}`, nil},
		{"group_moves", `{"update_id":5,"message":{"message_id":4,"date":1,"chat":{"id":-9,"type":"group"},"from":{"id":77},"migrate_to_chat_id":-1009}}`, nil},
		{"group", `{"update_id":5,"message":{"date":1,"chat":{"id":-9,"type":"supergroup"},"from":{"id":77},"text":"hi"}}`, nil},
	}
	a := reader(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := a.read([]json.RawMessage{json.RawMessage(tt.raw)})
			want := bots.Batch{Account: "telegram/42"}
			if tt.want != nil {
				key := "5"
				if strings.Contains(tt.raw, `"message":{"message_id":1,`) {
					key = "m1"
				}
				want.Messages = []bots.Received{{Key: key, Peer: "77", At: noon, In: *tt.want}}
			}
			if diff := cmp.Diff(want, n.Batch, cmp.Transformer("utc", time.Time.UTC)); diff != "" {
				t.Errorf("read (-want +got):\n%s", diff)
			}
			if tapped := len(n.taps) == 1; tapped != (tt.name == "tap") {
				t.Errorf("taps to answer: %q", n.taps)
			}
		})
	}
}

func TestReadPutsPoisonAside(t *testing.T) {
	t.Parallel()
	n := reader(t).read([]json.RawMessage{
		json.RawMessage(`{"update_id":7,"message":{"text":5,"chat":{"id":1,"type":"private"}}}`),
		json.RawMessage(`{"update_id":8,"inline_query":{}}`),
		json.RawMessage(`{"update_id":9,"message":{"text":"да","chat":{"id":1,"type":"private"}}}`),
		json.RawMessage(`[]`),
	})
	var got []string
	for _, p := range n.Poison[:2] {
		got = append(got, p.Key+": "+p.Reason)
	}
	if nameless := n.Poison[2]; len(nameless.Key) < 64 {
		t.Errorf("what has no id is kept under %q", nameless.Key)
	}
	want := []string{"7: field text is not of type string", "8: an update of a kind that was not asked for"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("poison (-want +got):\n%s", diff)
	}
	if len(n.Messages) != 1 || n.next != 10 {
		t.Errorf("%d messages, next offset %d; want 1 and 10", len(n.Messages), n.next)
	}
}

// FuzzRead: whatever Telegram tells, it is either a message with a peer or
// poison with a reason, or nothing to us; never a crash.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"update_id":1,"message":{"date":1,"chat":{"id":1,"type":"private"},"from":{"id":1},"text":"/start x"}}`))
	f.Add([]byte(`{"update_id":1,"callback_query":{"id":"1","from":{"id":1},"data":"x"}}`))
	f.Add([]byte(`{"update_id":1,"message":null}`))
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
