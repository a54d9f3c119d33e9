package web

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"regexp"

	"besedka/web/problem"
)

// A shopper on the web is whoever holds a random 128-bit id in a cookie that
// scripts cannot read. It proves nothing about the person.

var peerForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

// PeerCookie is the name of the cookie without HTTPS.
const PeerCookie = "besedka_peer"

const peerAge = 400 * 24 * 60 * 60 // seconds; the longest a browser keeps a cookie

// shopper tells which of the two shoppers of a demonstration a request is
// about; there is one shopper elsewhere.
func (s *server) shopper(r *http.Request) string {
	if s.Demo != nil && r.URL.Query().Get("shopper") == "2" {
		return "2"
	}
	return "1"
}

// cookie is the name under which a browser keeps the peer of a shopper. Over HTTPS
// it is one that no other host of the domain can set.
func (s *server) cookie(shopper string) string {
	name := PeerCookie
	if shopper == "2" {
		name += "_2"
	}
	return s.ofHost(name)
}

func (s *server) ofHost(name string) string {
	if s.HTTPS {
		return "__Host-" + name
	}
	return name
}

// peer is the id of who is chatting; ok is false when there is none yet. A frame names
// its session in a header, and then cookies mean nothing.
func (s *server) peer(r *http.Request) (id string, ok bool) {
	if framed(r) {
		v, ok := s.named(r)
		return v.Peer, ok
	}
	return s.peerOf(r, s.shopper(r))
}

// peerOf is who has been let in from inside a messenger, else the shopper of a browser.
// Whose time inside is over does not go on as whoever the browser had before.
func (s *server) peerOf(r *http.Request, shopper string) (id string, ok bool) {
	if id, came := s.admitted(r); came && shopper == "1" {
		return id, id != ""
	}
	return peerIn(r, s.cookie(shopper))
}

func peerIn(r *http.Request, name string) (id string, ok bool) {
	cookie, err := r.Cookie(name)
	if err != nil || !peerForm.MatchString(cookie.Value) {
		return "", false
	}
	return cookie.Value, true
}

// meet returns the peer of a shopper, a new one when the browser brings none,
// and keeps the cookie young. It leaves a browser's own alone while a messenger's is here.
func (s *server) meet(w http.ResponseWriter, r *http.Request, shopper string) string {
	app, came := s.admitted(r)
	if came && app != "" && shopper == "1" {
		return app
	}
	if came && app == "" {
		s.dismiss(w)
	}
	id, ok := peerIn(r, s.cookie(shopper))
	if !ok {
		id = newPeer()
	}
	s.remember(w, shopper, id)
	return id
}

func (s *server) remember(w http.ResponseWriter, shopper, peer string) {
	http.SetCookie(w, &http.Cookie{
		Name: s.cookie(shopper), Value: peer, Path: "/", MaxAge: peerAge,
		HttpOnly: true, Secure: s.HTTPS, SameSite: http.SameSiteLaxMode,
	})
}

func newPeer() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails: crypto/rand
	return hex.EncodeToString(id[:])
}

// asPeer serves those who have opened the chat page; it alone gives the
// cookie.
func (s *server) asPeer(serve func(w http.ResponseWriter, r *http.Request, peer string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		peer, ok := s.peer(r)
		if !ok {
			problem.Write(w, http.StatusUnauthorized, "no_session", "open /chat first: it gives the session cookie")
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		serve(w, r, peer)
	}
}
