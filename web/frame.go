package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"besedka/core/visitor"
	"besedka/web/problem"
)

// The chat in a frame on a site of the organiser. Browsers keep cookies from a frame or
// give it a jar of its own, so the frame keeps its session itself and names it in a
// header with everything it asks. No other site can make a browser send that header to
// us, and it stands in no address and no log.

// SessionHeader names the session of a frame.
const SessionHeader = "Besedka-Session"

// frameCookie keeps a guest for the browsers that clear the storage of a frame and not
// its cookies. It is read in one place, openSession.
const frameCookie = "__Host-besedka_frame"

// framed says whether a frame asks.
func framed(r *http.Request) bool { return r.Header.Get(SessionHeader) != "" }

// named is who a frame says is chatting: a guest by a random id, or a visitor of the
// site by what we sealed.
func (s *server) named(r *http.Request) (v visitor.Visitor, ok bool) {
	text := r.Header.Get(SessionHeader)
	if peerForm.MatchString(text) {
		return visitor.Visitor{Peer: text}, true
	}
	if s.Visitors == nil {
		return v, false
	}
	return s.Visitors.Recognise(text)
}

// vouched is the phone that the site says is the visitor's; "" of anybody else.
func (s *server) vouched(r *http.Request) string {
	v, _ := s.named(r)
	return v.Phone
}

// sites may show our chat: those of the programme, and the shop of a demonstration.
func (s *server) sites(r *http.Request) []string {
	sites := s.Programme().Widget.Sites
	if s.Demo != nil {
		sites = append(slices.Clone(sites), s.shopSites(r)...)
	}
	return sites
}

// showFrame is the chat without the page around it and without what was said: whose chat
// it is, the frame tells by its session.
func (s *server) showFrame(w http.ResponseWriter, r *http.Request, v view) {
	v.Framed = true
	sites := s.sites(r)
	w.Header().Set("Content-Security-Policy", framedBy(sites))
	named, err := json.Marshal(sites)
	if err != nil {
		s.broken(w, r, "name sites", err)
		return
	}
	s.render(w, r, http.StatusOK, framePage(v, box{}, string(named)))
}

// asked is the body of POST /api/chat/session.
type asked struct {
	Member  string `json:"member"`  // token of the site; "" of a guest
	Attempt string `json:"attempt"` // the browser's own: a repeat of it is the same request
}

// opened is the answer.
type opened struct {
	Session string `json:"session"`
	Queue   string `json:"queue"`  // names what waits in this browser to be sent by this very peer
	After   int64  `json:"after"`  // the cursor before the newest lines
	Member  bool   `json:"member"` // the site vouches for them
}

// openSession gives a frame its session: the visitor's whom the site's token names, the
// one that the frame holds, or a new guest's.
func (s *server) openSession(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	var a asked
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxMessageBytes)).Decode(&a); err != nil {
		problem.Write(w, http.StatusBadRequest, "not_json", "the body must be one JSON object of at most 64 KB")
		return
	}
	session := r.Header.Get(SessionHeader)
	if a.Member != "" {
		var ok bool
		if session, ok = s.enter(w, r, a, session); !ok {
			return
		}
	}
	r.Header.Set(SessionHeader, session)
	v, known := s.named(r)
	if !known {
		session = s.guest(r)
		v.Peer = session
	}
	if peerForm.MatchString(session) {
		s.keepGuest(w, session)
	}
	after, err := s.Chat.Newest(r.Context(), v.Peer, maxShown)
	if err != nil {
		s.broken(w, r, "open frame", err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(opened{
		Session: session, Queue: queueOf(v.Peer), After: after, Member: !peerForm.MatchString(session),
	})
}

// queueOf names what waits in a browser to be sent by a peer, and tells nobody who that is.
func queueOf(peer string) string {
	hash := sha256.Sum256([]byte(peer))
	return hex.EncodeToString(hash[:8])
}

// enter lets the visitor in whom a token names, or answers why not.
func (s *server) enter(w http.ResponseWriter, r *http.Request, a asked, held string) (session string, ok bool) {
	err := visitor.ErrForged
	if s.Visitors != nil {
		session, err = s.Visitors.Enter(r.Context(), a.Member, a.Attempt, held)
	}
	switch {
	case err == nil:
		return session, true
	case errors.Is(err, visitor.ErrForged), errors.Is(err, visitor.ErrExpired), errors.Is(err, visitor.ErrUnfit), errors.Is(err, visitor.ErrUsed):
		problem.Write(w, http.StatusForbidden, "bad_member", err.Error())
	default:
		s.broken(w, r, "let a visitor in", err)
	}
	return "", false
}

// guest is the one of the cookie, or somebody new.
func (s *server) guest(r *http.Request) string {
	cookie, err := r.Cookie(frameCookie)
	if s.HTTPS && err == nil && peerForm.MatchString(cookie.Value) {
		return cookie.Value
	}
	return newPeer()
}

// keepGuest gives the cookie where browsers take it in a frame: over HTTPS, and apart for
// every site that shows us.
func (s *server) keepGuest(w http.ResponseWriter, peer string) {
	if !s.HTTPS {
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: frameCookie, Value: peer, Path: "/", MaxAge: peerAge,
		HttpOnly: true, Secure: true, SameSite: http.SameSiteNoneMode, Partitioned: true,
	})
}
