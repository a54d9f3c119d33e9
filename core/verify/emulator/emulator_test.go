package emulator

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"besedka/core/fiscal"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, moscow)

func start(t *testing.T, cfg Config) (*Emulator, *httptest.Server) {
	t.Helper()
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return noon }
	}
	e, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	return e, server
}

// post sends raw SOAP, as a client of another hand would.
func post(t *testing.T, url, action, body string, headers ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("SOAPAction", `"`+action+`"`)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var b strings.Builder
	if _, err := io.Copy(&b, resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, b.String()
}

const sendHead = `<e:Envelope xmlns:e="` + nsSoap + `"><e:Body><a:SendMessageRequest xmlns:a="` + nsAsync + `"><a:Message>` +
	`<k:GetTicketRequest xmlns:k="` + nsKkt + `"><k:GetTicketInfo>`

const sendTail = `</k:GetTicketInfo></k:GetTicketRequest></a:Message></a:SendMessageRequest></e:Body></e:Envelope>`

const fields = `<k:Sum>240000</k:Sum><k:Date>2019-04-09T16:38:00</k:Date><k:Fn>9287440300090728</k:Fn>` +
	`<k:TypeOperation>1</k:TypeOperation><k:FiscalDocumentId>77133</k:FiscalDocumentId><k:FiscalSign>1482926127</k:FiscalSign>`

func TestWireIsStrict(t *testing.T) {
	t.Parallel()
	e, server := start(t, Config{})
	e.tokens["good"] = noon.Add(time.Hour)
	token := []string{"FNS-OpenApi-Token", "good", "FNS-OpenApi-UserToken", "dQ=="}
	for _, tt := range []struct {
		name, action, body string
		headers            []string
		want               string
	}{
		{"right", "urn:SendMessageRequest", sendHead + fields + sendTail, token, "<MessageId>"},
		{"with RawData", "urn:SendMessageRequest", sendHead + fields + `<k:RawData>true</k:RawData>` + sendTail, token, "<MessageId>"},
		{"wrong order", "urn:SendMessageRequest", sendHead + `<k:Date>2019-04-09T16:38:00</k:Date>` + fields + sendTail, token, "Unmarshalling Error: cvc-complex-type.2.4.a"},
		{"unfinished", "urn:SendMessageRequest", sendHead + `<k:Sum>1</k:Sum>` + sendTail, token, "cvc-complex-type.2.4.b"},
		{"wrong namespace", "urn:SendMessageRequest", strings.ReplaceAll(sendHead, nsKkt, nsAuth) + fields + sendTail, token, "soap:Client"},
		{"wrong action", "urn:GetMessageRequest", sendHead + fields + sendTail, token, "does not match"},
		{"document type", "urn:SendMessageRequest", "<!DOCTYPE a>" + sendHead + fields + sendTail, token, "soap:Client"},
		{"not XML", "urn:SendMessageRequest", "hello", token, "soap:Client"},
		{"no headers", "urn:SendMessageRequest", sendHead + fields + sendTail, nil, faultHeaders.text},
		{"no user", "urn:SendMessageRequest", sendHead + fields + sendTail, token[:2], faultHeaders.text},
		{"long user", "urn:SendMessageRequest", sendHead + fields + sendTail, []string{token[0], "good", token[2], strings.Repeat("a", 161)}, faultHeaders.text},
		{"unknown token", "urn:SendMessageRequest", sendHead + fields + sendTail, []string{token[0], "bad", token[2], "dQ=="}, "AuthenticationFault"},
	} {
		status, body := post(t, server.URL+ticketPath, tt.action, tt.body, tt.headers...)
		if !strings.Contains(body, tt.want) {
			t.Errorf("%s: got %d %s, want %s", tt.name, status, body, tt.want)
		}
		if (status == 200) != (tt.want == "<MessageId>") {
			t.Errorf("%s: status %d", tt.name, status)
		}
	}
}

// TestForeignEnvelopes: requests written by others are understood.
func TestForeignEnvelopes(t *testing.T) {
	t.Parallel()
	const folder = "../../../../shared/data/fiscal/soap"
	_, server := start(t, Config{})
	for file, to := range map[string][2]string{
		"req-auth.xml":            {authPath, "urn:GetMessageRequest"},
		"req-send-get-ticket.xml": {ticketPath, "urn:SendMessageRequest"},
		"req-get-message.xml":     {ticketPath, "urn:GetMessageRequest"},
	} {
		text, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Skipf("SKIPPED: the corpus of envelopes is not here (%s)", folder)
		}
		_, body := post(t, server.URL+to[0], to[1], string(text))
		if strings.Contains(body, "soap:Client") {
			t.Errorf("%s is not understood: %s", file, body)
		}
	}
}

func TestControl(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state.json")
	_, server := start(t, Config{StateFile: file})
	_, body := post(t, server.URL+"/__emu/receipts", "", `{"receipt":{"dateTime":"2026-03-01T11:59:00","items":[{"name":"Сыр","price":100,"quantity":2,"sum":200},{"name":"Хлеб","price":50,"quantity":1,"sum":50}]},"verdict":"forged"}`)
	var made struct{ QR string }
	if err := json.Unmarshal([]byte(body), &made); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	q, err := fiscal.Parse(made.QR)
	if err != nil || q.Sum != 250 || q.Time.String() != "2026-03-01T11:59" {
		t.Errorf("made up %q: %v, want 2.50 at 11:59", made.QR, err)
	}
	for _, bad := range [][2]string{
		{"/__emu/receipts", `{"receipt":{"items":[]},"verdict":"fine"}`},
		{"/__emu/receipts", `{"receipt":{"totalSum":1}}`},
		{"/__emu/receipts", `{"receipt":{"items":[]},"arrives":"soon"}`},
		{"/__emu/faults", `{"kind":"lazy"}`},
	} {
		if status, body := post(t, server.URL+bad[0], "", bad[1]); status != http.StatusBadRequest {
			t.Errorf("%s: got %d %s, want 400", bad[1], status, body)
		}
	}
	if _, body := post(t, server.URL+"/__emu/faults", "", `{"kind":"down","for":"1h"}`); !strings.Contains(body, `"faults":["down"]`) {
		t.Errorf("after switching down on: %s", body)
	}
	again, _ := start(t, Config{StateFile: file})
	if got := again.Faults(); len(got) != 1 || got[0] != Down {
		t.Errorf("faults after a restart: %v, want down", got)
	}
	if r := again.state.Receipts[key(q)]; r == nil || r.Verdict != Forged {
		t.Errorf("the forged receipt after a restart: %+v", r)
	}
	later, _ := start(t, Config{StateFile: file, Now: func() time.Time { return noon.Add(time.Hour) }})
	if got := later.Faults(); len(got) != 0 {
		t.Errorf("faults an hour later: %v, want none", got)
	}
}

func TestQuotaBeginsAnewAtMoscowMidnight(t *testing.T) {
	t.Parallel()
	var q quota
	late := time.Date(2026, 3, 1, 20, 59, 59, 0, time.UTC)
	q.spend(late, "a")
	q.spend(late, "b")
	if n := q.spend(late, "a"); n != 2 {
		t.Errorf("the second request of the day is the %d", n)
	}
	if n := q.spend(late.Add(time.Second), "a"); n != 1 {
		t.Errorf("the first request after 00:00 in Moscow is the %d", n)
	}
}

// TestInvent: whatever the total, the invented receipt is the one asked for, sums
// up exactly and is the same again.
func TestInvent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := fiscal.QR{
			Time: fiscal.CivilAt(noon), Sum: rapid.Int64Range(0, 10_000_000).Draw(t, "sum"),
			FN: "7284440500123456", FD: rapid.Int64Range(1, 1<<32-1).Draw(t, "fd"), FP: 1, Operation: fiscal.Sale,
		}
		text := Invent(q)
		r, err := fiscal.ParseReceipt(text)
		if err != nil {
			t.Fatal(err)
		}
		if m := r.Compare(q); m != nil {
			t.Fatalf("invented another receipt: %v", m)
		}
		var sum int64
		for _, line := range r.Lines {
			sum += line.Sum
		}
		if sum != q.Sum || len(r.Lines) == 0 || !strings.Contains(r.Lines[0].Name, "Полянка") {
			t.Fatalf("%d lines sum up to %d, want %d; first %q", len(r.Lines), sum, q.Sum, r.Lines[0].Name)
		}
		if again := Invent(q); string(again) != string(text) {
			t.Fatal("invented differently the second time")
		}
	})
}
