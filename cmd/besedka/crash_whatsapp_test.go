package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	fake "besedka/bots/fake/cloudapi"
	"besedka/storage"
)

// The size of the crash test of WhatsApp: 60 messages.
const (
	waPeople   = 12
	waMessages = 5
	waCrash    = 20 // the turn in which the process is killed
)

// waWire is a WhatsApp that holds back the answer to the send of turn waCrash
// until whoever sent it is dead.
type waWire struct {
	*fake.Server
	once      sync.Once
	hit, dead chan struct{}
}

func (w *waWire) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.Server.ServeHTTP(rw, r)
	if w.turns() < waCrash {
		return
	}
	w.once.Do(func() { close(w.hit) })
	select {
	case <-w.dead:
	case <-r.Context().Done(): // its sender is dead
		panic(http.ErrAbortHandler)
	}
}

// turns counts those whose first message has reached somebody.
func (w *waWire) turns() int {
	ids := map[string]bool{}
	for _, m := range w.Sent("", 0) {
		if strings.HasPrefix(m.Text, "эхо") {
			ids[m.Opaque] = true
		}
	}
	return len(ids)
}

// TestWhatsAppCrash: of 60 messages in WhatsApp none is lost and each gets one
// turn when the process is killed in the twentieth. Heard twice is only what was
// on its way then.
func TestWhatsAppCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: it kills a process")
	}
	w := &waWire{hit: make(chan struct{}), dead: make(chan struct{})}
	w.Server = fake.New(fake.Config{Token: "token", Phone: "1", AppSecret: "app", VerifyToken: "verify", Now: time.Now})
	graph := httptest.NewServer(w)
	defer graph.Close()
	defer w.Close()
	data, address := dataFolder(t), freeAddress(t)
	programme, err := filepath.Abs("testdata/crash")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{
		"--programme", programme, "--whatsapp-server", graph.URL, "--whatsapp-phone-id", "1",
		"--whatsapp-token", "token", "--whatsapp-app-secret", "app", "--whatsapp-verify-token", "verify",
	}
	first := serve(t, data, address, args...)
	w.Hook("http://" + address + "/hooks/whatsapp")
	want := waSpeak(t, w)
	<-w.hit
	_ = first.cmd.Process.Kill()
	_ = first.cmd.Wait()
	close(w.dead)
	serve(t, data, address, args...)

	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for n := 2 * waPeople * waMessages; w.heard() < 2*waPeople*waMessages; n++ {
		if err := w.AwaitSent(ctx, "", n); err != nil {
			t.Fatalf("%d of %d messages were heard", w.heard(), 2*waPeople*waMessages)
		}
	}
	if err := w.AwaitConfirmed(ctx); err != nil {
		t.Fatal(err)
	}
	again := 0
	for phone, want := range want {
		got, twice := w.conversation(phone)
		again += twice
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", phone, diff)
		}
	}
	t.Logf("%d messages were on their way at the kill and heard twice", again)
	if again > waPeople {
		t.Errorf("%d messages were heard twice: more than one of each chat", again)
	}
	waRows(t, data)
}

// waSpeak lets everybody write and returns what each is to hear.
func waSpeak(t *testing.T, w *waWire) map[string][]string {
	t.Helper()
	want := map[string][]string{}
	for n := 1; n <= waMessages; n++ {
		for p := range waPeople {
			phone := fmt.Sprintf("7999%07d", p)
			if _, err := w.Do(fake.Act{From: phone, Text: fmt.Sprint(n), Repeat: n % 2}); err != nil {
				t.Fatal(err)
			}
			want[phone] = append(want[phone], fmt.Sprintf("эхо %d", n), "дальше?")
		}
	}
	return want
}

// heard counts messages, each once.
func (w *waWire) heard() int {
	ids := map[string]bool{}
	for _, m := range w.Sent("", 0) {
		ids[m.Opaque] = true
	}
	return len(ids)
}

// conversation is what a person heard, each message once, and how many came again.
func (w *waWire) conversation(phone string) (texts []string, again int) {
	seen := map[string]bool{}
	for _, m := range w.Sent(phone, 0) {
		if seen[m.Opaque] {
			again++
			continue
		}
		seen[m.Opaque] = true
		texts = append(texts, m.Text)
	}
	return texts, again
}

func waRows(t *testing.T, data string) {
	t.Helper()
	dsn := fmt.Sprintf("host='%s' port=5432 user=besedka dbname=besedka sslmode=disable", filepath.Join(data, "postgres", "sock"))
	db, err := storage.Open(t.Context(), dsn, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for what, want := range map[string]int{
		`select count(*)::int from inbox where kind = 'message'`: waPeople * waMessages,
		`select count(*)::int from turn`:                         waPeople * waMessages,
		`select count(*)::int from inbox_open`:                   0,
		`select count(*)::int from quarantine`:                   0,
		`select count(*)::int from subject`:                      waPeople,
		`select count(*)::int from outbox`:                       2 * waPeople * waMessages,
	} {
		if got, err := storage.Value[int](t.Context(), db, what); got != want || err != nil {
			t.Errorf("%s: %d, %v; want %d", what, got, err, want)
		}
	}
}
