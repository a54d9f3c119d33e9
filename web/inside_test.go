package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"besedka/core/chat"
	"besedka/web/browsertest"
)

// TestInside: only the pages of the Mini App may stand in a frame, in the messenger's;
// only whom it vouches for gets a session, whose cookie a frame has too.
func TestInside(t *testing.T) {
	t.Parallel()
	const session, guest = "sealed", "0123456789abcdef0123456789abcdef"
	h, _, _ := pages(t, func(d *Deps) {
		d.HTTPS = true
		d.Enter = func(_ context.Context, of chat.Channel, data string) (string, error) {
			switch {
			case data == "broken":
				return "", errors.New("the database is away")
			case of != chat.Telegram || data != "good":
				return "", fmt.Errorf("%w: not good", ErrStranger)
			}
			return session, nil
		}
		d.Admitted = func(string) (string, bool) { return "", false }
	})
	ask := func(method, path, body, cookie string) *http.Response {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Cookie", cookie)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}
	const known = "__Host-besedka_peer=" + guest
	for path, framed := range map[string]bool{"/app": true, "/app/chat": true, "/chat": false, "/": false} {
		resp := ask(http.MethodGet, path, "", known)
		if got := strings.Contains(resp.Header.Get("Content-Security-Policy"), "frame-ancestors https://web.telegram.org https://web.max.ru"); resp.StatusCode != http.StatusOK || got != framed {
			t.Errorf("%s: %d, may stand in a frame: %v", path, resp.StatusCode, got)
		}
	}
	if resp := ask(http.MethodGet, "/app/chat", "", ""); resp.Header.Get("Location") != "/app" || len(resp.Cookies()) != 0 {
		t.Errorf("a stranger gets %d and %v", resp.StatusCode, resp.Cookies())
	}
	for _, tt := range []struct {
		path, body string
		want       int
	}{
		{"/api/chat/app/telegram", `{"data":"good"}`, http.StatusNoContent},
		{"/api/chat/app/telegram", `{"data":"forged"}`, http.StatusUnauthorized},
		{"/api/chat/app/max", `{"data":"good"}`, http.StatusUnauthorized},
		{"/api/chat/app/telegram", `{"data":"broken"}`, http.StatusInternalServerError},
		{"/api/chat/app/telegram", `data`, http.StatusBadRequest},
		{"/api/chat/app/telegram", `{"data":"` + strings.Repeat("a", maxVouchBytes) + `"}`, http.StatusBadRequest},
	} {
		resp := ask(http.MethodPost, tt.path, tt.body, "")
		in := tt.want == http.StatusNoContent
		if resp.StatusCode != tt.want || (len(resp.Cookies()) == 1) != in {
			t.Errorf("%s %.40s: %d and %v, want %d", tt.path, tt.body, resp.StatusCode, resp.Cookies(), tt.want)
		}
		for _, c := range resp.Cookies() {
			if c.Value != session || !c.Partitioned || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteNoneMode {
				t.Errorf("cookie %v", c)
			}
		}
	}
}

// TestInsideBesideAGuest: where no frame is around, a guest's cookie of before comes too.
// The messenger's counts, and the guest's stays what it was.
func TestInsideBesideAGuest(t *testing.T) {
	t.Parallel()
	guest, inside := strings.Repeat("a", 32), strings.Repeat("b", 32)
	s := &server{Deps: Deps{
		HTTPS: true, Enter: func(context.Context, chat.Channel, string) (string, error) { return "sealed", nil },
		Admitted: func(session string) (string, bool) { return inside, session == "sealed" },
	}}
	r := httptest.NewRequest(http.MethodGet, "/app/chat", nil)
	r.Header.Set("Cookie", "__Host-besedka_peer="+guest)
	w := httptest.NewRecorder()
	s.admit(w, "sealed")
	for _, c := range w.Result().Cookies() {
		r.AddCookie(c)
	}
	if id, ok := s.peer(r); !ok || id != inside {
		t.Errorf("the chat is of %s, %v, want %s", id, ok, inside)
	}
	w = httptest.NewRecorder()
	if id := s.meet(w, r, "1"); id != inside || len(w.Result().Cookies()) != 0 {
		t.Errorf("/chat is of %s and gives %v", id, w.Result().Cookies())
	}
}

// TestInsideEnds: whose time inside is over is asked who they are, and writes as nobody
// else meanwhile; the browser's own chat begins where they open it.
func TestInsideEnds(t *testing.T) {
	t.Parallel()
	guest := strings.Repeat("a", 32)
	h, _, _ := pages(t, func(d *Deps) {
		d.Enter = func(context.Context, chat.Channel, string) (string, error) { return "", ErrStranger }
		d.Admitted = func(string) (string, bool) { return "", false }
	})
	ask := func(path string) *http.Response {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Cookie", PeerCookie+"="+guest+"; "+appCookie+"=over")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}
	if resp := ask("/app/chat"); resp.Header.Get("Location") != "/app" {
		t.Errorf("the chat inside answers %d", resp.StatusCode)
	}
	if resp := ask("/api/chat/messages"); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("messages are answered with %d", resp.StatusCode)
	}
	left := map[string]string{}
	for _, c := range ask("/chat").Cookies() {
		left[c.Name] = c.Value
	}
	if left[PeerCookie] != guest || left[appCookie] != "" {
		t.Errorf("/chat leaves %v", left)
	}
}

// TestInsideByBrowser: what a messenger leaves behind the # opens the chat of its person;
// without it the page offers the chat in the browser.
func TestInsideByBrowser(t *testing.T) {
	t.Parallel()
	built(t)
	h, _, _ := pages(t, func(d *Deps) {
		d.Enter = func(_ context.Context, of chat.Channel, data string) (string, error) {
			if data != "user={}&hash="+string(of) {
				return "", ErrStranger
			}
			return string(of), nil
		}
		d.Admitted = func(session string) (string, bool) {
			return strings.Repeat("b", 32), session == "telegram" || session == "max"
		}
	})
	url := serve(t, h, answerTime)
	p := browsertest.Open(t, url+"/app")
	p.Until(`!document.querySelector("[data-failed] a").closest("[hidden]")`)
	p.Axe()
	for name, of := range map[string]string{"tgWebAppData": "telegram", "WebAppData": "max"} {
		p.Go(url + "/rules")
		p.Go(url + "/app#" + name + "=user%3D%7B%7D%26hash%3D" + of + "&WebAppPlatform=ios")
		p.Until(`location.pathname === "/app/chat" && document.querySelector("[data-chat]")`)
	}
	p.AllowConsole() // the browser reports the answer 401
	p.Go(url + "/rules")
	p.Go(url + "/app#WebAppData=user%3D%7B%7D%26hash%3Dforged")
	p.Until(`location.pathname === "/app" && !document.querySelector("[data-failed] a").closest("[hidden]")`)
}
