package gateway

import (
	"log/slog"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/bots/cloudapi"
	fake "besedka/bots/fake/cloudapi"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/storage"
)

const (
	waPerson  = "79990000077"
	pairBurst = 8
)

// whatsapp is a house in front of a fake WhatsApp, with a clock of their own.
type whatsapp struct {
	*house
	wa  *fake.Server
	bot *cloudapi.Adapter

	mu  sync.Mutex
	now time.Time
}

func (h *whatsapp) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *whatsapp) at(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = now
}

func newWhatsApp(t *testing.T) *whatsapp {
	t.Helper()
	h := &whatsapp{house: newHouse(t), now: noon}
	h.wa = fake.New(fake.Config{Token: "token", Phone: "1", AppSecret: "app", VerifyToken: "verify", PairBurst: pairBurst, Now: h.clock})
	graph := httptest.NewServer(h.wa)
	t.Cleanup(graph.Close)
	var err error
	h.bot, err = cloudapi.New(cloudapi.Config{
		Token: "token", PhoneID: "1", AppSecret: "app", VerifyToken: "verify", Server: graph.URL, Now: h.clock, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(h.bot.Webhook(Sink(h.conv, chat.WhatsApp, h.clock)))
	t.Cleanup(site.Close)
	h.wa.Hook(site.URL)
	t.Cleanup(h.wa.Close)
	return h
}

// writes lets the person write, and returns once it is taken.
func (h *whatsapp) writes(t *testing.T) {
	t.Helper()
	if _, err := h.wa.Do(fake.Act{From: waPerson, Text: "привет"}); err != nil {
		t.Fatal(err)
	}
	h.settled(t)
}

// settled returns once the house has taken all that WhatsApp has told.
func (h *whatsapp) settled(t *testing.T) {
	t.Helper()
	if err := h.wa.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// step delivers once, at now.
func (h *whatsapp) step(t *testing.T, now time.Time) {
	t.Helper()
	h.at(now)
	d := NewDeliver(h.conv, h.bot, chat.Rates{}, func() {}, h.clock, slog.New(slog.DiscardHandler))
	mustStep(t, d.Step, now)
	h.settled(t)
}

func (h *whatsapp) wants(t *testing.T, when string, states map[string]int, heard ...string) {
	t.Helper()
	if diff := cmp.Diff(states, h.states(t)); diff != "" {
		t.Errorf("%s: outbox (-want +got):\n%s", when, diff)
	}
	var got []string
	for _, m := range h.wa.Sent(waPerson, 0) {
		got = append(got, m.Text)
	}
	if diff := cmp.Diff(heard, got); diff != "" {
		t.Errorf("%s: heard (-want +got):\n%s", when, diff)
	}
}

// TestWindowToTheSecond is A60: a second before a day has passed a message goes,
// a second after it waits for the person to write.
func TestWindowToTheSecond(t *testing.T) {
	t.Parallel()
	h := newWhatsApp(t)
	h.writes(t)
	h.saysIn(t, chat.WhatsApp, waPerson, "а")
	h.step(t, noon.Add(24*time.Hour-time.Second))
	h.wants(t, "23:59:59", map[string]int{"sent": 1}, "а")
	h.saysIn(t, chat.WhatsApp, waPerson, "б", "в")
	h.step(t, noon.Add(24*time.Hour+time.Second))
	h.wants(t, "24:00:01", map[string]int{"sent": 1, "waiting window_closed": 2}, "а")
	h.step(t, noon.Add(48*time.Hour))
	h.wants(t, "two days", map[string]int{"sent": 1, "waiting window_closed": 2}, "а")
	h.at(noon.Add(72 * time.Hour))
	h.writes(t)
	h.step(t, noon.Add(72*time.Hour))
	h.wants(t, "written", map[string]int{"sent": 3}, "а", "б", "в")
}

// TestNewsDoesNotPileUp: what nobody waits for is not kept for whoever is silent, be it
// that we know of the closed window or that WhatsApp tells it later.
func TestNewsDoesNotPileUp(t *testing.T) {
	t.Parallel()
	h := newWhatsApp(t)
	h.writes(t)
	h.wa.Spoil(fake.Fault{Kind: fake.Late, Code: 131047, Times: 1})
	for i, at := range []time.Duration{time.Hour, 25 * time.Hour, 26 * time.Hour} {
		h.saysIn(t, chat.WhatsApp, waPerson, strconv.Itoa(i))
		if _, err := h.db.Exec(t.Context(), `with low as (update outbox set priority = $1) update outbox_open set priority = $1`, conversation.Low); err != nil {
			t.Fatal(err)
		}
		h.step(t, noon.Add(at))
	}
	h.wants(t, "silent", map[string]int{"failed window_closed": 3})
	h.at(noon.Add(72 * time.Hour))
	h.writes(t)
	h.saysIn(t, chat.WhatsApp, waPerson, "ответ")
	h.step(t, noon.Add(72*time.Hour))
	h.wants(t, "written", map[string]int{"failed window_closed": 3, "sent": 1}, "ответ")
}

// TestWindowOfMeta: when WhatsApp finds the window closed that we think open, at
// once or later, nothing is lost and nothing goes round in a circle.
func TestWindowOfMeta(t *testing.T) {
	t.Parallel()
	h := newWhatsApp(t)
	h.writes(t)
	h.wa.Spoil(fake.Fault{Kind: fake.Refuse, Code: 131047, Times: 1})
	h.saysIn(t, chat.WhatsApp, waPerson, "а")
	h.step(t, noon)
	h.wants(t, "refused", map[string]int{"waiting window_closed": 1})
	h.writes(t)
	h.wa.Spoil(fake.Fault{Kind: fake.Late, Code: 131047})
	for range 10 {
		h.step(t, noon)
	}
	h.wants(t, "refused late, again and again", map[string]int{"waiting window_closed": 1})
	h.wa.Heal()
	h.writes(t)
	h.step(t, noon)
	h.wants(t, "written", map[string]int{"sent": 1}, "а")
}

// TestDoubtIsSettled: a message whose answer was lost is not sent again when
// WhatsApp tells that it arrived, and the next one goes at once.
func TestDoubtIsSettled(t *testing.T) {
	t.Parallel()
	for _, kind := range []fake.FaultKind{fake.Drop, fake.BadGateway, fake.Masked} {
		h := newWhatsApp(t)
		h.writes(t)
		h.wa.Spoil(fake.Fault{Kind: kind, Times: 1})
		h.saysIn(t, chat.WhatsApp, waPerson, "а", "б")
		h.step(t, noon)
		h.step(t, noon.Add(time.Second))
		h.step(t, noon.Add(time.Minute))
		h.wants(t, string(kind), map[string]int{"sent": 2}, "а", "б")
	}
}

// TestDoubtIsSettledLater: the word that a message arrived may come while it
// waits to be sent again.
func TestDoubtIsSettledLater(t *testing.T) {
	t.Parallel()
	h := newWhatsApp(t)
	h.writes(t)
	h.wa.Spoil(fake.Fault{Kind: fake.Drop, Times: 1, Silent: true})
	h.saysIn(t, chat.WhatsApp, waPerson, "а")
	h.step(t, noon)
	h.wants(t, "in doubt", map[string]int{"pending " + doubt: 1}, "а")
	h.wa.Tell(h.wa.Sent("", 0)[0], "read", 0)
	h.wa.Tell(h.wa.Sent("", 0)[0], "sent", 0)
	h.settled(t)
	h.saysIn(t, chat.WhatsApp, waPerson, "б")
	h.step(t, noon.Add(time.Second))
	h.wants(t, "told", map[string]int{"sent": 2}, "а", "б")
}

// TestDoubtThatNobodySettles: a shopper would rather read an answer twice than
// never, but not before WhatsApp had time to tell.
func TestDoubtThatNobodySettles(t *testing.T) {
	t.Parallel()
	h := newWhatsApp(t)
	h.writes(t)
	h.wa.Spoil(fake.Fault{Kind: fake.Drop, Times: 1, Silent: true})
	h.saysIn(t, chat.WhatsApp, waPerson, "а")
	h.step(t, noon)
	h.step(t, noon.Add(echoPause-time.Second))
	h.wants(t, "before", map[string]int{"pending " + doubt: 1}, "а")
	h.step(t, noon.Add(echoPause))
	h.wants(t, "after", map[string]int{"sent": 1}, "а", "а")
}

// TestLateFailure: what was taken and failed is failed, or sent again.
func TestLateFailure(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		code  int
		after map[string]int
		later map[string]int
		heard []string
	}{
		{131026, map[string]int{"failed blocked": 1}, map[string]int{"failed blocked": 1}, nil},
		{131049, map[string]int{"failed rejected": 1}, map[string]int{"failed rejected": 1}, nil},
		{131056, map[string]int{"pending throttled": 1}, map[string]int{"sent": 1}, []string{"а"}},
		{131000, map[string]int{"pending unavailable": 1}, map[string]int{"sent": 1}, []string{"а"}},
	} {
		h := newWhatsApp(t)
		h.writes(t)
		h.wa.Spoil(fake.Fault{Kind: fake.Late, Code: tt.code, Times: 1})
		h.saysIn(t, chat.WhatsApp, waPerson, "а")
		h.step(t, noon)
		h.step(t, noon.Add(time.Second))
		h.wants(t, "soon", tt.after)
		h.step(t, noon.Add(time.Hour))
		h.wants(t, "later", tt.later, tt.heard...)
	}
}

// TestPairRate: WhatsApp takes a few messages to one person at once, then asks to
// wait. All arrive, in their order.
func TestPairRate(t *testing.T) {
	t.Parallel()
	h := newWhatsApp(t)
	h.writes(t)
	var all []string
	for i := range pairBurst + 2 {
		all = append(all, strconv.Itoa(i))
	}
	h.saysIn(t, chat.WhatsApp, waPerson, all...)
	h.step(t, noon)
	h.wants(t, "at once", map[string]int{"sent": pairBurst, "pending throttled": 1, "pending": 1}, all[:pairBurst]...)
	h.step(t, noon.Add(5*time.Second))
	h.wants(t, "after 5 s", map[string]int{"sent": pairBurst, "pending throttled": 1, "pending": 1}, all[:pairBurst]...)
	h.step(t, noon.Add(6*time.Second))
	h.wants(t, "after 6 s", map[string]int{"sent": pairBurst + 2}, all...)
}

// TestPersonMoves: who hides their phone and then takes another number is one
// person, answered where they are now.
func TestPersonMoves(t *testing.T) {
	t.Parallel()
	h := newWhatsApp(t)
	for _, a := range []fake.Act{
		{From: waPerson, Text: "1"},
		{From: waPerson, Text: "2", User: "RU.1349"},
		{From: waPerson, Text: "3", Hidden: true},
		{From: waPerson, Moves: &fake.Move{Phone: "79990000078", User: "RU.7777"}},
	} {
		if _, err := h.wa.Do(a); err != nil {
			t.Fatal(err)
		}
	}
	h.settled(t)
	h.saysIn(t, chat.WhatsApp, "RU.7777", "а")
	h.step(t, noon)
	if n := len(h.wa.Sent("79990000078", 0)); n != 1 {
		t.Errorf("%d messages reached the new number, want 1", n)
	}
	n, err := storage.Value[int](t.Context(), h.db, `select count(*)::int from subject`)
	if err != nil || n != 1 {
		t.Errorf("%d subjects, %v; want 1", n, err)
	}
}
