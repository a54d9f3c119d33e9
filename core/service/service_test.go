package service_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/expr"
	"besedka/core/member"
	"besedka/core/outside/outsidetest"
	"besedka/core/seal"
	"besedka/core/service"
	"besedka/core/service/contract"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const secret = "sk_very_secret"

// house asks services for one chat, on a database of its own.
type house struct {
	testing.TB
	dsn  string
	db   *storage.DB
	keys *seal.Keyring
	log  bytes.Buffer
	*service.Service
	woken int
}

func open(t testing.TB, dsn string, hosts ...string) *house {
	t.Helper()
	h := &house{TB: t, dsn: dsn}
	var err error
	h.db, err = storage.Open(t.Context(), dsn, 8)
	h.must(err)
	t.Cleanup(h.db.Close)
	h.keys, err = seal.New(bytes.Repeat([]byte{7}, seal.KeyBytes))
	h.must(err)
	log := slog.New(slog.NewTextHandler(&h.log, nil))
	members := member.New(h.db, h.keys, func(context.Context, storage.Tx, time.Time, int64, int64) error { return nil })
	door := conversation.New(h.db, h.keys, members, conversation.Waker{Turns: func() {}, Sends: func(chat.Channel) {}}, log)
	h.must(door.Receive(t.Context(), noon, conversation.Arrival{
		Channel: chat.Telegram, Account: "telegram/1",
		Messages: []conversation.Message{{Key: "1", Peer: "anna", At: noon, In: chat.Inbound{Text: "карта"}}},
	}))
	h.Service = service.New(service.Config{
		DB: h.db, Keys: h.keys, Door: door, Secrets: map[string]service.Secret{"LOYALTY": {Value: secret, Host: append(hosts, "")[0]}}, Private: hosts, Wake: func() { h.woken++ }, Log: log,
	})
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// loyalty is the contract with whatever stands at address.
func loyalty(address string) contract.Service {
	return contract.Service{
		Name: "loyalty", Method: "POST", URL: address + "/cards/{card}", Secret: "LOYALTY", Private: true, Within: time.Minute,
		Outcomes: []contract.Outcome{{Name: "ok", Status: 200}, {Name: "none", Status: 404}},
		Values:   []contract.Value{{Name: "points", Kind: expr.Points, Field: "points"}},
	}
}

// ask writes the request of a turn down.
func (h *house) ask(c contract.Service, turn int64) {
	h.Helper()
	wrapped, err := storage.Value[[]byte](h.Context(), h.db, `select wrapped_key from subject`)
	h.must(err)
	key, err := h.keys.Unwrap(wrapped)
	h.must(err)
	r := service.Request{Contract: c, Args: map[string]expr.Value{"card": expr.TextOf("7788"), "name": expr.TextOf("Анна")}}
	conversation, err := storage.Value[int64](h.Context(), h.db, `select id from conversation`)
	h.must(err)
	call, err := r.Seal(key, noon, conversation, turn)
	h.must(err)
	h.must(h.db.InTx(h.Context(), func(ctx context.Context, tx storage.Tx) error {
		var b storage.Batch
		service.Queue(&b, []service.Call{call})
		return b.Send(ctx, tx)
	}))
}

// answers are what the chat has been woken with, in order.
func (h *house) answers() (all []conversation.Event) {
	h.Helper()
	type row struct {
		Sealed     []byte `db:"sealed"`
		WrappedKey []byte `db:"wrapped_key"`
	}
	rows, err := storage.Collect[row](h.Context(), h.db, `
		select i.sealed, s.wrapped_key from inbox i join conversation c on c.id = i.conversation_id join subject s on s.id = c.subject_id
		where i.kind = 'event' order by i.id`)
	h.must(err)
	for _, r := range rows {
		key, err := h.keys.Unwrap(r.WrappedKey)
		h.must(err)
		var w conversation.Wake
		h.must(key.OpenJSON("inbox", r.Sealed, &w))
		all = append(all, *w.Event)
	}
	return all
}

// until steps at the times that the service asks for, and returns the last.
func (h *house) until(now time.Time) time.Time {
	h.Helper()
	for range 100 {
		worked, next, err := h.Step(h.Context(), now)
		h.must(err)
		switch {
		case worked:
		case next.IsZero():
			return now
		default:
			now = next
		}
	}
	h.Fatal("it goes on for ever")
	return now
}

// partner is a service on loopback that answers as it is told, and remembers.
type partner struct {
	*httptest.Server
	mu       sync.Mutex
	requests []asked
}

type asked struct {
	method, path string
	header       http.Header
	body         string
}

func (a asked) key() string { return a.header.Get("Idempotency-Key") }

func (p *partner) heard() []asked {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

func stand(t testing.TB, answer func(n int, w http.ResponseWriter, r *http.Request)) *partner {
	t.Helper()
	p := &partner{}
	p.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		p.mu.Lock()
		p.requests = append(p.requests, asked{r.Method, r.URL.Path, r.Header, string(body)})
		n := len(p.requests)
		p.mu.Unlock()
		answer(n, w, r)
	}))
	p.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	p.Start()
	t.Cleanup(p.Close)
	return p
}

func (p *partner) host() string { return strings.TrimPrefix(p.URL, "http://") }

func says(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	io.WriteString(w, body) //nolint:errcheck // the asker may have gone
}

func TestAsked(t *testing.T) {
	t.Parallel()
	p := stand(t, func(_ int, w http.ResponseWriter, _ *http.Request) { says(w, 200, `{"points": 12.5}`) })
	h := open(t, storagetest.DSN(t), p.host())
	h.ask(loyalty(p.URL), 3)
	h.ask(loyalty(p.URL), 3) // the turn ran again
	h.until(noon)
	want := []conversation.Event{{Name: "service.loyalty", Outcome: "ok", Visit: 3, Args: map[string]expr.Value{"points": expr.PointsOf(1250)}}}
	if diff := cmp.Diff(want, h.answers(), cmp.Comparer(expr.Value.Equal)); diff != "" {
		t.Error(diff)
	}
	all := p.heard()
	if r := all[0]; len(all) != 1 || r.method != "POST" || r.path != "/cards/7788" || r.body != `{"name":"Анна"}` ||
		r.header.Get("Authorization") != "Bearer "+secret || len(r.key()) != 36 || h.woken != 1 {
		t.Errorf("asked %+v; woken %d", all, h.woken)
	}
}

// What a service may do wrong ends in an outcome, and in no word of the secret or
// of what was asked in the log.
func TestMisbehaviour(t *testing.T) {
	t.Parallel()
	hang := func(_ int, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	tests := []struct {
		name    string
		answer  func(n int, w http.ResponseWriter, r *http.Request)
		outcome string
		asks    int // 0: until the time is up
	}{
		{"no such card", func(_ int, w http.ResponseWriter, _ *http.Request) { says(w, 404, `{}`) }, "none", 1},
		{"mends", func(n int, w http.ResponseWriter, _ *http.Request) {
			says(w, map[bool]int{true: 503, false: 200}[n < 3], `{}`)
		}, "ok", 3},
		{"in work", func(n int, w http.ResponseWriter, _ *http.Request) {
			says(w, map[bool]int{true: 409, false: 200}[n < 2], `{}`)
		}, "ok", 2},
		{"down", func(_ int, w http.ResponseWriter, _ *http.Request) { says(w, 500, `{}`) }, contract.Failed, 0},
		{"refuses", func(_ int, w http.ResponseWriter, _ *http.Request) { says(w, 401, `{}`) }, contract.Failed, 1},
		{"redirects", func(_ int, w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		}, contract.Failed, 1},
		{"a page", func(_ int, w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>ok") }, contract.Failed, 0}, //nolint:errcheck // a test
		{"garbage", func(_ int, w http.ResponseWriter, _ *http.Request) { says(w, 200, `{"points": `) }, contract.Failed, 0},
		{"another kind", func(_ int, w http.ResponseWriter, _ *http.Request) { says(w, 200, `{"points": "много"}`) }, contract.Failed, 0},
		{"no end", func(_ int, w http.ResponseWriter, _ *http.Request) { says(w, 200, strings.Repeat(" ", 1<<20)) }, contract.Failed, 0},
		{"closes", func(_ int, w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }, contract.Failed, 0},
		{"closes in the middle", func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			says(w, 200, `{`)
		}, contract.Failed, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := stand(t, tt.answer)
			h := open(t, storagetest.DSN(t), p.host())
			h.ask(loyalty(p.URL), 1)
			end := h.until(noon)
			got := h.answers()
			if len(got) != 1 || got[0].Outcome != tt.outcome || end.After(noon.Add(time.Minute)) {
				t.Errorf("after %s the chat hears %+v, want %s", end.Sub(noon), got, tt.outcome)
			}
			if n := len(p.heard()); tt.asks != 0 && n != tt.asks || tt.asks == 0 && n < 4 {
				t.Errorf("asked %d times", n)
			}
			keys := map[string]bool{}
			for _, r := range p.heard() {
				keys[r.key()] = true
			}
			if len(keys) != 1 {
				t.Errorf("asked under %d keys", len(keys))
			}
			if log := h.log.String(); strings.Contains(log, secret) || strings.Contains(log, "Анна") || strings.Contains(log, "7788") || (tt.outcome == contract.Failed) != strings.Contains(log, "last=true") {
				t.Errorf("the log says %s", log)
			}
		})
	}
	t.Run("hangs", func(t *testing.T) {
		t.Parallel()
		p := stand(t, hang)
		h := open(t, storagetest.DSN(t), p.host())
		h.Patience(50 * time.Millisecond)
		h.ask(loyalty(p.URL), 1)
		if h.until(noon); len(h.answers()) != 1 || h.answers()[0].Outcome != contract.Failed {
			t.Errorf("the chat hears %+v", h.answers())
		}
	})
}

// Nobody is asked at an address that is not of the internet, whatever its name,
// unless whoever installed us has allowed its host.
func TestAddresses(t *testing.T) {
	t.Parallel()
	p := stand(t, func(_ int, w http.ResponseWriter, _ *http.Request) { says(w, 200, `{}`) })
	u, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	h := open(t, storagetest.DSN(t))
	h.ResolveBy(outsidetest.LeadsInside(t))
	h.Secrets["LOYALTY"] = service.Secret{Value: secret, Host: "api.example.org:" + u.Port()}
	byName := loyalty("https://api.example.org:" + u.Port())
	byName.Private = false
	noSecret := loyalty(p.URL)
	noSecret.Secret = "NOBODY"
	for i, c := range []contract.Service{loyalty(p.URL), byName, noSecret} {
		h.ask(c, int64(i+1))
		h.until(noon)
	}
	for _, e := range h.answers() {
		if e.Outcome != contract.Failed {
			t.Errorf("%+v", e)
		}
	}
	elsewhere := byName // the secret of another host
	elsewhere.URL = "https://evil.example.org:" + u.Port()
	h.ask(elsewhere, 5)
	h.until(noon)
	h.Offline = true
	h.ask(byName, 4)
	h.until(noon)
	log := h.log.String()
	if len(h.answers()) != 5 || !strings.Contains(log, "not for evil.example.org") || !strings.Contains(log, "a rehearsal asks nobody") || len(p.heard()) != 0 || !strings.Contains(log, "no address of the internet") || !strings.Contains(log, "not among those allowed") {
		t.Errorf("%d answers, asked %d times:\n%s", len(h.answers()), len(p.heard()), log)
	}
}

// Two processes: each request is asked once, and answered once.
func TestProcesses(t *testing.T) {
	t.Parallel()
	p := stand(t, func(_ int, w http.ResponseWriter, _ *http.Request) { says(w, 200, `{}`) })
	dsn := storagetest.DSN(t)
	a, b := open(t, dsn, p.host()), open(t, dsn, p.host())
	const turns = 12
	for turn := range int64(turns) {
		a.ask(loyalty(p.URL), turn+1)
	}
	var g errgroup.Group
	for _, h := range []*house{a, b, a, b} {
		g.Go(func() error {
			for {
				worked, _, err := h.Step(t.Context(), noon)
				if err != nil || !worked {
					return err
				}
			}
		})
	}
	a.must(g.Wait())
	a.until(noon)
	seen := map[int64]int{}
	for _, e := range a.answers() {
		seen[e.Visit]++
	}
	if len(seen) != turns || len(a.answers()) != turns || len(p.heard()) != turns {
		t.Errorf("%d turns have %d answers, asked %d times", turns, len(a.answers()), len(p.heard()))
	}
}

func TestSlowProcess(t *testing.T) {
	t.Parallel()
	dsn := storagetest.DSN(t)
	var second *house
	p := stand(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 1 { // the lease of the first process ends: another one asks and settles before
			if _, _, err := second.Step(context.Background(), noon.Add(31*time.Second)); err != nil {
				t.Error(err)
			}
		}
		says(w, 200, `{}`)
	})
	first := open(t, dsn, p.host())
	second = open(t, dsn, p.host())
	first.ask(loyalty(p.URL), 1)
	first.until(noon)
	if all := p.heard(); len(first.answers()) != 1 || len(all) != 2 || all[0].key() != all[1].key() {
		t.Errorf("asked %+v, %d answers", all, len(first.answers()))
	}
}

// A process that dies with a request in hand leaves it to the others at once.
func TestKilledWhileAsking(t *testing.T) {
	t.Parallel()
	dsn := storagetest.DSN(t)
	ctx, kill := context.WithCancel(t.Context())
	p := stand(t, func(n int, w http.ResponseWriter, r *http.Request) {
		if n == 1 {
			kill()
			<-r.Context().Done()
			return
		}
		says(w, 404, `{}`)
	})
	gone, other := open(t, dsn, p.host()), open(t, dsn, p.host())
	gone.ask(loyalty(p.URL), 1)
	if _, _, err := gone.Step(ctx, noon); err != nil {
		t.Error(err)
	}
	gone.db.Close()
	other.until(noon)
	all := p.heard()
	if got := other.answers(); len(got) != 1 || got[0].Outcome != "none" || len(all) != 2 || all[0].key() != all[1].key() {
		t.Errorf("asked %+v; the chat hears %+v", all, got)
	}
}

// A service that hangs holds up nobody else: of its requests no more than a few
// are in hand.
func TestOneServiceHoldsUpNobody(t *testing.T) {
	t.Parallel()
	p := stand(t, func(_ int, w http.ResponseWriter, _ *http.Request) { says(w, 200, `{}`) })
	h := open(t, storagetest.DSN(t), p.host())
	for turn := range int64(10) {
		h.ask(loyalty(p.URL), turn+1)
	}
	me, err := h.db.Session(t.Context())
	h.must(err)
	_, err = h.db.Exec(t.Context(), `update service_call set holder = $1, due_at = $2 where turn_no <= 4`, me, noon.Add(20*time.Second))
	h.must(err)
	if worked, _, err := h.Step(t.Context(), noon); worked || err != nil {
		t.Errorf("four are in hand, and a fifth is asked: %v", err)
	}
	other := loyalty(p.URL)
	other.Name = "other"
	h.ask(other, 20)
	if worked, _, err := h.Step(t.Context(), noon); !worked || err != nil || len(h.answers()) != 1 || h.answers()[0].Visit != 20 {
		t.Errorf("another one waits: %v, %+v", err, h.answers())
	}
}

// After its time is up nobody asks; whose sender was erased neither.
func TestTooLate(t *testing.T) {
	t.Parallel()
	p := stand(t, func(_ int, w http.ResponseWriter, _ *http.Request) { says(w, 200, `{}`) })
	h := open(t, storagetest.DSN(t), p.host())
	h.ask(loyalty(p.URL), 1)
	h.until(noon.Add(2 * time.Minute))
	if got := h.answers(); len(got) != 1 || got[0].Outcome != contract.Failed {
		t.Errorf("the chat hears %+v", got)
	}
	h.ask(loyalty(p.URL), 2)
	_, err := h.db.Exec(t.Context(), `update subject set wrapped_key = null`)
	h.must(err)
	h.until(noon)
	left, err := service.Waiting(t.Context(), h.db)
	if len(p.heard()) != 0 || len(left) != 0 || err != nil {
		t.Errorf("asked %d times, %v waits, %v", len(p.heard()), left, err)
	}
}
