package max_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/bots"
	"besedka/bots/fake"
	fakemax "besedka/bots/fake/max"
	"besedka/bots/max"
	"besedka/core/chat"
)

// TestTalk goes through everything a shopper and the bot do to each other.
func TestTalk(t *testing.T) {
	t.Parallel()
	k, heard := &kept{}, &heard{}
	f, a := stand(t, quiet(), k)
	listen(t, f, a, k.sink(heard.take))
	do(t, f, fake.Act{Text: "/start promo1", Name: "Анна", Lang: "ru"})
	say := func(id string, m chat.Message) {
		t.Helper()
		for _, w := range chat.Degrade(m, chat.CapsOf(chat.Max)) {
			if _, err := a.Send(t.Context(), person, id, w); err != nil {
				t.Fatal(err)
			}
		}
	}
	say("1", chat.Message{Text: "Дети?", Buttons: []chat.Button{{Title: "Да", Token: "yes"}, {Title: "Нет", Token: "no"}, {Title: "Правила", URL: "https://a.test/"}}})
	do(t, f, fake.Act{Button: "Нет"})
	do(t, f, fake.Act{Button: "Нет"}) // the keyboard's id is the same
	say("2", chat.Message{Text: "Телефон?", Buttons: []chat.Button{{Title: "Поделиться", Contact: true}, {Title: "Пропустить", Token: "skip"}}})
	do(t, f, fake.Act{Button: "Поделиться"})
	do(t, f, fake.Act{Contact: &fake.Contact{Phone: "+79990000002"}})
	say("3", chat.Message{Text: "Ваш приз", Media: &chat.Media{Path: "prize.jpg", Alt: "Кружка"}})
	do(t, f, fake.Act{Photos: [][]byte{[]byte("jpeg"), []byte("png")}, Text: "чек"})
	do(t, f, fake.Act{Document: &fake.Document{Name: "Чек.PDF", Data: []byte("pdf")}})
	do(t, f, fake.Act{Location: &fake.Location{Lat: "55.750", Lon: "37.6"}})
	do(t, f, fake.Act{Block: true})
	if err := f.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}

	got := heard.all()
	album := got[5].Album
	for i := range got { // MAX gives addresses
		if p := got[i].Photo; p != nil {
			data, err := a.Fetch(t.Context(), p.Remote, 4)
			got[i].Photo = &chat.Photo{Remote: string(data), PDF: p.PDF}
			if err != nil {
				t.Error(err)
			}
		}
	}
	want := []chat.Inbound{
		{Name: "Анна", Lang: "ru", Start: "promo1"},
		{Tap: "no"},
		{Tap: "no"},
		{Contact: &chat.Contact{Phone: "+79990000077", Own: true}},
		{Contact: &chat.Contact{Phone: "+79990000002"}},
		{Text: "чек", Photo: &chat.Photo{Remote: "jpeg"}, Album: album},
		{Photo: &chat.Photo{Remote: "png"}, Album: album},
		{Photo: &chat.Photo{Remote: "pdf", PDF: true}},
		{Location: &chat.Point{Lat: "55.750", Lon: "37.6"}},
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

// TestNothingIsLostBetween: MAX tells who comes without a marker of the last update
// only. What came while nobody listened is heard all the same, once.
func TestNothingIsLostBetween(t *testing.T) {
	t.Parallel()
	k, heard := &kept{}, &heard{}
	f, a := stand(t, quiet(), k)
	stop := listen(t, f, a, k.sink(heard.take))
	do(t, f, fake.Act{Text: "раз"})
	if err := f.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop()
	for _, text := range []string{"два", "три", "четыре"} {
		do(t, f, fake.Act{Text: text})
	}
	listen(t, f, a, k.sink(heard.take))
	if err := f.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []chat.Inbound{{Text: "раз"}, {Text: "два"}, {Text: "три"}, {Text: "четыре"}}
	if diff := cmp.Diff(want, heard.all()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

// TestAnotherBotsCursor: a marker of another bot is none.
func TestAnotherBotsCursor(t *testing.T) {
	t.Parallel()
	k, heard := &kept{at: "1/900000"}, &heard{}
	f, a := stand(t, quiet(), k)
	listen(t, f, a, k.sink(heard.take))
	do(t, f, fake.Act{Text: "раз"})
	if err := f.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]chat.Inbound{{Text: "раз"}}, heard.all()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

// TestWebhookMode: MAX is given the address and the secret, posts in order, and
// posts again what was not taken. A bot that polls afterwards ends the subscription.
func TestWebhookMode(t *testing.T) {
	t.Parallel()
	k, heard := &kept{}, &heard{refuse: 2}
	f, poller := stand(t, quiet(), k)
	api := httptest.NewServer(f)
	defer api.Close()
	var hook http.Handler
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { hook.ServeHTTP(w, r) }))
	defer site.Close()
	a, err := max.New(max.Config{
		Token: token, Server: api.URL, Cursor: k.cursor, Now: noon, Log: quiet(), WebhookURL: site.URL, WebhookSecret: secret,
	})
	if err != nil {
		t.Fatal(err)
	}
	hook = a.Webhook(heard.take)
	stop := listen(t, f, a, heard.take)
	do(t, f, fake.Act{Text: "раз"})
	do(t, f, fake.Act{Text: "два"})
	if err := f.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop()
	listen(t, f, poller, k.sink(heard.take))
	if err := f.Await(t.Context(), func() bool { return !f.Pushed() }); err != nil {
		t.Fatal(err)
	}
	do(t, f, fake.Act{Text: "три"})
	if err := f.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]chat.Inbound{{Text: "раз"}, {Text: "два"}, {Text: "три"}}, heard.all()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

// TestSendingFails: each way has its word, and no word is the token or the text.
func TestSendingFails(t *testing.T) {
	t.Parallel()
	const text = "Ваш баланс 64,22"
	for _, tt := range []struct {
		name, kind, answer string
		status             int
		want               error
	}{
		{"blocked", "application/json", `{"code":"chat.denied","message":"Key: error.dialog.suspended, args: [228532008,]."}`, 403, bots.ErrBlocked},
		{"nobody", "application/json", `{"code":"dialog.not.found","message":"Dialog not found"}`, 404, bots.ErrBlocked},
		{"another_address", "application/json", `{"code":"not.found","message":"Path not found"}`, 404, bots.ErrRejected},
		{"not_allowed", "application/json", `{"code":"access.denied","message":"no"}`, 403, bots.ErrRejected},
		{"quoted", "application/json", `{"code":"proto.payload","message":"text: ` + text + `"}`, 400, bots.ErrRejected},
		{"token", "application/json", `{"code":"verify.token","message":"Invalid access_token"}`, 401, bots.ErrUnauthorized},
		{"their_trouble", "application/json", `{"code":"internal","message":"oops"}`, 500, bots.ErrUnknownOutcome},
		{"out_of_service", "application/json", `{"code":"service.unavailable","message":""}`, 503, bots.ErrUnavailable},
		{"page", "text/html", `<html>`, 200, bots.ErrUnknownOutcome},
		{"cut", "application/json", `{"message":{"bo`, 200, bots.ErrUnknownOutcome},
		{"without_an_id", "application/json", `{"message":{}}`, 200, bots.ErrUnknownOutcome},
		{"too_big_for_the_proxy", "text/html", `<html>`, 413, bots.ErrRejected},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := answering(t, tt.status, tt.kind, tt.answer)
			_, err := a.Send(t.Context(), person, "1", chat.Wire{Text: text})
			if !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
			if strings.Contains(err.Error(), token) || strings.Contains(err.Error(), "64,22") {
				t.Errorf("the error tells too much: %v", err)
			}
		})
	}
}

// answering is an adapter of a bot api that says always the same.
func answering(t *testing.T, status int, kind, body string) *max.Adapter {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(srv.Close)
	a, err := max.New(max.Config{Token: token, Server: srv.URL, Now: noon, Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestRedirect: the token goes nowhere else.
func TestRedirect(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it went elsewhere") }))
	defer elsewhere.Close()
	srv := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer srv.Close()
	a, err := max.New(max.Config{Token: token, Server: srv.URL, Now: noon, Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Send(t.Context(), person, "1", chat.Wire{Text: "?"}); !errors.Is(err, bots.ErrUnavailable) {
		t.Errorf("%v, want ErrUnavailable", err)
	}
}

// TestNobodyAnswers: a server that is not there surely delivered nothing, one that
// goes silent in the middle of its answer may have, a wrong token stops everything.
func TestNobodyAnswers(t *testing.T) {
	t.Parallel()
	f, a := stand(t, quiet(), &kept{})
	f.Meet(person, false)
	f.Spoil(fake.Fault{Kind: fake.Stall, Method: "POST /messages"})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := a.Send(ctx, person, "1", chat.Wire{Text: "?"}); !errors.Is(err, bots.ErrUnknownOutcome) {
		t.Errorf("a stalled answer: %v, want ErrUnknownOutcome", err)
	}
	dead, err := max.New(max.Config{Token: token, Server: "http://127.0.0.1:1", Now: noon, Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dead.Send(t.Context(), person, "1", chat.Wire{Text: "?"}); !errors.Is(err, bots.ErrUnavailable) {
		t.Errorf("nobody there: %v, want ErrUnavailable", err)
	}
	api := httptest.NewServer(f)
	defer api.Close()
	wrong, err := max.New(max.Config{Token: "another", Server: api.URL, Cursor: (&kept{}).cursor, Now: noon, Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	if err := wrong.Run(t.Context(), (&heard{}).take); !errors.Is(err, bots.ErrUnauthorized) {
		t.Errorf("listening with a wrong token: %v, want ErrUnauthorized", err)
	}
}

// TestPictureTrouble: until the message itself is sent nothing leaves a doubt.
func TestPictureTrouble(t *testing.T) {
	t.Parallel()
	picture := chat.Wire{Text: "Ваш приз", Media: &chat.Media{Path: "prize.jpg"}}
	for _, method := range []string{"POST /uploads", "upload"} {
		for kind, want := range map[fake.FaultKind]error{
			fake.Outage: bots.ErrUnavailable, fake.BadGateway: bots.ErrUnavailable, fake.Drop: bots.ErrUnavailable,
		} {
			f, a := stand(t, quiet(), &kept{})
			f.Meet(person, false)
			f.Spoil(fake.Fault{Kind: kind, Method: method})
			if _, err := a.Send(t.Context(), person, "1", picture); !errors.Is(err, want) || errors.Is(err, bots.ErrUnknownOutcome) {
				t.Errorf("%s at %s: %v, want %v", kind, method, err, want)
			}
			if n := len(f.Sent(person, 0)); n != 0 {
				t.Errorf("%s at %s: %d messages", kind, method, n)
			}
		}
	}
}

func TestFetch(t *testing.T) {
	t.Parallel()
	f, a := stand(t, quiet(), &kept{})
	srv := httptest.NewServer(f)
	defer srv.Close()
	file := srv.URL + "/i/" + f.KeepFile([]byte("jpeg"))
	for _, tt := range []struct {
		name, remote string
		limit        int64
		fault        fake.FaultKind
		want         error
	}{
		{"fits", file, 4, "", nil},
		{"too_big", file, 3, "", bots.ErrTooBig},
		{"unknown", srv.URL + "/i/file-9", 4, "", bots.ErrGone},
		{"nonsense", "http://[", 4, "", bots.ErrGone},
		{"outage", file, 4, fake.Outage, bots.ErrUnavailable},
		{"drop", file, 4, fake.Drop, bots.ErrUnavailable},
	} {
		f.Heal()
		if tt.fault != "" {
			f.Spoil(fake.Fault{Kind: tt.fault, Method: "download"})
		}
		data, err := a.Fetch(t.Context(), tt.remote, tt.limit)
		if !errors.Is(err, tt.want) || tt.want == nil && string(data) != "jpeg" {
			t.Errorf("%s: got %q, %v; want %v", tt.name, data, err, tt.want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]max.Config{
		"no token":               {},
		"not a token":            {Token: "hunter 2"},
		"webhook without secret": {Token: token, WebhookURL: "https://a.test/hooks/max"},
		"a secret MAX refuses":   {Token: token, WebhookURL: "https://a.test/hooks/max", WebhookSecret: "сезам"},
	} {
		if _, err := max.New(cfg); err == nil {
			t.Errorf("%s: accepted", name)
		} else if cfg.Token != "" && strings.Contains(err.Error(), cfg.Token) {
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

var (
	_ bots.Hooked  = (*max.Adapter)(nil)
	_ bots.Editor  = (*max.Adapter)(nil)
	_ http.Handler = (*fakemax.Server)(nil)
)
