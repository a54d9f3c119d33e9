package web

import (
	"encoding/json"
	"errors"
	"net/http"

	"besedka/core/chat"
	"besedka/web/problem"
)

// A Mini App is the chat inside a messenger: /app asks the messenger who looks at it,
// /api/chat/app/<channel> checks what it says and gives the session of that very
// person, and /app/chat is the chat. These pages alone may stand in a frame, and only
// in the messenger's own.

// ErrStranger is the answer to who proves nothing.
var ErrStranger = errors.New("no messenger vouches for it")

// messengerSites are the pages of messengers that show ours in a frame.
var messengerSites = []string{"https://web.telegram.org", "https://web.max.ru"}

// inside lets a page stand in a messenger's frame.
func (s *server) inside(serve func(w http.ResponseWriter, r *http.Request, v view)) http.HandlerFunc {
	page := s.page(serve)
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", framedBy(messengerSites))
		page(w, r)
	}
}

func (s *server) showApp(w http.ResponseWriter, r *http.Request, v view) {
	s.render(w, r, http.StatusOK, appPage(v))
}

// showAppChat is the chat of who has been vouched for; anybody else is asked who they
// are.
func (s *server) showAppChat(w http.ResponseWriter, r *http.Request, v view) {
	peer, ok := s.peer(r)
	if !ok {
		http.Redirect(w, r, "/app", http.StatusSeeOther)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	v.Queue = queueOf(peer) // of several people who use one browser, each sends their own
	box, err := s.boxOf(r, peer)
	if err != nil {
		s.broken(w, r, "open chat", err)
		return
	}
	s.render(w, r, http.StatusOK, chatPage(v, box))
}

const maxVouchBytes = 16 << 10

// enterApp gives the session of whom a messenger vouches for.
func (s *server) enterApp(w http.ResponseWriter, r *http.Request) {
	var told struct {
		Data string `json:"data"` // what the messenger gave the page
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxVouchBytes)).Decode(&told); err != nil {
		problem.Write(w, http.StatusBadRequest, "not_json", "the body must be one JSON object")
		return
	}
	session, err := s.Enter(r.Context(), chat.Channel(r.PathValue("channel")), told.Data)
	switch {
	case errors.Is(err, ErrStranger):
		problem.Write(w, http.StatusUnauthorized, "not_vouched", "open this page anew from the messenger's menu")
		return
	case err != nil:
		s.broken(w, r, "enter from a messenger", err)
		return
	}
	s.admit(w, session)
	w.WriteHeader(http.StatusNoContent)
}

// appCookie keeps the session of who has been let in from inside a messenger. It has a
// name of its own: in the messengers' own programs no frame is around the page, so that it
// gets a guest's cookie of before, too, and of two of one name the elder comes first.
const appCookie = "besedka_app"

// admitted is who has been let in from inside a messenger; came without a peer is
// somebody whose time there is over, and who is nobody until the messenger vouches again.
func (s *server) admitted(r *http.Request) (peer string, came bool) {
	if s.Enter == nil {
		return "", false
	}
	cookie, err := r.Cookie(s.ofHost(appCookie))
	if err != nil {
		return "", false
	}
	peer, _ = s.Admitted(cookie.Value)
	return peer, true
}

// admit gives the cookie of a session inside a messenger. Over HTTPS it is one that a
// frame has too, kept apart from what the browser keeps for our own pages.
func (s *server) admit(w http.ResponseWriter, session string) {
	w.Header().Set("Cache-Control", "no-store")
	http.SetCookie(w, s.insideCookie(session))
}

// dismiss takes back the cookie of a session that is over.
func (s *server) dismiss(w http.ResponseWriter) {
	c := s.insideCookie("")
	c.MaxAge = -1
	http.SetCookie(w, c)
}

func (s *server) insideCookie(session string) *http.Cookie {
	c := &http.Cookie{Name: s.ofHost(appCookie), Value: session, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if s.HTTPS {
		c.Secure, c.Partitioned, c.SameSite = true, true, http.SameSiteNoneMode
	}
	return c
}
