//go:build !nowhatsmeow

package whatsapp

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"

	"besedka/storage/storagetest"
)

const (
	account = "79990000000"
	anna    = "79161234567"
)

func TestMain(m *testing.M) {
	Trust()
	os.Exit(m.Run())
}

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// world is the fake and a real whatsmeow client that is linked to it.
type world struct {
	*Server
	client *whatsmeow.Client
	store  *sqlstore.Container
	over   http.RoundTripper

	mu     sync.Mutex
	events []any
	news   chan struct{}
	fail   int // so many messages are not taken
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Server: New(account, noon), news: make(chan struct{}, 1000)}
	srv := httptest.NewServer(w.Server)
	t.Cleanup(srv.Close)
	db := storagetest.DB(t).SQL("public")
	t.Cleanup(func() { db.Close() })
	w.store = sqlstore.NewWithDB(db, "pgx", nil)
	if err := w.store.Upgrade(t.Context()); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.over, err = Transport(srv.URL); err != nil {
		t.Fatal(err)
	}
	return w
}

// linked is a world whose client has been linked before.
func linked(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	d := w.store.NewDevice()
	if err := w.Link(d); err != nil {
		t.Fatal(err)
	}
	if err := d.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.open(t)
	return w
}

// open connects a new client of the device in the store.
func (w *world) open(t *testing.T) {
	t.Helper()
	d, err := w.store.GetFirstDevice(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.client = whatsmeow.NewClient(d, nil)
	over := &http.Client{Transport: w.over}
	w.client.SetWebsocketHTTPClient(over)
	w.client.SetPreLoginHTTPClient(over)
	w.client.SetMediaHTTPClient(over)
	w.client.SynchronousAck, w.client.EnableDecryptedEventBuffer = true, true
	w.client.AddEventHandlerWithSuccessStatus(w.hear)
	t.Cleanup(w.client.Disconnect)
}

// connect returns once the device takes what waits for it.
func (w *world) connect(t *testing.T) {
	t.Helper()
	if err := w.client.Connect(); err != nil {
		t.Fatal(err)
	}
	if err := w.AwaitActive(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (w *world) hear(evt any) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, ok := evt.(*events.Message); ok && w.fail > 0 {
		w.fail--
		return false
	}
	w.events = append(w.events, evt)
	w.news <- struct{}{}
	return true
}

func await[E any](t *testing.T, w *world) (e E) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		w.mu.Lock()
		for i, evt := range w.events {
			if e, ok := evt.(E); ok {
				w.events = append(w.events[:i], w.events[i+1:]...)
				w.mu.Unlock()
				return e
			}
		}
		w.mu.Unlock()
		select {
		case <-w.news:
		case <-ctx.Done():
			t.Fatalf("no %T came", e)
		}
	}
}

// texts are what the client was told, in order.
func (w *world) texts() (all []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, evt := range w.events {
		if m, ok := evt.(*events.Message); ok {
			all = append(all, m.Message.GetConversation())
		}
	}
	return all
}

func (w *world) do(t *testing.T, a Act) string {
	t.Helper()
	if a.From == "" {
		a.From = anna
	}
	id, err := w.Do(a)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (w *world) taken(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := w.AwaitTaken(ctx); err != nil {
		t.Fatal("the device has not taken everything")
	}
}

func (w *world) say(t *testing.T, id, text string) error {
	t.Helper()
	_, err := w.client.SendMessage(t.Context(), LID(anna), &waE2E.Message{Conversation: &text}, whatsmeow.SendRequestExtra{ID: id, Timeout: 10 * time.Second})
	return err
}

// TestBothWays: a message begins a session, the answer goes on in it, from then
// on both sides' ratchets turn; the answer's arrival is told.
func TestBothWays(t *testing.T) {
	t.Parallel()
	w := linked(t)
	w.connect(t)
	for _, text := range []string{"раз", "два", "три"} {
		w.do(t, Act{Text: text, Name: "Анна"})
		m := await[*events.Message](t, w)
		if m.Message.GetConversation() != text || m.Info.Sender != LID(anna) || m.Info.SenderAlt.User != anna || m.Info.PushName != "Анна" {
			t.Errorf("heard %q of %v, whose number is %v", m.Message.GetConversation(), m.Info.Sender, m.Info.SenderAlt)
		}
		if err := w.say(t, "A-"+text, "эхо: "+text); err != nil {
			t.Fatal(err)
		}
		if r := await[*events.Receipt](t, w); r.MessageIDs[0] != "A-"+text || r.Type != types.ReceiptTypeDelivered {
			t.Errorf("receipt %+v", r)
		}
	}
	w.taken(t)
	sent := w.Sent(anna, 0)
	if len(sent) != 3 || sent[2].Text != "эхо: три" || sent[2].ID != "A-три" {
		t.Errorf("the person sees %+v", sent)
	}
}

// TestWritesFirst: the account writes to somebody who never wrote to it, with
// keys that it fetches.
func TestWritesFirst(t *testing.T) {
	t.Parallel()
	w := linked(t)
	w.connect(t)
	w.do(t, Act{From: anna, Block: true})
	w.mu.Lock()
	w.people[LID(anna)].blocked = false
	w.mu.Unlock()
	if err := w.say(t, "A-1", "Здравствуйте"); err != nil {
		t.Fatal(err)
	}
	if sent := w.Sent(anna, 0); len(sent) != 1 || sent[0].Text != "Здравствуйте" {
		t.Errorf("the person sees %+v", sent)
	}
}

// TestOffline: what was written while the device was away comes at its login,
// in order; what it did not take comes again at the next one, and not what it
// took.
func TestOffline(t *testing.T) {
	t.Parallel()
	w := linked(t)
	w.do(t, Act{Text: "раз"})
	w.do(t, Act{Text: "два"})
	w.fail = 1
	w.connect(t)
	await[*events.OfflineSyncCompleted](t, w)
	if got := w.texts(); len(got) != 1 || got[0] != "два" {
		t.Fatalf("took %q, want the second only", got)
	}
	w.client.Disconnect()
	w.open(t)
	w.connect(t)
	w.taken(t)
	if got := w.texts(); len(got) != 2 || got[1] != "раз" {
		t.Errorf("took %q", got)
	}
}

// TestRepeated: a message that is told again is not a message again.
func TestRepeated(t *testing.T) {
	t.Parallel()
	w := linked(t)
	w.connect(t)
	id := w.do(t, Act{Text: "раз", Repeat: 2})
	w.taken(t)
	if err := w.Again(id); err != nil {
		t.Fatal(err)
	}
	w.taken(t)
	if got := w.texts(); len(got) != 1 {
		t.Errorf("heard %q", got)
	}
}

// TestUnread: a phone that cannot read a message gets it once more, in a new
// session.
func TestUnread(t *testing.T) {
	t.Parallel()
	w := linked(t)
	w.connect(t)
	w.do(t, Act{Text: "раз"})
	if err := w.say(t, "A-1", "эхо"); err != nil {
		t.Fatal(err)
	}
	w.do(t, Act{Unread: "A-1"})
	if err := w.AwaitSent(t.Context(), anna, 2); err != nil {
		t.Fatal(err)
	}
	if sent := w.Sent(anna, 0); sent[1].Text != "эхо" || sent[1].Retry != 1 {
		t.Errorf("the person sees %+v", sent)
	}
}

// TestUnreadable: a device that cannot read a message asks for it, and the
// phone says it again.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	w := linked(t)
	w.connect(t)
	w.do(t, Act{Text: "раз"})
	await[*events.Message](t, w)
	w.taken(t)
	w.Server.mu.Lock()
	w.device.once[0].key[0] ^= 1 // the phone begins a session that the device cannot follow
	w.people[LID(anna)].session = nil
	w.Server.mu.Unlock()
	w.do(t, Act{Text: "два"})
	await[*events.UndecryptableMessage](t, w)
	if m := await[*events.Message](t, w); m.Message.GetConversation() != "два" {
		t.Errorf("heard %q", m.Message.GetConversation())
	}
	w.taken(t)
}

func TestMedia(t *testing.T) {
	t.Parallel()
	w := linked(t)
	w.connect(t)
	photo := bytes.Repeat([]byte("чек"), 5000)
	w.do(t, Act{Photo: photo, Text: "мой чек"})
	m := await[*events.Message](t, w).Message.GetImageMessage()
	got, err := w.client.Download(t.Context(), m)
	if err != nil || !bytes.Equal(got, photo) || m.GetCaption() != "мой чек" {
		t.Errorf("downloaded %d bytes under %q, %v", len(got), m.GetCaption(), err)
	}
	up, err := w.client.Upload(t.Context(), photo, whatsmeow.MediaImage)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.client.SendMessage(t.Context(), LID(anna), &waE2E.Message{ImageMessage: &waE2E.ImageMessage{
		Caption: proto.String("ваш купон"), URL: &up.URL, DirectPath: &up.DirectPath, MediaKey: up.MediaKey,
		FileEncSHA256: up.FileEncSHA256, FileSHA256: up.FileSHA256, FileLength: &up.FileLength,
	}})
	if err != nil {
		t.Fatal(err)
	}
	if sent := w.Sent(anna, 0); len(sent) != 1 || !bytes.Equal(sent[0].Picture, photo) || sent[0].Text != "ваш купон" {
		t.Errorf("the person does not see the picture: %d messages", len(sent))
	}
	w.LoseFiles()
	if _, err := w.client.Download(t.Context(), m); !errors.Is(err, whatsmeow.ErrMediaDownloadFailedWith404) {
		t.Errorf("a file that is gone: %v", err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault Fault
		err   error
		shown int
	}{
		{"refused", Fault{Kind: Refuse, Code: 479, Times: 1}, whatsmeow.ErrServerReturnedError, 0},
		{"throttled", Fault{Kind: Throttle, Times: 1}, whatsmeow.ErrIQRateOverLimit, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := linked(t)
			w.connect(t)
			w.do(t, Act{Text: "раз"})
			w.taken(t)
			w.Spoil(tt.fault)
			if err := w.say(t, "A-1", "эхо"); !errors.Is(err, tt.err) {
				t.Errorf("error %v, want %v", err, tt.err)
			}
			if got := len(w.Sent(anna, 0)); got != tt.shown {
				t.Errorf("%d messages shown, want %d", got, tt.shown)
			}
			if err := w.say(t, "A-1", "эхо"); err != nil {
				t.Errorf("after the fault: %v", err)
			}
		})
	}
}

// TestDropped: the ack is lost with the connection. The client says the message
// again in the next one, under its id, and the phone shows it once.
func TestDropped(t *testing.T) {
	t.Parallel()
	w := linked(t)
	w.connect(t)
	w.do(t, Act{Text: "раз"})
	w.taken(t)
	w.Spoil(Fault{Kind: Drop, Times: 1})
	if err := w.say(t, "A-1", "эхо"); err != nil {
		t.Fatal(err)
	}
	if shown, wires := len(w.Sent(anna, 0)), w.Wires("A-1"); shown != 1 || wires != 2 {
		t.Errorf("shown %d times and sent %d times, want 1 and 2", shown, wires)
	}
}

// TestCut: the connection breaks in the middle of a message, which comes whole
// in the next one.
func TestCut(t *testing.T) {
	t.Parallel()
	w := linked(t)
	w.connect(t)
	w.Spoil(Fault{Kind: Cut, Times: 1})
	w.do(t, Act{Text: "раз"})
	if m := await[*events.Message](t, w); m.Message.GetConversation() != "раз" {
		t.Errorf("heard %q", m.Message.GetConversation())
	}
	w.taken(t)
}

func TestEnds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		end  func(*Server)
		want func(*testing.T, *world)
	}{
		{"logged_out", (*Server).LogOut, func(t *testing.T, w *world) { await[*events.LoggedOut](t, w) }},
		{"replaced", (*Server).Replace, func(t *testing.T, w *world) { await[*events.StreamReplaced](t, w) }},
		{"restart", (*Server).Restart, func(t *testing.T, w *world) {
			await[*events.Disconnected](t, w)
			await[*events.Connected](t, w)
		}},
		{"outdated", (*Server).Outdate, func(t *testing.T, w *world) { await[*events.ClientOutdated](t, w) }},
		{"banned", func(s *Server) { s.Ban(time.Hour) }, func(t *testing.T, w *world) {
			if e := await[*events.TemporaryBan](t, w); e.Expire != time.Hour {
				t.Errorf("banned for %v", e.Expire)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := linked(t)
			w.connect(t)
			await[*events.Connected](t, w)
			tt.end(w.Server)
			tt.want(t, w)
		})
	}
}

// TestSecondLogin: one device, one connection; the newer one stays.
func TestSecondLogin(t *testing.T) {
	t.Parallel()
	w := linked(t)
	w.connect(t)
	await[*events.Connected](t, w)
	w.open(t)
	w.connect(t)
	await[*events.StreamReplaced](t, w)
}

// TestPairing links a device by either code and has it log in.
func TestPairing(t *testing.T) {
	t.Parallel()
	t.Run("qr", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.open(t)
		codes, err := w.client.GetQRChannel(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.client.Connect(); err != nil {
			t.Fatal(err)
		}
		if err := w.Scan(t.Context(), (<-codes).Code); err != nil {
			t.Fatal(err)
		}
		await[*events.PairSuccess](t, w)
		w.talks(t)
	})
	t.Run("letters", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.open(t)
		if err := w.client.Connect(); err != nil {
			t.Fatal(err)
		}
		await[*events.QR](t, w)
		code, err := w.client.PairPhone(t.Context(), account, true, whatsmeow.PairClientChrome, "Chrome (Linux)")
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Enter(t.Context(), code); err != nil {
			t.Fatal(err)
		}
		await[*events.PairSuccess](t, w)
		w.talks(t)
	})
}

func (w *world) talks(t *testing.T) {
	t.Helper()
	if err := w.AwaitActive(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.do(t, Act{Text: "раз"})
	await[*events.Message](t, w)
	if err := w.say(t, "A-1", "эхо"); err != nil {
		t.Fatal(err)
	}
	if sent := w.Sent(anna, 0); len(sent) != 1 || sent[0].Text != "эхо" {
		t.Errorf("the person sees %+v", sent)
	}
}
