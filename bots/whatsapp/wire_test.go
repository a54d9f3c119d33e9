//go:build !nowhatsmeow

package whatsapp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"besedka/bots"
	fake "besedka/bots/fake/whatsapp"
	"besedka/core/chat"
)

// inbox remembers what was taken. Hook, if any, comes first.
type inbox struct {
	mu   sync.Mutex
	got  []bots.Received
	bad  []bots.Poison
	hook func() error
}

func (in *inbox) take(_ context.Context, b bots.Batch) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.hook != nil {
		if err := in.hook(); err != nil {
			return err
		}
	}
	in.got = append(in.got, b.Messages...)
	in.bad = append(in.bad, b.Poison...)
	return nil
}

func (in *inbox) texts() (all []string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, m := range in.got {
		all = append(all, m.In.Text)
	}
	return all
}

func taken(t *testing.T, f *fake.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := f.AwaitTaken(ctx); err != nil {
		t.Fatal("the device has not taken everything")
	}
}

func running(t *testing.T) (*fake.Server, *Adapter, *inbox) {
	t.Helper()
	f, a := stand(t, slog.New(slog.DiscardHandler))
	in := &inbox{}
	listen(t, f, a, in.take)
	return f, a, in
}

func TestKinds(t *testing.T) {
	t.Parallel()
	f, a, in := running(t)
	photo := bytes.Repeat([]byte("чек"), 1000)
	for _, act := range []fake.Act{
		{Text: "привет", Name: "Анна"},
		{Contact: &fake.Contact{Phone: "+" + anna}},
		{Contact: &fake.Contact{Phone: "+79167654321"}},
		{Location: &fake.Location{Lat: "55.75", Lon: "37.61"}},
		{Photo: photo, Text: "чек"},
		{Document: &fake.Document{Name: "check.pdf", MIME: "application/pdf", Data: photo}},
		{Document: &fake.Document{Name: "check.doc", MIME: "application/msword", Data: photo}},
		{File: &fake.File{Kind: "voice", MIME: "audio/ogg; codecs=opus", Data: photo}},
		{File: &fake.File{Kind: "audio", MIME: "audio/mp4", Data: photo}},
		{File: &fake.File{Kind: "video", MIME: "video/mp4", Data: photo}, Text: "смотрите"},
		{File: &fake.File{Kind: "note", MIME: "video/mp4", Data: photo}},
		{File: &fake.File{Kind: "sticker", MIME: "image/webp", Data: photo}},
		{Message: &waE2E.Message{VideoMessage: &waE2E.VideoMessage{}}},
		{Message: &waE2E.Message{ReactionMessage: &waE2E.ReactionMessage{Text: proto.String("👍")}}},
		{Message: &waE2E.Message{PollCreationMessage: &waE2E.PollCreationMessage{}}},
		{Message: &waE2E.Message{EphemeralMessage: &waE2E.FutureProofMessage{Message: &waE2E.Message{Conversation: proto.String("тайна")}}}},
	} {
		do(t, f, act)
	}
	taken(t, f)
	var got []chat.Inbound
	for _, m := range in.got {
		if m.Peer != peerOfAnna || m.Key == "" || !m.At.Equal(noon()) {
			t.Errorf("%+v is not of this person and time", m)
		}
		if p := m.In.Photo; p != nil {
			brings(t, a, p.Remote, photo)
			p.Remote = ""
		}
		if f := m.In.File; f != nil {
			brings(t, a, f.Remote, photo)
			f.Remote = ""
		}
		got = append(got, m.In)
	}
	phone := "+" + anna
	forPeople := func(kind chat.FileKind, name, mime string) chat.Inbound {
		return chat.Inbound{Phone: phone, File: &chat.File{Kind: kind, Name: name, Mime: mime, Size: int64(len(photo))}}
	}
	video := forPeople(chat.Video, "", "video/mp4")
	video.Text = "смотрите"
	want := []chat.Inbound{
		{Phone: phone, Text: "привет", Name: "Анна"},
		{Phone: phone, Contact: &chat.Contact{Phone: phone, Own: true}},
		{Phone: phone, Contact: &chat.Contact{Phone: "+79167654321"}},
		{Phone: phone, Location: &chat.Point{Lat: "55.75", Lon: "37.61"}},
		{Phone: phone, Text: "чек", Photo: &chat.Photo{}},
		{Phone: phone, Photo: &chat.Photo{PDF: true}},
		forPeople(chat.Document, "check.doc", "application/msword"),
		forPeople(chat.Voice, "", "audio/ogg; codecs=opus"),
		forPeople(chat.Audio, "", "audio/mp4"),
		video,
		forPeople(chat.VideoNote, "", "video/mp4"),
		forPeople(chat.Sticker, "", "image/webp"),
		{Phone: phone, Unknown: "videoMessage"},
		{Phone: phone, Unknown: "pollCreationMessage"},
		{Phone: phone, Text: "тайна"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	var kept int
	row := a.cfg.DB.QueryRowContext(t.Context(), `select (select count(*) from whatsmeow_contacts) + (select count(*) from whatsmeow_event_buffer where plaintext is not null)`)
	if err := row.Scan(&kept); err != nil || kept > 0 {
		t.Errorf("%d names or texts are kept in clear, %v", kept, err)
	}
}

// brings fetches a file, which is short and has nothing but its keys in its handle; one
// byte more than is wanted is refused.
func brings(t *testing.T, a *Adapter, remote string, want []byte) {
	t.Helper()
	data, err := a.Fetch(t.Context(), remote, int64(len(want)))
	if err != nil || !bytes.Equal(data, want) {
		t.Errorf("fetched %d bytes, %v", len(data), err)
	}
	if _, err := a.Fetch(t.Context(), remote, int64(len(want))-1); !errors.Is(err, bots.ErrTooBig) {
		t.Errorf("a file too long: %v", err)
	}
	if len(remote) > 600 {
		t.Errorf("its handle has %d bytes", len(remote))
	}
}

func TestLostFile(t *testing.T) {
	t.Parallel()
	f, a, in := running(t)
	do(t, f, fake.Act{Photo: []byte("чек")})
	taken(t, f)
	f.LoseFiles()
	if _, err := a.Fetch(t.Context(), in.got[0].In.Photo.Remote, 100); !errors.Is(err, bots.ErrGone) {
		t.Errorf("error %v, want ErrGone", err)
	}
	for _, strange := range []string{"", "%", "AAAA"} {
		if _, err := a.Fetch(t.Context(), strange, 100); err == nil {
			t.Errorf("handle %q is fetched", strange)
		}
	}
}

// TestNumberBecomesLID: somebody writes as of old, by their number; once WhatsApp
// says their LID they are known by it, whichever way they write, and by the number
// they had been known by.
func TestNumberBecomesLID(t *testing.T) {
	t.Parallel()
	f, _, in := running(t)
	do(t, f, fake.Act{Text: "раз", Number: true})
	taken(t, f)
	do(t, f, fake.Act{Text: "два"})
	taken(t, f)
	do(t, f, fake.Act{Text: "три", Number: true})
	taken(t, f)
	var got []string
	for _, m := range in.got {
		got = append(got, m.In.Text+" "+m.Peer+" "+m.Alias+" "+m.In.Phone)
	}
	const number = anna + "@s.whatsapp.net"
	want := []string{"раз " + number + "  +" + anna, "два " + peerOfAnna + " " + number + " +" + anna, "три " + peerOfAnna + " " + number + " +" + anna}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

// TestPanicInSink: what takes a message falls over. It comes again, and so does
// what came after it, in order.
func TestPanicInSink(t *testing.T) {
	t.Parallel()
	f, a := stand(t, slog.New(slog.DiscardHandler))
	once := true
	in := &inbox{hook: func() error {
		if once {
			once = false
			panic("out of memory")
		}
		return nil
	}}
	for _, text := range []string{"раз", "два", "три"} {
		do(t, f, fake.Act{Text: text})
	}
	listen(t, f, a, in.take)
	taken(t, f)
	if diff := cmp.Diff([]string{"раз", "два", "три"}, in.texts()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

// TestOwnTablesAway: the database fails under the library before the message is
// read. The library would confirm it; nothing is lost and the order holds.
func TestOwnTablesAway(t *testing.T) {
	t.Parallel()
	f, a := stand(t, slog.New(slog.DiscardHandler))
	in := &inbox{}
	if _, err := a.cfg.DB.ExecContext(t.Context(), `alter table whatsmeow_event_buffer rename to away`); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{}, 100)
	a.wait = func(ctx context.Context, _ time.Duration) {
		ended <- struct{}{}
		bots.Pause(ctx, time.Millisecond)
	}
	do(t, f, fake.Act{Text: "раз"})
	do(t, f, fake.Act{Text: "два"})
	listen(t, f, a, in.take)
	<-ended // at least one session ended over it
	if _, err := a.cfg.DB.ExecContext(t.Context(), `alter table away rename to whatsmeow_event_buffer`); err != nil {
		t.Fatal(err)
	}
	taken(t, f)
	if diff := cmp.Diff([]string{"раз", "два"}, in.texts()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

// TestComesBack: whatever ends the connection, the device comes back and
// nothing is lost.
func TestComesBack(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*fake.Server){
		"hang":    (*fake.Server).Hang,
		"restart": (*fake.Server).Restart,
		"cut":     func(f *fake.Server) { f.Spoil(fake.Fault{Kind: fake.Cut, Times: 1}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, a, in := running(t)
			do(t, f, fake.Act{Text: "раз"})
			taken(t, f)
			end(f)
			do(t, f, fake.Act{Text: "два"})
			taken(t, f)
			if diff := cmp.Diff([]string{"раз", "два"}, in.texts()); diff != "" {
				t.Errorf("heard (-want +got):\n%s", diff)
			}
			if _, err := a.Send(t.Context(), peerOfAnna, "1", chat.Wire{Text: "эхо"}); err != nil {
				t.Errorf("answer: %v", err)
			}
		})
	}
}

// TestRefusals: what needs a person is loud, is told by Trouble, and is not
// tried again at once.
func TestRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		end     func(*fake.Server)
		trouble string
		pause   time.Duration
	}{
		{"unlinked", (*fake.Server).LogOut, "unlinked", pauseUnlinked},
		{"replaced", (*fake.Server).Replace, "elsewhere", pauseReplaced},
		{"outdated", (*fake.Server).Outdate, "version", pauseOutdated},
		{"banned", func(f *fake.Server) { f.Ban(2 * time.Hour) }, "banned", 2 * time.Hour},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, a := stand(t, slog.New(slog.DiscardHandler))
			var longest time.Duration
			a.wait = func(_ context.Context, d time.Duration) { longest = max(longest, d) }
			done := make(chan error, 1)
			go func() { done <- a.Run(t.Context(), (&inbox{}).take) }()
			active(t, f)
			tt.end(f)
			if err := <-done; !errors.Is(err, bots.ErrUnauthorized) {
				t.Errorf("Run: %v, want ErrUnauthorized", err)
			}
			if !strings.Contains(a.Trouble(), tt.trouble) || longest != tt.pause {
				t.Errorf("trouble is %q and the pause %v, want %q and %v", a.Trouble(), longest, tt.trouble, tt.pause)
			}
		})
	}
}

func TestNoDevice(t *testing.T) {
	t.Parallel()
	f, a := stand(t, slog.New(slog.DiscardHandler))
	a.cfg.Phone = "79990000001"
	a.wait = func(context.Context, time.Duration) {}
	if err := a.Run(t.Context(), (&inbox{}).take); !errors.Is(err, bots.ErrUnauthorized) || !strings.Contains(a.Trouble(), "whatsapp pair") {
		t.Errorf("Run: %v; trouble %q", err, a.Trouble())
	}
	if _, err := a.Send(t.Context(), peerOfAnna, "1", chat.Wire{Text: "эхо"}); !throttledFor(err, elsewhere) {
		t.Errorf("Send: %v", err)
	}
	if len(f.Sent("", 0)) > 0 {
		t.Error("something was sent")
	}
}

func throttledFor(err error, d time.Duration) bool {
	e, ok := errors.AsType[*bots.ThrottledError](err)
	return ok && e.After == d
}

// TestAskedAgain: a phone cannot read an answer that an earlier process sent; the
// next one finds it in our own tables.
func TestAskedAgain(t *testing.T) {
	t.Parallel()
	f, a, _ := running(t)
	do(t, f, fake.Act{Text: "раз"})
	taken(t, f)
	id, err := a.Send(t.Context(), peerOfAnna, "1", chat.Wire{Text: "эхо"})
	if err != nil {
		t.Fatal(err)
	}
	a.cfg.Sent = func(_ context.Context, peer, asked string) (chat.Wire, bool, error) {
		return chat.Wire{Text: "эхо"}, peer == peerOfAnna && asked == id, nil
	}
	f.Hang() // a new session, whose client remembers nothing
	do(t, f, fake.Act{Unread: id})
	taken(t, f)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := f.AwaitSent(ctx, anna, 2); err != nil {
		t.Fatal("it was not sent again")
	}
	if m := f.Sent(anna, 0)[1]; m.Text != "эхо" || m.ID != id || m.Retry != 1 {
		t.Errorf("sent again as %+v", m)
	}
}

// TestSameID: every attempt at an outbox row is one message, and the person sees
// it once.
func TestSameID(t *testing.T) {
	t.Parallel()
	f, a, _ := running(t)
	do(t, f, fake.Act{Text: "раз"})
	taken(t, f)
	f.Spoil(fake.Fault{Kind: fake.Drop, Times: 1})
	if _, err := a.Send(t.Context(), peerOfAnna, "1", chat.Wire{Text: "эхо"}); !errors.Is(err, bots.ErrUnknownOutcome) {
		t.Errorf("error %v, want ErrUnknownOutcome", err)
	}
	active(t, f)
	id, err := a.Send(t.Context(), peerOfAnna, "1", chat.Wire{Text: "эхо"})
	if err != nil || f.Wires(id) != 2 || len(f.Sent(anna, 0)) != 1 {
		t.Errorf("sent %d times and shown %d times, %v", f.Wires(id), len(f.Sent(anna, 0)), err)
	}
}

func TestSendRefused(t *testing.T) {
	t.Parallel()
	f, a, _ := running(t)
	do(t, f, fake.Act{Text: "раз"})
	taken(t, f)
	for code, want := range map[int]error{
		463: bots.ErrWindowClosed, 479: bots.ErrRejected, 405: bots.ErrRejected, 503: bots.ErrUnavailable,
	} {
		f.Spoil(fake.Fault{Kind: fake.Refuse, Code: code, Times: 1})
		if _, err := a.Send(t.Context(), peerOfAnna, "1", chat.Wire{Text: "эхо"}); !errors.Is(err, want) {
			t.Errorf("%d: %v, want %v", code, err, want)
		}
	}
	if _, err := a.Send(t.Context(), "100079998887766@lid", "1", chat.Wire{Text: "эхо"}); !errors.Is(err, bots.ErrBlocked) {
		t.Errorf("to nobody: %v, want ErrBlocked", err)
	}
	if _, err := a.Send(t.Context(), "", "1", chat.Wire{Text: "эхо"}); !errors.Is(err, bots.ErrRejected) {
		t.Errorf("to no id: %v, want ErrRejected", err)
	}
}

func TestPicture(t *testing.T) {
	t.Parallel()
	f, a, _ := running(t)
	do(t, f, fake.Act{Text: "раз"})
	taken(t, f)
	if _, err := a.Send(t.Context(), peerOfAnna, "1", chat.Wire{Text: "купон", Media: &chat.Media{Path: "a.png"}}); err != nil {
		t.Fatal(err)
	}
	if m := f.Sent(anna, 0); len(m) != 1 || string(m[0].Picture) != "picture" || m[0].Text != "купон" {
		t.Errorf("the person sees %+v", m)
	}
	if f.Typed(anna) == 0 {
		t.Error("the bot was not seen typing")
	}
}

// TestPace: after a burst messages keep their distance; who would wait for long
// is told to come again.
func TestPace(t *testing.T) {
	t.Parallel()
	f, a, _ := running(t)
	do(t, f, fake.Act{Text: "раз"})
	taken(t, f)
	a.pace = pace(20)
	var waited []time.Duration
	a.wait = func(_ context.Context, d time.Duration) { waited = append(waited, d) }
	var err error
	for i := range burst + 2 {
		_, err = a.Send(t.Context(), peerOfAnna, string(rune('a'+i)), chat.Wire{Text: "эхо"})
	}
	if diff := cmp.Diff([]time.Duration{3 * time.Second}, waited); diff != "" {
		t.Errorf("waited (-want +got):\n%s", diff)
	}
	if !throttledFor(err, 6*time.Second) {
		t.Errorf("error %v, want to come again in 6 s", err)
	}
}

// TestReadsWhileItWrites: both sides write at once. Every answer can be read at
// first sight, and every message is heard.
func TestReadsWhileItWrites(t *testing.T) {
	t.Parallel()
	f, a, in := running(t)
	do(t, f, fake.Act{Text: "раз"})
	taken(t, f)
	const each = 40
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := range each {
			if _, err := f.Do(fake.Act{From: anna, Text: fmt.Sprint(i)}); err != nil {
				t.Error(err)
			}
		}
	})
	for i := range each {
		if _, err := a.Send(t.Context(), peerOfAnna, fmt.Sprint(i), chat.Wire{Text: fmt.Sprint("эхо ", i)}); err != nil {
			t.Errorf("answer %d: %v", i, err)
		}
	}
	writer.Wait()
	taken(t, f)
	if got := len(in.texts()); got != 1+each {
		t.Errorf("heard %d messages, want %d", got, 1+each)
	}
	sent := f.Sent(anna, 0)
	if len(sent) != each {
		t.Errorf("%d answers are shown, want %d", len(sent), each)
	}
	for _, m := range sent {
		if m.Retry > 0 || f.Wires(m.ID) > 1 {
			t.Errorf("«%s» could not be read at first", m.Text)
		}
	}
}
