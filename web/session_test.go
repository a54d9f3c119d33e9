package web

import (
	"net/http"
	"testing"
)

// TestCookieIsOfThisHostAlone: over HTTPS a neighbour under the same domain
// cannot give a shopper somebody else's chat.
func TestCookieIsOfThisHostAlone(t *testing.T) {
	t.Parallel()
	built(t)
	for https, want := range map[bool]string{true: "__Host-besedka_peer", false: "besedka_peer"} {
		url, _, _ := site(t, func(d *Deps) { d.HTTPS = https })
		s := newShopper(t, url)
		_, _, h := s.ask("GET", "/chat", "")
		cookie, err := http.ParseSetCookie(h.Get("Set-Cookie"))
		if err != nil {
			t.Fatal(err)
		}
		if cookie.Name != want || cookie.Secure != https || cookie.Path != "/" || cookie.Domain != "" {
			t.Errorf("HTTPS %v: %v", https, cookie)
		}
		const body = `{"key":"12345678","text":"раз"}`
		if status, _, _ := s.ask("POST", "/api/chat/messages", body, "Cookie", want+"="+cookie.Value); status != http.StatusAccepted {
			t.Errorf("HTTPS %v: the session is not known by %s: %d", https, want, status)
		}
	}
	url, _, _ := site(t, func(d *Deps) { d.HTTPS = true })
	planted := PeerCookie + "=0123456789abcdef0123456789abcdef"
	if status, _, _ := newShopper(t, url).ask("GET", "/api/chat/messages", "", "Cookie", planted); status != http.StatusUnauthorized {
		t.Errorf("a planted cookie opens a chat: %d", status)
	}
}
