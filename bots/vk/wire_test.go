package vk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/bots"
	"besedka/bots/fake"
	"besedka/bots/vk"
	"besedka/core/chat"
)

// TestTalk goes through everything a shopper and the bot do to each other.
func TestTalk(t *testing.T) {
	t.Parallel()
	h := &heard{}
	f, a := stand(t, quiet(), false, h.cursor)
	listen(t, f, a, h.take)
	do(t, f, fake.Act{Text: "/start promo1"})
	inline := &chat.Keyboard{Kind: chat.Inline, Rows: [][]chat.Button{{{Title: "Да", Token: "yes"}, {Title: "Нет", Token: "no"}}, {{Title: "Правила", URL: "https://a.test/"}}}}
	typed := &chat.Keyboard{Kind: chat.Reply, Rows: [][]chat.Button{{{Title: "Казань", Token: "k"}}}}
	say := func(id string, w chat.Wire) {
		t.Helper()
		if _, err := a.Send(t.Context(), person, id, w); err != nil {
			t.Fatal(err)
		}
	}
	say("1", chat.Wire{Text: "Дети?", Keyboard: inline})
	do(t, f, fake.Act{Button: "Нет"})
	say("2", chat.Wire{Text: "Город?", Keyboard: typed})
	do(t, f, fake.Act{Button: "Казань"})
	say("3", chat.Wire{Text: "Ваш приз", Media: &chat.Media{Path: "prize.jpg", Alt: "Кружка"}})
	do(t, f, fake.Act{Photos: [][]byte{[]byte("jpeg"), []byte("png")}, Text: "чек"})
	do(t, f, fake.Act{Document: &fake.Document{Name: "Чек.PDF", Data: []byte("pdf")}})
	do(t, f, fake.Act{Document: &fake.Document{Name: "a.zip", Data: []byte("zip")}, Text: "вот"})
	do(t, f, fake.Act{File: &fake.File{Kind: "audio_message", Data: []byte("mp3")}})
	do(t, f, fake.Act{File: &fake.File{Kind: "video"}})
	do(t, f, fake.Act{Location: &fake.Location{Lat: "55.750", Lon: "37.6"}})
	f.Expire() // the key; what comes meanwhile is not lost
	do(t, f, fake.Act{Text: "ещё"})
	do(t, f, fake.Act{Block: true})
	if err := f.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := h.all()
	album := got[4].Album
	for i := range got { // VK gives addresses
		if p := got[i].Photo; p != nil {
			data, err := a.Fetch(t.Context(), p.Remote, 4)
			got[i].Photo = &chat.Photo{Remote: string(data), PDF: p.PDF}
			if err != nil {
				t.Error(err)
			}
		}
		if file := got[i].File; file != nil {
			file.Remote = brought(t, a, file.Remote)
		}
	}
	want := []chat.Inbound{
		{Unblocked: true},
		{Start: "promo1"},
		{Tap: "no"},
		{Text: "Казань"},
		{Text: "чек", Photo: &chat.Photo{Remote: "jpeg"}, Album: album},
		{Photo: &chat.Photo{Remote: "png"}, Album: album},
		{Photo: &chat.Photo{Remote: "pdf", PDF: true}},
		{Text: "вот", File: &chat.File{Kind: chat.Document, Remote: "zip", Name: "a.zip", Size: 3}},
		{File: &chat.File{Kind: chat.Voice, Remote: "mp3"}},
		{Unknown: "video"},
		{Location: &chat.Point{Lat: "55.750", Lon: "37.6"}},
		{Text: "ещё"},
		{Blocked: true},
	}
	if diff := cmp.Diff(want, got); diff != "" || album == "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	if n := f.Unanswered(); n != 0 {
		t.Errorf("%d taps still show a spinner", n)
	}
	if got := f.Sent(person, 2); len(got) != 1 || got[0].Text != "Ваш приз" || string(got[0].Photo) != "picture" || got[0].RequestID != "3" {
		t.Errorf("sent after the second: %+v", got)
	}
}

// brought is what lies at an address; one byte more than is wanted is refused.
func brought(t *testing.T, a *vk.Adapter, remote string) string {
	t.Helper()
	data, err := a.Fetch(t.Context(), remote, 3)
	if err != nil {
		t.Error(err)
	}
	if _, err := a.Fetch(t.Context(), remote, 2); !errors.Is(err, bots.ErrTooBig) {
		t.Errorf("a file too long: %v", err)
	}
	return string(data)
}

// TestTypedKeysGo: a shopper who writes instead of pressing is not offered the keys
// for ever. Inline keys cannot take them away, other words do.
func TestTypedKeysGo(t *testing.T) {
	t.Parallel()
	f, a := stand(t, quiet(), false, (&heard{}).cursor)
	f.Meet(person, false)
	city := &chat.Keyboard{Kind: chat.Reply, Rows: [][]chat.Button{{{Title: "Казань"}}}}
	menu := &chat.Keyboard{Kind: chat.Inline, Rows: [][]chat.Button{{{Title: "Баланс", Token: "t1"}}}}
	for i, step := range []struct {
		wire   chat.Wire
		stands bool
	}{
		{chat.Wire{Text: "Город?", Keyboard: city}, true},
		{chat.Wire{Text: "Меню", Keyboard: menu}, true},
		{chat.Wire{Text: "Проверяю", Thread: "receipt/1"}, true},
		{chat.Wire{Text: "Готово"}, false},
	} {
		if _, err := a.Send(t.Context(), person, fmt.Sprint(i+1), step.wire); err != nil {
			t.Fatal(err)
		}
		if _, _, err := f.Press(fake.Act{From: person, Button: "Казань"}); (err == nil) != step.stands {
			t.Errorf("after message %d the keys stand: %v, want %v", i, err == nil, step.stands)
		}
	}
}

// TestSaidOnce: what is sent again under one id arrives once, whatever became of
// the first answer.
func TestSaidOnce(t *testing.T) {
	t.Parallel()
	f, a := stand(t, quiet(), false, (&heard{}).cursor)
	f.Meet(person, false)
	f.Spoil(fake.Fault{Kind: fake.Drop, Method: "messages.send", Times: 1})
	if _, err := a.Send(t.Context(), person, "5", chat.Wire{Text: "+64,22"}); !errors.Is(err, bots.ErrUnknownOutcome) {
		t.Fatalf("a lost answer: %v", err)
	}
	again, err := a.Send(t.Context(), person, "5", chat.Wire{Text: "+64,22"})
	if sent := f.Sent(person, 0); err != nil || len(sent) != 1 || sent[0].ID != again {
		t.Errorf("%q, %v; arrived %+v", again, err, sent)
	}
}

// TestNothingIsLostBetween: what came while nobody listened is heard, once.
func TestNothingIsLostBetween(t *testing.T) {
	t.Parallel()
	h := &heard{}
	f, a := stand(t, quiet(), false, h.cursor)
	stop := listen(t, f, a, h.take)
	do(t, f, fake.Act{Text: "раз"})
	if err := f.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop()
	do(t, f, fake.Act{Text: "два"})
	do(t, f, fake.Act{Text: "три"})
	listen(t, f, a, h.take)
	if err := f.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]chat.Inbound{{Text: "раз"}, {Text: "два"}, {Text: "три"}}, h.all()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

// TestCallbackAPI: VK asks for the confirmation, posts in order, and posts again
// what was not answered with ok.
func TestCallbackAPI(t *testing.T) {
	t.Parallel()
	h := &heard{refuse: 2}
	f, a := stand(t, quiet(), true, h.cursor)
	site := httptest.NewServer(a.Webhook(h.take))
	defer site.Close()
	if err := f.Call(t.Context(), site.URL, secret, confirmation); err != nil {
		t.Fatal(err)
	}
	do(t, f, fake.Act{Text: "раз"})
	do(t, f, fake.Act{Text: "два"})
	if err := f.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]chat.Inbound{{Text: "раз"}, {Text: "два"}}, h.all()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

// TestLostHistory: VK keeps events for a while only. Reading goes on, and it is said.
func TestLostHistory(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ failed, want string }{
		{`{"failed":1,"ts":30}`, "30"},
		{`{"failed":3}`, "50"},
	} {
		polls := 0
		var srv *httptest.Server
		srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			switch polls++; {
			case strings.HasPrefix(r.URL.Path, "/method/"):
				polls--
				fmt.Fprintf(w, `{"response":{"key":"k","server":"%s/wh","ts":"50"}}`, srv.URL)
			case polls == 1:
				fmt.Fprint(w, tt.failed)
			default:
				<-r.Context().Done()
			}
		}))
		ctx, stop := context.WithCancel(t.Context())
		a, err := vk.New(vk.Config{
			Token: token, Group: group, Server: srv.URL, Now: noon, Log: quiet(),
			Cursor: func(context.Context, string) (string, error) { return "10", nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		var at string
		err = a.Run(ctx, func(_ context.Context, b bots.Batch) error {
			at = b.Cursor
			stop()
			return nil
		})
		if at != tt.want || err != nil {
			t.Errorf("%s: goes on from %q, %v; want %q", tt.failed, at, err, tt.want)
		}
		srv.Close()
	}
}

// TestSendingFails: each way has its word, and no word is the token or the text.
func TestSendingFails(t *testing.T) {
	t.Parallel()
	const text = "Ваш баланс 64,22"
	coded := func(code int) string {
		return fmt.Sprintf(`{"error":{"error_code":%d,"error_msg":"x","request_params":[{"key":"message","value":%q},{"key":"access_token","value":%q}]}}`, code, text, token)
	}
	for _, tt := range []struct {
		name, answer string
		status       int
		want         error
	}{
		{"blocked", coded(901), 200, bots.ErrBlocked},
		{"deleted", coded(18), 200, bots.ErrBlocked},
		{"no right", coded(7), 200, bots.ErrUnauthorized},
		{"privacy", coded(902), 200, bots.ErrBlocked},
		{"keyboard", coded(911), 200, bots.ErrRejected},
		{"too_long", coded(914), 200, bots.ErrRejected},
		{"parameter", coded(100), 200, bots.ErrRejected},
		{"token", coded(5), 200, bots.ErrUnauthorized},
		{"internal", coded(10), 200, bots.ErrUnknownOutcome},
		{"cut", `{"respon`, 200, bots.ErrUnknownOutcome},
		{"another_shape", `{"response":{"no":"number"}}`, 200, bots.ErrUnknownOutcome},
		{"out_of_service", `{}`, 503, bots.ErrUnavailable},
		{"not_found", `{}`, 404, bots.ErrUnavailable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.answer))
			}))
			defer srv.Close()
			a, err := vk.New(vk.Config{Token: token, Group: group, Server: srv.URL, Now: noon, Log: quiet()})
			if err != nil {
				t.Fatal(err)
			}
			_, err = a.Send(t.Context(), person, "1", chat.Wire{Text: text})
			if !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
			if strings.Contains(err.Error(), token) || strings.Contains(err.Error(), "64,22") {
				t.Errorf("the error tells too much: %v", err)
			}
		})
	}
}

// TestPictureTrouble: until the message itself is sent nothing leaves a doubt.
func TestPictureTrouble(t *testing.T) {
	t.Parallel()
	picture := chat.Wire{Text: "Ваш приз", Media: &chat.Media{Path: "prize.jpg"}}
	for _, method := range []string{"photos.getMessagesUploadServer", "upload", "photos.saveMessagesPhoto"} {
		for _, kind := range []fake.FaultKind{fake.Outage, fake.BadGateway, fake.Drop} {
			f, a := stand(t, quiet(), false, (&heard{}).cursor)
			f.Meet(person, false)
			f.Spoil(fake.Fault{Kind: kind, Method: method})
			if _, err := a.Send(t.Context(), person, "1", picture); !errors.Is(err, bots.ErrUnavailable) || errors.Is(err, bots.ErrUnknownOutcome) {
				t.Errorf("%s at %s: %v, want ErrUnavailable", kind, method, err)
			}
			if n := len(f.Sent(person, 0)); n != 0 {
				t.Errorf("%s at %s: %d messages", kind, method, n)
			}
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]vk.Config{
		"no token":             {Group: group},
		"no group":             {Token: token},
		"a secret and no word": {Token: token, Group: group, WebhookSecret: secret},
		"a word and no secret": {Token: token, Group: group, Confirmation: confirmation},
	} {
		if _, err := vk.New(cfg); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

var (
	_ bots.Hooked = (*vk.Adapter)(nil)
	_ bots.Editor = (*vk.Adapter)(nil)
)
