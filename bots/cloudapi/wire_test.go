package cloudapi_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/bots"
	fake "besedka/bots/fake/cloudapi"
	"besedka/core/chat"
)

// inbox is a sink that remembers.
type inbox struct {
	mu  sync.Mutex
	got bots.Batch
}

func (in *inbox) take(_ context.Context, b bots.Batch) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.got.Messages = append(in.got.Messages, b.Messages...)
	in.got.Statuses = append(in.got.Statuses, b.Statuses...)
	in.got.Renames = append(in.got.Renames, b.Renames...)
	in.got.Poison = append(in.got.Poison, b.Poison...)
	return nil
}

// hear waits until all is taken, and returns what there was.
func (in *inbox) hear(t *testing.T, f *fake.Server) bots.Batch {
	t.Helper()
	if err := f.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.got
}

// TestKinds: everything that a person can send becomes what the engine knows.
func TestKinds(t *testing.T) {
	t.Parallel()
	const phone = "+79990000077"
	f, a := stand(t, slog.New(slog.DiscardHandler), noon)
	var in inbox
	listen(t, f, a, in.take)
	do(t, f, fake.Act{Text: "привет"})
	if _, err := a.Send(t.Context(), person, "1", chat.Wire{Text: "да?", Keyboard: &chat.Keyboard{Kind: chat.Inline, Rows: [][]chat.Button{{{Title: "Да", Token: "yes"}}}}}); err != nil {
		t.Fatal(err)
	}
	for _, act := range []fake.Act{
		{Text: "Start tag-1"},
		{Button: "Да"},
		{Photo: []byte("photo"), Text: "чек"},
		{Document: &fake.Document{Name: "чек.PDF", Data: []byte("pdf")}},
		{Document: &fake.Document{Name: "a.doc", MIME: "application/msword", Data: []byte("doc")}},
		{Contact: &fake.Contact{Own: true}},
		{Contact: &fake.Contact{Phone: "79990000001"}},
		{Location: &fake.Location{Lat: "55.75", Lon: "37.61"}},
		{Message: []byte(`{"type":"audio","audio":{"id":"5","mime_type":"audio/ogg","voice":true}}`)},
		{Message: []byte(`{"type":"audio","audio":{"id":"6"}}`)},
		{Message: []byte(`{"type":"video","video":{"id":"7","mime_type":"video/mp4","caption":"смотрите"}}`)},
		{Message: []byte(`{"type":"sticker","sticker":{"id":"8","mime_type":"image/webp"}}`)},
		{Message: []byte(`{"type":"video","video":{}}`)},
		{Message: []byte(`{"type":"reaction","reaction":{"message_id":"wamid.1","emoji":"👍"}}`)},
		{Message: []byte(`{"type":"button","button":{"payload":"p","text":"Баланс"}}`)},
		{Message: []byte(`{"type":"interactive","interactive":{"type":"nfm_reply"}}`)},
		{Message: []byte(`{"type":"text","text":{"body":"да"},"context":{"from":"7999","id":"wamid.1"}}`)},
	} {
		act.Name = "Анна"
		do(t, f, act)
	}
	want := []chat.Inbound{
		{Text: "привет"},
		{Start: "tag-1"},
		{Tap: "yes"},
		{Text: "чек", Photo: &chat.Photo{Remote: "9000"}},
		{Photo: &chat.Photo{Remote: "9001", PDF: true}},
		{File: &chat.File{Kind: chat.Document, Remote: "9002", Name: "a.doc", Mime: "application/msword"}},
		{Contact: &chat.Contact{Phone: phone, Own: true}},
		{Contact: &chat.Contact{Phone: "+79990000001"}},
		{Location: &chat.Point{Lat: "55.75", Lon: "37.61"}},
		{File: &chat.File{Kind: chat.Voice, Remote: "5", Mime: "audio/ogg"}},
		{File: &chat.File{Kind: chat.Audio, Remote: "6"}},
		{Text: "смотрите", File: &chat.File{Kind: chat.Video, Remote: "7", Mime: "video/mp4"}},
		{File: &chat.File{Kind: chat.Sticker, Remote: "8", Mime: "image/webp"}},
		{Unknown: "video"},
		{Reaction: &chat.Reaction{To: "wamid.1", Emoji: []string{"👍"}}},
		{Text: "Баланс"},
		{Unknown: "interactive"},
		{Text: "да", Answers: "wamid.1"},
	}
	var got []chat.Inbound
	for _, m := range in.hear(t, f).Messages {
		if m.Peer != person || m.Key == "" || !m.At.Equal(noon()) || m.In.Phone != phone {
			t.Errorf("message %+v, want one of %s at noon", m, person)
		}
		m.In.Phone, m.In.Name = "", ""
		got = append(got, m.In)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

// TestWhoIsWho: a person has a phone, a BSUID, or both, and may change them.
func TestWhoIsWho(t *testing.T) {
	t.Parallel()
	const user, later = "RU.1349", "RU.7777"
	f, a := stand(t, slog.New(slog.DiscardHandler), noon)
	var in inbox
	listen(t, f, a, in.take)
	do(t, f, fake.Act{Text: "1"})
	do(t, f, fake.Act{Text: "2", User: user})
	do(t, f, fake.Act{Text: "3", Hidden: true})
	do(t, f, fake.Act{Moves: &fake.Move{Phone: "79990000078", User: later}})
	do(t, f, fake.Act{Text: "4", From: "79990000078"})
	b := in.hear(t, f)
	var got []string
	for _, m := range b.Messages {
		got = append(got, strings.Join([]string{m.In.Text, m.Peer, m.Alias, m.In.Phone}, " "))
	}
	want := []string{
		"1 79990000077  +79990000077", "2 RU.1349 79990000077 +79990000077", "3 RU.1349  ", "4 RU.7777 79990000078 +79990000078",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]bots.Rename{{Old: user, New: later}}, b.Renames); diff != "" {
		t.Errorf("renames (-want +got):\n%s", diff)
	}
	if _, err := a.Send(t.Context(), later, "1", chat.Wire{Text: "по имени"}); err != nil {
		t.Fatal(err)
	}
	if n := len(f.Sent("79990000078", 0)); n != 1 {
		t.Errorf("%d messages reached who is known by a BSUID, want 1", n)
	}
}

// TestContactOfAnother: the only contact of a body is not taken for a sender who has
// another id, and a number that changed is told of although the contact has the new one.
func TestContactOfAnother(t *testing.T) {
	t.Parallel()
	f, a := stand(t, slog.New(slog.DiscardHandler), noon)
	var in inbox
	update := `{"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"` + number + `"},
		"contacts":[{"wa_id":"79990000078","user_id":"RU.7777"}],
		"messages":[{"id":"wamid.1","from":"79990000077","timestamp":"1","type":"text","text":{"body":"а"}},
			{"id":"wamid.2","from":"79990000077","timestamp":"1","type":"system","system":{"type":"user_changed_number","wa_id":"79990000078","user_id":"RU.7777"}}]}}]}]}`
	r := httptest.NewRequest(http.MethodPost, "/hooks/whatsapp", strings.NewReader(update))
	r.Header.Set("X-Hub-Signature-256", fake.Sign(secret, []byte(update)))
	a.Webhook(in.take).ServeHTTP(httptest.NewRecorder(), r)
	b := in.hear(t, f)
	if len(b.Messages) != 1 || b.Messages[0].Peer != "79990000077" || b.Messages[0].Alias != "" || b.Messages[0].In.Phone != "+79990000077" {
		t.Errorf("messages %+v, want one of the old number", b.Messages)
	}
	if diff := cmp.Diff([]bots.Rename{{Old: "79990000077", New: "RU.7777"}}, b.Renames); diff != "" {
		t.Errorf("renames (-want +got):\n%s", diff)
	}
}

// TestStatuses: what Meta tells of a message comes with our id of it.
func TestStatuses(t *testing.T) {
	t.Parallel()
	f, a := stand(t, slog.New(slog.DiscardHandler), noon)
	var in inbox
	do(t, f, fake.Act{Text: "привет"})
	first, err := a.Send(t.Context(), person, "7", chat.Wire{Text: "раз"})
	if err != nil {
		t.Fatal(err)
	}
	f.Spoil(fake.Fault{Kind: fake.Late, Code: 131047, Times: 1})
	second, err := a.Send(t.Context(), person, "8", chat.Wire{Text: "два"})
	if err != nil {
		t.Fatal(err)
	}
	f.Spoil(fake.Fault{Kind: fake.Forge, Times: 1})
	listen(t, f, a, in.take)
	got := in.hear(t, f).Statuses
	want := []bots.Status{
		{ID: "7", External: first, State: bots.Delivered},
		{ID: "7", External: first, State: bots.Taken},
		{ID: "8", External: second, State: bots.Failed, Err: bots.ErrWindowClosed},
	}
	same := cmp.Comparer(func(a, b error) bool { return errors.Is(a, b) || errors.Is(b, a) })
	if diff := cmp.Diff(want, got, same); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestKeyboards: what the ladder gives is taken by WhatsApp, and comes back.
func TestKeyboards(t *testing.T) {
	t.Parallel()
	f, a := stand(t, slog.New(slog.DiscardHandler), noon)
	do(t, f, fake.Act{Text: "привет"})
	picture := &chat.Media{Path: "cow.jpg"}
	keys := func(titles ...string) (all []chat.Button) {
		for i, title := range titles {
			all = append(all, chat.Button{Title: title, Token: string(rune('a' + i))})
		}
		return all
	}
	for _, tt := range []struct {
		name string
		m    chat.Message
		want []string // kinds, with the number of keys
	}{
		{"buttons", chat.Message{Text: "?", Buttons: keys("Да", "Нет")}, []string{"button 2"}},
		{"a list", chat.Message{Text: "?", Buttons: keys("1", "2", "3", "4")}, []string{"list 4"}},
		{"a long title", chat.Message{Text: "?", Buttons: keys("Слишком длинное название для списка", "2")}, []string{"button 2"}},
		{"numbers", chat.Message{Text: "?", Buttons: keys("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11")}, []string{" 0"}},
		{"the same title twice", chat.Message{Text: "?", Buttons: keys("Кружка", "Кружка")}, []string{"list 2"}},
		{"a picture with buttons", chat.Message{Text: "?", Media: picture, Buttons: keys("Да")}, []string{"button 1 photo"}},
		{"a picture with a list", chat.Message{Text: "?", Media: picture, Buttons: keys("1", "2", "3", "4")}, []string{" 0 photo", "list 4"}},
		{"a picture alone", chat.Message{Media: picture}, []string{" 0 photo"}},
	} {
		before := len(f.Sent(person, 0))
		caps := chat.CapsOf(chat.WhatsApp)
		for _, w := range chat.Join(chat.Degrade(tt.m, caps), caps) {
			if _, err := a.Send(t.Context(), person, "1", w); err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		var got []string
		for _, m := range f.Sent(person, before) {
			if m.Photo != nil {
				m.Text = " photo"
			} else {
				m.Text = ""
			}
			got = append(got, m.Kind+" "+string(rune('0'+len(m.Buttons)))+m.Text)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestRowsSayAll: what a row's title has no room for stands under it, and what opens
// the list speaks the person's language.
func TestRowsSayAll(t *testing.T) {
	t.Parallel()
	f, a := stand(t, slog.New(slog.DiscardHandler), noon)
	do(t, f, fake.Act{Text: "привет"})
	var keys []chat.Button
	for _, end := range []string{"молоко", "сыр", "йогурт", "масло"} {
		keys = append(keys, chat.Button{Title: "Магазин на улице Ленина, " + end, Token: end})
	}
	wires := chat.Degrade(chat.Message{Text: "OK?", Label: "Дүкен таңдау", Buttons: keys}, chat.CapsOf(chat.WhatsApp))
	if len(wires) != 1 {
		t.Fatalf("%d messages, want 1", len(wires))
	}
	if _, err := a.Send(t.Context(), person, "1", wires[0]); err != nil {
		t.Fatal(err)
	}
	m := f.Sent(person, 0)[0]
	if m.Opens != "Дүкен таңдау" || len(m.Buttons) != len(keys) {
		t.Fatalf("%d rows behind %q", len(m.Buttons), m.Opens)
	}
	for i, b := range m.Buttons {
		if said := wires[0].Text + b.Title + b.Desc; !strings.Contains(said, keys[i].Token) {
			t.Errorf("row %q, %q: %q cannot be told from the others", b.Title, b.Desc, keys[i].Title)
		}
	}
}

// TestListLabel: a list is opened by the words it brings, or else by some in the
// language of its text.
func TestListLabel(t *testing.T) {
	t.Parallel()
	f, a := stand(t, slog.New(slog.DiscardHandler), noon)
	do(t, f, fake.Act{Text: "привет"})
	rows := [][]chat.Button{{{Title: "Кружка", Token: "a"}}}
	for text, label := range map[string]string{"Какой приз?": "Смотреть призы", "Что?": "", "Which?": ""} {
		kb := &chat.Keyboard{Kind: chat.List, Label: label, Rows: rows}
		if _, err := a.Send(t.Context(), person, "1", chat.Wire{Text: text, Keyboard: kb}); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{"Какой приз?": "Смотреть призы", "Что?": "Выбрать", "Which?": "Choose"}
	got := map[string]string{}
	for _, m := range f.Sent(person, 0) {
		got[m.Text] = m.Opens
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("opened by (-want +got):\n%s", diff)
	}
}

// TestFiles: a file's address works for five minutes, so each fetch asks anew.
func TestFiles(t *testing.T) {
	t.Parallel()
	now := noon()
	f, a := stand(t, slog.New(slog.DiscardHandler), func() time.Time { return now })
	var in inbox
	listen(t, f, a, in.take)
	do(t, f, fake.Act{Photo: []byte("photo")})
	remote := in.hear(t, f).Messages[0].In.Photo.Remote
	for range 2 {
		if got, err := a.Fetch(t.Context(), remote, 5); string(got) != "photo" || err != nil {
			t.Errorf("fetched %q, %v", got, err)
		}
		now = now.Add(time.Hour)
	}
	for _, tt := range []struct {
		remote string
		limit  int64
		fault  fake.Fault
		want   error
	}{
		{"404", 5, fake.Fault{}, bots.ErrGone},
		{remote, 4, fake.Fault{}, bots.ErrTooBig},
		{remote, 5, fake.Fault{Kind: fake.Outage, Op: "download", Times: 1}, bots.ErrUnavailable},
		{remote, 5, fake.Fault{Kind: fake.Outage, Op: "media", Times: 1}, bots.ErrUnavailable},
		{remote, 5, fake.Fault{Kind: fake.Refuse, Code: 190, Times: 1}, bots.ErrUnauthorized},
	} {
		if tt.fault.Kind != "" {
			f.Spoil(tt.fault)
		}
		if _, err := a.Fetch(t.Context(), tt.remote, tt.limit); !errors.Is(err, tt.want) {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}

// TestRefusals: codes say what to do, and a proxy's page says nothing.
func TestRefusals(t *testing.T) {
	t.Parallel()
	f, a := stand(t, slog.New(slog.DiscardHandler), noon)
	do(t, f, fake.Act{Text: "привет"})
	for code, want := range map[int]error{
		190: bots.ErrUnauthorized, 200: bots.ErrUnauthorized, 131031: bots.ErrUnauthorized,
		131047: bots.ErrWindowClosed, 131026: bots.ErrBlocked,
		131000: bots.ErrUnavailable, 100: bots.ErrRejected, 132001: bots.ErrTemplate, 131049: bots.ErrRejected,
	} {
		f.Spoil(fake.Fault{Kind: fake.Refuse, Code: code, Times: 1})
		if _, err := a.Send(t.Context(), person, "1", chat.Wire{Text: "?"}); !errors.Is(err, want) {
			t.Errorf("code %d: %v, want %v", code, err, want)
		}
	}
	for kind, want := range map[fake.FaultKind]error{
		fake.Masked: bots.ErrUnknownOutcome, fake.BadGateway: bots.ErrUnknownOutcome, fake.Drop: bots.ErrUnknownOutcome, fake.Outage: bots.ErrUnavailable,
	} {
		f.Spoil(fake.Fault{Kind: kind, Times: 1})
		if _, err := a.Send(t.Context(), person, "1", chat.Wire{Text: "?"}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", kind, err, want)
		}
	}
	// A picture that may have been uploaded has not been sent.
	f.Spoil(fake.Fault{Kind: fake.Drop, Op: "media", Times: 1})
	if _, err := a.Send(t.Context(), person, "1", chat.Wire{Media: &chat.Media{}}); !errors.Is(err, bots.ErrUnavailable) || errors.Is(err, bots.ErrUnknownOutcome) {
		t.Errorf("upload: %v, want ErrUnavailable alone", err)
	}
}

// TestSlowAnswer: one that stops in the middle leaves the outcome unknown.
func TestSlowAnswer(t *testing.T) {
	t.Parallel()
	f, a := stand(t, slog.New(slog.DiscardHandler), noon)
	do(t, f, fake.Act{Text: "привет"})
	f.Spoil(fake.Fault{Kind: fake.Stall})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := a.Send(ctx, person, "1", chat.Wire{Text: "?"}); !errors.Is(err, bots.ErrUnknownOutcome) {
		t.Errorf("%v, want ErrUnknownOutcome", err)
	}
}

// TestWindow: the fake, too, lets nobody write who was not written to for a day.
func TestWindow(t *testing.T) {
	t.Parallel()
	now := noon()
	f, a := stand(t, slog.New(slog.DiscardHandler), func() time.Time { return now })
	do(t, f, fake.Act{Text: "привет"})
	now = now.Add(24*time.Hour - time.Second)
	if _, err := a.Send(t.Context(), person, "1", chat.Wire{Text: "?"}); err != nil {
		t.Error(err)
	}
	now = now.Add(2 * time.Second)
	if _, err := a.Send(t.Context(), person, "2", chat.Wire{Text: "?"}); !errors.Is(err, bots.ErrWindowClosed) {
		t.Errorf("%v, want ErrWindowClosed", err)
	}
}

// TestVerification: only who knows the verify token is answered.
func TestVerification(t *testing.T) {
	t.Parallel()
	_, a := stand(t, slog.New(slog.DiscardHandler), noon)
	var in inbox
	for query, want := range map[string]int{
		"?hub.mode=subscribe&hub.verify_token=" + verify + "&hub.challenge=42":   http.StatusOK,
		"?hub.mode=subscribe&hub.verify_token=" + verify + "x&hub.challenge=42":  http.StatusForbidden,
		"?hub.mode=unsubscribe&hub.verify_token=" + verify + "&hub.challenge=42": http.StatusForbidden,
		"?hub.mode=subscribe&hub.challenge=%3Cscript%3E":                         http.StatusForbidden,
	} {
		w := httptest.NewRecorder()
		a.Webhook(in.take).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/hooks/whatsapp"+query, nil))
		if w.Code != want || (want == http.StatusOK) != (w.Body.String() == "42") {
			t.Errorf("%s: %d %q", query, w.Code, w.Body)
		}
	}
}

// TestRead: once a message is taken its sender sees that it is read.
func TestRead(t *testing.T) {
	t.Parallel()
	f, a := stand(t, slog.New(slog.DiscardHandler), noon)
	var in inbox
	id := do(t, f, fake.Act{Text: "привет"})
	listen(t, f, a, in.take)
	in.hear(t, f)
	if err := f.AwaitRead(t.Context(), id); err != nil {
		t.Error(err)
	}
}
