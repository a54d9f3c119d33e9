//go:build !nowhatsmeow

package whatsapp

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"

	"besedka/bots"
	"besedka/bots/botstest"
	fake "besedka/bots/fake/whatsapp"
	"besedka/core/chat"
	"besedka/storage/storagetest"
)

const (
	account = "79990000000"
	anna    = "79161234567"
)

func TestMain(m *testing.M) {
	fake.Trust()
	os.Exit(m.Run())
}

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

var peerOfAnna = fake.LID(anna).String()

// stand starts the fake and the adapter of a device that is linked to it, which
// does not listen yet.
func stand(t *testing.T, log *slog.Logger) (*fake.Server, *Adapter) {
	t.Helper()
	f, a, _ := standing(t, log)
	return f, a
}

// standing is stand with a way to cut the wire.
func standing(t *testing.T, log *slog.Logger) (f *fake.Server, a *Adapter, cut func()) {
	t.Helper()
	f = fake.New(account, noon)
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	over, err := fake.Transport(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	db := storagetest.DB(t).SQL(Schema)
	t.Cleanup(func() { db.Close() })
	devices, err := Open(t.Context(), db, testBox(t))
	if err != nil {
		t.Fatal(err)
	}
	d := devices.NewDevice()
	if err := f.Link(d); err != nil {
		t.Fatal(err)
	}
	if err := d.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, err = New(Config{
		Phone: account, DB: db, Box: testBox(t), Over: over, Now: noon, Log: log,
		Picture: func(context.Context, chat.Media) ([]byte, error) { return []byte("picture"), nil },
		Sent:    func(context.Context, string, string) (chat.Wire, bool, error) { return chat.Wire{}, false, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return f, a, func() {
		srv.Listener.Close() //nolint:errcheck // the test is about what follows
		srv.CloseClientConnections()
		f.Hang()
		for connected(a) {
			runtime.Gosched()
		}
	}
}

func connected(a *Adapter) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.session != nil && a.session.client.IsLoggedIn()
}

// listen runs a until the test ends, or until it is stopped. It returns when the
// device is there.
func listen(t *testing.T, f *fake.Server, a *Adapter, sink bots.Sink) (halt func()) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx, sink) }()
	halt = sync.OnceFunc(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(halt)
	active(t, f)
	return halt
}

func active(t *testing.T, f *fake.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := f.AwaitActive(ctx); err != nil {
		t.Fatal("the device does not come")
	}
}

func do(t *testing.T, f *fake.Server, a fake.Act) string {
	t.Helper()
	a.From = anna
	id, err := f.Do(a)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestConformance leaves out what a linked device has not: keys and old_key, as it
// has no keyboards; webhook and reordered, as nothing is posted to it; poison, as
// the library keeps what it cannot decode to itself; paged_answer, as spoil says of
// masked_answer.
func TestConformance(t *testing.T) {
	t.Parallel()
	botstest.Run(t, func(t *testing.T, sink bots.Sink, log *slog.Logger) botstest.Rig {
		f, a, cut := standing(t, log)
		stop := listen(t, f, a, sink)
		do(t, f, fake.Act{Block: true})
		do(t, f, fake.Act{Message: &waE2E.Message{ReactionMessage: &waE2E.ReactionMessage{}}}) // unblocks, and is no message
		return botstest.Rig{
			Adapter: a, Peer: peerOfAnna, Secret: anna,
			Say: func(text string, times int) { do(t, f, fake.Act{Text: text, Repeat: times - 1}) },
			Mumble: func() {
				do(t, f, fake.Act{Message: &waE2E.Message{StickerMessage: &waE2E.StickerMessage{}}})
			},
			Confirmed: func(ctx context.Context) error {
				ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
				defer cancel()
				return f.AwaitTaken(ctx)
			},
			Sent:  func() []botstest.Sent { return sent(a, f) },
			Fault: func(fault botstest.Fault) { spoil(t, f, fault) },
			Knows: []botstest.Fault{botstest.Slow, botstest.Torn},
			Stop:  stop, Start: func() { listen(t, f, a, sink) }, Cut: cut,
		}
	})
}

// sent is what stands in Anna's chat, under the ids that Send was given.
func sent(a *Adapter, f *fake.Server) []botstest.Sent {
	given := map[string]string{}
	for i := range 100 {
		given[a.messageID(fmt.Sprint("id-", i))] = fmt.Sprint("id-", i)
	}
	var all []botstest.Sent
	for _, m := range f.Sent(anna, 0) {
		all = append(all, botstest.Sent{ID: given[m.ID], Text: m.Text, Picture: m.Picture != nil})
	}
	return all
}

func spoil(t *testing.T, f *fake.Server, fault botstest.Fault) {
	switch fault {
	case botstest.Throttled:
		f.Spoil(fake.Fault{Kind: fake.Throttle})
	case botstest.Outage:
		f.Spoil(fake.Fault{Kind: fake.Refuse, Code: 503})
	case botstest.Slow:
		f.Spoil(fake.Fault{Kind: fake.Stall})
	case botstest.Torn:
		f.Spoil(fake.Fault{Kind: fake.Tear})
	case botstest.Lost:
		f.Spoil(fake.Fault{Kind: fake.Drop})
	case botstest.Blocked:
		t.Skip("WhatsApp does not say that somebody blocked the account")
	case botstest.Masked:
		t.Skip("there is nobody between WhatsApp and the device who could answer in its place")
	}
}
