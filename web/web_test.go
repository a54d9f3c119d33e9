package web

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shopper is a browser as far as HTTP goes: it keeps cookies.
type shopper struct {
	*testing.T
	url    string
	client http.Client
}

func newShopper(t *testing.T, url string) *shopper {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &shopper{T: t, url: url, client: http.Client{Jar: jar}}
}

// ask returns the status and the body of an answer, its headers too.
func (s *shopper) ask(method, path, body string, headers ...string) (int, string, http.Header) {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := s.client.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	return resp.StatusCode, string(raw), resp.Header
}

// built skips what needs the assets, but in CI, which builds them.
func built(t *testing.T) {
	t.Helper()
	found, err := loadAssets()
	if err == nil && len(found) > 0 {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("the assets are not built: make web (%v)", err)
	}
	t.Skipf("NOT TESTED: the assets are not built: make web (%v)", err)
}

func TestMessages(t *testing.T) {
	t.Parallel()
	built(t)
	url, m, _ := site(t)
	s := newShopper(t, url)
	const path = "/api/chat/messages"
	if status, _, _ := s.ask("POST", path, `{"key":"12345678","text":"hi"}`); status != 401 {
		t.Errorf("before any page: %d, want 401", status)
	}
	s.ask("GET", "/chat", "")
	tests := []struct {
		body string
		want int
	}{
		{`{"key":"12345678","text":"раз"}`, 202},
		{`{"key":"12345678","text":"раз"}`, 202},
		{`{"key":"tap-5678","tap":"t1.0","text":"Да"}`, 202},
		{`{"key":"tel-5678","contact":"+79001234567"}`, 202},
		{`{"key":"two-5678","text":"раз","contact":"+79001234567"}`, 422},
		{`{"key":"none-678"}`, 422},
		{`{"key":"short","text":"раз"}`, 422},
		{`{"key":"long-678","text":"` + strings.Repeat("я", maxTextRunes+1) + `"}`, 422},
		{`{"key":"tap-9999","tap":"` + strings.Repeat("t", 65) + `"}`, 422},
		{`not json`, 400},
		{`{"key":"huge-678","text":"` + strings.Repeat("я", maxMessageBytes) + `"}`, 413},
	}
	for _, tt := range tests {
		if got, body, _ := s.ask("POST", path, tt.body); got != tt.want {
			t.Errorf("%.60s: %d %s, want %d", tt.body, got, body, tt.want)
		}
	}
	var said []string
	m.mu.Lock()
	for _, lines := range m.lines {
		for _, line := range lines {
			said = append(said, line.From+" "+line.Text)
		}
	}
	m.mu.Unlock()
	want := []string{"shopper раз", "bot Слышу: раз", "shopper Да", "bot Слышу: t1.0", "shopper +79001234567", "bot Слышу: +79001234567"}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("transcript: %s", diff)
	}
}

func TestPhotos(t *testing.T) {
	t.Parallel()
	built(t)
	url, m, _ := site(t)
	s := newShopper(t, url)
	s.ask("GET", "/chat", "")
	tests := []struct {
		path, body string
		want       int
	}{
		{"/api/chat/photos?key=photo-01", "\x89PNG", 202},
		{"/api/chat/photos?key=photo-02", "this is no picture", 202}, // the bot answers that
		{"/api/chat/photos?key=photo-03", "", 400},
		{"/api/chat/photos?key=x", "\x89PNG", 422},
		{"/api/chat/photos?key=photo-04", strings.Repeat("x", MaxPhotoBytes), 202},
		{"/api/chat/photos?key=photo-05", strings.Repeat("x", MaxPhotoBytes+1), 413},
	}
	for _, tt := range tests {
		if got, body, _ := s.ask("POST", tt.path, tt.body); got != tt.want {
			t.Errorf("%s with %d bytes: %d %s, want %d", tt.path, len(tt.body), got, body, tt.want)
		}
	}
	m.mu.Lock()
	var ref string
	for name := range m.photos {
		ref = name
	}
	m.mu.Unlock()
	status, _, h := s.ask("GET", "/api/chat/media/"+ref, "")
	if status != 200 || h.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
		t.Errorf("own picture: %d, %v", status, h)
	}
	if got := h.Get("Content-Disposition"); got != "attachment" {
		t.Errorf("what is no picture is served %q, to be saved", got)
	}
	m.mu.Lock()
	m.say(strings.TrimPrefix(ref, "photo-"), Line{From: "staff", Media: &Media{Ref: ref, Name: "Договор.pdf", Size: 1<<20 + 1}})
	m.mu.Unlock()
	if _, page, _ := s.ask("GET", "/chat", ""); !strings.Contains(page, `download="Договор.pdf"`) || !strings.Contains(page, "2 МБ") {
		t.Errorf("the page names no file of the staff's:\n%s", page)
	}
	other := newShopper(t, url)
	other.ask("GET", "/chat", "")
	if status, _, _ := other.ask("GET", "/api/chat/media/"+ref, ""); status != 404 {
		t.Errorf("somebody else's picture: %d, want 404", status)
	}
}

func TestStreamGoesOnFromTheCursor(t *testing.T) {
	t.Parallel()
	built(t)
	url, _, _ := site(t)
	s := newShopper(t, url)
	s.ask("GET", "/chat", "")
	for _, key := range []string{"first-01", "second-1"} {
		s.ask("POST", "/api/chat/messages", `{"key":"`+key+`","text":"<b>`+key+`</b>"}`)
	}
	req, err := http.NewRequestWithContext(t.Context(), "GET", url+"/api/chat/events?after=0", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Last-Event-ID", "1") // wins: the browser has come further than its page
	resp, err := s.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	events := bufio.NewScanner(resp.Body)
	var ids []string
	for len(ids) < 3 && events.Scan() {
		if id, ok := strings.CutPrefix(events.Text(), "id: "); ok {
			ids = append(ids, id)
		}
		if strings.Contains(events.Text(), "<b>") {
			t.Errorf("markup of a shopper came through: %s", events.Text())
		}
	}
	if diff := cmp.Diff([]string{"2", "3", "4"}, ids); diff != "" {
		t.Errorf("ids: %s", diff)
	}
	_, page, _ := s.ask("GET", "/api/chat/messages?after=3", "")
	if !strings.Contains(page, `"n":4`) || strings.Contains(page, `"n":3`) {
		t.Errorf("a page after 3: %s", page)
	}
}

func TestTwoShoppersOfADemonstration(t *testing.T) {
	t.Parallel()
	built(t)
	url, m, _ := site(t)
	s := newShopper(t, url)
	s.ask("GET", "/demo", "")
	s.ask("GET", "/demo?shopper=2", "")
	s.ask("POST", "/api/chat/messages", `{"key":"12345678","text":"один"}`)
	s.ask("POST", "/api/chat/messages?shopper=2", `{"key":"12345678","text":"два"}`)
	s.ask("POST", "/demo/again", "") // the first shopper is somebody new from here on
	s.ask("POST", "/api/chat/messages", `{"key":"12345678","text":"три"}`)
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.lines) != 3 {
		t.Errorf("%d peers, want 3", len(m.lines))
	}
}

func TestNoDemonstrationElsewhere(t *testing.T) {
	t.Parallel()
	url, _, _ := site(t, func(d *Deps) { d.Demo = nil })
	s := newShopper(t, url)
	for _, path := range []string{"/demo", "/demo/events", "/demo/receipts/good"} {
		if status, _, _ := s.ask("GET", path, ""); status != 404 && status != 503 { // 503: assets not built
			t.Errorf("%s: %d", path, status)
		}
	}
	if status, _, _ := s.ask("POST", "/demo/fault", "service=down"); status < 400 {
		t.Errorf("fault: %d", status)
	}
}

func TestReady(t *testing.T) {
	t.Parallel()
	fine := Check{"database", func(context.Context) (string, error) { return "", nil }}
	warns := Check{"tax_service", func(context.Context) (string, error) { return "no provider: receipts wait for a person", nil }}
	fails := Check{"outbox", func(context.Context) (string, error) { return "", errors.New("secret address refused") }}
	tests := []struct {
		checks []Check
		status int
		body   string
	}{
		{nil, 200, `{"status":"ok","checks":[]}`},
		{[]Check{fine, warns}, 200, `{"status":"warning","checks":[{"name":"database","status":"ok"},{"name":"tax_service","status":"warning","note":"no provider: receipts wait for a person"}]}`},
		{[]Check{fails, warns}, 503, `{"status":"failed","checks":[{"name":"outbox","status":"failed"},{"name":"tax_service","status":"warning","note":"no provider: receipts wait for a person"}]}`},
	}
	for _, tt := range tests {
		url, _, _ := site(t, func(d *Deps) { d.Checks = tt.checks })
		status, body, _ := newShopper(t, url).ask("GET", "/readyz", "")
		if status != tt.status || strings.TrimSpace(body) != tt.body {
			t.Errorf("got %d %s\nwant %d %s", status, body, tt.status, tt.body)
		}
	}
}

func TestHeadersAndOrigins(t *testing.T) {
	t.Parallel()
	url, _, _ := site(t, func(d *Deps) { d.HTTPS = true })
	s := newShopper(t, url)
	status, _, h := s.ask("GET", "/healthz", "")
	if status != 200 || !strings.Contains(h.Get("Content-Security-Policy"), "script-src 'self'") || h.Get("Strict-Transport-Security") == "" {
		t.Errorf("healthz: %d, %v", status, h)
	}
	if status, _, _ := s.ask("POST", "/demo/fault", "service=down", "Origin", "https://elsewhere.example"); status != 403 {
		t.Errorf("a form of another site: %d, want 403", status)
	}
	_, metrics, _ := s.ask("GET", "/metrics", "")
	if want := `besedka_http_requests_total{code="200",route="GET /healthz"} 1`; !strings.Contains(metrics, want) {
		t.Errorf("metrics lack %s", want)
	}
}

func TestPreferredLanguage(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]string{
		"": "ru", "en-GB,en;q=0.9": "en", "ru": "ru", "de,en;q=0.5": "en", "de": "en", "tt,ru;q=0.8": "ru", ";;;": "ru",
	} {
		if got := preferred([]string{"ru", "en"}, accept); got != want {
			t.Errorf("%q: got %s, want %s", accept, got, want)
		}
	}
}

func TestWayOfAReceipt(t *testing.T) {
	t.Parallel()
	for state, want := range map[string]string{
		"queued":   "queued:here waiting:ahead verified:ahead credited:ahead",
		"manual":   "queued:passed manual:here verified:ahead credited:ahead",
		"credited": "queued:passed waiting:passed verified:passed credited:here",
		"rejected": "queued:passed waiting:passed rejected:here",
	} {
		var got []string
		for _, stop := range way(state) {
			got = append(got, stop.State+":"+stop.Class)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, want %s", state, got, want)
		}
	}
}

func TestAddressesBecomeLinks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		from, text string
		want       []part
	}{
		{"bot", "Вот: https://a.example/rules#x. Читайте", []part{{"Вот: ", false}, {"https://a.example/rules#x", true}, {". Читайте", false}}},
		{"bot", "(http://a.example/)", []part{{"(", false}, {"http://a.example/", true}, {")", false}}},
		{"bot", "javascript:alert(1) ftp://a", []part{{"javascript:alert(1) ftp://a", false}}},
		{"shopper", "https://a.example", []part{{"https://a.example", false}}},
	}
	for _, tt := range tests {
		got := linked(Line{From: tt.from, Text: tt.text})
		if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(part{})); diff != "" {
			t.Errorf("%s: %s", tt.text, diff)
		}
	}
}
