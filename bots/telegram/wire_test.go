package telegram_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/bots"
	fake "besedka/bots/fake/telegram"
	"besedka/bots/telegram"
	"besedka/core/chat"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// TestKeyboardOnTheWire pins reply_markup byte for byte: no copy_text, which
// Telegram may refuse.
func TestKeyboardOnTheWire(t *testing.T) {
	t.Parallel()
	button := []chat.Button{{Title: "Да", Token: "t1"}, {Title: "Правила", URL: "https://a.test/"}}
	phone := []chat.Button{{Title: "Мой телефон", Contact: true}, {Title: "Пропустить", Token: "t2"}}
	tests := []struct {
		kind chat.Kind
		row  []chat.Button
		want string
	}{
		{chat.Inline, button, `{"inline_keyboard":[[{"text":"Да","callback_data":"t1"},{"text":"Правила","url":"https://a.test/"}]]}`},
		{chat.Reply, phone, `{"keyboard":[[{"text":"Мой телефон","request_contact":true},{"text":"Пропустить"}]],"resize_keyboard":true,"one_time_keyboard":true}`},
		{chat.Numbered, button, `{"remove_keyboard":true}`},
	}
	for _, tt := range tests {
		t.Run(string(tt.kind), func(t *testing.T) {
			t.Parallel()
			var got string
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got = r.FormValue("reply_markup")
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, `{"ok":true,"result":{"message_id":9}}`)
			}))
			defer srv.Close()
			a, err := telegram.New(telegram.Config{Token: token, Server: srv.URL, Now: noon, Log: quiet()})
			if err != nil {
				t.Fatal(err)
			}
			id, err := a.Send(t.Context(), "77", "1", chat.Wire{Text: "?", Keyboard: &chat.Keyboard{Kind: tt.kind, Rows: [][]chat.Button{tt.row}}})
			if err != nil || id != "9" {
				t.Fatalf("Send: %q, %v", id, err)
			}
			if got != tt.want {
				t.Errorf("reply_markup\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestTalk goes through everything a shopper and the bot do to each other.
func TestTalk(t *testing.T) {
	t.Parallel()
	f, a := stand(t, quiet())
	heard := &heard{}
	listen(t, a, heard.take)
	do(t, f, fake.Act{Text: "/start promo1", Name: "Анна", Lang: "ru"})
	if err := f.AwaitConfirmed(t.Context()); err != nil { // it has asked to be told of reactions
		t.Fatal(err)
	}
	say := func(id string, m chat.Message) {
		for _, w := range chat.Degrade(m, chat.CapsOf(chat.Telegram)) {
			if _, err := a.Send(t.Context(), "77", id, w); err != nil {
				t.Fatal(err)
			}
		}
	}
	say("1", chat.Message{Text: "Дети?", Buttons: []chat.Button{{Title: "Да", Token: "yes"}, {Title: "Нет", Token: "no"}}})
	do(t, f, fake.Act{Button: "Нет"})
	say("2", chat.Message{Text: "Телефон?", Buttons: []chat.Button{{Title: "Поделиться", Contact: true}, {Title: "Пропустить", Token: "skip"}}})
	do(t, f, fake.Act{Button: "Поделиться"})
	do(t, f, fake.Act{Button: "Пропустить"})
	say("3", chat.Message{Text: "Ваш приз", Media: &chat.Media{Path: "prize.jpg", Alt: "Кружка"}})
	do(t, f, fake.Act{Photo: []byte("jpeg"), Text: "чек"})
	do(t, f, fake.Act{Document: &fake.Document{Name: "a.png", MIME: "image/png", Data: []byte("png")}})
	do(t, f, fake.Act{Document: &fake.Document{Name: "a.pdf", MIME: "application/pdf", Data: []byte("pdf")}})
	do(t, f, fake.Act{File: &fake.File{Kind: "voice", MIME: "audio/ogg", Data: []byte("ogg")}})
	do(t, f, fake.Act{File: &fake.File{Kind: "animation", Name: "a.mp4", MIME: "video/mp4", Data: []byte("mp4")}, Text: "ха"})
	do(t, f, fake.Act{Edit: "хаха"})
	do(t, f, fake.Act{React: []string{"👍"}})
	do(t, f, fake.Act{Location: &fake.Location{Lat: "55.75", Lon: "37.6"}})
	do(t, f, fake.Act{Block: true})
	do(t, f, fake.Act{Unblock: true})
	if err := f.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}

	want := []chat.Inbound{
		{Name: "Анна", Lang: "ru", Start: "promo1"},
		{Tap: "no"},
		{Contact: &chat.Contact{Phone: "+79990000077", Own: true}},
		{Text: "Пропустить"},
		{Text: "чек", Photo: &chat.Photo{Remote: "file-1"}},
		{Photo: &chat.Photo{Remote: "file-2"}},
		{Photo: &chat.Photo{Remote: "file-3", PDF: true}},
		{File: &chat.File{Kind: chat.Voice, Remote: "file-4", Mime: "audio/ogg", Size: 3}},
		{Text: "ха", File: &chat.File{Kind: chat.Animation, Remote: "file-5", Name: "a.mp4", Mime: "video/mp4", Size: 3}},
		{Text: "хаха", File: &chat.File{Kind: chat.Animation, Remote: "file-5", Name: "a.mp4", Mime: "video/mp4", Size: 3}, Edits: "m11"},
		{Reaction: &chat.Reaction{To: "6", Emoji: []string{"👍"}}},
		{Location: &chat.Point{Lat: "55.75", Lon: "37.6"}},
		{Blocked: true},
		{Unblocked: true},
	}
	if diff := cmp.Diff(want, heard.all()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	if n := f.Unanswered(); n != 0 {
		t.Errorf("%d taps still show a spinner", n)
	}
	if got := f.Sent(person, 2); len(got) != 1 || got[0].Text != "Ваш приз" || string(got[0].Photo) != "picture" || got[0].RequestID != "3" {
		t.Errorf("sent after the second: %+v", got)
	}
}

// TestReplyKeyboardGoes: a shopper who types instead of sharing the phone is not
// offered the keys for ever. Inline keys cannot take them away, other words do.
func TestReplyKeyboardGoes(t *testing.T) {
	t.Parallel()
	f, a := stand(t, quiet())
	do(t, f, fake.Act{Text: "/start"})
	share := &chat.Keyboard{Kind: chat.Reply, Rows: [][]chat.Button{{{Title: "Поделиться", Contact: true}}}}
	menu := &chat.Keyboard{Kind: chat.Inline, Rows: [][]chat.Button{{{Title: "Баланс", Token: "t1"}}}}
	for i, step := range []struct {
		wire   chat.Wire
		stands bool
	}{
		{chat.Wire{Text: "Телефон?", Keyboard: share}, true},
		{chat.Wire{Text: "Меню", Keyboard: menu}, true},
		{chat.Wire{Text: "Готово"}, false},
		{chat.Wire{Text: "Телефон?", Keyboard: share}, true},
		{chat.Wire{Media: &chat.Media{Path: "prize.jpg"}}, false},
	} {
		if _, err := a.Send(t.Context(), "77", "1", step.wire); err != nil {
			t.Fatal(err)
		}
		_, err := f.Do(fake.Act{From: person, Button: "Поделиться"})
		if stands := err == nil; stands != step.stands {
			t.Errorf("after message %d the keyboard stands: %v, want %v", i, stands, step.stands)
		}
	}
}

func TestFetch(t *testing.T) {
	t.Parallel()
	f, a := stand(t, quiet())
	do(t, f, fake.Act{Photo: []byte("jpeg")})
	do(t, f, fake.Act{Photo: make([]byte, 20<<20+1)})
	tests := []struct {
		name, remote string
		limit        int64
		want         error
	}{
		{"fits", "file-1", 4, nil},
		{"over_our_limit", "file-1", 3, bots.ErrTooBig},
		{"over_telegrams_limit", "file-2", 100 << 20, bots.ErrTooBig},
		{"unknown", "file-9", 4, bots.ErrGone},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			data, err := a.Fetch(t.Context(), tt.remote, tt.limit)
			if !errors.Is(err, tt.want) || tt.want == nil && !bytes.Equal(data, []byte("jpeg")) {
				t.Errorf("got %q, %v; want %v", data, err, tt.want)
			}
		})
	}
}

// TestDownloadTrouble: a file that was found but cannot be had now is not gone.
func TestDownloadTrouble(t *testing.T) {
	t.Parallel()
	f, a := stand(t, quiet())
	do(t, f, fake.Act{Photo: []byte("jpeg")})
	for _, kind := range []fake.FaultKind{fake.Throttle, fake.Outage, fake.BadGateway, fake.Drop} {
		f.Spoil(fake.Fault{Kind: kind, Method: "download", Times: 1})
		if _, err := a.Fetch(t.Context(), "file-1", 4); !errors.Is(err, bots.ErrUnavailable) {
			t.Errorf("%s: %v, want ErrUnavailable", kind, err)
		}
	}
	if data, err := a.Fetch(t.Context(), "file-1", 4); err != nil || string(data) != "jpeg" {
		t.Errorf("healed: %q, %v", data, err)
	}
}

// TestNobodyAnswers: a server that is not there surely delivered nothing, one
// that goes silent in the middle of its answer may have.
func TestNobodyAnswers(t *testing.T) {
	t.Parallel()
	f, a := stand(t, quiet())
	do(t, f, fake.Act{Text: "привет"})
	f.Spoil(fake.Fault{Kind: fake.Stall, Method: "sendMessage"})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := a.Send(ctx, "77", "1", chat.Wire{Text: "?"}); !errors.Is(err, bots.ErrUnknownOutcome) {
		t.Errorf("a stalled answer: %v, want ErrUnknownOutcome", err)
	}
	dead, err := telegram.New(telegram.Config{Token: token, Server: "http://127.0.0.1:1", Now: noon, Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dead.Send(t.Context(), "77", "1", chat.Wire{Text: "?"}); !errors.Is(err, bots.ErrUnavailable) {
		t.Errorf("nobody there: %v, want ErrUnavailable", err)
	}
	_, wrong := standWithToken(t, f, "42:another")
	if _, err := wrong.Send(t.Context(), "77", "1", chat.Wire{Text: "?"}); !errors.Is(err, bots.ErrUnauthorized) {
		t.Errorf("a wrong token: %v, want ErrUnauthorized", err)
	}
	if err := wrong.Run(t.Context(), (&heard{}).take); !errors.Is(err, bots.ErrUnauthorized) {
		t.Errorf("listening with a wrong token: %v, want ErrUnauthorized", err)
	}
}

// TestStrangePages: which answers that are not Telegram's leave it open whether
// the message went out.
func TestStrangePages(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]error{
		http.StatusOK:                    bots.ErrUnknownOutcome,
		http.StatusFound:                 bots.ErrUnavailable,
		http.StatusForbidden:             bots.ErrUnavailable,
		http.StatusRequestEntityTooLarge: bots.ErrRejected,
		http.StatusInternalServerError:   bots.ErrUnknownOutcome,
		http.StatusBadGateway:            bots.ErrUnknownOutcome,
		http.StatusServiceUnavailable:    bots.ErrUnavailable,
		http.StatusGatewayTimeout:        bots.ErrUnknownOutcome,
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
		}))
		a, err := telegram.New(telegram.Config{Token: token, Server: srv.URL, Now: noon, Log: quiet()})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Send(t.Context(), "77", "1", chat.Wire{Text: "?"}); !errors.Is(err, want) {
			t.Errorf("status %d: %v, want %v", status, err, want)
		}
		srv.Close()
	}
}

func standWithToken(t *testing.T, f *fake.Server, token string) (*httptest.Server, *telegram.Adapter) {
	t.Helper()
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	a, err := telegram.New(telegram.Config{Token: token, Server: srv.URL, Now: noon, Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	return srv, a
}

// TestWebhookMode: Telegram is given the address and the secret, posts in
// order, and posts again what was not taken.
func TestWebhookMode(t *testing.T) {
	t.Parallel()
	f := fake.New(token, noon)
	api := httptest.NewServer(f)
	defer api.Close()
	defer f.Close()
	var hook http.Handler
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { hook.ServeHTTP(w, r) }))
	defer site.Close()
	a, err := telegram.New(telegram.Config{
		Token: token, Server: api.URL, Now: noon, Log: quiet(), WebhookURL: site.URL, WebhookSecret: secret,
	})
	if err != nil {
		t.Fatal(err)
	}
	heard := &heard{refuse: 2}
	hook = a.Webhook(heard.take)
	listen(t, a, heard.take)
	do(t, f, fake.Act{Text: "раз"})
	do(t, f, fake.Act{Text: "два"})
	if err := f.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]chat.Inbound{{Text: "раз"}, {Text: "два"}}, heard.all()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]telegram.Config{
		"no token":               {},
		"not a token":            {Token: "hunter2"},
		"webhook without secret": {Token: token, WebhookURL: "https://a.test/hooks/telegram"},
	} {
		if _, err := telegram.New(cfg); err == nil {
			t.Errorf("%s: accepted", name)
		} else if cfg.Token != "" && bytes.Contains([]byte(err.Error()), []byte(cfg.Token)) {
			t.Errorf("%s: the error says the token", name)
		}
	}
}

// heard is a sink.
type heard struct {
	mu     sync.Mutex
	refuse int
	in     []chat.Inbound
}

func (h *heard) take(_ context.Context, b bots.Batch) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refuse > 0 {
		h.refuse--
		return errors.New("not now")
	}
	for _, m := range b.Messages {
		h.in = append(h.in, m.In)
	}
	return nil
}

func (h *heard) all() []chat.Inbound {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.in)
}

// TestConflictIsAnAlarm: somebody else polls the same bot. The adapter says so
// and waits, and loses nothing.
func TestConflictIsAnAlarm(t *testing.T) {
	t.Parallel()
	alarm := make(alarm, 1)
	f, a := stand(t, slog.New(alarm))
	heard := &heard{}
	listen(t, a, heard.take)
	do(t, f, fake.Act{Text: "раз"})
	if err := f.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
	for { // until one meets the adapter's
		r := httptest.NewRequest(http.MethodPost, "/bot"+token+"/getUpdates", nil)
		f.ServeHTTP(httptest.NewRecorder(), r)
		select {
		case <-alarm:
		default:
			continue
		}
		break
	}
	if diff := cmp.Diff([]chat.Inbound{{Text: "раз"}}, heard.all()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

// TestNumberedAnew: after a week of silence Telegram's numbers may begin below
// those already confirmed.
func TestNumberedAnew(t *testing.T) {
	t.Parallel()
	f := fake.New(token, noon)
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	now := noon()
	weekLater := func() { // once the poll after the first update has failed
		now = now.Add(7 * 24 * time.Hour)
		f.Renumber(0)
		do(t, f, fake.Act{Text: "после"})
	}
	a, err := telegram.New(telegram.Config{
		Token: token, Server: srv.URL, Now: func() time.Time { return now }, Log: slog.New(complaint(weekLater)),
	})
	if err != nil {
		t.Fatal(err)
	}
	f.Renumber(1000)
	do(t, f, fake.Act{Text: "до"})
	heard := &heard{}
	listen(t, a, func(ctx context.Context, b bots.Batch) error {
		if len(heard.all()) == 0 {
			f.Spoil(fake.Fault{Kind: fake.Outage, Method: "getUpdates", Times: 1})
		}
		return heard.take(ctx, b)
	})
	if err := f.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(heard.all(), chat.Inbound{Text: "после"}) {
		t.Errorf("heard %+v, want what came after the week too", heard.all())
	}
}

// complaint is a log that calls back at a warning.
type complaint func()

func (complaint) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelWarn }
func (c complaint) WithAttrs([]slog.Attr) slog.Handler         { return c }
func (c complaint) WithGroup(string) slog.Handler              { return c }

func (c complaint) Handle(context.Context, slog.Record) error {
	c()
	return nil
}

// alarm is a log that keeps the first error.
type alarm chan slog.Record

func (alarm) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelError }
func (a alarm) WithAttrs([]slog.Attr) slog.Handler         { return a }
func (a alarm) WithGroup(string) slog.Handler              { return a }

func (a alarm) Handle(_ context.Context, r slog.Record) error {
	select {
	case a <- r:
	default:
	}
	return nil
}
