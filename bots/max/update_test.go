package max

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/bots"
	"besedka/bots/fake"
	fakemax "besedka/bots/fake/max"
	"besedka/core/chat"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func reader(t testing.TB) *Adapter {
	a, err := New(Config{Token: "token", Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// card is a contact card of MAX's, signed with token.
func card(token, of string) string {
	const vcard = "BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=cell:79990000001\r\nFN:Анна\r\nEND:VCARD\r\n"
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte(vcard))
	text, _ := json.Marshal(vcard)
	return `{"type":"contact","payload":{"vcf_info":` + string(text) + `,"hash":"` + hex.EncodeToString(mac.Sum(nil)) + `","max_info":` + of + `}}`
}

func TestReadUpdate(t *testing.T) {
	t.Parallel()
	const anna = `{"user_id":77,"first_name":"Анна","last_name":"К","is_bot":false}`
	const head = `{"update_type":"message_created","timestamp":1795348800000,"user_locale":"ru","message":{"sender":` + anna + `,"recipient":{"chat_id":5,"chat_type":"dialog"},"body":`
	said := func(body string) string { return head + body + `}}` }
	with := func(attachment string) string {
		return said(`{"mid":"mid.1","text":null,"attachments":[` + attachment + `]}`)
	}
	forward := func(body string) string {
		return head + `null,"link":{"type":"forward","sender":{"user_id":8},"message":` + body + `}}}`
	}
	one := func(key string, set func(*chat.Inbound)) []bots.Received {
		in := chat.Inbound{Name: "Анна К", Lang: "ru"}
		set(&in)
		return []bots.Received{{Key: key, Peer: "77", At: noon, In: in}}
	}
	phone := func(own bool) []bots.Received {
		return one("mid.1", func(c *chat.Inbound) { c.Contact = &chat.Contact{Phone: "+79990000001", Own: own} })
	}
	tests := []struct {
		name, raw string
		want      []bots.Received
	}{
		{"text", said(`{"mid":"mid.1","text":"баланс"}`), one("mid.1", func(c *chat.Inbound) { c.Text = "баланс" })},
		{"link_behind_words", said(`{"mid":"mid.1","text":"Ваш чек","markup":[{"type":"strong","from":0},{"type":"link","url":"https://e-ofd.ru/check?fn=1"}]}`), one("mid.1", func(c *chat.Inbound) { c.Text, c.Links = "Ваш чек", "https://e-ofd.ru/check?fn=1" })},
		{"preview_of_a_link", said(`{"mid":"mid.1","text":"https://a.test","attachments":[{"type":"share","payload":{"url":"https://a.test"}}]}`), one("mid.1", func(c *chat.Inbound) { c.Text = "https://a.test" })},
		{"picture", with(`{"type":"image","payload":{"photo_id":1,"token":"t","url":"https://i.test/1"}}`), one("mid.1", func(c *chat.Inbound) { c.Photo = &chat.Photo{Remote: "https://i.test/1"} })},
		{"pdf", with(`{"type":"file","filename":"чек.pdf","size":9,"payload":{"token":"t","url":"https://f.test/1"}}`), one("mid.1", func(c *chat.Inbound) { c.Photo = &chat.Photo{Remote: "https://f.test/1", PDF: true} })},
		{"picture_as_file", with(`{"type":"file","filename":"IMG_1.HEIC","payload":{"url":"https://f.test/1"}}`), one("mid.1", func(c *chat.Inbound) { c.Photo = &chat.Photo{Remote: "https://f.test/1"} })},
		{"other_file", with(`{"type":"file","filename":"a.zip","payload":{"url":"https://f.test/1"}}`), one("mid.1", func(c *chat.Inbound) {
			c.File = &chat.File{Kind: chat.Document, Remote: "https://f.test/1", Name: "a.zip"}
		})},
		{"voice", with(`{"type":"audio","payload":{"token":"t","url":"https://f.test/2"}}`), one("mid.1", func(c *chat.Inbound) {
			c.File = &chat.File{Kind: chat.Voice, Remote: "https://f.test/2"}
		})},
		{"video_with_words", said(`{"mid":"mid.1","text":"смотрите","attachments":[{"type":"video","payload":{"url":"https://f.test/3"}}]}`), one("mid.1", func(c *chat.Inbound) {
			c.Text, c.File = "смотрите", &chat.File{Kind: chat.Video, Remote: "https://f.test/3"}
		})},
		{"file_without_address", with(`{"type":"file","filename":"a.zip","payload":{}}`), one("mid.1", func(c *chat.Inbound) { c.Unknown = "file" })},
		{"sticker", with(`{"type":"sticker","payload":["new"]}`), one("mid.1", func(c *chat.Inbound) { c.Unknown = "sticker" })},
		{"nothing", said(`{"mid":"mid.1","text":""}`), one("mid.1", func(c *chat.Inbound) { c.Unknown = "empty" })},
		{"location", with(`{"type":"location","latitude":55.750000,"longitude":37.6}`), one("mid.1", func(c *chat.Inbound) { c.Location = &chat.Point{Lat: "55.750000", Lon: "37.6"} })},
		{"own_contact", with(card("token", anna)), phone(true)},
		{"friends_contact", with(card("token", `{"user_id":78}`)), phone(false)},
		{"contact_of_nobody", with(card("token", `null`)), phone(false)},
		{"contact_signed_elsewhere", with(card("other", anna)), phone(false)},
		{"contact_forwarded", forward(`{"mid":"mid.0","attachments":[` + card("token", anna) + `]}`), one("message_created/1795348800000", func(c *chat.Inbound) { c.Contact = &chat.Contact{Phone: "+79990000001"} })},
		{"forwarded", forward(`{"mid":"mid.0","text":"вот"}`), one("message_created/1795348800000", func(c *chat.Inbound) { c.Text = "вот" })},
		{"reply", head + `{"mid":"mid.1","text":"да"},"link":{"type":"reply","message":{"mid":"mid.0","text":"?"}}}}`, one("mid.1", func(c *chat.Inbound) { c.Text, c.Answers = "да", "mid.0" })},
		{"start", `{"update_type":"bot_started","timestamp":1795348800000,"chat_id":5,"user":` + anna + `,"payload":null,"user_locale":"ru"}`, one("bot_started/1795348800000", func(c *chat.Inbound) { c.Text = "/start" })},
		{"start_link", `{"update_type":"bot_started","timestamp":1795348800000,"chat_id":5,"user":` + anna + `,"payload":"abc_1","user_locale":"ru"}`, one("bot_started/1795348800000", func(c *chat.Inbound) { c.Start = "abc_1" })},
		{"stopped", `{"update_type":"bot_stopped","timestamp":1795348800000,"chat_id":5,"user":` + anna + `}`, []bots.Received{{Key: "bot_stopped/1795348800000", Peer: "77", At: noon, In: chat.Inbound{Blocked: true}}}},
		{"tap", `{"update_type":"message_callback","timestamp":1795348800000,"user_locale":"ru","message":null,"callback":{"timestamp":9,"callback_id":"cb","payload":"tok","user":` + anna + `}}`, one("message_callback/cb/9", func(c *chat.Inbound) { c.Tap = "tok" })},
		{"group", `{"update_type":"message_created","timestamp":1,"message":{"sender":` + anna + `,"recipient":{"chat_id":-9,"chat_type":"chat"},"body":{"mid":"mid.1","text":"hi"}}}`, nil},
		{"another_bot", `{"update_type":"message_created","timestamp":1,"message":{"sender":{"user_id":1,"is_bot":true},"recipient":{"chat_type":"dialog"},"body":{"mid":"mid.1","text":"hi"}}}`, nil},
	}
	a := reader(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := a.read([]json.RawMessage{json.RawMessage(tt.raw)})
			want := bots.Batch{Account: "max", Messages: tt.want}
			if diff := cmp.Diff(want, n.Batch, cmp.Transformer("utc", time.Time.UTC)); diff != "" {
				t.Errorf("read (-want +got):\n%s", diff)
			}
			if tapped := len(n.taps) == 1; tapped != (tt.name == "tap") {
				t.Errorf("taps to answer: %q", n.taps)
			}
		})
	}
}

func TestPhoneOfVCard(t *testing.T) {
	t.Parallel()
	for vcard, want := range map[string]string{
		"TEL;TYPE=cell:79990000001\r\n":                  "+79990000001",
		"BEGIN:VCARD\nitem1.TEL:+7 (999) 000-00-01\n":    "+79990000001",
		"tel;value=uri:tel:+7-999-000-00-01":             "+79990000001",
		"FN:TEL\r\nTEL:1\r\nTEL:2\r\n":                   "+1",
		"BEGIN:VCARD\r\nFN:79990000001\r\nEND:VCARD\r\n": "",
		"TEL:\r\n": "",
		"":         "",
	} {
		if got := phone(vcard); got != want {
			t.Errorf("phone of %q is %q, want %q", vcard, got, want)
		}
	}
}

// TestPictureIsAwaited: MAX works on what was uploaded for a while.
func TestPictureIsAwaited(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		notReady int
		waits    []time.Duration
		sent     int
	}{
		{2, []time.Duration{time.Second, 2 * time.Second}, 1},
		{9, []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}, 0},
	} {
		f := fakemax.New("token", func() time.Time { return noon })
		srv := httptest.NewServer(f)
		f.Meet("77", false)
		f.Spoil(fake.Fault{Kind: fakemax.NotReady, Method: "POST /messages", Times: tt.notReady})
		a := reader(t)
		a.cfg.Server = srv.URL
		a.cfg.Picture = func(context.Context, chat.Media) ([]byte, error) { return []byte("jpeg"), nil }
		var waits []time.Duration
		a.wait = func(_ context.Context, d time.Duration) { waits = append(waits, d) }
		_, err := a.Send(t.Context(), "77", "1", chat.Wire{Media: &chat.Media{Path: "prize.jpg"}})
		if !slices.Equal(waits, tt.waits) || len(f.Sent("77", 0)) != tt.sent || (err == nil) != (tt.sent == 1) {
			t.Errorf("%d times not ready: waited %v, sent %d, %v", tt.notReady, waits, len(f.Sent("77", 0)), err)
		}
		srv.Close()
	}
}

// FuzzRead: whatever MAX tells, it is either messages with a peer or poison with a
// reason, or nothing to us; never a crash.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"update_type":"bot_started","timestamp":1,"user":{"user_id":1},"payload":"x"}`))
	f.Add([]byte(`{"update_type":"message_callback","callback":{"callback_id":"1","user":{"user_id":1}}}`))
	f.Add([]byte(`{"update_type":"message_created","message":{"sender":{"user_id":1},"recipient":{"chat_type":"dialog"},"body":{"attachments":[{"type":"contact","payload":{"vcf_info":"TEL:1"}},{"type":"image","payload":{"url":"x"}}]}}}`))
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
