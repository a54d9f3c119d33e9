package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"besedka/core/ledger"
	"besedka/core/receipt"
	"besedka/flows/programme"
	"besedka/storage/embedded"
	"besedka/web/rehearsal"
)

// rehearsed is a rehearsal as its user sees it: an address, a token and a
// folder with the programme.
type rehearsed struct {
	site, token, folder string
	buys                string        // what its receipts are of
	asks                *atomic.Int64 // keys of requests of staff
}

// startRehearsal runs the command until the test ends, and then looks that it
// has left nothing behind.
func startRehearsal(t *testing.T, flags ...string) rehearsed {
	t.Helper()
	if _, err := embedded.Find(""); err != nil {
		t.Skip("SKIPPED: ", err)
	}
	temp, err := os.MkdirTemp("", "rehearse") // not t.TempDir: PostgreSQL's user may enter this one
	if err == nil {
		err = os.Chmod(temp, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	r := rehearsed{token: "secret", folder: t.TempDir(), buys: "Йогурт питьевой «Полянка» земляника 270г", asks: new(atomic.Int64)}
	t.Setenv("TMPDIR", temp)
	if err := os.CopyFS(r.folder, programme.Files); err != nil {
		t.Fatal(err)
	}
	// A test's context ends before its clean-up: the rehearsal would leave while a look
	// into its database (see database) still keeps the server, and its folder, in use.
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	out, in := io.Pipe()
	ended := make(chan int)
	go func() {
		code := run(ctx, append([]string{"rehearse", "--listen", "127.0.0.1:0", "--token", r.token, "--programme", r.folder}, flags...), in, t.Output())
		in.Close()
		ended <- code
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("the rehearsal ended with code %d", code)
		}
		if err := os.Remove(temp); err != nil {
			t.Errorf("the rehearsal left something behind: %v", err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("no line when ready: %v", err)
	}
	r.site = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "ready "), "/rehearsal/v1")
	return r
}

// call makes one request and decodes a good answer into out; it returns the
// status of any other, and its body.
func (r rehearsed) call(t *testing.T, method, path string, in, out any) (int, string) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, r.site+"/rehearsal/v1/"+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode == http.StatusOK {
		err = json.Unmarshal(answer, out)
	}
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return resp.StatusCode, string(answer)
}

func (r rehearsed) must(t *testing.T, method, path string, in, out any) {
	t.Helper()
	if status, answer := r.call(t, method, path, in, out); status != http.StatusOK {
		t.Fatalf("%s %s %v: %d %s", method, path, in, status, answer)
	}
}

type fields map[string]any

// do lets a person act and returns what they hear, as one text.
func (r rehearsed) do(t *testing.T, channel, from string, act fields) string {
	t.Helper()
	act["from"] = from
	var out struct{ Replies []rehearsal.Message }
	r.must(t, "POST", "channels/"+channel+"/inbound", act, &out)
	return transcribed(out.Replies)
}

// heard is everything a person has heard so far.
func (r rehearsed) heard(t *testing.T, channel, from string) string {
	t.Helper()
	var out struct{ Messages []rehearsal.Message }
	r.must(t, "GET", "channels/"+channel+"/outbound?"+url.Values{"to": {from}}.Encode(), nil, &out)
	return transcribed(out.Messages)
}

// transcribed writes messages down, their buttons in brackets, any space as a plain
// one.
func transcribed(messages []rehearsal.Message) string {
	var b strings.Builder
	for _, m := range messages {
		b.WriteString(m.Text)
		for _, button := range m.Buttons {
			b.WriteString(" [" + button.Title + "]")
		}
		b.WriteString("\n")
	}
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(b.String())
}

func (r rehearsed) now(t *testing.T) time.Time {
	t.Helper()
	var out struct{ Now time.Time }
	r.must(t, "GET", "clock", nil, &out)
	return out.Now
}

func (r rehearsed) advance(t *testing.T, d time.Duration) {
	t.Helper()
	r.must(t, "POST", "clock", fields{"advance": d.String()}, &struct{}{})
}

// receipt puts a receipt bought now into the tax service.
func (r rehearsed) receipt(t *testing.T, total int64, more fields) (qr string) {
	t.Helper()
	line := fields{"name": r.buys, "price": total, "quantity": 1, "sum": total}
	in := fields{"receipt": fields{"items": []fields{line}}}
	for k, v := range more {
		in[k] = v
	}
	var out struct{ QR string }
	r.must(t, "POST", "fiscal/receipts", in, &out)
	return out.QR
}

type memberView struct {
	ID           int64
	RegisteredAt *time.Time
	Balances     []struct {
		Currency string
		Points   int64
	}
	Statement []ledger.Entry
	Receipts  []receipt.Item
	Consents  []struct {
		Kind, Version, Channel string
		Granted                bool
		At                     time.Time
	}
}

// points are the bonuses; -1 when they are not told.
func (m memberView) points() int64 {
	for _, b := range m.Balances {
		if b.Currency == ledger.Bonus {
			return b.Points
		}
	}
	return -1
}

// member is who chats as from.
func (r rehearsed) member(t *testing.T, channel, from string) memberView {
	t.Helper()
	var out []memberView
	r.must(t, "GET", "members?"+url.Values{"channel": {channel}, "from": {from}}.Encode(), nil, &out)
	if len(out) != 1 {
		t.Fatalf("%d members chat as %s, want one", len(out), from)
	}
	return out[0]
}

// asked counts the calls about a receipt that the tax service got.
func (r rehearsed) asked(t *testing.T, call, qr string) (n int) {
	t.Helper()
	var out struct{ Calls []struct{ Call, QR string } }
	r.must(t, "GET", "fiscal/calls", nil, &out)
	for _, c := range out.Calls {
		if c.Call == call && c.QR == qr {
			n++
		}
	}
	return n
}

// register takes a person through the whole questionnaire.
func (r rehearsed) register(t *testing.T, channel, from string) {
	t.Helper()
	for _, act := range []fields{
		{"text": "/start"},
		{"button": "Согласие даю"},
		{"text": "Анна"},
		{"text": "12.05.1990"},
		{"text": "Казань"},
		{"button": "Нет"},
		{"button": "От друзей"},
		{"button": "Пропустить"},
	} {
		r.do(t, channel, from, act)
	}
	if r.member(t, channel, from).RegisteredAt == nil {
		t.Fatalf("%s is not registered; heard:\n%s", from, r.heard(t, channel, from))
	}
}
