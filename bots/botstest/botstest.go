package botstest

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"besedka/bots"
	"besedka/core/chat"
)

var errRefused = errors.New("the database is away")

// Run holds an adapter to its contract.
func Run(t *testing.T, open Open) {
	for _, c := range []struct {
		name    string
		because string // what breaks when an adapter fails
		check   func(t *testing.T, s *stand)
	}{
		{"repeated", "an update told three times would be three turns", repeated},
		{"refused", "an update that could not be committed would be lost", refused},
		{"poison", "one undecodable update would stop all the others", poison},
		{"unknown_kind", "a voice message would vanish without an answer", unknownKind},
		{"long_text", "a long answer would be refused or cut", longText},
		{"throttled", "a chat would be hammered until the bot is banned", throttled},
		{"blocked", "a chat that is gone would be written to for ever", blocked},
		{"outage", "a message would be lost or repeated in an outage", outage},
		{"lost_answer", "a message of unknown fate would be taken for undelivered", lostAnswer},
		{"masked_answer", "a message would be repeated for as long as a proxy is unwell", maskedAnswer},
		{"edited", "a receipt's message would stay behind its news, or be said twice", edited},
		{"order", "an answer would be taken for that of another question", order},
		{"signs", "a name or a smile would arrive as something else", signs},
		{"keys", "a tap would not be known for what it is", keys},
		{"old_key", "a tap on an older message would be that of a newer one", oldKey},
		{"oversize", "a message nobody can deliver would be tried for ever", oversize},
		{"paged_answer", "a proxy's page of success would be taken for an answer", pagedAnswer},
		{"slow_answer", "a message would be repeated that has arrived", slowAnswer},
		{"torn_upload", "a picture would be lost with its connection", tornUpload},
		{"panic", "one message would take the process down, again and again", panics},
		{"stopped", "an update would be confirmed that nobody has taken", stopped},
		{"reordered", "an update that comes late would be lost", reordered},
		{"cut", "the secret would be told in an error of the network", cutOff},
		{"webhook", "strangers could speak for shoppers, or updates be lost", webhook},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, open)
			c.check(t, s)
			if t.Failed() {
				t.Log("if this fails, ", c.because)
			}
		})
	}
}

// stand is a Rig with an inbox, and an eye on what is said about its secret.
type stand struct {
	Rig
	inbox inbox
	log   buffer
}

func newStand(t *testing.T, open Open) *stand {
	s := &stand{}
	s.Rig = open(t, bots.Guard(s.inbox.take), slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() {
		if s.Secret != "" && s.log.contains(s.Secret) {
			t.Error("the log has the secret in it")
		}
	})
	return s
}

func need(t *testing.T, has bool) {
	t.Helper()
	if !has {
		t.Skip("not a thing of this messenger")
	}
}

// hear waits until everything told is confirmed and returns what was said.
func (s *stand) hear(t *testing.T) (messages []bots.Received, poison []bots.Poison) {
	t.Helper()
	if err := s.Confirmed(t.Context()); err != nil {
		t.Fatalf("wait for confirmation: %v", err)
	}
	return s.inbox.got()
}

func (s *stand) wantTexts(t *testing.T, got []bots.Received, want ...string) {
	t.Helper()
	var texts []string
	for _, m := range got {
		if m.Peer != s.Peer {
			t.Errorf("message of peer %q, want %q", m.Peer, s.Peer)
		}
		texts = append(texts, m.In.Text)
	}
	if fmt.Sprintf("%q", texts) != fmt.Sprintf("%q", want) {
		t.Errorf("heard %q, want %q", texts, want)
	}
}

func repeated(t *testing.T, s *stand) {
	s.Say("раз", 3)
	s.Say("два", 1)
	got, _ := s.hear(t)
	s.wantTexts(t, got, "раз", "два")
}

func refused(t *testing.T, s *stand) {
	s.inbox.set(func() { s.inbox.refuse = 1 })
	s.Say("раз", 1)
	s.Say("два", 1)
	got, _ := s.hear(t)
	s.wantTexts(t, got, "раз", "два")
}

func poison(t *testing.T, s *stand) {
	need(t, s.Poison != nil)
	s.Say("до", 1)
	s.Poison()
	s.Say("после", 1)
	got, bad := s.hear(t)
	s.wantTexts(t, got, "до", "после")
	if len(bad) != 1 || len(bad[0].Raw) == 0 || bad[0].Key == "" || bad[0].Reason == "" {
		t.Errorf("poison is %+v, want one with its key, bytes and reason", bad)
	}
}

func unknownKind(t *testing.T, s *stand) {
	need(t, s.Mumble != nil)
	s.Mumble()
	got, _ := s.hear(t)
	if len(got) != 1 || got[0].In.Unknown == "" {
		t.Errorf("heard %+v, want one message of an unknown kind", got)
	}
}

func longText(t *testing.T, s *stand) {
	need(t, s.Sent != nil)
	long := strings.Repeat("Очень длинный ответ 👍. ", 700)
	wires := chat.Degrade(chat.Message{Text: long}, chat.CapsOf(s.Adapter.Channel()))
	for i, w := range wires {
		external, err := s.Adapter.Send(t.Context(), s.Peer, fmt.Sprint("id-", i), w)
		if err != nil || external == "" {
			t.Fatalf("part %d: id %q, error %v", i, external, err)
		}
	}
	var arrived strings.Builder
	for i, m := range s.Sent() {
		if want := fmt.Sprint("id-", i); m.ID != want {
			t.Errorf("message %d arrived as %s", i, m.ID)
		}
		arrived.WriteString(m.Text + " ")
	}
	if arrived.String() != long {
		t.Errorf("%d bytes arrived of %d", arrived.Len(), len(long))
	}
}

// spoilt sends one message under a fault; the error must not tell the secret
// or the text.
func (s *stand) spoilt(t *testing.T, f Fault) error {
	t.Helper()
	need(t, s.Fault != nil)
	s.Fault(f)
	const text = "Ваш баланс 64,22"
	_, err := s.Adapter.Send(t.Context(), s.Peer, "id", chat.Wire{Text: text})
	if err == nil {
		t.Fatal("sending succeeded")
	}
	s.discreet(t, err, text)
	return err
}

// discreet looks that an error tells neither the secret nor a text.
func (s *stand) discreet(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil {
		return
	}
	for _, private := range []string{s.Secret, text} {
		if private != "" && strings.Contains(err.Error(), private) {
			t.Errorf("the error says %q", private)
		}
	}
}

func (s *stand) wantSent(t *testing.T, n int) {
	t.Helper()
	if got := len(s.Sent()); got != n {
		t.Errorf("%d messages reached the person, want %d", got, n)
	}
}

func throttled(t *testing.T, s *stand) {
	err := s.spoilt(t, Throttled)
	if e, ok := errors.AsType[*bots.ThrottledError](err); !ok || e.After <= 0 {
		t.Errorf("error is %v, want a ThrottledError with a time", err)
	}
	s.wantSent(t, 0)
}

func blocked(t *testing.T, s *stand) {
	if err := s.spoilt(t, Blocked); !errors.Is(err, bots.ErrBlocked) {
		t.Errorf("error is %v, want ErrBlocked", err)
	}
}

func outage(t *testing.T, s *stand) {
	if err := s.spoilt(t, Outage); !errors.Is(err, bots.ErrUnavailable) {
		t.Errorf("error is %v, want ErrUnavailable", err)
	}
	s.wantSent(t, 0)
}

// edited changes a message, and changes it once more to the same: after a crash
// nobody knows whether it was.
func edited(t *testing.T, s *stand) {
	editor, ok := s.Adapter.(bots.Editor)
	need(t, ok && s.Sent != nil)
	external, err := s.Adapter.Send(t.Context(), s.Peer, "1", chat.Wire{Text: "Проверяю", Thread: "receipt/1"})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := editor.Edit(t.Context(), s.Peer, "2", external, chat.Wire{Text: "+64,22", Thread: "receipt/1"}); err != nil {
			t.Errorf("change it: %v", err)
		}
	}
	s.wantSent(t, 2)
	if err := editor.Edit(t.Context(), s.Peer, "3", "404", chat.Wire{Text: "+1"}); !errors.Is(err, bots.ErrRejected) {
		t.Errorf("change what there is not: %v, want ErrRejected", err)
	}
}

func lostAnswer(t *testing.T, s *stand) { doubtful(t, s, Lost) }

func maskedAnswer(t *testing.T, s *stand) { doubtful(t, s, Masked) }

func doubtful(t *testing.T, s *stand, f Fault) {
	t.Helper()
	if err := s.spoilt(t, f); !errors.Is(err, bots.ErrUnknownOutcome) {
		t.Errorf("error is %v, want ErrUnknownOutcome", err)
	}
	s.wantSent(t, 1)
}

func webhook(t *testing.T, s *stand) {
	need(t, s.Webhook != nil)
	post := func(secret string, update []byte) int {
		w := httptest.NewRecorder()
		s.Webhook.ServeHTTP(w, s.Post(secret, update))
		return w.Code
	}
	steps := []struct {
		what   string
		secret string
		update []byte
		want   int
		taken  int // messages in the inbox afterwards
	}{
		{"no secret", "", []byte(s.Good.Update), http.StatusUnauthorized, 0},
		{"wrong secret", s.Good.Secret + "x", []byte(s.Good.Update), http.StatusUnauthorized, 0},
		{"10 MB", s.Good.Secret, bytes.Repeat([]byte(" "), 10<<20), http.StatusRequestEntityTooLarge, 0},
		{"the database away", s.Good.Secret, []byte(s.Good.Update), http.StatusInternalServerError, 0},
		{"good", s.Good.Secret, []byte(s.Good.Update), http.StatusOK, 1},
		{"again", s.Good.Secret, []byte(s.Good.Update), http.StatusOK, 1},
		{"poison", s.Good.Secret, []byte(`{"not`), http.StatusOK, 1},
	}
	for _, step := range steps {
		if step.want == http.StatusInternalServerError {
			s.inbox.refuse = 1
		}
		if got := post(step.secret, step.update); got != step.want {
			t.Errorf("%s: status %d, want %d", step.what, got, step.want)
		}
		if got, _ := s.inbox.got(); len(got) != step.taken {
			t.Errorf("%s: %d messages taken, want %d", step.what, len(got), step.taken)
		}
	}
	if _, bad := s.inbox.got(); len(bad) != 1 {
		t.Errorf("%d bodies put aside, want 1", len(bad))
	}
}
