package web

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/golang-jwt/jwt/v5"

	"besedka/core/chat"
	"besedka/core/seal"
	"besedka/core/visitor"
	"besedka/flows"
	"besedka/storage/storagetest"
	"besedka/web/browsertest"
)

// otherSite is a site of somebody else's that shows our chat: another host name to a browser,
// with a Content-Security-Policy as strict as the widget can live with.
type otherSite struct {
	url    string
	chat   string
	line   *faults // between browsers and the chat
	m      *messenger
	member string // token of who is logged in
}

func newShop(t *testing.T, change ...func(d *Deps)) *otherSite {
	t.Helper()
	s := &otherSite{}
	host := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(host.Close)
	s.url = strings.Replace(host.URL, "127.0.0.1", "localhost", 1)
	var h http.Handler
	h, s.m, _ = pages(t, append(change, func(d *Deps) {
		p := programme()
		p.Widget = flows.Widget{Sites: []string{s.url}, Accent: "#ffcc00"} // which nothing pale can be read upon
		d.Programme, d.Demo = func() *flows.Programme { return p }, nil
	})...)
	s.line = &faults{Handler: h}
	s.chat = serve(t, s.line, answerTime)
	return s
}

func (s *otherSite) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", fmt.Sprintf("default-src 'none'; script-src %[1]s; frame-src %[1]s; img-src data:; require-trusted-types-for 'script'", s.chat))
	member := ""
	if s.member != "" && r.URL.Path == "/in" {
		member = " data-member=" + s.member
	}
	fmt.Fprintf(w, `<!DOCTYPE html><html lang="ru"><title>Магазин</title><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">
		<main><h1>Магазин</h1><p><a href="/">Товары</a></p></main><script async src="%s/widget.js"%s></script></html>`, s.chat, member)
}

// Parts of the widget.
const (
	widget   = `document.querySelector("besedka-chat").shadowRoot`
	launcher = widget + `.querySelector("button")`
	panel    = widget + `.querySelector("div")`
	badge    = widget + `.querySelector("b")`
	texts    = `[...document.querySelectorAll(".line .text")].map(e => e.textContent).join()`
)

// inside is the frame, once it knows whose it is.
func (s *otherSite) inside(p *browsertest.Page) *browsertest.Page {
	f := p.Frame(s.chat + "/chat/frame")
	f.Until(`document.querySelector("[data-chat]") && !document.querySelector("[inert]")`)
	return f
}

// open opens the chat by the keyboard and waits until the words can be written.
func (s *otherSite) open(p *browsertest.Page) *browsertest.Page {
	p.Until(launcher)
	p.Press(kb.Tab + kb.Tab + kb.Enter)
	p.Until(launcher + `.getAttribute("aria-expanded") === "true" && !` + panel + `.hidden`)
	f := s.inside(p)
	f.Until(`document.activeElement.id === "say"`)
	return f
}

func TestWidgetByKeyboard(t *testing.T) {
	t.Parallel()
	built(t)
	s := newShop(t)
	p := browsertest.Open(t, s.url)
	f := s.open(p)
	p.Press("Добрый день" + kb.Enter)
	f.Until(texts + ` === "Добрый день,Слышу: Добрый день" && !document.querySelector(".pending")`)
	dropFile(f, "300", "image/jpeg")
	f.Until(`document.querySelectorAll(".line.shopper[data-n] img").length === 1 && ` + lastLine + `.querySelector("[data-tap]")`)
	p.Axe()
	f.Axe()

	p.Press(kb.Escape)
	p.Until(panel + `.hidden && document.activeElement.localName === "besedka-chat" && ` + widget + `.activeElement === ` + launcher + ` && ` + launcher + `.getAttribute("aria-expanded") === "false"`)
	s.say(Line{From: "bot", Text: "Чек принят"})
	p.Until(badge + `.textContent === "1" && !` + badge + `.hidden && ` + launcher + `.getAttribute("aria-label").endsWith("Новых сообщений: 1") && ` + widget + `.querySelector("[role=status]").textContent !== ""`)
	p.Axe()
	p.Press(kb.Enter)
	p.Until(badge + `.hidden`)
	f.Until(lastLine + `.textContent.includes("Чек принят")`)

	p.Go(s.url + "/?again") // it was open, and is
	p.Until(`!` + panel + `.hidden && document.activeElement === document.body`)
	f = s.inside(p)
	f.Until(`document.querySelectorAll(".line").length === 5 && [...document.querySelectorAll(".line img")].every(img => img.src.startsWith("blob:"))`)
	for _, size := range [][2]int64{{320, 640}, {640, 450}} {
		p.Size(size[0], size[1])
		p.Until(`document.documentElement.scrollWidth <= innerWidth`)
		f.Until(`document.documentElement.scrollWidth <= innerWidth && document.querySelector("[data-close]").getBoundingClientRect().height >= 24`)
	}
	p.Size(320, 640)
	f.Axe()
	f.Click("[data-close]") // all of a small screen is the chat
	p.Until(panel + `.hidden`)
	if n := s.peers(); n != 1 {
		t.Errorf("%d peers wrote, want 1", n)
	}
}

// TestWidgetWithoutConnection: nothing that was written is lost, by the frame and by a
// page that is left meanwhile, and nothing is said twice.
func TestWidgetWithoutConnection(t *testing.T) {
	t.Parallel()
	built(t)
	s := newShop(t)
	p := browsertest.Open(t, s.url)
	p.AllowConsole() // the browser reports what did not come through
	f := s.open(p)
	f.AllowConsole()
	s.line.cut(true)
	p.Press("раз" + kb.Enter + "два" + kb.Enter)
	f.Until(`document.querySelector('.pending[data-fate="waiting"]')`)
	s.line.cut(false)
	f.Until(texts + ` === "раз,Слышу: раз,два,Слышу: два"`)
	s.m.set(true)
	p.Press("три" + kb.Enter)
	dropFile(f, "300", "image/jpeg")
	f.Until(`document.querySelectorAll(".pending").length === 2 && document.querySelector('.pending[data-fate="waiting"]')`)
	p.Go(s.url + "/?again")
	f = s.inside(p)
	f.AllowConsole()
	f.Until(`document.querySelectorAll(".pending").length === 2`)
	s.m.set(false)
	f.Until(`!document.querySelector(".pending") && document.querySelectorAll(".line").length === 8`)
	f.Until(`[...document.querySelectorAll(".line.shopper")].map(e => e.textContent.includes("три") ? "три" : e.querySelector("img") ? "фото" : "").join() === ",,три,фото"`)
}

// TestWidgetElsewhere: a site that is not named shows nothing, whatever it tries.
func TestWidgetElsewhere(t *testing.T) {
	t.Parallel()
	built(t)
	s := newShop(t, func(d *Deps) {})
	stranger := &otherSite{chat: s.chat}
	host := httptest.NewServer(http.HandlerFunc(stranger.serve))
	t.Cleanup(host.Close)
	p := browsertest.Open(t, strings.Replace(host.URL, "127.0.0.1", "localhost", 1))
	p.Until(`performance.getEntriesByName("` + s.chat + `/widget.js").length === 1`)
	p.Until(`!document.querySelector("besedka-chat")`)

	sh := newShopper(t, s.chat)
	for path, want := range map[string]string{"/chat/frame": "frame-ancestors " + s.url, "/chat": "frame-ancestors 'none'", "/": "frame-ancestors 'none'"} {
		_, _, h := sh.ask("GET", path, "")
		if policy := h.Get("Content-Security-Policy"); !strings.HasSuffix(policy, "; "+want) {
			t.Errorf("%s: %s, want %s", path, policy, want)
		}
		if h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s may be read by other sites", path)
		}
	}
	for _, origin := range []string{s.url, "https://elsewhere.example"} { // a frame of ours asks from our own origin
		if status, _, _ := sh.ask("POST", "/api/chat/session", "{}", "Origin", origin); status != http.StatusForbidden {
			t.Errorf("a page of %s asks for a session: %d, want 403", origin, status)
		}
	}
	p.AllowConsole() // the browser says why it shows nothing
	p.Do(chromedp.Evaluate[chromedp.Void](`const f = document.createElement("iframe"); f.src = "` + s.chat + `/chat/frame"; document.body.append(f)`))
	p.Until(`document.querySelector("iframe").contentDocument === null`)
	if n := s.peers(); n != 0 {
		t.Errorf("%d peers", n)
	}
}

// TestWidgetOfAMember: who is logged in on the site talks as themselves, on every page,
// and a guest in the same browser does not see it.
func TestWidgetOfAMember(t *testing.T) {
	t.Parallel()
	built(t)
	s := newShop(t, visitors(t))
	heard := make(chan chat.Inbound, 8)
	s.m.heard = func(peer string, in chat.Inbound) { in.Text = peer + " " + in.Text; heard <- in }
	s.member = memberToken(t, "42", "0123456789abcdef")
	p := browsertest.Open(t, s.url+"/in")
	f := s.open(p)
	p.Press("это я" + kb.Enter)
	f.Until(texts + ` === "это я,Слышу: это я"`)
	if in := <-heard; in.Phone != "+79990000001" || in.Text != "site:42 это я" {
		t.Errorf("heard %+v", in)
	}
	p.Go(s.url + "/in?again") // with the same token, as from the back button
	s.inside(p).Until(texts + ` === "это я,Слышу: это я" && !document.querySelector("[data-stranger]").textContent`)

	p.Go(s.url + "/out")
	f = s.inside(p)
	f.Until(`document.querySelector(".welcome") && !document.querySelector(".line")`)
	f.Click("[data-say]")
	f.Until(`document.querySelectorAll(".line").length === 2`)
	if in := <-heard; in.Phone != "" || strings.HasPrefix(in.Text, "site:") {
		t.Errorf("the guest is heard as %+v", in)
	}
	p.Go(s.url + "/in?back") // the browser has forgotten the member's session, and the token is used
	f = s.inside(p)
	f.Until(`document.querySelector("[data-stranger]").textContent.includes("обновите страницу сайта") && document.querySelectorAll(".line").length === 2`)
	f.AllowConsole() // 403
	f.Axe()
	s.member = memberToken(t, "42", "fedcba9876543210")
	p.Go(s.url + "/in?fresh")
	s.inside(p).Until(texts + ` === "это я,Слышу: это я"`)
}

// TestShowWidget writes pictures of the widget for people: ART=/tmp/art go test.
func TestShowWidget(t *testing.T) {
	dir := os.Getenv("ART")
	if dir == "" {
		t.Skip("ART names no folder")
	}
	url, m, _ := site(t, visitors(t))
	p := browsertest.Open(t, strings.Replace(url, "127.0.0.1", "localhost", 1)+"/demo/shop?in")
	s := &otherSite{chat: url, m: m}
	f := s.open(p)
	f.Click("[data-say]")
	f.Until(`document.querySelectorAll(".line").length === 2`)
	dropFile(f, "300", "video/mp4")
	p.Shot(filepath.Join(dir, "widget-open.png"))
	p.Press(kb.Escape)
	s.say(Line{From: "bot", Text: "Чек принят"})
	p.Until(badge + `.textContent === "1"`)
	p.Shot(filepath.Join(dir, "widget-closed.png"))
	p.Press(kb.Enter)
	p.Until(`!` + panel + `.hidden`)
	for _, scheme := range []string{"light", "dark"} {
		p.Scheme(scheme)
		p.Size(390, 844)
		p.Shot(filepath.Join(dir, "widget-phone-"+scheme+".png"))
	}
	p.Size(1280, 900)
	p.Shot(filepath.Join(dir, "widget-dark.png"))
}

func (s *otherSite) say(l Line) {
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	for peer := range s.m.lines {
		s.m.say(peer, l)
	}
}

func (s *otherSite) peers() int {
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	return len(s.m.lines)
}

const widgetSecret = "0123456789abcdef0123456789abcdef"

// visitors lets a site say who is logged in.
func visitors(t *testing.T) func(d *Deps) {
	t.Helper()
	keys, err := seal.New([]byte(strings.Repeat("k", seal.KeyBytes)))
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor.Service{DB: storagetest.DB(t), Keys: keys, Secret: []byte(widgetSecret), Now: time.Now}
	return func(d *Deps) { d.Visitors = v }
}

func memberToken(t *testing.T, id, nonce string) string {
	t.Helper()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"sub": id, "phone": "+79990000001", "jti": nonce, "exp": time.Now().Add(5 * time.Minute).Unix(),
	}).SignedString([]byte(widgetSecret))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// TestFrameSessions: what is not a session of ours is a new guest's, and never an error;
// over HTTPS a cookie of the frame's own keeps the guest too.
func TestFrameSessions(t *testing.T) {
	t.Parallel()
	built(t)
	url, m, _ := site(t, visitors(t), func(d *Deps) { d.HTTPS = true })
	s := newShopper(t, url)
	_, body, h := s.ask("POST", "/api/chat/session", "{}", SessionHeader, "nonsense")
	guest := between(t, body, `"session":"`, `"`)
	cookie := h.Get("Set-Cookie")
	for _, part := range []string{"__Host-besedka_frame=" + guest, "Secure", "HttpOnly", "SameSite=None", "Partitioned"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie %q lacks %s", cookie, part)
		}
	}
	if _, again, _ := newShopper(t, url).ask("POST", "/api/chat/session", "{}", "Cookie", "__Host-besedka_frame="+guest); between(t, again, `"session":"`, `"`) != guest {
		t.Errorf("the cookie opens %s, want %s", again, guest)
	}
	const words = `{"key":"12345678","text":"раз"}`
	if status, _, _ := newShopper(t, url).ask("POST", "/api/chat/messages", words, "Cookie", "__Host-besedka_frame="+guest); status != 401 {
		t.Errorf("the cookie alone speaks: %d", status)
	}
	if status, _, _ := newShopper(t, url).ask("POST", "/api/chat/messages", words, SessionHeader, guest); status != 202 {
		t.Errorf("the session does not speak: %d", status)
	}
	s.ask("GET", "/chat", "") // the cookie of the page, which a frame never speaks by
	if status, _, _ := s.ask("POST", "/api/chat/messages", words, SessionHeader, "nonsense"); status != 401 {
		t.Errorf("who names a wrong session: %d, want 401", status)
	}
	for body, want := range map[string]int{`{"member":"nonsense","attempt":"x"}`: 403, `[]`: 400, ``: 400} {
		if status, _, _ := s.ask("POST", "/api/chat/session", body); status != want {
			t.Errorf("%s: %d, want %d", body, status, want)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.lines) != 1 || m.lines[guest] == nil {
		t.Errorf("%d peers spoke", len(m.lines))
	}
}

func between(t *testing.T, text, before, after string) string {
	t.Helper()
	_, rest, _ := strings.Cut(text, before)
	found, _, ok := strings.Cut(rest, after)
	if !ok {
		t.Fatalf("%s has no %s", text, before)
	}
	return found
}

// TestWidgetIsSmall: it is on every page of somebody's site.
func TestWidgetIsSmall(t *testing.T) {
	t.Parallel()
	built(t)
	url, _, _ := site(t)
	resp, err := http.Get(url + "/widget.js")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	code, err := io.ReadAll(resp.Body)
	if err != nil || len(code) > 7<<10 || !strings.Contains(string(code), `"open":"Открыть чат: Полянка"`) {
		t.Errorf("%d bytes, %v", len(code), err)
	}
}

// TestShopOfADemonstration: the widget is seen on a strange site without one to be had.
func TestShopOfADemonstration(t *testing.T) {
	t.Parallel()
	built(t)
	url, m, _ := site(t, visitors(t))
	p := browsertest.Open(t, url+"/demo")
	p.Until(`document.querySelector('.shoppers [target=_blank]').href === "` + strings.Replace(url, "127.0.0.1", "localhost", 1) + `/demo/shop"`)
	p.Go(strings.Replace(url, "127.0.0.1", "localhost", 1) + "/demo/shop")
	s := &otherSite{chat: url, m: m}
	p.Axe()
	f := s.open(p)
	f.Click("[data-say]")
	f.Until(`document.querySelectorAll(".line").length === 2`)
	p.Go(strings.Replace(url, "127.0.0.1", "localhost", 1) + "/demo/shop?in")
	f = s.inside(p)
	f.Until(`document.querySelector(".welcome") && !document.querySelector(".line")`)
	f.Click("[data-say]")
	f.Until(`document.querySelectorAll(".line").length === 2`)
	m.mu.Lock()
	defer m.mu.Unlock()
	for peer := range m.lines {
		if strings.HasPrefix(peer, "site:demo-anna-") {
			return
		}
	}
	t.Errorf("Anna is not among the %d who wrote", len(m.lines))
}
