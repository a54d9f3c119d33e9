package emulator

import (
	"encoding/base64"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// soap is a client of another hand: it knows no more than the wire.
type soap struct {
	t     *testing.T
	e     *Emulator
	site  string
	clock time.Time
	user  string
}

func open(t *testing.T, cfg Config) *soap {
	t.Helper()
	s := &soap{t: t, clock: noon, user: "dQ=="}
	cfg.Now = func() time.Time { return s.clock }
	cfg.Strict = true
	e, server := start(t, cfg)
	s.e, s.site = e, server.URL
	e.tokens["good"] = noon.Add(24 * time.Hour)
	if _, err := e.AddReceipt([]byte(cheese), 0, OK); err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	cheese = `{"operationType":1,"fiscalDriveNumber":"9287440300090728","fiscalDocumentNumber":77133,"fiscalSign":1482926127,` +
		`"dateTime":"2026-03-01T11:38:00","totalSum":240000,"items":[{"name":"Сыр","price":240000,"quantity":1,"sum":240000}]}`
	cheeseInfo = `<k:Sum>240000</k:Sum><k:Date>2026-03-01T11:38:00</k:Date><k:Fn>9287440300090728</k:Fn>` +
		`<k:TypeOperation>1</k:TypeOperation><k:FiscalDocumentId>77133</k:FiscalDocumentId><k:FiscalSign>1482926127</k:FiscalSign>`
)

func (s *soap) post(action, body string) (int, string) {
	s.t.Helper()
	return post(s.t, s.site+ticketPath, action, body, "FNS-OpenApi-Token", "good", "FNS-OpenApi-UserToken", s.user)
}

// send returns the message, or the whole reply when there is none.
func (s *soap) send() (id, body string) {
	s.t.Helper()
	_, body = s.post("urn:SendMessageRequest", sendHead+cheeseInfo+sendTail)
	return between1(body, "<MessageId>", "</MessageId>"), body
}

func between1(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, found := strings.Cut(s, to)
	if !found {
		return ""
	}
	return s
}

func (s *soap) poll(id string) (int, string) {
	s.t.Helper()
	return s.post("urn:GetMessageRequest", `<e:Envelope xmlns:e="`+nsSoap+`"><e:Body><a:GetMessageRequest xmlns:a="`+nsAsync+
		`"><a:MessageId>`+id+`</a:MessageId></a:GetMessageRequest></e:Body></e:Envelope>`)
}

// ask sends and polls once.
func (s *soap) ask() string {
	s.t.Helper()
	id, body := s.send()
	if id == "" {
		return body
	}
	_, body = s.poll(id)
	return body
}

func code(body string) string { return between1(body, "<ns2:Code>", "</ns2:Code>") }

// TestTableOfFaults: every row in the service's own words, carried by 500 or 200.
func TestTableOfFaults(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	for kind, want := range map[Fault]string{
		Timeout: faultTimeout.text, Address: faultAddress.text, Headers: faultHeaders.text, Auth: "<AuthenticationFault", Denied: faultDenied.text,
		Daily: "дневной лимит", Rate: faultRate.text, Expired: "<MessageNotFoundFault", Polls: "<errorCode>429</errorCode>",
		Internal: "внутренняя ошибка", Schema: "Unmarshalling Error: cvc-complex-type.2.4.a",
	} {
		for _, status := range []int{0, 200} {
			call := strikes[kind][0]
			if call == "auth" {
				call = "send"
			}
			if err := s.e.Plan(Trouble{Provider: FNS, Call: call, Script: []Fault{kind}, Status: status}); err != nil {
				t.Fatal(err)
			}
			var got int
			var body string
			if call == "poll" {
				id, _ := s.send()
				got, body = s.poll(id)
			} else {
				got, body = s.post("urn:SendMessageRequest", sendHead+cheeseInfo+sendTail)
			}
			if !strings.Contains(body, want) || !strings.Contains(body, "<soap:Fault>") || (got == 200) != (status == 200) {
				t.Errorf("%s by %d: %d %s", kind, status, got, body)
			}
			if got := code(s.ask()); got != "200" {
				t.Errorf("after %s: code %q", kind, got)
			}
		}
	}
}

// TestFaultsAreThoseThatWereSeen compares our envelopes with those of the corpus.
func TestFaultsAreThoseThatWereSeen(t *testing.T) {
	t.Parallel()
	const folder = "../../../../shared/data/fiscal/soap"
	internal, _ := stroke{kind: Internal}.fault()
	schema, _ := stroke{kind: Schema}.fault()
	for file, ours := range map[string]string{
		"fault-timeout": faultTimeout.envelope(), "fault-ip": faultAddress.envelope(), "fault-headers": faultHeaders.envelope(),
		"fault-token": faultToken.envelope(), "fault-method-denied": faultDenied.envelope(), "fault-method-limit": faultRate.envelope(),
		"fault-getmessage-rate": faultPolls.envelope(), "fault-daily-limit": faultDaily.envelope(), "fault-internal": internal.envelope(),
		"fault-message-not-found": faultNotFound("5c3da8d7-cb72-4c4f-b4b8-aafbd1d1ef46").envelope(), "fault-unmarshalling": schema.envelope(),
		"send-ok": sent("d28f1970-1e8d-4fe4-8a39-8aab0af7885e"), "get-processing": processing(), "auth-fault-in-body": authFault("Описание ошибки сервиса"),
		"get-ticket-404": completed(ticketResult("GetTicketResponse", "404", "")), "get-ticket-406": completed(ticketResult("GetTicketResponse", "406", "")),
		"get-ticket-400": completed(ticketResult("GetTicketResponse", "400", "")), "get-ticket-503": completed(ticketResult("GetTicketResponse", "503", "")),
		"check-ticket-200": completed(ticketResult("CheckTicketResponse", "200", "")), "check-ticket-406": completed(ticketResult("CheckTicketResponse", "406", "")),
	} {
		text, err := os.ReadFile(filepath.Join(folder, file+".xml"))
		if err != nil {
			t.Skipf("SKIPPED: the corpus of envelopes is not here (%s)", folder)
		}
		if diff := cmp.Diff(tree(t, string(text)), tree(t, ours)); diff != "" && file != "fault-internal" && file != "fault-daily-limit" {
			t.Errorf("%s (-seen +ours): %s", file, diff)
		}
		if a, b := shapeOf(tree(t, string(text))), shapeOf(tree(t, ours)); a != b {
			t.Errorf("%s: seen %s, ours %s", file, a, b)
		}
	}
}

// tree is an envelope without the blanks between its elements.
func tree(t *testing.T, text string) (n node) {
	t.Helper()
	if err := xml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	return trimmed(n)
}

func trimmed(n node) node {
	n.Text = strings.TrimSpace(n.Text)
	for i := range n.Children {
		n.Children[i] = trimmed(n.Children[i])
	}
	return n
}

func shapeOf(n node) string {
	s := n.XMLName.Space + " " + n.XMLName.Local + "("
	for _, c := range n.Children {
		s += shapeOf(c)
	}
	return s + ")"
}

func TestSpoiltReplies(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	for kind, spoilt := range map[Fault]func(body string) bool{
		Truncated: func(b string) bool { return xml.Unmarshal([]byte(b), new(node)) != nil },
		Huge:      func(b string) bool { return len(b) > 4<<20 && code(b) == "200" },
		Unicode:   func(b string) bool { return !utf8.ValidString(b) },
		Doctype:   func(b string) bool { return strings.HasPrefix(b, "<!DOCTYPE") },
		Namespace: func(b string) bool { return strings.Contains(b, "urn:other") },
		Empty:     func(b string) bool { return strings.Contains(b, "<Message></Message>") },
		NotJSON:   func(b string) bool { return strings.Contains(b, "not JSON") },
		Another:   func(b string) bool { return strings.Contains(b, "77134") && !strings.Contains(b, "77133") },
		Twice:     func(b string) bool { return strings.Count(b, "<soap:Envelope") == 2 },
		NotFound:  func(b string) bool { return code(b) == "404" },
		"528":     func(b string) bool { return code(b) == "528" },
	} {
		if err := s.e.Plan(Trouble{Provider: FNS, Kind: kind, Call: "poll"}); err != nil {
			t.Fatal(err)
		}
		if body := s.ask(); !spoilt(body) {
			t.Errorf("%s: %.300s", kind, body)
		}
		if err := s.e.ClearFaults(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestBrokenConnections(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	for kind, want := range map[Fault]string{Down: "EOF", Reset: "connection reset"} {
		if err := s.e.SetFault(kind, 0); err != nil {
			t.Fatal(err)
		}
		resp, err := http.Post(s.site+ticketPath, "text/xml", strings.NewReader("<a/>")) //nolint:noctx // a test's server ends with it
		if err == nil {
			resp.Body.Close()
			t.Fatalf("%s: %s", kind, resp.Status)
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", kind, err, want)
		}
		if err := s.e.ClearFaults(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTroublesInTime: by script, in a window, at a rate.
func TestTroublesInTime(t *testing.T) {
	t.Parallel()
	s := open(t, Config{Seed: 7})
	if status, body := post(t, s.site+"/__emu/faults", "", `{"call":"send","script":["timeout","ok","rate"]}`); status != 200 {
		t.Fatal(body)
	}
	for i, want := range []string{faultTimeout.text, "<MessageId>", faultRate.text, "<MessageId>"} {
		if _, body := s.send(); !strings.Contains(body, want) {
			t.Errorf("call %d: %s, want %s", i+1, body, want)
		}
	}
	if status, body := post(t, s.site+"/__emu/faults", "", `{"kind":"503","after":"1m","for":"1m"}`); status != 200 {
		t.Fatal(body)
	}
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{{59 * time.Second, "200"}, {time.Minute, "503"}, {119 * time.Second, "503"}, {2 * time.Minute, "200"}} {
		if s.clock = noon.Add(tt.after); code(s.ask()) != tt.want {
			t.Errorf("after %v: not %s", tt.after, tt.want)
		}
	}
	if err := s.e.Plan(Trouble{Provider: FNS, Kind: Internal, Call: "send", Permille: 250}); err != nil {
		t.Fatal(err)
	}
	failed := 0
	for range 400 {
		if id, _ := s.send(); id == "" {
			failed++
		}
	}
	if failed < 60 || failed > 140 {
		t.Errorf("%d of 400 failed, want a quarter", failed)
	}
}

func TestTroublesAreChecked(t *testing.T) {
	t.Parallel()
	e, _ := start(t, Config{})
	for _, bad := range []Trouble{
		{Provider: "ofd", Kind: Down},
		{Provider: FNS, Kind: Wait},
		{Provider: FNS, Kind: Down, Call: "check"},
		{Provider: FNS, Kind: Denied, Call: "poll"},
		{Provider: FNS, Kind: Down, Permille: 1001},
		{Provider: FNS, Kind: Internal, Status: 5},
		{Provider: FNS, Script: []Fault{Down}},
		{Provider: FNS, Call: "auth", Script: []Fault{"ok", Polls}},
	} {
		if err := e.Plan(bad); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

func TestTimesOfAReceipt(t *testing.T) {
	t.Parallel()
	for _, newer := range []bool{false, true} {
		s := open(t, Config{NewService: newer})
		if status, body := post(t, s.site+"/__emu/receipts", "", `{"receipt":`+cheese+`,"signed":"23m","arrives":"30m","annulled":"72h"}`); status != 200 {
			t.Fatal(body)
		}
		missing := "404"
		if newer {
			missing = "455"
		}
		bought := noon.Add(-22 * time.Minute)
		for _, tt := range []struct {
			after time.Duration
			want  string
		}{
			{22 * time.Minute, "528"},
			{23 * time.Minute, missing},
			{30 * time.Minute, "200"},
			{71 * time.Hour, "200"},
			{72 * time.Hour, missing},
		} {
			s.clock = bought.Add(tt.after)
			s.e.tokens["good"] = s.clock.Add(time.Hour)
			if got := code(s.ask()); got != tt.want {
				t.Errorf("after %v: %s, want %s", tt.after, got, tt.want)
			}
		}
		if _, err := s.e.AddReceipt([]byte(cheese), 0, OK); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			days int
			want string
		}{{75, "200"}, {76, missing}} {
			s.clock = bought.AddDate(0, 0, tt.days)
			s.e.tokens["good"] = s.clock.Add(time.Hour)
			if got := code(s.ask()); got != tt.want {
				t.Errorf("after %d days: %s, want %s", tt.days, got, tt.want)
			}
		}
	}
}

// TestCheckTicket: authenticity without the document, also before it arrives;
// the GeoInfo of the first schema is taken too.
func TestCheckTicket(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	if _, err := s.e.AddReceipt([]byte(cheese), time.Hour, OK); err != nil {
		t.Fatal(err)
	}
	head, tail := strings.ReplaceAll(sendHead, "GetTicket", "CheckTicket"), strings.ReplaceAll(sendTail, "GetTicket", "CheckTicket")
	tail = strings.Replace(tail, "</k:CheckTicketRequest>", "<k:GeoInfo><k:Latitude>55.7</k:Latitude><k:Longitude>37.6</k:Longitude></k:GeoInfo></k:CheckTicketRequest>", 1)
	for want, info := range map[string]string{"200": cheeseInfo, "406": strings.Replace(cheeseInfo, "240000", "240001", 1)} {
		_, body := s.post("urn:SendMessageRequest", head+info+tail)
		_, body = s.poll(between1(body, "<MessageId>", "</MessageId>"))
		if code(body) != want || !strings.Contains(body, "<CheckTicketResponse") || strings.Contains(body, "Ticket>{") {
			t.Errorf("%s: %s", want, body)
		}
	}
	_, body := s.post("urn:SendMessageRequest", strings.Replace(sendHead, "GetTicketRequest", "OtherRequest", 1)+cheeseInfo+strings.Replace(sendTail, "GetTicketRequest", "OtherRequest", 1))
	if !strings.Contains(body, "отсутствует в списке доступа") {
		t.Errorf("an unknown method: %s", body)
	}
}

// TestContract: the address, the master token, the token's life and the quotas.
func TestContract(t *testing.T) {
	t.Parallel()
	s := open(t, Config{
		Addresses: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")},
		TokenLife: 2 * time.Second, MasterToken: "master", SendsADay: 4, UserSends: 2,
	})
	auth := func(token string) string {
		_, body := post(t, s.site+authPath, "urn:GetMessageRequest", `<e:Envelope xmlns:e="`+nsSoap+`"><e:Body><s:GetMessageRequest xmlns:s="`+nsSync+
			`"><s:Message><u:AuthRequest xmlns:u="`+nsAuth+`"><u:AuthAppInfo><u:MasterToken>`+token+`</u:MasterToken></u:AuthAppInfo></u:AuthRequest></s:Message></s:GetMessageRequest></e:Body></e:Envelope>`)
		return between1(body, "<ns2:Token>", "</ns2:Token>")
	}
	if auth("other") != "" {
		t.Error("another's master token is good")
	}
	token := auth("master")
	for after, good := range map[time.Duration]bool{2 * time.Second: true, 3 * time.Second: false} {
		s.clock = noon.Add(after)
		_, body := post(t, s.site+ticketPath, "urn:GetMessageRequest", `<e:Envelope xmlns:e="`+nsSoap+`"><e:Body><a:GetMessageRequest xmlns:a="`+nsAsync+
			`"><a:MessageId>x</a:MessageId></a:GetMessageRequest></e:Body></e:Envelope>`, "FNS-OpenApi-Token", token, "FNS-OpenApi-UserToken", "dQ==")
		if strings.Contains(body, "<AuthenticationFault") == good {
			t.Errorf("after %v: %s", after, body)
		}
	}
	want := []string{"<MessageId>", "<MessageId>", faultRate.text}
	for i, w := range append(want, "<MessageId>", faultDaily.text) {
		if i == len(want) {
			s.user = "dg=="
			s.e.sends.spent[""] = 3 // as if the third had not been refused
		}
		if _, body := s.send(); !strings.Contains(body, w) {
			t.Errorf("request %d: %s, want %s", i+1, body, w)
		}
	}
	s.clock = noon.Add(12 * time.Hour)
	if id, body := s.send(); id == "" {
		t.Errorf("at midnight in Moscow: %s", body)
	}
	r := httptest.NewRequest(http.MethodPost, ticketPath, strings.NewReader(""))
	w := httptest.NewRecorder() // comes from 192.0.2.1
	s.e.ServeHTTP(w, r)
	if !strings.Contains(w.Body.String(), faultAddress.text) {
		t.Errorf("from outside: %s", w.Body)
	}
}

func TestStatsTellWhatIsForbidden(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	if _, err := s.e.AddReceipt([]byte(cheese), 0, Forged); err != nil {
		t.Fatal(err)
	}
	id, _ := s.send()
	s.poll(id)
	s.poll(id)
	s.user = base64.StdEncoding.EncodeToString([]byte("+79161234567"))
	s.send()
	got := s.e.Stats()
	if got.Sends != 2 || got.Repeats != 1 || got.FastPolls != 1 || got.NamedUsers != 1 || got.Calls["poll 406"] != 1 {
		t.Errorf("%+v", got)
	}
}

func TestClockRunsApart(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	for _, tt := range []struct{ in, want string }{
		{`{"advance":"65s"}`, "12:01:05"},
		{`{"advance":"-130s"}`, "11:58:55"},
		{`{"set":"2026-03-01T23:59:59+03:00"}`, "23:59:59"},
		{`{}`, "want either"},
		{`{"advance":"soon"}`, "invalid duration"},
	} {
		if _, body := post(t, s.site+"/__emu/clock", "", tt.in); !strings.Contains(body, tt.want) {
			t.Errorf("%s: %s", tt.in, body)
		}
	}
	s.clock = s.clock.Add(time.Second)
	if got := s.e.Stats().Now; got.Day() != 2 {
		t.Errorf("a second later it is %v", got)
	}
}

func TestWSDL(t *testing.T) {
	t.Parallel()
	_, server := start(t, Config{})
	for path, want := range map[string]string{authPath: `soapAction="urn:GetMessageRequest"`, ticketPath: `soapAction="urn:SendMessageRequest"`} {
		for query, status := range map[string]int{"?wsdl": http.StatusOK, "": http.StatusMethodNotAllowed} {
			resp, err := http.Get(server.URL + path + query) //nolint:noctx // a test's server ends with it
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != status {
				t.Errorf("%s%s: %s", path, query, resp.Status)
			}
			if status == http.StatusOK && (xml.Unmarshal(body, new(node)) != nil || !strings.Contains(string(body), want) || !strings.Contains(string(body), server.URL+path)) {
				t.Errorf("%s: %s", path, body)
			}
		}
	}
}

// FuzzTicket: whatever is posted, the service answers in an envelope and lives.
func FuzzTicket(f *testing.F) {
	f.Add("urn:SendMessageRequest", sendHead+cheeseInfo+sendTail)
	f.Add("urn:SendMessageRequest", strings.ReplaceAll(sendHead+cheeseInfo+sendTail, "GetTicket", "CheckTicket"))
	f.Add("urn:GetMessageRequest", `<e:Envelope xmlns:e="`+nsSoap+`"><e:Body><a:GetMessageRequest xmlns:a="`+nsAsync+`"><a:MessageId/></a:GetMessageRequest></e:Body></e:Envelope>`)
	f.Add("", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>")
	f.Fuzz(func(t *testing.T, action, body string) {
		e, err := New(Config{Now: func() time.Time { return noon }})
		if err != nil {
			t.Fatal(err)
		}
		e.tokens["good"] = noon.Add(time.Hour)
		for _, path := range []string{ticketPath, authPath} {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
			r.Header.Set("SOAPAction", `"`+action+`"`)
			r.Header.Set("FNS-OpenApi-Token", "good")
			r.Header.Set("FNS-OpenApi-UserToken", "dQ==")
			w := httptest.NewRecorder()
			e.ServeHTTP(w, r)
			if err := xml.Unmarshal(w.Body.Bytes(), new(node)); err != nil {
				t.Errorf("%s: %d no envelope: %q: %v", path, w.Code, w.Body, err)
			}
			if id := between1(w.Body.String(), "<MessageId>", "</MessageId>"); id != "" {
				if _, ok := e.messages[id]; !ok {
					t.Errorf("message %q is not kept", id)
				}
				e.poll(Call{Call: "poll", MessageID: id}, stroke{})
			}
		}
	})
}

// FuzzControl: whatever is posted to the control, it lives and says so in JSON.
func FuzzControl(f *testing.F) {
	f.Add("receipts", `{"receipt":`+cheese+`,"arrives":"90s","verdict":"forged"}`)
	f.Add("faults", `{"kind":"down","for":"1h","permille":5}`)
	f.Add("faults", `{"call":"send","script":["ok","timeout"]}`)
	f.Add("clock", `{"advance":"-65s"}`)
	f.Fuzz(func(t *testing.T, what, body string) {
		e, err := New(Config{Now: func() time.Time { return noon }})
		if err != nil {
			t.Fatal(err)
		}
		for _, known := range []string{"receipts", "faults", "clock"} {
			if what != known {
				continue
			}
			w := httptest.NewRecorder()
			e.ServeHTTP(w, httptest.NewRequest(http.MethodPost, controlPrefix+what, strings.NewReader(body)))
			if w.Code != 200 && w.Code != 400 || w.Header().Get("Content-Type") != "application/json" {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		}
		e.Stats()
		e.strike(FNS, "send")
	})
}
