package verify_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"besedka/core/fiscal"
	"besedka/core/verify"
	"besedka/core/verify/emulator"
)

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// bench is a client and an emulator with a wire between them.
type bench struct {
	*clock
	emu    *emulator.Emulator
	client *verify.Client
	hangs  time.Duration
}

func setUp(t *testing.T, cfg emulator.Config) *bench {
	t.Helper()
	b := &bench{clock: &clock{now: time.Date(2026, 3, 1, 9, 35, 0, 0, time.UTC)}}
	cfg.Now = b.Now
	cfg.Hang = func(_ context.Context, d time.Duration) { b.hangs += d; b.Advance(d) }
	emu, err := emulator.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(emu)
	t.Cleanup(server.Close)
	b.emu, b.client = emu, verify.New(server.URL, "master")
	return b
}

const contents = `{"code":3,"fiscalDriveNumber":"7284440500123456","fiscalDocumentNumber":4711,"fiscalSign":3141592653,
"operationType":1,"dateTime":"2026-03-01T12:30:00","totalSum":23500,"items":[{"name":"Сыр","price":23500,"quantity":1,"sum":23500}]}`

const text = "t=20260301T1230&s=235.00&fn=7284440500123456&i=4711&fp=3141592653&n=1"

func parse(t *testing.T, text string) fiscal.QR {
	t.Helper()
	q, err := fiscal.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// ask sends and polls once, and judges what comes.
func (b *bench) ask(t *testing.T, text string) (verify.Answer, error) {
	t.Helper()
	q := parse(t, text)
	id, err := b.client.Send(t.Context(), b.Now(), verify.Query{QR: q, User: "m17"})
	if err != nil {
		return verify.Answer{}, err
	}
	b.Advance(time.Second)
	a, err := b.client.Poll(t.Context(), b.Now(), "m17", id)
	return a.Judge(q, q.Time.In(time.UTC), b.Now()), err
}

func failureOf(t *testing.T, err error) *verify.Failure {
	t.Helper()
	var f *verify.Failure
	if !errors.As(err, &f) {
		t.Fatalf("got error %v, want a *verify.Failure", err)
	}
	return f
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, ask string
		verdict   emulator.Verdict
		arrives   time.Duration
		wait      time.Duration
		want      verify.Class
	}{
		{"good", text, emulator.OK, 0, 0, verify.Verified},
		{"forged", text, emulator.Forged, 0, 0, verify.Forged},
		{"annulled", text, emulator.Annulled, 0, 0, verify.NotArrived},
		{"another sum", "t=20260301T1230&s=2350.00&fn=7284440500123456&i=4711&fp=3141592653&n=1", emulator.OK, 0, 0, verify.Forged},
		{"another sign", "t=20260301T1230&s=235.00&fn=7284440500123456&i=4711&fp=3141592654&n=1", emulator.OK, 0, 0, verify.Forged},
		{"another minute", "t=20260301T1231&s=235.00&fn=7284440500123456&i=4711&fp=3141592653&n=1", emulator.OK, 0, 0, verify.Forged},
		{"seconds given", "t=20260301T123000&s=235.00&fn=7284440500123456&i=4711&fp=3141592653&n=1", emulator.OK, 0, 0, verify.Verified},
		{"on its way", text, emulator.OK, 10 * time.Minute, 0, verify.NotArrived},
		{"arrived", text, emulator.OK, 10 * time.Minute, 6 * time.Minute, verify.Verified},
		{"purged", text, emulator.OK, 0, 80 * 24 * time.Hour, verify.TooOld},
		{"never heard of", "t=20260301T1230&s=1.00&fn=7284440500123456&i=1&fp=1&n=1", emulator.OK, 0, 0, verify.Forged},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setUp(t, emulator.Config{Strict: true})
			qr, err := b.emu.AddReceipt([]byte(contents), tt.arrives, tt.verdict)
			if err != nil || qr != text {
				t.Fatalf("AddReceipt: %q, %v; want %q", qr, err, text)
			}
			b.Advance(tt.wait)
			a, err := b.ask(t, tt.ask)
			if err != nil || a.Class != tt.want {
				t.Errorf("got %+v, %v; want %s", a, err, tt.want)
			}
			if tt.want == verify.Verified && a.Receipt.Lines[0].Name != "Сыр" {
				t.Errorf("contents: %+v", a.Receipt)
			}
		})
	}
}

// TestDemonstration: a receipt never heard of is invented; a second claim of the
// same document with other requisites is forged.
func TestDemonstration(t *testing.T) {
	t.Parallel()
	b := setUp(t, emulator.Config{})
	a, err := b.ask(t, text)
	if err != nil || a.Class != verify.Verified || a.Receipt.Total != 23500 {
		t.Fatalf("got %+v, %v; want an invented receipt of 235.00", a, err)
	}
	a, err = b.ask(t, "t=20260301T1230&s=99999.00&fn=7284440500123456&i=4711&fp=3141592653&n=1")
	if err != nil || a.Class != verify.Forged {
		t.Errorf("another sum for the same document: %+v, %v; want forged", a, err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	b := setUp(t, emulator.Config{})
	for _, tt := range []struct {
		kind emulator.Fault
		want verify.Class
		wait time.Duration
	}{
		{emulator.Down, verify.Outage, 0},
		{emulator.Hang, verify.Outage, 0},
		{emulator.Rate, verify.RateShort, 0},
		{emulator.Daily, verify.RateDaily, 11*time.Hour + 24*time.Minute + 27*time.Second},
		{emulator.Auth, verify.Auth, 0},
	} {
		if err := b.emu.SetFault(tt.kind, time.Hour); err != nil {
			t.Fatal(err)
		}
		_, err := b.ask(t, text)
		if f := failureOf(t, err); f.Class != tt.want || f.RetryAfter != tt.wait {
			t.Errorf("%s: got %s after %v (%v), want %s after %v", tt.kind, f.Class, f.RetryAfter, err, tt.want, tt.wait)
		}
		if err := b.emu.ClearFaults(); err != nil {
			t.Fatal(err)
		}
		if a, err := b.ask(t, text); err != nil || a.Class != verify.Verified {
			t.Errorf("after %s: %+v, %v; want verified", tt.kind, a, err)
		}
	}
	if b.hangs == 0 {
		t.Error("the hang cost no time")
	}
}

func TestNotFoundAndSlow(t *testing.T) {
	t.Parallel()
	b := setUp(t, emulator.Config{})
	for kind, want := range map[emulator.Fault]verify.Class{
		emulator.NotFound: verify.NotArrived, emulator.Slow: verify.Processing,
	} {
		if err := b.emu.SetFault(kind, 0); err != nil {
			t.Fatal(err)
		}
		if a, err := b.ask(t, text); err != nil || a.Class != want {
			t.Errorf("%s: got %+v, %v; want %s", kind, a, err, want)
		}
		if err := b.emu.ClearFaults(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestGarbage: whatever the other end writes is a failure that can be tried
// again, never a verdict about the receipt.
func TestGarbage(t *testing.T) {
	t.Parallel()
	b := setUp(t, emulator.Config{})
	if _, err := b.ask(t, text); err != nil {
		t.Fatal(err)
	}
	if err := b.emu.SetFault(emulator.Garbage, 0); err != nil {
		t.Fatal(err)
	}
	for range 30 {
		_, err := b.ask(t, text)
		if f := failureOf(t, err); f.Class != verify.Protocol && f.Class != verify.Outage && f.Class != verify.Unknown {
			t.Errorf("got %s (%v), want protocol, outage or unknown", f.Class, err)
		}
	}
}

func TestMessageLife(t *testing.T) {
	t.Parallel()
	b := setUp(t, emulator.Config{})
	id, err := b.client.Send(t.Context(), b.Now(), verify.Query{QR: parse(t, text), User: "m17"})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		wait time.Duration
		want verify.Class // "" for an answer
	}{{0, ""}, {500 * time.Millisecond, verify.RateShort}, {time.Second, ""}, {time.Minute, verify.Expired}} {
		b.Advance(step.wait)
		_, err := b.client.Poll(t.Context(), b.Now(), "m17", id)
		if step.want == "" {
			if err != nil {
				t.Errorf("after %v: %v", step.wait, err)
			}
			continue
		}
		if f := failureOf(t, err); f.Class != step.want {
			t.Errorf("after %v: got %s, want %s", step.wait, f.Class, step.want)
		}
	}
}

// TestToken: one token serves everybody, is fetched again before its end, and
// once more when the service has forgotten it.
func TestToken(t *testing.T) {
	t.Parallel()
	b := setUp(t, emulator.Config{})
	auths := func() (n int) {
		for _, c := range b.emu.Calls() {
			if c.Call == "auth" {
				n++
			}
		}
		return n
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := b.client.Send(t.Context(), b.Now(), verify.Query{QR: parse(t, text), User: "m17"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := auths(); got != 1 {
		t.Errorf("20 parallel requests fetched %d tokens, want 1", got)
	}
	b.Advance(59*time.Minute + time.Second)
	if _, err := b.ask(t, text); err != nil || auths() != 2 {
		t.Errorf("a minute before the end: %d tokens, %v; want 2", auths(), err)
	}

	other := setUp(t, emulator.Config{})
	moved := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if other.Now().Equal(b.Now()) {
			other.emu.ServeHTTP(w, r)
			return
		}
		b.emu.ServeHTTP(w, r)
	}))
	t.Cleanup(moved.Close)
	b.client = verify.New(moved.URL, "master")
	if _, err := b.ask(t, text); err != nil {
		t.Fatal(err)
	}
	other.Advance(b.Now().Sub(other.Now())) // from here on another emulator answers, as after a restart
	if _, err := b.client.Send(t.Context(), b.Now(), verify.Query{QR: parse(t, text), User: "m17"}); err != nil {
		t.Errorf("after a restart of the service: %v", err)
	}
}
