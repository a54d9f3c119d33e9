package botstest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"

	"besedka/bots"
	"besedka/core/chat"
)

// order tells many messages, some of them several times, while the house refuses
// now and then.
func order(t *testing.T, s *stand) {
	var want []string
	for i := range 30 {
		if i%7 == 3 {
			s.inbox.set(func() { s.inbox.refuse = 1 })
		}
		want = append(want, fmt.Sprint("сообщение ", i))
		s.Say(want[i], 1+i%3)
	}
	got, _ := s.hear(t)
	s.wantTexts(t, got, want...)
}

// speech is what goes wrong where somebody counts bytes for characters, trims too
// much, or takes a text for markup.
var speech = []string{
	"👨‍👩‍👧‍👦 🇷🇺 👍🏽 ❤️", "שלום \u200fעולם\u200e (1)", "مرحبا ١٢٣", "a\u200bb\u200cc\u200dd\u2060e", "é й е\u0308",
	"<b>5 < 6 & 7</b> &amp; *_`[x](y)`_*", "1\u00a0284,50\u00a0₽", "строка\nи ещё\n\nодна", `\n \u0041 "'`, "𝕏𠮷",
}

// signs goes both ways and arrives as it was.
func signs(t *testing.T, s *stand) {
	for _, text := range speech {
		s.Say(text, 1)
	}
	got, _ := s.hear(t)
	s.wantTexts(t, got, speech...)
	if s.Sent == nil {
		return
	}
	for i, text := range speech {
		if _, err := s.Adapter.Send(t.Context(), s.Peer, fmt.Sprint(i), chat.Wire{Text: text}); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
	}
	var arrived []string
	for _, m := range s.Sent() {
		arrived = append(arrived, m.Text)
	}
	if !slices.Equal(arrived, speech) {
		t.Errorf("arrived %q, want %q", arrived, speech)
	}
}

func oversize(t *testing.T, s *stand) {
	limit := chat.CapsOf(s.Adapter.Channel()).Text
	need(t, s.Sent != nil && limit.Max > 0)
	text := strings.Repeat("я", limit.Max+1)
	_, err := s.Adapter.Send(t.Context(), s.Peer, "id", chat.Wire{Text: text})
	if !errors.Is(err, bots.ErrRejected) {
		t.Errorf("error is %v, want ErrRejected", err)
	}
	s.discreet(t, err, text)
	s.wantSent(t, 0)
}

func (s *stand) knows(t *testing.T, f Fault) {
	t.Helper()
	need(t, slices.Contains(s.Knows, f))
}

func pagedAnswer(t *testing.T, s *stand) {
	s.knows(t, Paged)
	doubtful(t, s, Paged)
}

// slowAnswer is a message that has arrived when we give up on its answer: our time
// is over, or the process is told to stop. Nobody may take it for undelivered.
func slowAnswer(t *testing.T, s *stand) {
	s.knows(t, Slow)
	s.Fault(Slow)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for len(s.Sent()) == 0 && ctx.Err() == nil {
			runtime.Gosched()
		}
		cancel()
	}()
	_, err := s.Adapter.Send(ctx, s.Peer, "id", chat.Wire{Text: "Ваш баланс 64,22"})
	if !errors.Is(err, bots.ErrUnknownOutcome) {
		t.Errorf("error is %v, want ErrUnknownOutcome", err)
	}
	s.discreet(t, err, "64,22")
	s.wantSent(t, 1)
}

// tornUpload may leave a doubt, which one more attempt ends, but no refusal: the
// picture is as good as it was.
func tornUpload(t *testing.T, s *stand) {
	s.knows(t, Torn)
	s.Fault(Torn)
	w := chat.Wire{Text: "Вот ваш приз", Media: &chat.Media{Path: "prize.jpg", Alt: "Кружка"}}
	_, err := s.Adapter.Send(t.Context(), s.Peer, "id", w)
	if !errors.Is(err, bots.ErrUnknownOutcome) && !errors.Is(err, bots.ErrUnavailable) {
		t.Errorf("error is %v, want ErrUnknownOutcome or ErrUnavailable", err)
	}
	s.discreet(t, err, w.Text)
	s.wantSent(t, 0)
}

// panics is a house that stumbles over an update, twice, and then does not.
func panics(t *testing.T, s *stand) {
	s.inbox.set(func() { s.inbox.panics = 2 })
	s.Say("раз", 1)
	s.Say("два", 1)
	got, _ := s.hear(t)
	s.wantTexts(t, got, "раз", "два")
}

// stopped is told to stop while an update is on its way into the house, and
// listens again afterwards.
func stopped(t *testing.T, s *stand) {
	need(t, s.Stop != nil && s.Start != nil)
	entered := make(chan struct{})
	s.inbox.set(func() { s.inbox.entered = entered })
	s.Say("раз", 1)
	<-entered
	s.Stop()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if s.Confirmed(ended) == nil {
		t.Error("confirmed what nobody has taken")
	}
	s.inbox.set(func() { s.inbox.entered = nil })
	s.Start()
	s.Say("два", 1)
	got, _ := s.hear(t)
	s.wantTexts(t, got, "раз", "два")
}

// reordered posts updates as a proxy may: late ones after those that followed
// them, and some again.
func reordered(t *testing.T, s *stand) {
	need(t, s.Webhook != nil && s.Numbered != nil)
	var want []string
	told := map[int]bool{}
	for _, n := range []int{902, 901, 902, 904, 903, 901, 905, 903} {
		text := fmt.Sprint("сообщение ", n)
		if !told[n] {
			want = append(want, text)
		}
		told[n] = true
		w := httptest.NewRecorder()
		s.Webhook.ServeHTTP(w, s.Post(s.Good.Secret, s.Numbered(n, text)))
		if w.Code != http.StatusOK {
			t.Errorf("update %d: status %d", n, w.Code)
		}
	}
	got, _ := s.inbox.got()
	s.wantTexts(t, got, want...)
}

// cutOff is a messenger whose address nobody answers at.
func cutOff(t *testing.T, s *stand) {
	need(t, s.Cut != nil)
	s.Cut()
	_, err := s.Adapter.Send(t.Context(), s.Peer, "id", chat.Wire{Text: "Ваш баланс 64,22"})
	if !errors.Is(err, bots.ErrUnavailable) {
		t.Errorf("send: %v, want ErrUnavailable", err)
	}
	s.discreet(t, err, "64,22")
	_, err = s.Adapter.Send(t.Context(), s.Peer, "id", chat.Wire{Media: &chat.Media{Path: "prize.jpg"}})
	s.discreet(t, err, "64,22")
	_, err = s.Adapter.Fetch(t.Context(), "file-1", 1)
	if err == nil {
		t.Error("a file was fetched from nowhere")
	}
	s.discreet(t, err, "64,22")
	if e, ok := s.Adapter.(bots.Editor); ok {
		err = e.Edit(t.Context(), s.Peer, "id", "1", chat.Wire{Text: "Ваш баланс 64,22"})
		s.discreet(t, err, "64,22")
	}
}
